//! Statements of accounts and people.

store::global_statements! {
    /// Makes an account.
    INSERT_ACCOUNT = "INSERT INTO accounts (id, created_at) VALUES ($1, $2)";
    /// Makes a person who can log in; no row if the address is taken.
    INSERT_USER = "INSERT INTO users (id, account_id, email_hash, email_sealed, password_hash, password_changed_at,
        created_at) VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (email_hash) DO NOTHING";
    /// Finds a person by the keyed hash of the address.
    FIND_USER_BY_EMAIL = "SELECT id, account_id, email_sealed, password_hash FROM users WHERE email_hash = $1";
    /// A person.
    FIND_USER = "SELECT id, account_id, email_sealed, password_hash FROM users WHERE id = $1";
    /// Changes a password.
    UPDATE_PASSWORD = "UPDATE users SET password_hash = $2, password_changed_at = $3 WHERE id = $1";
    /// Makes the same password harder to guess after the parameters rose.
    UPDATE_PASSWORD_HASH = "UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2";
    /// People of an account.
    LIST_USERS = "SELECT id, account_id, email_sealed, password_hash FROM users WHERE account_id = $1 ORDER BY id";
}
