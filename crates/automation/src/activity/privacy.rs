//! Columns of counts: numbers of nobody in particular.

/// What is kept.
pub(super) static DATA: web::DataMap = web::data_map! {
    table "activity_slots" {
        none: store_id, kind, slot, happened;
    }
    table "activity_marks" {
        none: store_id, next_ordinal;
    }
};
