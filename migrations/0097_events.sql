-- Whom a page or a server calls by an id of its own: an anonymous browser, or a user of the shop. What they did
-- is sealed under the visitor's key, so that destroying it makes their history unreadable: the row stays empty,
-- because its number is never given again.
CREATE TABLE visitors (
    store_id {int} NOT NULL,
    no {int} NOT NULL,
    identity_bi {blob},
    wrapped_key {blob},
    created_at {int} NOT NULL,
    PRIMARY KEY (store_id, no)
) {clustered};
CREATE UNIQUE INDEX visitors_identity ON visitors (store_id, identity_bi);

-- Which contact a visitor is, from a position of the log on: a shared device has several.
CREATE TABLE visitor_links (
    store_id {int} NOT NULL,
    visitor {int} NOT NULL,
    from_seq {int} NOT NULL,
    ordinal {int} NOT NULL,
    linked_at {int} NOT NULL,
    PRIMARY KEY (store_id, visitor, from_seq)
) {clustered};
CREATE INDEX visitor_links_contact ON visitor_links (store_id, ordinal, visitor, from_seq);

-- Where in the log the events of a visitor are.
CREATE TABLE visitor_events (
    store_id {int} NOT NULL,
    visitor {int} NOT NULL,
    seq {int} NOT NULL,
    PRIMARY KEY (store_id, visitor, seq)
) {clustered};

-- Names of events, and how many there were of each.
CREATE TABLE event_names (
    store_id {int} NOT NULL,
    no {int} NOT NULL,
    name_bi {blob} NOT NULL,
    kind {text} NOT NULL,
    name {text} NOT NULL,
    happened {int} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (store_id, no)
) {clustered};
CREATE UNIQUE INDEX event_names_name ON event_names (store_id, name_bi);

-- Ids of messages as keyed hashes: what a client sends again is known by them.
CREATE TABLE event_messages (
    store_id {int} NOT NULL,
    message_bi {blob} NOT NULL,
    received_day {int} NOT NULL,
    PRIMARY KEY (store_id, message_bi)
) {clustered};
CREATE INDEX event_messages_day ON event_messages (store_id, received_day);

-- Events that were not taken, and why; the newest thousand.
CREATE TABLE event_refusals (
    store_id {int} NOT NULL,
    no {int} NOT NULL,
    at {int} NOT NULL,
    kind {text} NOT NULL,
    reason {text} NOT NULL,
    PRIMARY KEY (store_id, no)
) {clustered};
