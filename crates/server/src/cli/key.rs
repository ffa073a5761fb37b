//! `smartpush key`: makes keys of a store.

use super::{Context, Outcome};
use kernel::Result;
use kernel::ids::StoreId;
use serde_json::json;
use tenancy::access::keys::{self, NewKey};
use tenancy::stores;
use web::{Actor, Rights};

/// Arguments of `key`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Make a key and show it, this once.
    Create {
        /// The store.
        #[arg(long, value_name = "ID")]
        store: StoreId,
        /// What it may do.
        #[arg(long, value_enum)]
        kind: Kind,
        /// What it is called.
        #[arg(long, value_parser = parse_name)]
        name: Option<String>,
    },
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Kind {
    /// Everything: for servers of the merchant.
    Api,
    /// Send events and nothing else: may stand in a page.
    Write,
}

impl Kind {
    fn rights(self) -> Rights {
        match self {
            Kind::Api => Rights::all(),
            Kind::Write => Rights::of::<web::rights::WriteEvents>(),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Kind::Api => "Key of the API",
            Kind::Write => "Write key",
        }
    }
}

fn parse_name(text: &str) -> Result<String, &'static str> {
    match (1..=100).contains(&text.trim().chars().count()) {
        true => Ok(text.trim().to_owned()),
        false => Err("a name has 1 to 100 characters"),
    }
}

/// Runs it.
pub async fn run(context: &Context, args: Args) -> Result<Outcome> {
    let Command::Create { store, kind, name } = args.command;
    let store = context.store(store).await?;
    let account = stores::get(&store).await?.account;
    let new = NewKey {
        account,
        store: store.store(),
        name: name.unwrap_or_else(|| kind.name().to_owned()),
        scopes: kind.rights(),
        expires_at: None,
        actor: Actor::Operator,
    };
    let vault = context.vault().await?;
    let made = store.db().system().write(move |tx| keys::insert(tx, &vault, &new)).await?;
    Ok(Outcome::done(json!({ "key": made.text, "id": made.id }), made.text))
}
