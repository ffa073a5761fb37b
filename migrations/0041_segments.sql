-- Saved segments. version counts changes; the rule is kept as JSON text in one canonical form.
CREATE TABLE segments (
    store_id {int} NOT NULL,
    id {int} NOT NULL,
    version {int} NOT NULL,
    name {text} NOT NULL,
    description {text} NOT NULL,
    rule {text} NOT NULL,
    members {int},
    counted_at {int},
    archived_at {int},
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    PRIMARY KEY (store_id, id)
) {strict};

-- What a segment was, one row a version.
CREATE TABLE segment_versions (
    store_id {int} NOT NULL,
    segment_id {int} NOT NULL,
    version {int} NOT NULL,
    name {text} NOT NULL,
    description {text} NOT NULL,
    rule {text} NOT NULL,
    saved_at {int} NOT NULL,
    actor {text} NOT NULL,
    PRIMARY KEY (store_id, segment_id, version)
) {strict};

-- Which segments the rule of a segment refers to.
CREATE TABLE segment_references (
    store_id {int} NOT NULL,
    target_id {int} NOT NULL,
    segment_id {int} NOT NULL,
    PRIMARY KEY (store_id, target_id, segment_id)
) {clustered};
CREATE INDEX segment_references_segment ON segment_references (store_id, segment_id);
