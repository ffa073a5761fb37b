//! Saved views: a list with its filters and columns under a name, for oneself or for everybody in the store.
//!
//! What a list understands is the list's; here a query is a text. It is sealed where it lies, because
//! people save what they searched for. It does not run anything.

mod api;
pub mod model;
mod sql;
#[cfg(test)]
mod tests;

static DATA: web::DataMap = web::data_map! {
    table "saved_views" {
        none: store_id, id, list, name, columns, shared, created_at, updated_at;
        personal: query_sealed => purpose "showing a list again", basis "contract", source "the merchant",
            retention "until the view is removed", recipients "none";
        personal: owner => purpose "showing people their own views", basis "contract", source "the program",
            retention "until the view is removed", recipients "none";
    }
};

/// Routes, statements, columns.
pub fn feature() -> web::Feature {
    web::Feature::new("views").routes(api::routes).statements(sql::ALL).personal_data(DATA)
}
