//! Facts of the whole installation, and the claim on the tables that every feature shares.
//!
//! The sending lock: a restored installation sends nothing until somebody has looked at what was sent
//! between backup and loss, and unlocks it by a command.

mod sql;

use kernel::{Code, Problem, Result};
use store::{Database, SystemTx, params};
use web::Feature;

/// Name of the lock.
const SENDING_LOCKED: &str = "sending_locked";

static DATA: web::DataMap = web::data_map! {
    table "installation" {
        none: name, value;
    }
    table "schema_migrations" {
        none: name, checksum, applied_at;
    }
    table "nodes" {
        none: node, holder, lease_until;
    }
    table "jobs" {
        none: id, store_id, kind, payload, state, run_at, attempt, lease_until, cancel_requested, progress_done,
            progress_total, result, error, created_at, updated_at;
    }
    table "event_cursors" {
        none: store_id, consumer, seq;
    }
    table "events" {
        none: store_id, seq;
        personal: at, kind, ordinal, campaign_id, body => purpose "segments, reports and proof of what was sent",
            basis "consent or contract", source "messages and their recipients",
            retention "until the contact is erased; then nobody can be found behind the ordinal", recipients "none";
    }
};

/// Statements of the store crate and the tables every feature shares.
pub fn feature() -> Feature {
    Feature::new("installation")
        .statements(store::log::ALL)
        .global_statements(sql::ALL_GLOBAL)
        .global_statements(store::log::ALL_GLOBAL)
        .global_statements(store::queue::ALL_GLOBAL)
        .global_statements(store::vault::ALL_GLOBAL)
        .global_statements(store::nodes::ALL_GLOBAL)
        .global_statements(store::migrate::ALL_GLOBAL)
        .personal_data(DATA)
}

/// A fact by name.
pub fn find(tx: &mut SystemTx<'_>, name: &str) -> Result<Option<String>> {
    tx.query_opt(&sql::FIND_FACT, params![name])?.map(|row| row.text(0)).transpose()
}

/// Keeps a fact.
pub fn put(tx: &mut SystemTx<'_>, name: &str, value: &str) -> Result<()> {
    tx.execute(&sql::PUT_FACT, params![name, value]).map(|_| ())
}

/// When sending was locked, if it is.
pub fn sending_locked(tx: &mut SystemTx<'_>) -> Result<Option<String>> {
    find(tx, SENDING_LOCKED)
}

/// Problem: [`Code::SendingLocked`] if it is.
pub fn require_unlocked(tx: &mut SystemTx<'_>) -> Result<()> {
    match sending_locked(tx)? {
        None => Ok(()),
        Some(_) => {
            let detail = "Sending is locked since a restore. Look at what was sent meanwhile, then run `smartpush unlock`.";
            Err(Problem::new(Code::SendingLocked, detail).into())
        }
    }
}

/// Locks sending for every store; notes when.
pub async fn lock_sending(db: &Database) -> Result<()> {
    db.system()
        .write(|tx| {
            let now = tx.now().to_string();
            put(tx, SENDING_LOCKED, &now)
        })
        .await
}

/// Unlocks it; false if it was not locked.
pub async fn unlock_sending(db: &Database) -> Result<bool> {
    Ok(db.system().execute(&sql::DELETE_FACT, params![SENDING_LOCKED]).await? > 0)
}
