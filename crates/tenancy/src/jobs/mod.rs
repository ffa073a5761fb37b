//! The view on background jobs: list, look, cancel. The queue itself is in the store crate.

mod api;

pub use api::JobOut;

use web::Feature;

/// Routes; the table and its statements belong to the store crate.
pub fn feature() -> Feature {
    Feature::new("jobs").routes(api::routes)
}
