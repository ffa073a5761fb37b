//! `smartpush campaign`: plan, run, resume, watch and steer campaigns from the command line.
//!
//! A campaign is named by its id; its store is found by it. `--store` is needed where a new campaign is
//! made, unless the installation has one store only.

mod act;
mod answer;
mod run;
mod spec;

use super::{Context, Outcome};
use clap::Subcommand;
use kernel::Result;
use kernel::ids::{CampaignId, StoreId};
use std::path::PathBuf;

/// Arguments of `campaign`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The store; needed only if there are several.
    #[arg(long, global = true, value_name = "ID")]
    store: Option<StoreId>,
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Make a campaign from a file and launch it.
    Run {
        /// The campaign's description.
        spec: PathBuf,
        /// Send it in this process and wait for its end.
        #[arg(long)]
        wait: bool,
    },
    /// Go on with a campaign: after a crash, or after a pause.
    Resume {
        /// The campaign.
        campaign: CampaignId,
        /// Send it in this process and wait for its end.
        #[arg(long)]
        wait: bool,
    },
    /// Say who would get a campaign, who not and why, and what is wrong, without sending.
    Plan {
        /// The campaign's description.
        spec: PathBuf,
    },
    /// Show how far a campaign is; without one, list all, newest first.
    Status {
        /// The campaign.
        campaign: Option<CampaignId>,
    },
    /// Hold a running campaign.
    Pause {
        /// The campaign.
        campaign: CampaignId,
    },
    /// End a campaign for good.
    Cancel {
        /// The campaign.
        campaign: CampaignId,
    },
    /// Every recipient with what became of the message, and why.
    Decisions {
        /// The campaign.
        campaign: CampaignId,
        /// Recipients shown at most.
        #[arg(long, default_value_t = 1_000)]
        limit: usize,
    },
}

/// Runs it.
pub async fn run(context: &Context, args: Args) -> Result<Outcome> {
    match args.act {
        Act::Run { spec, wait } => run::run(context, args.store, &spec, wait).await,
        Act::Resume { campaign, wait } => run::resume(context, campaign, wait).await,
        Act::Plan { spec } => run::plan(context, args.store, &spec).await,
        Act::Status { campaign: Some(campaign) } => act::status(context, campaign).await,
        Act::Status { campaign: None } => act::list(context, args.store).await,
        Act::Pause { campaign } => act::pause(context, campaign).await,
        Act::Cancel { campaign } => act::cancel(context, campaign).await,
        Act::Decisions { campaign, limit } => act::decisions(context, campaign, limit).await,
    }
}
