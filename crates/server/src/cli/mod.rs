//! The command line. One file a command: `Args` and `run`; one line in the list below.
//!
//! With `--json` a command prints one JSON object on standard output and nothing else there; what goes
//! wrong is `{"error": {…}}`. Exit codes: 0 done, 1 refused or failed, 2 wrong usage.

mod audit;
mod backup;
mod campaign;
mod completions;
mod contacts;
pub mod context;
mod demo;
mod doctor;
mod events;
mod key;
mod migrate;
mod openapi;
mod restore;
mod segment;
mod serve;
mod setup;
mod unlock;

pub use context::{Context, Outcome};

use clap::{CommandFactory, Parser};
use kernel::{Error, Result};
use std::path::PathBuf;
use std::process::ExitCode;

/// Contacts, segments and email campaigns of a shop, on your own machine.
#[derive(Debug, Parser)]
#[command(name = "smartpush", version, propagate_version = true, arg_required_else_help = true)]
pub struct Cli {
    /// Folder of the database, media, journal, outside log and key file.
    #[arg(long, global = true, default_value = "./data", value_name = "DIR")]
    data: PathBuf,
    /// Configuration file.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print one JSON object and nothing else on standard output.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident => $module:ident;)*) => {
        #[derive(Debug, clap::Subcommand)]
        enum Command {
            $($(#[$doc])* $name($module::Args),)*
        }

        async fn dispatch(context: &Context, command: Command) -> Result<Outcome> {
            match command {
                $(Command::$name(args) => Box::pin($module::run(context, args)).await,)*
            }
        }
    };
}

commands! {
    /// Check that the audit log is whole.
    Audit => audit;
    /// Seal a copy of the running database into a file.
    Backup => backup;
    /// Plan, run, watch and steer campaigns.
    Campaign => campaign;
    /// Print completions for a shell.
    Completions => completions;
    /// Export and show contacts.
    Contacts => contacts;
    /// Make a store of made-up people, show the main job, then serve.
    Demo => demo;
    /// Look for what is wrong with this installation.
    Doctor => doctor;
    /// Count events of visitors, or show the newest.
    Events => events;
    /// Make a key of a store.
    Key => key;
    /// Bring the database to this program's version.
    Migrate => migrate;
    /// Print the OpenAPI document.
    Openapi => openapi;
    /// Put a backup in place, with what happened since. Sending stays locked until `unlock`.
    Restore => restore;
    /// Count a rule, or print the schema of rules.
    Segment => segment;
    /// Serve the API and pages, and work in the background.
    Serve => serve;
    /// Make an owner, a first store and a key.
    Setup => setup;
    /// Allow sending again after a restore.
    Unlock => unlock;
}

/// Reads the command line, runs the command, prints what it answers.
pub fn main() -> ExitCode {
    // Before anything that speaks TLS. Another provider cannot be there yet.
    if rustls::crypto::aws_lc_rs::default_provider().install_default().is_err() {
        eprintln!("smartpush: another TLS provider was installed first");
        return ExitCode::FAILURE;
    }
    let cli = Cli::parse();
    let json = cli.json;
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(e) => {
            eprintln!("smartpush: the runtime does not start: {e}");
            return ExitCode::FAILURE;
        }
    };
    let answer = runtime.block_on(run(cli));
    // Blocking work that was left behind must not hold the exit.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    finish(answer, json)
}

async fn run(cli: Cli) -> Result<Outcome> {
    let context = Context::new(cli.data, cli.config, cli.json)?;
    dispatch(&context, cli.command).await
}

fn finish(answer: Result<Outcome>, json: bool) -> ExitCode {
    match answer {
        Ok(outcome) => {
            outcome.print(json);
            if outcome.done { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            context::print_error(&error, json);
            match error {
                Error::Problem(p) if p.code == kernel::Code::BadRequest => ExitCode::from(2),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

/// The definition of all commands, for completions and tests.
pub fn definition() -> clap::Command {
    Cli::command()
}
