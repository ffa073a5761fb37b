//! Statements of log-ins, keys and failed attempts.

store::global_statements! {
    /// Begins a log-in.
    INSERT_SESSION = "INSERT INTO sessions (id, user_id, token_hash, remember, created_at, seen_at, expires_at,
        client_sealed) VALUES ($1, $2, $3, $4, $5, $5, $6, $7)";
    /// The log-in of a token, with its person and whether they accepted the policy text of version $2.
    FIND_SESSION = "SELECT s.id, s.user_id, u.account_id, s.remember, s.seen_at, s.expires_at,
        (SELECT count(*) FROM policy_acceptances p WHERE p.user_id = s.user_id AND p.version = $2)
        FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.token_hash = $1";
    /// Notes that a log-in is in use.
    TOUCH_SESSION = "UPDATE sessions SET seen_at = $2 WHERE id = $1";
    /// Log-ins of a person, newest first.
    LIST_SESSIONS = "SELECT id, remember, created_at, seen_at, expires_at, client_sealed FROM sessions
        WHERE user_id = $1 ORDER BY id DESC LIMIT $2";
    /// Ends one log-in of a person.
    DELETE_SESSION = "DELETE FROM sessions WHERE user_id = $1 AND id = $2";
    /// Ends every log-in of a person but one.
    DELETE_OTHER_SESSIONS = "DELETE FROM sessions WHERE user_id = $1 AND id <> $2";
    /// Forgets log-ins that ran out.
    DELETE_EXPIRED_SESSIONS = "DELETE FROM sessions WHERE user_id = $1 AND expires_at <= $2";
    /// Makes a key.
    INSERT_KEY = "INSERT INTO api_keys (id, store_id, account_id, name, secret_hash, scopes, created_by, created_at,
        expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    /// A key by its number.
    FIND_KEY = "SELECT id, store_id, account_id, name, secret_hash, scopes, created_by, created_at, expires_at, used_at,
        revoked_at FROM api_keys WHERE id = $1";
    /// Keys of a store, newest first.
    LIST_KEYS = "SELECT id, store_id, account_id, name, secret_hash, scopes, created_by, created_at, expires_at, used_at,
        revoked_at FROM api_keys WHERE store_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    /// Notes that a key is in use.
    TOUCH_KEY = "UPDATE api_keys SET used_at = $2 WHERE id = $1";
    /// Revokes a key of a store.
    REVOKE_KEY = "UPDATE api_keys SET revoked_at = $3 WHERE store_id = $1 AND id = $2 AND revoked_at IS NULL";
    /// Notes an attempt to log in.
    INSERT_ATTEMPT = "INSERT INTO login_attempts (id, subject, at) VALUES ($1, $2, $3)";
    /// Attempts of a subject since a time.
    COUNT_ATTEMPTS = "SELECT count(*), min(at) FROM login_attempts WHERE subject = $1 AND at > $2";
    /// Takes back an attempt that succeeded.
    DELETE_ATTEMPTS = "DELETE FROM login_attempts WHERE id {in $1}";
    /// Forgets the failures of a subject.
    DELETE_SUBJECT_ATTEMPTS = "DELETE FROM login_attempts WHERE subject = $1";
    /// Forgets attempts older than a time.
    DELETE_OLD_ATTEMPTS = "DELETE FROM login_attempts WHERE at <= $1";
}
