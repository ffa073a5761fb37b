//! Made-up people, segments, templates and a campaign, to look around with before one's own are there.
//!
//! They go into the store one is in, and only if it has no contacts: nothing real is ever mixed with them.
//! Everything goes through the product itself, and messages go into the sandbox.

mod api;
mod fill;
mod jobs;
pub mod people;
pub mod things;

use web::Feature;

/// Routes and the job.
pub fn feature() -> Feature {
    Feature::new("demo").routes(api::routes).jobs(|state| vec![Box::new(jobs::FillJob::of(state))])
}
