-- Dictionary of tags; contacts hold the numbers.
CREATE TABLE tags (
    store_id {int} NOT NULL,
    no {int} NOT NULL,
    id {int} NOT NULL,
    name {text} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (store_id, no)
) {clustered};
CREATE UNIQUE INDEX tags_name ON tags (store_id, name);
CREATE UNIQUE INDEX tags_id ON tags (store_id, id);

-- Definitions of custom attributes; contacts hold numbers and values.
CREATE TABLE attributes (
    store_id {int} NOT NULL,
    no {int} NOT NULL,
    id {int} NOT NULL,
    name {text} NOT NULL,
    label {text} NOT NULL,
    kind {text} NOT NULL,
    class {text} NOT NULL,
    purpose {text} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (store_id, no)
) {strict};
CREATE UNIQUE INDEX attributes_name ON attributes (store_id, name);
CREATE UNIQUE INDEX attributes_id ON attributes (store_id, id);
