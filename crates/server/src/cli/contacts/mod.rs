//! `smartpush contacts …`: one file a subcommand.

mod export;
mod import;
mod show;

use super::{Context, Outcome};
use kernel::Result;

/// Arguments of `contacts`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Write contacts into a file or to standard output.
    Export(export::Args),
    /// Take contacts in from a file (CSV or .xlsx).
    Import(import::Args),
    /// Show everything that is known of one contact.
    Show(show::Args),
}

/// Runs it.
pub async fn run(context: &Context, args: Args) -> Result<Outcome> {
    match args.command {
        Command::Export(args) => export::run(context, args).await,
        Command::Import(args) => import::run(context, args).await,
        Command::Show(args) => show::run(context, args).await,
    }
}
