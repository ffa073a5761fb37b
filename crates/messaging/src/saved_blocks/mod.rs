//! Saved blocks: rows of emails kept under a name, to be put into further emails.
//!
//! A row is checked like the row of a document when it is saved. Putting it in copies it: emails that took
//! it do not change when it does.

mod api;
mod sql;
#[cfg(test)]
mod tests;

static DATA: web::DataMap = web::data_map! {
    table "saved_blocks" {
        none: store_id, id, name, body, version, created_at, updated_at;
    }
};

/// Routes, statements, columns.
pub fn feature() -> web::Feature {
    web::Feature::new("saved_blocks").routes(api::routes).statements(sql::ALL).personal_data(DATA)
}
