//! `smartpush serve`.

use super::{Context, Outcome};
use crate::app::App;
use crate::roles::{self, Role};
use kernel::Result;
use std::net::SocketAddr;
use tenancy::installation;

/// Arguments of `serve`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Address to listen on; before that of the configuration.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// What this process does.
    #[arg(long, value_enum, default_value = "all")]
    role: Role,
}

/// Runs it until SIGTERM or SIGINT.
pub async fn run(context: &Context, args: Args) -> Result<Outcome> {
    let mut config = context.config.clone();
    if let Some(listen) = args.listen {
        config.http.listen = listen;
    }
    crate::logging::start(&config.log);
    let app = App::open(&config).await?;
    for warning in config.warnings() {
        tracing::warn!("{warning}");
    }
    let public_url = config.http().public_url;
    let code = installation::awaited_code(app.state.db(), app.state.vault()).await?;
    roles::run(app, &config, args.role, |address| {
        match address {
            Some(address) => tracing::info!(%address, %public_url, role = ?args.role, "ready"),
            None => tracing::info!(role = ?args.role, "ready"),
        }
        if let Some(code) = code {
            tracing::info!(setup_code = %code, "nobody has an account yet: open {public_url}/console/ to make the first");
        }
    })
    .await?;
    Ok(Outcome::silent())
}
