//! The way from an empty store to its first campaign: what is done, found out from what there is.
//!
//! Nothing is ticked off by hand. An item that is undone again (the last contact erased) is open again. All
//! that is kept is whether somebody put the list away.

mod api;
mod items;
mod privacy;
mod sql;

use web::Feature;

/// Routes, statements, columns.
pub fn feature() -> Feature {
    Feature::new("setup").routes(api::routes).statements(sql::ALL).personal_data(privacy::DATA)
}
