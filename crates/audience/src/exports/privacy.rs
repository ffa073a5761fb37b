//! What exports hold about people: the files do, sealed; the rows say who ordered them.

/// The columns.
pub(super) static DATA: web::DataMap = web::data_map! {
    table "exports" {
        none: store_id, id, job_id, state, format, filter, row_count, byte_count, created_at, expires_at;
        personal: actor => purpose "prove who took data out", basis "legal obligation", source "the program",
            retention "as long as the store", recipients "none";
    }
};
