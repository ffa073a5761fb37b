//! Statements of the audit log.

store::global_statements! {
    /// Takes the next place of a chain; locks the chain until commit. The first entry makes the head.
    TAKE_PLACE = "INSERT INTO audit_heads (chain, seq, hash) VALUES ($1, 1, $2)
        ON CONFLICT (chain) DO UPDATE SET seq = audit_heads.seq + 1 RETURNING seq, hash";
    /// Keeps the hash of the newest entry.
    PUT_HEAD = "UPDATE audit_heads SET hash = $2 WHERE chain = $1";
    /// Appends an entry.
    INSERT_ENTRY = "INSERT INTO audit_entries (chain, seq, id, at, actor, action, object, details, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    /// Entries of a chain, newest first.
    LIST_ENTRIES = "SELECT seq, id, at, actor, action, object, details, hash FROM audit_entries
        WHERE chain = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3";
    /// Entries of a chain from a place on, oldest first.
    LIST_ENTRIES_FORWARD = "SELECT seq, id, at, actor, action, object, details, hash FROM audit_entries
        WHERE chain = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    /// Newest entry as the head has it.
    FIND_HEAD = "SELECT seq, hash FROM audit_heads WHERE chain = $1";
    /// Every chain.
    LIST_CHAINS = "SELECT chain FROM audit_heads UNION SELECT DISTINCT chain FROM audit_entries ORDER BY 1";
}
