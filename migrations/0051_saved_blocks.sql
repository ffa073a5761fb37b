-- Rows of emails that are kept for further emails; body is the row as JSON.
CREATE TABLE saved_blocks (
    store_id {int} NOT NULL,
    id {int} NOT NULL,
    name {text} NOT NULL,
    body {text} NOT NULL,
    version {int} NOT NULL,
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    PRIMARY KEY (store_id, id)
) {strict};
