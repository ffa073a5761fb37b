-- What was done, by whom, to what: append-only, each entry hashed with the one before. A chain is a
-- store's or an account's; both kinds of id come from one maker and never meet.
CREATE TABLE audit_entries (
    chain {int} NOT NULL,
    seq {int} NOT NULL,
    id {int} NOT NULL,
    at {int} NOT NULL,
    actor {text} NOT NULL,
    action {text} NOT NULL,
    object {text} NOT NULL,
    details {text} NOT NULL,
    hash {blob} NOT NULL,
    PRIMARY KEY (chain, seq)
) {strict};

-- The newest entry of each chain; locked while one is appended.
CREATE TABLE audit_heads (
    chain {int} PRIMARY KEY,
    seq {int} NOT NULL,
    hash {blob} NOT NULL
) {strict};
