-- A person or company that owns stores.
CREATE TABLE accounts (
    id {int} PRIMARY KEY,
    created_at {int} NOT NULL
) {strict};

-- People who can log in. The address is sealed; its keyed hash finds it.
CREATE TABLE users (
    id {int} PRIMARY KEY,
    account_id {int} NOT NULL,
    email_hash {blob} NOT NULL,
    email_sealed {blob} NOT NULL,
    password_hash {text} NOT NULL,
    password_changed_at {int} NOT NULL,
    created_at {int} NOT NULL
) {strict};
CREATE UNIQUE INDEX users_email ON users (email_hash);
CREATE INDEX users_account ON users (account_id);

-- Settings of a store are a document that two people may edit.
ALTER TABLE stores ADD COLUMN version {int} NOT NULL DEFAULT 1;
