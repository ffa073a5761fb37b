//! Statements of stores.

store::global_statements! {
    /// Makes a store.
    INSERT_STORE = "INSERT INTO stores (id, account_id, name, settings, created_at, version)
        VALUES ($1, $2, $3, $4, $5, 1)";
    /// Stores of an account, oldest first.
    LIST_STORES = "SELECT id, account_id, name, settings, version, created_at FROM stores
        WHERE account_id = $1 ORDER BY id";
    /// One store.
    FIND_STORE = "SELECT id, account_id, name, settings, version, created_at FROM stores WHERE id = $1";
    /// Changes name and settings of the version that was read.
    UPDATE_STORE = "UPDATE stores SET name = $3, settings = $4, version = version + 1 WHERE id = $1 AND version = $2";
}
