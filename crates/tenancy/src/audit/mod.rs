//! The audit log: every act of an operator and every disclosure, in hash chains (P-208, P-209).
//!
//! Each store has a chain, and each account one for what is above its stores. [`record`] works inside
//! the caller's transaction: an act is recorded if and only if it happened. Details carry ids, counts
//! and names of fields, never personal data. It deliberately has no way to change or delete an entry.

mod api;
pub mod model;
mod sql;
#[cfg(test)]
mod tests;

pub use model::{Entry, Verdict};

use kernel::Result;
use kernel::ids::{AccountId, AuditId};
use model::{Check, HASH_LENGTH, canonical, hash};
use serde_json::Value;
use std::fmt::Display;
use store::{Database, Row, SystemTx, Tx, params};
use web::{Actor, Feature};

/// Entries read at once by a check.
const CHECK_BATCH: i64 = 1_000;

static DATA: web::DataMap = web::data_map! {
    table "audit_entries" {
        none: chain, seq, id, at, action, object, details, hash;
        personal: actor => purpose "prove who did what", basis "legal obligation and legitimate interest",
            source "the program", retention "as long as the installation", recipients "the account's owner";
    }
    table "audit_heads" {
        none: chain, seq, hash;
    }
};

/// Routes, statements, columns.
pub fn feature() -> Feature {
    Feature::new("audit").routes(api::routes).global_statements(sql::ALL_GLOBAL).personal_data(DATA)
}

/// Records an act inside a store, in the transaction that does it. `action` is `noun.verb_past`,
/// `object` the id it was done to (or empty), `details` more about it without personal data.
pub fn record(
    tx: &mut Tx<'_>,
    actor: Actor,
    action: &'static str,
    object: impl Display,
    details: &Value,
) -> Result<AuditId> {
    let chain = tx.store().0;
    append(&mut tx.system(), chain, actor, action, &object.to_string(), details)
}

/// Records an act on an account, above its stores.
pub fn record_account(
    tx: &mut SystemTx<'_>,
    account: AccountId,
    actor: Actor,
    action: &'static str,
    details: &Value,
) -> Result<AuditId> {
    append(tx, account.0, actor, action, &account.to_string(), details)
}

fn append(
    tx: &mut SystemTx<'_>,
    chain: i64,
    actor: Actor,
    action: &'static str,
    object: &str,
    details: &Value,
) -> Result<AuditId> {
    let place = tx.query_one(&sql::TAKE_PLACE, params![chain, [0u8; HASH_LENGTH]])?;
    let entry = Entry {
        seq: place.int(0)?,
        id: tx.ids().make().into(),
        at: tx.now(),
        actor: actor.to_string(),
        action: action.to_owned(),
        object: object.to_owned(),
        details: canonical(details),
    };
    let hash = hash(chain, &entry, &place.blob(1)?);
    let values = params![
        chain,
        entry.seq,
        entry.id,
        entry.at,
        entry.actor,
        entry.action,
        entry.object,
        entry.details,
        hash
    ];
    tx.execute(&sql::INSERT_ENTRY, values)?;
    tx.execute(&sql::PUT_HEAD, params![chain, hash])?;
    Ok(entry.id)
}

fn entry_of(row: &Row) -> Result<Entry> {
    Ok(Entry {
        seq: row.int(0)?,
        id: AuditId(row.int(1)?),
        at: row.time(2)?,
        actor: row.text(3)?,
        action: row.text(4)?,
        object: row.text(5)?,
        details: row.text(6)?,
    })
}

/// Entries of a chain (a store's or an account's number) before place `before`, newest first.
pub async fn list(db: &Database, chain: i64, before: i64, limit: i64) -> Result<Vec<Entry>> {
    let rows = db.system().query(&sql::LIST_ENTRIES, params![chain, before, limit]).await?;
    rows.iter().map(entry_of).collect()
}

/// Checks one chain from its beginning; names the first bad entry.
pub async fn verify(db: &Database, chain: i64) -> Result<Verdict> {
    db.system().read(move |tx| verify_chain(tx, chain)).await
}

fn verify_chain(tx: &mut SystemTx<'_>, chain: i64) -> Result<Verdict> {
    let mut check = Check::new(chain);
    loop {
        let rows = tx.query(&sql::LIST_ENTRIES_FORWARD, params![chain, check.seq(), CHECK_BATCH])?;
        for row in &rows {
            if let Some(verdict) = check.next(&entry_of(row)?, &row.blob(7)?) {
                return Ok(verdict);
            }
        }
        if (rows.len() as i64) < CHECK_BATCH {
            break;
        }
    }
    let head = tx.query_opt(&sql::FIND_HEAD, params![chain])?;
    let head = head.map(|row| Ok::<_, kernel::Error>((row.int(0)?, row.blob(1)?))).transpose()?;
    Ok(check.end(head))
}

/// Checks every chain of the installation.
pub async fn verify_all(db: &Database) -> Result<Vec<(i64, Verdict)>> {
    let chains = db.system().query(&sql::LIST_CHAINS, params![]).await?;
    let mut found = Vec::new();
    for row in &chains {
        let chain = row.int(0)?;
        found.push((chain, verify(db, chain).await?));
    }
    Ok(found)
}
