//! `smartpush unlock`: allows sending again after a restore.

use super::{Context, Outcome};
use kernel::Result;
use serde_json::json;

/// Arguments of `unlock`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs it.
pub async fn run(context: &Context, _: Args) -> Result<Outcome> {
    let was_locked = tenancy::installation::unlock_sending(&context.db().await?).await?;
    let text = if was_locked { "Sending is allowed again." } else { "Sending was not locked." };
    Ok(Outcome::done(json!({ "was_locked": was_locked }), text))
}
