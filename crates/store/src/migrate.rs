//! Numbered schema steps, one file for both engines, each in its own transaction, checked by a sum.

use crate::engines::Engine;
use crate::statement::{Dialect, expand};
use crate::{Database, SystemTx};
use crate::{global_statements, params};
use kernel::{Fault, Problem, Result};

/// One step: its name and text with type tokens.
pub struct Migration {
    /// `0001_name`.
    pub name: &'static str,
    /// SQL with tokens; statements end in `;`.
    pub sql: &'static str,
}

macro_rules! migrations {
    ($($name:literal),* $(,)?) => {
        /// All steps in order. Append only.
        pub const MIGRATIONS: &[Migration] = &[
            $(Migration { name: $name, sql: include_str!(concat!("../../../migrations/", $name, ".sql")) }),*
        ];
    };
}

migrations![
    "0001_foundation",
    "0010_idempotency",
    "0011_accounts",
    "0012_access",
    "0013_policy",
    "0014_audit",
    "0015_views",
    "0016_device_permissions",
    "0020_contacts",
    "0021_consent",
    "0022_tags_and_attributes",
    "0023_suppressions",
    "0024_exports",
    "0030_imports",
    "0040_segment_columns",
    "0041_segments",
    "0042_segment_growth",
    "0050_templates",
    "0051_saved_blocks",
    "0052_media",
    "0060_relays",
    "0070_sender_domains",
    "0071_suppression",
    "0072_tracking",
    "0073_sandbox",
    "0080_outbox",
    "0085_campaigns",
    "0086_reports",
    "0090_live",
    "0091_activity",
    "0092_setup",
    "0097_events",
    "0098_behaviour",
];

global_statements! {
    /// The applied steps.
    LIST_MIGRATIONS = "SELECT name, checksum FROM schema_migrations ORDER BY name";
    /// Notes an applied step.
    INSERT_MIGRATION = "INSERT INTO schema_migrations (name, checksum, applied_at) VALUES ($1, $2, $3)";
}

/// Statistics for SQLite's planner, the same on every installation, so that plans neither change with the
/// data nor come from the planner's guess that a store has ten rows: with that guess it would rather read
/// a whole store than probe a unique index with a list. Assumed: ten stores of a million rows.
const STATISTICS: &str = r#"
    ANALYZE sqlite_schema;
    DELETE FROM sqlite_stat1;
    INSERT INTO sqlite_stat1 (tbl, idx, stat)
    SELECT tbl, idx, '10000000 ' || group_concat(
            CASE WHEN seqno = last AND uniq = 1 THEN '1'
                 WHEN seqno = last THEN '10'
                 WHEN seqno = 0 AND column = 'store_id' THEN '1000000'
                 ELSE '1000' END, ' ' ORDER BY seqno)
    FROM (SELECT t.name AS tbl, CASE WHEN i.origin = 'pk' AND t.wr = 1 THEN t.name ELSE i.name END AS idx,
            i."unique" AS uniq, c.seqno AS seqno, c.name AS column,
            max(c.seqno) OVER (PARTITION BY i.name) AS last
        FROM pragma_table_list t JOIN pragma_index_list(t.name) i JOIN pragma_index_info(i.name) c
        WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%')
    GROUP BY tbl, idx;
    ANALYZE sqlite_schema;
"#;

fn checksum(sql: &str) -> i64 {
    i64::from(crc32fast::hash(sql.as_bytes()))
}

fn dialect(db: &Database) -> Dialect {
    match &*db.engine {
        Engine::Sqlite(_) => Dialect::Sqlite,
        Engine::Postgres(_) => Dialect::Postgres,
    }
}

/// Applies the steps that are missing; answers their names. Several processes may call it at once.
pub async fn migrate(db: &Database) -> Result<Vec<&'static str>> {
    let dialect = dialect(db);
    db.system()
        .write(move |tx| {
            if dialect == Dialect::Postgres {
                tx.batch("SELECT pg_advisory_xact_lock(7305004)")?;
            }
            tx.batch(&expand(
                "CREATE TABLE IF NOT EXISTS schema_migrations (name {text} PRIMARY KEY, checksum {int} NOT NULL, \
                 applied_at {int} NOT NULL) {strict}",
                dialect,
            ))?;
            let applied = tx.query(&LIST_MIGRATIONS, params![])?;
            refuse_newer(&applied)?;
            let mut done = Vec::new();
            for step in MIGRATIONS {
                if apply(tx, step, &applied, dialect)? {
                    done.push(step.name);
                }
            }
            if dialect == Dialect::Sqlite && !done.is_empty() {
                tx.batch(STATISTICS)?;
            }
            Ok(done)
        })
        .await
}

fn refuse_newer(applied: &[crate::Row]) -> Result<()> {
    for row in applied {
        let name = row.text(0)?;
        if !MIGRATIONS.iter().any(|m| m.name == name) {
            return Err(Problem::conflict(format!(
                "The database was written by a newer program (it has step {name}). Use that program."
            ))
            .into());
        }
    }
    Ok(())
}

fn apply(tx: &mut SystemTx<'_>, step: &Migration, applied: &[crate::Row], dialect: Dialect) -> Result<bool> {
    for row in applied {
        if row.text(0)? == step.name {
            if row.int(1)? != checksum(step.sql) {
                return Err(
                    Fault::new(format!("migration {} was changed after it was applied", step.name)).into()
                );
            }
            return Ok(false);
        }
    }
    tx.batch(&expand(step.sql, dialect))?;
    let now = tx.now();
    tx.execute(&INSERT_MIGRATION, params![step.name, checksum(step.sql), now])?;
    Ok(true)
}
