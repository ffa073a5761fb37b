//! Campaigns: one message to an audience, by hand.
//!
//! A campaign is written as a draft, planned (who would get it, who not and why, what is wrong), launched
//! with the number its author saw, and from then on follows its send in the outbox: running, paused,
//! finished, cancelled. It does not render, deliver or count; it says what, to whom and when.

mod api;
pub mod audience;
pub mod brief;
pub mod decisions;
mod edit;
mod jobs;
pub mod launch;
pub mod model;
mod privacy;
mod progress;
mod replay;
pub mod sql;
mod test_send;
#[cfg(test)]
mod tests;

pub use edit::{
    NewCampaign, archive, cancel, create, delete, duplicate, pause, resume, set_throttle, unschedule, update,
};
pub use launch::{Launched, Plan, PublicAddress, launch, plan};
pub use model::{Campaign, Content, Settings, State, Term, Timing, Track};
pub use progress::{Progress, list_progress};
pub use sql::{LaunchedCampaign, any_launched, find, launched_before};
pub use test_send::send_test;

use web::Feature;

/// Routes, statements, jobs and columns of campaigns.
pub fn feature() -> Feature {
    Feature::new("campaigns")
        .routes(api::routes)
        .statements(sql::ALL)
        .jobs(|state| vec![Box::new(jobs::LaunchScheduled::of(state))])
        .replayers(|_| vec![std::sync::Arc::new(replay::Launches)])
        .personal_data(privacy::DATA)
}
