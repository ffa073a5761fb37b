//! Registered SQL: one text for both engines, checked by a test against the migrated schema of each.
//!
//! Tokens: `{int}` `{real}` `{text}` `{blob}` types for casts, `{in $3}` a list parameter,
//! `{skip_locked}` (nothing on SQLite). Parameters are `$1`, `$2`, …; `$1` is the store and is bound by
//! the scope. Times and random numbers are parameters: SQL never asks the machine.

use std::sync::OnceLock;

/// A named constraint and what its violation means to the caller.
#[derive(Debug)]
pub struct Constraint {
    /// Name of the constraint or unique index in the schema.
    pub name: &'static str,
    /// JSON pointer of the field to blame.
    pub pointer: &'static str,
    /// What would be right.
    pub detail: &'static str,
}

/// One registered statement.
pub struct Statement {
    /// Its name in the source.
    pub name: &'static str,
    /// The text with tokens.
    pub sql: &'static str,
    /// True if it touches only tables of the closed global list and has no store parameter.
    pub global: bool,
    sqlite: OnceLock<String>,
    postgres: OnceLock<String>,
}

impl Statement {
    /// Used by the `statements!` macros.
    pub const fn new(name: &'static str, sql: &'static str, global: bool) -> Self {
        Statement { name, sql, global, sqlite: OnceLock::new(), postgres: OnceLock::new() }
    }

    /// Text for SQLite: `$n` becomes `?n`, because `$n` is a *name* there, numbered by first use.
    pub fn sqlite(&self) -> &str {
        self.sqlite.get_or_init(|| expand(self.sql, Dialect::Sqlite).replace('$', "?"))
    }

    /// Text for PostgreSQL.
    pub fn postgres(&self) -> &str {
        self.postgres.get_or_init(|| expand(self.sql, Dialect::Postgres))
    }
}

/// The engines that share one text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    /// Embedded.
    Sqlite,
    /// PostgreSQL and what speaks its wire.
    Postgres,
}

/// Replaces the tokens of a statement or a migration.
pub fn expand(sql: &str, dialect: Dialect) -> String {
    let lite = dialect == Dialect::Sqlite;
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let Some(close) = rest[open..].find('}') else { break };
        let token = &rest[open + 1..open + close];
        rest = &rest[open + close + 1..];
        match token {
            "int" => out.push_str(if lite { "INTEGER" } else { "BIGINT" }),
            "real" => out.push_str(if lite { "REAL" } else { "DOUBLE PRECISION" }),
            "text" => out.push_str("TEXT"),
            "blob" => out.push_str(if lite { "BLOB" } else { "BYTEA" }),
            "strict" => out.push_str(if lite { "STRICT" } else { "" }),
            "clustered" => out.push_str(if lite { "WITHOUT ROWID, STRICT" } else { "" }),
            "skip_locked" => out.push_str(if lite { "" } else { "FOR UPDATE SKIP LOCKED" }),
            "for_update" => out.push_str(if lite { "" } else { "FOR UPDATE" }),
            list if list.starts_with("in ") => {
                let parameter = list[3..].trim();
                if lite {
                    out.push_str(&format!("IN (SELECT value FROM rarray({parameter}))"));
                } else {
                    out.push_str(&format!("= ANY({parameter})"));
                }
            }
            other => {
                out.push('{');
                out.push_str(other);
                out.push('}');
            }
        }
    }
    out.push_str(rest);
    out
}

/// Registers statements of one feature: `statements! { /// what for  FIND = "SELECT …"; }` makes
/// `static FIND: Statement` and `static ALL`.
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* pub static $name: $crate::Statement = $crate::Statement::new(stringify!($name), $sql, false);)*
        /// Every statement of this file, for the checks that walk them.
        pub static ALL: &[&$crate::Statement] = &[$(&$name),*];
    };
}

/// Registers statements on global tables (the closed list in [`crate::global`]).
#[macro_export]
macro_rules! global_statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* pub static $name: $crate::Statement = $crate::Statement::new(stringify!($name), $sql, true);)*
        /// Every global statement of this file, for the checks that walk them.
        pub static ALL_GLOBAL: &[&$crate::Statement] = &[$(&$name),*];
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_expand_for_each_engine() {
        let sql = "SELECT CAST(sum(n) AS {int}) FROM t WHERE store_id = $1 AND id {in $2} {skip_locked}";
        assert_eq!(
            expand(sql, Dialect::Postgres),
            "SELECT CAST(sum(n) AS BIGINT) FROM t WHERE store_id = $1 AND id = ANY($2) FOR UPDATE SKIP LOCKED"
        );
        let lite = Statement::new("x", "SELECT 1 WHERE a = $1 AND id {in $2}", false);
        assert_eq!(lite.sqlite(), "SELECT 1 WHERE a = ?1 AND id IN (SELECT value FROM rarray(?2))");
    }
}
