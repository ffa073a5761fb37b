-- A send: what is handed over to a frozen audience. Campaigns make them; everything after the gate is
-- the same for whoever makes one.
CREATE TABLE sends (
    store_id {int} NOT NULL,
    id {int} NOT NULL,
    class {text} NOT NULL,
    program {text} NOT NULL,
    state {text} NOT NULL,
    hold_reason {text},
    throttle_per_second {int} NOT NULL,
    audience {int} NOT NULL,
    audience_hash {blob} NOT NULL,
    accepted {int} NOT NULL,
    deferred {int} NOT NULL,
    failed {int} NOT NULL,
    suppressed {int} NOT NULL,
    unknown {int} NOT NULL,
    next_lane {int} NOT NULL,
    next_chunk {int} NOT NULL,
    started_at {int} NOT NULL,
    finished_at {int},
    updated_at {int} NOT NULL,
    PRIMARY KEY (store_id, id)
) {strict};

-- Recipients that may be handed over from a time on: the audience by time zone, and later whoever was
-- deferred, delayed or released. Chunks are cut from a lane in order.
CREATE TABLE send_lanes (
    store_id {int} NOT NULL,
    send_id {int} NOT NULL,
    lane {int} NOT NULL,
    due_at {int} NOT NULL,
    attempt {int} NOT NULL,
    size {int} NOT NULL,
    taken {int} NOT NULL,
    first_at {int} NOT NULL,
    PRIMARY KEY (store_id, send_id, lane)
) {strict};

-- Large sets stand apart from the rows that change with every chunk: lane 0..n the recipients of a
-- lane, -1 the frozen audience, -2 who was matched but excluded.
CREATE TABLE send_sets (
    store_id {int} NOT NULL,
    send_id {int} NOT NULL,
    lane {int} NOT NULL,
    recipients {blob} NOT NULL,
    PRIMARY KEY (store_id, send_id, lane)
) {strict};

-- A claimed part of a lane, and after settling what became of each of its recipients.
CREATE TABLE send_chunks (
    store_id {int} NOT NULL,
    send_id {int} NOT NULL,
    chunk {int} NOT NULL,
    lane {int} NOT NULL,
    first_place {int} NOT NULL,
    size {int} NOT NULL,
    attempt {int} NOT NULL,
    worker {int} NOT NULL,
    fence {int} NOT NULL,
    lease_until {int} NOT NULL,
    state {text} NOT NULL,
    first_ordinal {int} NOT NULL,
    last_ordinal {int} NOT NULL,
    outcome {blob},
    claimed_at {int} NOT NULL,
    settled_at {int},
    PRIMARY KEY (store_id, send_id, chunk)
) {strict};
CREATE INDEX send_chunks_claimed ON send_chunks (store_id, send_id, state, lease_until);
CREATE INDEX send_chunks_settled ON send_chunks (store_id, settled_at) WHERE settled_at IS NOT NULL;

-- Sends with work, over all stores: what a worker looks at.
CREATE TABLE due_sends (
    send_id {int} PRIMARY KEY,
    store_id {int} NOT NULL,
    due_at {int} NOT NULL
) {strict};
CREATE INDEX due_sends_at ON due_sends (due_at);
