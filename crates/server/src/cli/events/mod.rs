//! `smartpush events`: counts events of visitors, shows the newest, takes in a file of them.

mod import;

use super::{Context, Outcome};
use audience::events::model::CallKind;
use audience::events::sql;
use audience::events::view::{self, EventOut, Wanted};
use kernel::ids::StoreId;
use kernel::{OrFault, Result};
use serde_json::json;

/// Events that `tail` shows unless told otherwise.
const TAIL: usize = 20;
/// Most that it shows.
const TAIL_MAX: u16 = 1_000;

/// Arguments of `events`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Args)]
struct Choice {
    /// The store.
    #[arg(long, value_name = "ID")]
    store: StoreId,
    /// A kind of call (`track`, `page`, `identify`, …) or the name of an event, page or screen.
    #[arg(long = "type", value_name = "TYPE")]
    of: Option<String>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Count them.
    Count(Choice),
    /// Take in a file of calls, one JSON object a line, as Segment's libraries make and archives hold them.
    Import(import::Args),
    /// Show the newest, oldest of them first.
    Tail {
        #[command(flatten)]
        choice: Choice,
        /// How many.
        #[arg(long, value_parser = clap::value_parser!(u16).range(1..=i64::from(TAIL_MAX)))]
        limit: Option<u16>,
    },
}

impl Choice {
    fn wanted(&self) -> Wanted {
        match self.of.as_deref().map(|of| (CallKind::of_word(of), of)) {
            None => Wanted::default(),
            Some((Some(kind), _)) => Wanted { kind: Some(kind), name: None },
            Some((None, name)) => Wanted { kind: None, name: Some(name.to_owned()) },
        }
    }
}

/// Runs it.
pub async fn run(context: &Context, args: Args) -> Result<Outcome> {
    match args.command {
        Command::Count(choice) => count(context, &choice).await,
        Command::Import(args) => import::run(context, args).await,
        Command::Tail { choice, limit } => tail(context, &choice, limit.map_or(TAIL, usize::from)).await,
    }
}

async fn count(context: &Context, choice: &Choice) -> Result<Outcome> {
    let (store, wanted) = (context.store(choice.store).await?, choice.wanted());
    let counts = store.read(sql::counts).await?;
    let fits = |(kind, name, _): &&(CallKind, String, i64)| {
        wanted.kind.is_none_or(|k| k == *kind) && wanted.name.as_ref().is_none_or(|n| n == name)
    };
    let events: i64 = counts.iter().filter(fits).map(|(.., events)| events).sum();
    Ok(Outcome::done(json!({ "events": events }), events.to_string()))
}

async fn tail(context: &Context, choice: &Choice, limit: usize) -> Result<Outcome> {
    let store = context.store(choice.store).await?;
    let keys = context.vault().await?.keys(store.db(), store.scope()).await?;
    let (mut events, mut before) = (Vec::new(), Some(i64::MAX));
    while let (Some(from), true) = (before, events.len() < limit) {
        let (keys, wanted, rest) = (keys.clone(), choice.wanted(), limit - events.len());
        let (found, next) = store.read(move |tx| view::list(tx, &keys, &wanted, from, rest)).await?;
        events.extend(found);
        before = next;
    }
    events.reverse();
    let lines = events.iter().map(line).collect::<Vec<_>>().join("\n");
    let value = serde_json::to_value(&events).or_fault("write events")?;
    Ok(Outcome::done(json!({ "events": value }), lines))
}

/// `2026-11-27T00:00:00Z  track  Product Viewed  visitor 7`
fn line(event: &EventOut) -> String {
    let whose = event.contact.map_or_else(|| format!("visitor {}", event.visitor), |c| c.to_string());
    format!("{}  {:8}  {}  {whose}", event.at, event.kind.word(), event.name)
}
