//! `smartpush audit verify`: follows every hash chain and names the first bad entry (P-209).

use super::{Context, Outcome};
use kernel::Result;
use kernel::ids::{AccountId, StoreId};
use serde_json::json;
use tenancy::audit::Verdict;

/// Arguments of `audit`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Follow every chain from its beginning.
    Verify,
}

/// Runs it.
pub async fn run(context: &Context, args: Args) -> Result<Outcome> {
    match args.command {
        Command::Verify => verify(context).await,
    }
}

async fn verify(context: &Context) -> Result<Outcome> {
    let db = context.db().await?;
    let stores: Vec<i64> = db.list_stores().await?.iter().map(|s| s.store().0).collect();
    let name = |chain: i64| match stores.contains(&chain) {
        true => StoreId(chain).to_string(),
        false => AccountId(chain).to_string(),
    };
    let found = tenancy::audit::verify_all(&db).await?;
    let entries: i64 = found.iter().map(|(_, v)| v.entries).sum();
    let bad: Vec<(String, &Verdict)> =
        found.iter().filter(|(_, v)| !v.intact).map(|(chain, v)| (name(*chain), v)).collect();
    let listed: Vec<_> = bad
        .iter()
        .map(|(chain, v)| json!({ "chain": chain, "first_bad": v.first_bad, "reason": v.reason }))
        .collect();
    let value = json!({ "intact": bad.is_empty(), "chains": found.len(), "entries": entries, "bad": listed });
    if bad.is_empty() {
        return Ok(Outcome::done(
            value,
            format!("The audit log is whole: {entries} entries in {} chains.", found.len()),
        ));
    }
    let lines = bad.iter().map(|(chain, v)| {
        format!("{chain}, entry {}: {}", v.first_bad.unwrap_or(0), v.reason.as_deref().unwrap_or_default())
    });
    let text = format!("The audit log was changed:\n{}", lines.collect::<Vec<_>>().join("\n"));
    Ok(Outcome::refused(value, text))
}
