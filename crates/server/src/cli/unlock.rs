//! `smartpush unlock`: allows sending again after a restore, and says once more what no log told.

use super::{Context, Outcome};
use crate::replay;
use kernel::Result;
use serde_json::json;

/// Arguments of `unlock`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs it.
pub async fn run(context: &Context, _: Args) -> Result<Outcome> {
    let app = context.app().await?;
    let missing = replay::find_point(app).await?.map(|point| point.missing()).unwrap_or_default();
    let was_locked = tenancy::installation::unlock_sending(app.state.db()).await?;
    let mut text = if was_locked {
        "Sending is allowed again.".to_owned()
    } else {
        "Sending was not locked.".to_owned()
    };
    for sentence in &missing {
        text.push_str(&format!("\nWithout what is missing: {sentence}"));
    }
    Ok(Outcome::done(json!({ "was_locked": was_locked, "missing": missing }), text))
}
