//! The closed list of tables that do not belong to one store, and their common statements.
//!
//! Everything else has `store_id` first in its keys. On a distributed engine these stay undistributed:
//! a claim by `FOR UPDATE SKIP LOCKED` works on one shard only.

/// Global tables. A statement may be `global` only if it touches none but these.
pub const TABLES: &[&str] = &[
    "accounts",
    "users",
    "sessions",
    "stores",
    "store_keys",
    "api_keys",
    "policy_acceptances",
    "login_attempts",
    "audit_entries",
    "audit_heads",
    "jobs",
    "nodes",
    "schema_migrations",
    "installation",
    "device_permissions",
    "due_sends",
    "bounce_routes",
];
