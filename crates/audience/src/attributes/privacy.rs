//! Definitions hold nothing about people; values stand in the contact.

/// The columns.
pub(super) static DATA: web::DataMap = web::data_map! {
    table "attributes" {
        none: store_id, no, id, name, label, kind, class, purpose, created_at;
    }
};
