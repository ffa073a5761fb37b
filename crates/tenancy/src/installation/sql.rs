//! Statements of installation-wide facts.

store::global_statements! {
    /// A fact by name.
    FIND_FACT = "SELECT value FROM installation WHERE name = $1";
    /// Keeps a fact.
    PUT_FACT = "INSERT INTO installation (name, value) VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    /// Keeps a fact that may be kept once; no row if it is there.
    TAKE_FACT = "INSERT INTO installation (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    /// Some account, if there is any.
    FIND_ANY_ACCOUNT = "SELECT id FROM accounts LIMIT 1";
    /// Forgets a fact.
    DELETE_FACT = "DELETE FROM installation WHERE name = $1";
}
