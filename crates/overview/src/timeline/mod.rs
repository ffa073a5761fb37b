//! Everything about one contact in one list, newest first: what happened with messages, what was sent or held
//! back, what was said about consent, what was done in the shop.
//!
//! Each of these is kept by a feature of its own, in an order of its own. Here they are a catalogue of *sources*
//! ([`sources`]), put together by time while reading; nothing is stored twice, and a page begins where each source
//! had come to. A caller sees the sources that their rights allow.

mod api;
mod model;
mod sources;

use web::Feature;

/// Routes.
pub fn feature() -> Feature {
    Feature::new("timeline").routes(api::routes)
}
