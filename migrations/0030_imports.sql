-- Imports of contact files. layout, mapping and plan are JSON; statement is what the merchant says about
-- the consents in the file, undertaking_version the promise made with it (P-055). The file itself lies in
-- the data folder until the import is over. ordinal_min and ordinal_max bound the contacts it made.
CREATE TABLE imports (
    store_id {int} NOT NULL,
    id {int} NOT NULL,
    state {text} NOT NULL,
    file_name {text} NOT NULL,
    file_path {text} NOT NULL,
    file_sha256 {blob} NOT NULL,
    file_bytes {int} NOT NULL,
    format {text} NOT NULL,
    layout {text} NOT NULL,
    mapping {text} NOT NULL,
    plan {text} NOT NULL,
    statement {text} NOT NULL,
    undertaking_version {text} NOT NULL,
    actor {text} NOT NULL,
    batch_tag {text} NOT NULL,
    job_id {int},
    row_count {int} NOT NULL,
    created_count {int} NOT NULL,
    updated_count {int} NOT NULL,
    skipped_count {int} NOT NULL,
    error_count {int} NOT NULL,
    warning_count {int} NOT NULL,
    duplicate_count {int} NOT NULL,
    refused_count {int} NOT NULL,
    ordinal_min {int} NOT NULL,
    ordinal_max {int} NOT NULL,
    dry_run {text},
    error {text},
    undo {text},
    created_at {int} NOT NULL,
    started_at {int},
    finished_at {int},
    PRIMARY KEY (store_id, id)
) {strict};

-- What each committed batch of an import was: where to go on after a crash, when its contacts were
-- written, and a sealed report of what was wrong with its rows. first_row -1 holds the report of a dry run.
CREATE TABLE import_batches (
    store_id {int} NOT NULL,
    import_id {int} NOT NULL,
    first_row {int} NOT NULL,
    row_count {int} NOT NULL,
    at {int} NOT NULL,
    issue_count {int} NOT NULL,
    issues {blob},
    PRIMARY KEY (store_id, import_id, first_row)
) {strict};
