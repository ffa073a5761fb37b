-- The ledger of consent, one entry a change; append only. change: 0-2 status, 16-18 flag raised, 32-34
-- flag lifted. ip and proof are sealed under the contact's key and become unreadable with its erasure.
CREATE TABLE consent_entries (
    store_id {int} NOT NULL,
    ordinal {int} NOT NULL,
    id {int} NOT NULL,
    channel {int} NOT NULL,
    change {int} NOT NULL,
    source {int} NOT NULL,
    wording {text} NOT NULL,
    wording_version {text} NOT NULL,
    at {int} NOT NULL,
    actor {text} NOT NULL,
    import_id {int},
    ip_sealed {blob},
    proof_sealed {blob},
    PRIMARY KEY (store_id, ordinal, id)
) {clustered};

-- The same for many contacts at once: one row for one channel and change of a chunk of an import.
-- members is a roaring bitmap of ordinals.
CREATE TABLE consent_batches (
    store_id {int} NOT NULL,
    id {int} NOT NULL,
    channel {int} NOT NULL,
    change {int} NOT NULL,
    source {int} NOT NULL,
    wording {text} NOT NULL,
    wording_version {text} NOT NULL,
    at {int} NOT NULL,
    actor {text} NOT NULL,
    import_id {int},
    ordinal_min {int} NOT NULL,
    ordinal_max {int} NOT NULL,
    members {blob} NOT NULL,
    PRIMARY KEY (store_id, id)
) {strict};
