//! Statements of installation-wide facts.

store::global_statements! {
    /// A fact by name.
    FIND_FACT = "SELECT value FROM installation WHERE name = $1";
    /// Keeps a fact.
    PUT_FACT = "INSERT INTO installation (name, value) VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    /// Forgets a fact.
    DELETE_FACT = "DELETE FROM installation WHERE name = $1";
}
