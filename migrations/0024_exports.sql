-- Files made for download; the file lies in the data folder and goes when it expires.
CREATE TABLE exports (
    store_id {int} NOT NULL,
    id {int} NOT NULL,
    job_id {int} NOT NULL,
    state {text} NOT NULL,
    format {text} NOT NULL,
    filter {text} NOT NULL,
    row_count {int} NOT NULL,
    byte_count {int} NOT NULL,
    actor {text} NOT NULL,
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    PRIMARY KEY (store_id, id)
) {strict};
