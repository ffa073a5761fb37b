//! Facts of the whole installation, its first account, and the claim on the tables that every feature shares.
//!
//! The sending lock: a restored installation sends nothing until somebody has looked at what was sent
//! between backup and loss, and unlocks it by a command.

mod api;
mod code;
mod sql;

pub use code::setup_code;

use crate::accounts::{self, Passwords};
use crate::audit;
use crate::stores::{self, Settings};
use kernel::ids::{AccountId, UserId};
use kernel::{Code, EmailAddress, Problem, Result};
use serde_json::json;
use store::{Database, SystemTx, Vault, params};
use web::{Actor, Errors, Feature};

/// Name of the lock.
const SENDING_LOCKED: &str = "sending_locked";
/// Fact that somebody is making or has made the first account in the browser; taken once.
const SET_UP_AT: &str = "set_up_at";

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
        .routes(api::routes)
        .statements(store::log::ALL)
        .global_statements(sql::ALL_GLOBAL)
        .global_statements(store::log::ALL_GLOBAL)
        .global_statements(store::queue::ALL_GLOBAL)
        .global_statements(store::vault::ALL_GLOBAL)
        .global_statements(store::nodes::ALL_GLOBAL)
        .global_statements(store::outside::ALL_GLOBAL)
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

/// Unlocks it and forgets the restore point; false if it was not locked.
pub async fn unlock_sending(db: &Database) -> Result<bool> {
    db.system()
        .write(|tx| {
            store::outside::end_replay(tx)?;
            Ok(tx.execute(&sql::DELETE_FACT, params![SENDING_LOCKED])? > 0)
        })
        .await
}

/// True if somebody has an account.
pub fn is_set_up(tx: &mut SystemTx<'_>) -> Result<bool> {
    Ok(tx.query_opt(&sql::FIND_ANY_ACCOUNT, params![])?.is_some())
}

/// Tells this installation from others; says nothing of its keys.
pub fn fingerprint(vault: &Vault) -> String {
    let bytes = vault.installation().blind("installation", "fingerprint");
    bytes.iter().take(8).map(|b| format!("{b:02x}")).collect()
}

/// The code for the first account, as long as there is none.
pub async fn awaited_code(db: &Database, vault: &Vault) -> Result<Option<String>> {
    Ok(if db.system().read(is_set_up).await? { None } else { Some(setup_code(vault)) })
}

/// Whoever makes the first account.
struct Founder {
    email: String,
    password: String,
    store: String,
    settings: Settings,
}

/// Makes the first account and its store. Problem: there is an account, or a field is not valid.
async fn found(
    db: &Database,
    vault: &Vault,
    passwords: &Passwords,
    founder: Founder,
) -> Result<(UserId, AccountId)> {
    let email = check(&founder)?;
    let hash = passwords.hash(&founder.password).await?;
    let vault = vault.clone();
    db.system()
        .write(move |tx| {
            require_empty(tx)?;
            let now = tx.now().to_string();
            // Two at once: the second waits for the first here, and finds the fact taken.
            if tx.execute(&sql::TAKE_FACT, params![SET_UP_AT, now])? == 0 {
                return Err(already().into());
            }
            let (account, user) = accounts::insert_owner(tx, &vault, &email, &hash)?;
            let store = stores::insert(tx, &vault, account, &founder.store, &founder.settings)?;
            let details = json!({ "user": user, "store": store });
            audit::record_account(tx, account, Actor::User(user), "account.created", &details)?;
            Ok((user, account))
        })
        .await
}

fn check(founder: &Founder) -> Result<EmailAddress> {
    let mut errors = Errors::new();
    errors.line("/store_name", &founder.store, 1..=stores::NAME_LENGTH_MAX);
    let email = accounts::check_owner(&mut errors, &founder.email, &founder.password, &founder.store);
    errors.finish()?;
    email
}

/// Problem: somebody has an account.
fn require_empty(tx: &mut SystemTx<'_>) -> Result<()> {
    if is_set_up(tx)? { Err(already().into()) } else { Ok(()) }
}

fn already() -> Problem {
    Problem::conflict("This installation has an account already. Log in.")
}
