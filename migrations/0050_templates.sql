-- Templates of a store. subject is a plain copy for lists; version counts saves.
CREATE TABLE templates (
    store_id {int} NOT NULL,
    id {int} NOT NULL,
    name {text} NOT NULL,
    format {text} NOT NULL,
    subject {text} NOT NULL,
    version {int} NOT NULL,
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    PRIMARY KEY (store_id, id)
) {strict};

-- What was saved, by version; source is JSON (an EmailSource).
CREATE TABLE template_versions (
    store_id {int} NOT NULL,
    template_id {int} NOT NULL,
    version {int} NOT NULL,
    source {text} NOT NULL,
    saved_at {int} NOT NULL,
    saved_by {text} NOT NULL,
    PRIMARY KEY (store_id, template_id, version)
) {strict};
