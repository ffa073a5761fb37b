//! Names of tags are the merchant's words; who carries one stands in the contact.

/// The columns.
pub(super) static DATA: web::DataMap = web::data_map! {
    table "tags" {
        none: store_id, no, id, name, created_at;
    }
};
