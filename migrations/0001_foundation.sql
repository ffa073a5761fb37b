-- Installation-wide facts: one row a name (sending lock, demo marker, public URL).
CREATE TABLE installation (
    name {text} PRIMARY KEY,
    value {text} NOT NULL
) {strict};

-- Leases of node numbers, so that ids made by several processes never meet.
CREATE TABLE nodes (
    node {int} PRIMARY KEY,
    holder {text} NOT NULL,
    lease_until {int} NOT NULL
) {strict};

-- A store is the tenant and owns all data.
CREATE TABLE stores (
    id {int} PRIMARY KEY,
    account_id {int} NOT NULL,
    name {text} NOT NULL,
    settings {text} NOT NULL,
    created_at {int} NOT NULL
) {strict};
CREATE INDEX stores_account ON stores (account_id);

-- Keys of a store, wrapped by the root key. Destroying the row destroys everything sealed under it.
CREATE TABLE store_keys (
    store_id {int} NOT NULL,
    version {int} NOT NULL,
    wrapped {blob} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (store_id, version)
) {strict};

-- Counters of a store: next contact ordinal and next position in its event log. Taking from a lane
-- inside the writing transaction makes the numbers gap-free and ordered by commit.
CREATE TABLE store_lanes (
    store_id {int} PRIMARY KEY,
    next_ordinal {int} NOT NULL,
    next_seq {int} NOT NULL
) {strict};

-- The append-only log of everything that happens to a store's people.
CREATE TABLE events (
    store_id {int} NOT NULL,
    seq {int} NOT NULL,
    at {int} NOT NULL,
    kind {text} NOT NULL,
    ordinal {int},
    campaign_id {int},
    body {blob} NOT NULL,
    PRIMARY KEY (store_id, seq)
) {clustered};
CREATE INDEX events_contact ON events (store_id, ordinal, seq) WHERE ordinal IS NOT NULL;

-- How far each consumer has read.
CREATE TABLE event_cursors (
    store_id {int} NOT NULL,
    consumer {text} NOT NULL,
    seq {int} NOT NULL,
    PRIMARY KEY (store_id, consumer)
) {strict};

-- Background work. Global, so that one claim serves all stores.
CREATE TABLE jobs (
    id {int} PRIMARY KEY,
    store_id {int} NOT NULL,
    kind {text} NOT NULL,
    payload {text} NOT NULL,
    state {text} NOT NULL,
    run_at {int} NOT NULL,
    attempt {int} NOT NULL,
    lease_until {int} NOT NULL,
    cancel_requested {int} NOT NULL,
    progress_done {int} NOT NULL,
    progress_total {int} NOT NULL,
    result {text},
    error {text},
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL
) {strict};
CREATE INDEX jobs_due ON jobs (state, run_at);
CREATE INDEX jobs_store ON jobs (store_id, id);
