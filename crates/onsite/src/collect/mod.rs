//! Where events of a shop's pages and servers come in: Segment's HTTP tracking API, as its client libraries and
//! those that speak the same protocol send it; and Klaviyo's client API, put into the same calls.
//!
//! A call is answered when its events are durable. What is not right in one event is refused and noted; the others
//! are taken. Nothing here knows who a visitor is. What a client says about its device is left out: only what the
//! store's own people look at is kept (P-038).

mod api;
mod body;
pub mod klaviyo;
pub mod segment;
mod settings;
mod write_key;

use web::Feature;

/// Public routes. The feature owns no table.
pub fn feature() -> Feature {
    Feature::new("collect").routes(api::routes)
}
