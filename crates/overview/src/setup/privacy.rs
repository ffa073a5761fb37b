//! Columns of the list's own state.

/// What is kept.
pub(super) static DATA: web::DataMap = web::data_map! {
    table "setup_marks" {
        none: store_id, dismissed_at;
    }
};
