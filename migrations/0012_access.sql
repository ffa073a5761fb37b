-- Log-ins of people. Only a keyed hash of the token is kept.
CREATE TABLE sessions (
    id {int} PRIMARY KEY,
    user_id {int} NOT NULL,
    token_hash {blob} NOT NULL,
    remember {int} NOT NULL,
    created_at {int} NOT NULL,
    seen_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    client_sealed {blob} NOT NULL
) {strict};
CREATE UNIQUE INDEX sessions_token ON sessions (token_hash);
CREATE INDEX sessions_user ON sessions (user_id);

-- Keys of programs; each works inside one store.
CREATE TABLE api_keys (
    id {int} PRIMARY KEY,
    store_id {int} NOT NULL,
    account_id {int} NOT NULL,
    name {text} NOT NULL,
    secret_hash {blob} NOT NULL,
    scopes {text} NOT NULL,
    created_by {text} NOT NULL,
    created_at {int} NOT NULL,
    expires_at {int},
    used_at {int},
    revoked_at {int}
) {strict};
CREATE INDEX api_keys_store ON api_keys (store_id, id);

-- Failed log-ins of the last hour, by keyed hash of account, address and network.
CREATE TABLE login_attempts (
    id {int} PRIMARY KEY,
    subject {blob} NOT NULL,
    at {int} NOT NULL
) {strict};
CREATE INDEX login_attempts_subject ON login_attempts (subject, at);
CREATE INDEX login_attempts_at ON login_attempts (at);
