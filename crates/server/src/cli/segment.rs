//! `smartpush segment`: counts a rule, prints the schema of rules.

use super::{Context, Outcome};
use audience::segments::{self, Rule};
use kernel::ids::StoreId;
use kernel::{OrFault, Problem, Result};
use serde_json::json;
use std::path::PathBuf;
use std::time::Instant;

/// Arguments of `segment`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Count the contacts that satisfy a rule.
    Count {
        /// The store.
        #[arg(long, value_name = "ID")]
        store: StoreId,
        /// File with the rule as JSON; `-` reads standard input.
        rule: PathBuf,
    },
    /// Print the JSON schema of rules.
    Schema,
}

/// Runs it.
pub async fn run(context: &Context, args: Args) -> Result<Outcome> {
    match args.command {
        Command::Count { store, rule } => count(context, store, rule).await,
        Command::Schema => {
            let schema = segments::schema::rule_schema();
            let text = serde_json::to_string_pretty(&schema).or_fault("write the schema")?;
            Ok(Outcome::done(schema, text))
        }
    }
}

async fn count(context: &Context, store: StoreId, file: PathBuf) -> Result<Outcome> {
    let rule = Rule::parse_text(&read(&file)?)?;
    let store = context.store(store).await?;
    let keys = context.vault().await?.keys(store.db(), store.scope()).await?;
    // Columns are brought up to date beforehand, as the server does all the time: what is timed is the answer.
    segments::refresh(&store, &keys).await?;
    let begun = Instant::now();
    let count = segments::count(&store, &keys, &rule).await?;
    let seconds = begun.elapsed().as_secs_f64();
    let sentence = segments::sentence(&store, &rule).await?;
    let text = format!("{count} contacts: {sentence} ({:.1} ms)", seconds * 1_000.0);
    Ok(Outcome::done(json!({ "count": count, "seconds": seconds, "sentence": sentence }), text))
}

fn read(file: &PathBuf) -> Result<String> {
    let text = match file.as_os_str() == "-" {
        true => std::io::read_to_string(std::io::stdin()),
        false => std::fs::read_to_string(file),
    };
    text.map_err(|e| Problem::conflict(format!("{} cannot be read: {e}.", file.display())).into())
}
