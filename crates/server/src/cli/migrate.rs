//! `smartpush migrate`: brings the schema up to date. `serve` does so too; this is for those who want it apart.

use super::{Context, Outcome};
use kernel::Result;
use serde_json::json;

/// Arguments of `migrate`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs it.
pub async fn run(context: &Context, _: Args) -> Result<Outcome> {
    let db = crate::app::open_database(&context.config).await?;
    let applied = store::migrate::migrate(&db).await?;
    let text = match applied.as_slice() {
        [] => "The database is up to date.".to_owned(),
        steps => format!("Applied {}.", steps.join(", ")),
    };
    Ok(Outcome::done(json!({ "applied": applied }), text))
}
