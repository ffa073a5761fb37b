//! Statements of policy acceptances.

store::global_statements! {
    /// Records that a person agreed to a version; the first time counts.
    INSERT_ACCEPTANCE = "INSERT INTO policy_acceptances (id, user_id, version, accepted_at, actor, source, locale,
        ip_sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (user_id, version) DO NOTHING";
    /// Versions a person agreed to, newest first.
    LIST_ACCEPTANCES = "SELECT version, accepted_at, actor, source, locale FROM policy_acceptances
        WHERE user_id = $1 ORDER BY accepted_at DESC LIMIT 100";
    /// Whether a person agreed to a version.
    COUNT_ACCEPTANCES = "SELECT count(*) FROM policy_acceptances WHERE user_id = $1 AND version = $2";
    /// Whose account a person belongs to.
    FIND_ACCOUNT = "SELECT account_id FROM users WHERE id = $1";
}
