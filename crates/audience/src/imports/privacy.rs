//! Personal data of imports, column by column (P-014).

/// Every column.
pub(super) static DATA: web::DataMap = web::data_map! {
    table "imports" {
        none: store_id, id, state, file_path, file_sha256, file_bytes, format, layout, mapping, plan, statement,
            undertaking_version, batch_tag, job_id, row_count, created_count, updated_count, skipped_count,
            error_count, warning_count, duplicate_count, refused_count, ordinal_min, ordinal_max, dry_run, error,
            undo, created_at, started_at, finished_at;
        personal: actor, file_name => purpose "prove who imported what and on which grounds",
            basis "legal obligation and legitimate interest", source "the merchant",
            retention "as long as the store", recipients "none";
    }
    table "import_batches" {
        none: store_id, import_id, first_row, row_count, at, issue_count;
        sensitive: issues => purpose "tell the merchant which rows were not imported, and why",
            basis "performance of the contract with the merchant", source "the merchant's file",
            retention "30 days after the import", recipients "none";
    }
};
