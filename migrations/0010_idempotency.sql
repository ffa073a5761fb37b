-- Answers of POST requests that carried an Idempotency-Key, kept for a day and sealed with the store's key.
CREATE TABLE idempotency_keys (
    store_id {int} NOT NULL,
    key_hash {blob} NOT NULL,
    request_hash {blob} NOT NULL,
    state {text} NOT NULL,
    lease_until {int} NOT NULL,
    expires_at {int} NOT NULL,
    status {int},
    sealed_answer {blob},
    PRIMARY KEY (store_id, key_hash)
) {strict};
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (store_id, expires_at);
