//! Statements of sender domains and their keys.

use store::statements;

statements! {
    /// Makes a domain.
    INSERT_DOMAIN = "INSERT INTO sender_domains (store_id, id, domain, bounce_host, tracking_host, spf_mechanisms,
        verified, checked_at, findings, next_generation, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, 0, NULL, '[]', 1, $7, $7)";
    /// One domain by id.
    FIND_DOMAIN = "SELECT id, domain, bounce_host, tracking_host, spf_mechanisms, verified, checked_at, findings,
        created_at FROM sender_domains WHERE store_id = $1 AND id = $2";
    /// One domain by name.
    FIND_DOMAIN_BY_NAME = "SELECT id, domain, bounce_host, tracking_host, spf_mechanisms, verified, checked_at, findings,
        created_at FROM sender_domains WHERE store_id = $1 AND domain = $2";
    /// Whether a host is one of the store's.
    FIND_TRACKING_HOST = "SELECT 1 FROM sender_domains WHERE store_id = $1 AND tracking_host = $2";
    /// Domains, newest first.
    LIST_DOMAINS = "SELECT id, domain, bounce_host, tracking_host, spf_mechanisms, verified, checked_at, findings,
        created_at FROM sender_domains WHERE store_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    /// Changes what the merchant may change; what was found before says nothing any more.
    UPDATE_DOMAIN = "UPDATE sender_domains SET bounce_host = $3, tracking_host = $4, spf_mechanisms = $5, verified = 0,
        checked_at = NULL, findings = '[]', updated_at = $6 WHERE store_id = $1 AND id = $2";
    /// Keeps what DNS said.
    SET_FINDINGS = "UPDATE sender_domains SET verified = $3, checked_at = $4, findings = $5, updated_at = $4
        WHERE store_id = $1 AND id = $2";
    /// Takes the number of the next pair of keys.
    TAKE_GENERATION = "UPDATE sender_domains SET next_generation = next_generation + 1, updated_at = $3
        WHERE store_id = $1 AND id = $2 RETURNING next_generation - 1";
    /// Removes a domain.
    DELETE_DOMAIN = "DELETE FROM sender_domains WHERE store_id = $1 AND id = $2";
    /// Keeps a key.
    INSERT_KEY = "INSERT INTO dkim_keys (store_id, domain_id, selector, generation, algorithm, record, sealed, state,
        created_at, retire_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'pending', $8, NULL)";
    /// Keys of a domain, oldest pair first.
    LIST_KEYS = "SELECT selector, generation, algorithm, record, state, created_at, retire_at FROM dkim_keys
        WHERE store_id = $1 AND domain_id = $2 ORDER BY generation, selector";
    /// The keys that sign.
    LIST_SIGNING_KEYS = "SELECT selector, algorithm, sealed FROM dkim_keys
        WHERE store_id = $1 AND domain_id = $2 AND state = 'active' ORDER BY selector";
    /// Lets the keys of a pair sign.
    ACTIVATE_KEYS = "UPDATE dkim_keys SET state = 'active' WHERE store_id = $1 AND domain_id = $2 AND generation = $3
        AND state = 'pending'";
    /// Lets older pairs sign no more.
    RETIRE_KEYS = "UPDATE dkim_keys SET state = 'retiring', retire_at = $4 WHERE store_id = $1 AND domain_id = $2
        AND generation < $3 AND state <> 'retiring'";
    /// Destroys keys whose overlap is over.
    DELETE_RETIRED_KEYS = "DELETE FROM dkim_keys WHERE store_id = $1 AND domain_id = $2 AND state = 'retiring'
        AND retire_at <= $3";
    /// Destroys the keys of a domain.
    DELETE_KEYS = "DELETE FROM dkim_keys WHERE store_id = $1 AND domain_id = $2";
}
