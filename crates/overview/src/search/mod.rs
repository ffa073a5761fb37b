//! One box that finds a thing of the store: by its id, a contact by exact address or number, anything else
//! by a part of its name.
//!
//! Sealed fields are not looked through here; the list of contacts does that, and takes longer. Only what
//! the caller may read is found.

mod api;

use web::Feature;

/// Routes.
pub fn feature() -> Feature {
    Feature::new("search").routes(api::routes)
}
