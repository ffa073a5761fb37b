//! `smartpush completions SHELL`.

use super::{Context, Outcome};
use clap_complete::Shell;
use kernel::{OrFault, Result};
use serde_json::json;

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// For which shell.
    shell: Shell,
}

/// Runs it.
pub async fn run(_: &Context, args: Args) -> Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::definition(), "smartpush", &mut script);
    let script = String::from_utf8(script).or_fault("write completions")?;
    Ok(Outcome::done(json!({ "script": script }), script.trim_end()))
}
