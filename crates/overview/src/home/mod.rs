//! The first screen of a store: figures of a span of days beside those of the span before, what is wrong,
//! and the campaigns one comes back for.
//!
//! Every figure is read from columns and counts that are kept anyway; nothing here walks over contacts or
//! events.

mod alerts;
mod api;
mod model;
#[cfg(test)]
mod tests;

use web::Feature;

/// Routes.
pub fn feature() -> Feature {
    Feature::new("home").routes(api::routes)
}
