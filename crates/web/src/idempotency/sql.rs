//! Statements of idempotency keys.

store::statements! {
    /// Begins a request; no row if the key is known.
    BEGIN_KEY = "INSERT INTO idempotency_keys (store_id, key_hash, request_hash, state, lease_until, expires_at)
        VALUES ($1, $2, $3, 'running', $4, $5) ON CONFLICT (store_id, key_hash) DO NOTHING";
    /// What is known of a key.
    FIND_KEY = "SELECT request_hash, state, status, sealed_answer FROM idempotency_keys
        WHERE store_id = $1 AND key_hash = $2";
    /// Goes on with a request whose process died.
    TAKE_OVER_KEY = "UPDATE idempotency_keys SET lease_until = $3
        WHERE store_id = $1 AND key_hash = $2 AND state = 'running' AND lease_until <= $4";
    /// Keeps the answer.
    FINISH_KEY = "UPDATE idempotency_keys SET state = 'done', status = $3, sealed_answer = $4
        WHERE store_id = $1 AND key_hash = $2";
    /// Forgets a request that had no effect.
    DELETE_KEY = "DELETE FROM idempotency_keys WHERE store_id = $1 AND key_hash = $2";
    /// Forgets what is older than a day.
    DELETE_EXPIRED_KEYS = "DELETE FROM idempotency_keys WHERE store_id = $1 AND expires_at <= $2";
}
