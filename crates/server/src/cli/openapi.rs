//! `smartpush openapi`: prints the document that the committed one is compared with.

use super::{Context, Outcome};
use kernel::{OrFault, Result};

/// Arguments of `openapi`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs it.
pub async fn run(_: &Context, _: Args) -> Result<Outcome> {
    let document = web::app::document(&crate::registry::features());
    let text = web::openapi::to_json(&document);
    let value = serde_json::from_str(&text).or_fault("read the document")?;
    Ok(Outcome::done(value, text.trim_end()))
}
