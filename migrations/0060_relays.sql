-- Where a store hands its mail to. address carries no credentials; login is sealed under the store's
-- key. Exactly one relay of a store has preferred = 1.
CREATE TABLE relays (
    store_id {int} NOT NULL,
    id {int} NOT NULL,
    name {text} NOT NULL,
    address {text} NOT NULL,
    login {blob},
    authority {text},
    helo {text},
    connections_max {int} NOT NULL,
    messages_per_connection_max {int} NOT NULL,
    limits {text} NOT NULL,
    place {int} NOT NULL,
    preferred {int} NOT NULL,
    tested_at {int},
    test_passed {int},
    test_detail {text},
    version {int} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (store_id, id)
) {strict};
CREATE UNIQUE INDEX relays_name ON relays (store_id, name);
