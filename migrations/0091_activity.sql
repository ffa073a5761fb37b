-- How much happened when, by kind and quarter of an hour since 1970; numbers of nobody in particular.
CREATE TABLE activity_slots (
    store_id {int} NOT NULL,
    kind {text} NOT NULL,
    slot {int} NOT NULL,
    happened {int} NOT NULL,
    PRIMARY KEY (store_id, kind, slot)
) {clustered};

-- Contacts below this ordinal were counted as new already.
CREATE TABLE activity_marks (
    store_id {int} PRIMARY KEY,
    next_ordinal {int} NOT NULL
) {strict};

-- Lists of campaigns show how many people, without reading who they are. NULL: written before.
ALTER TABLE report_people ADD COLUMN people_count {int};

-- What lists of campaigns choose by, apart from the large content.
CREATE INDEX campaigns_heads ON campaigns (store_id, id, name, state, archived_at, scheduled_at, launched_at);
