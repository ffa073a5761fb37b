//! Stores of an account and their settings. A store is the tenant and owns all data.

mod api;
pub mod brand;
pub mod model;
mod sql;

pub use brand::Brand;
pub use model::{FrequencyCap, NAME_LENGTH_MAX, QuietHours, Settings, SettingsPatch, minute_of_day};

use crate::audit;
use kernel::ids::{AccountId, StoreId};
use kernel::{OrFault, Problem, Result, Timestamp};
use serde_json::json;
use store::{Database, Row, Scope, Scoped, SystemTx, Tx, Vault, params};
use web::{Actor, Errors, Feature, IfMatch};

static DATA: web::DataMap = web::data_map! {
    table "stores" {
        none: id, account_id, name, created_at, version;
        personal: settings => purpose "identify the merchant in what is sent", basis "contract",
            source "the merchant", retention "until the store is closed", recipients "recipients of messages";
    }
    table "store_keys" {
        none: store_id, version, wrapped, created_at;
    }
    table "store_lanes" {
        none: store_id, next_ordinal, next_seq;
    }
};

/// Routes, statements, columns.
pub fn feature() -> Feature {
    Feature::new("stores").routes(api::routes).global_statements(sql::ALL_GLOBAL).personal_data(DATA)
}

/// A store.
#[derive(Clone, Debug)]
pub struct Store {
    /// Its id.
    pub id: StoreId,
    /// Whose it is.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// What the merchant set.
    pub settings: Settings,
    /// Version of name and settings.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A store by name.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
pub struct StoreName {
    /// Its id.
    pub id: StoreId,
    /// Its name.
    pub name: String,
}

impl Store {
    fn of(row: &Row) -> Result<Self> {
        Ok(Store {
            id: StoreId(row.int(0)?),
            account: AccountId(row.int(1)?),
            name: row.text(2)?,
            settings: row.json(3)?,
            version: row.int(4)?,
            created_at: row.time(5)?,
        })
    }
}

/// Makes a store with its key and lane, in the caller's transaction.
pub fn insert(
    tx: &mut SystemTx<'_>,
    vault: &Vault,
    account: AccountId,
    name: &str,
    settings: &Settings,
) -> Result<StoreId> {
    let id: StoreId = tx.ids().make().into();
    let now = tx.now();
    let settings = serde_json::to_string(settings).or_fault("write settings")?;
    tx.execute(&sql::INSERT_STORE, params![id.0, account, name, settings, now])?;
    vault.create_store_key(tx, id)?;
    #[expect(clippy::disallowed_methods, reason = "the store is being made here")]
    let scope = Scope::mint(id);
    tx.enter(scope).execute(&store::log::INSERT_LANE, params![])?;
    Ok(id)
}

/// Makes a further store of an account. Problem: there are too many.
pub async fn create(
    db: &Database,
    vault: &Vault,
    (account, actor): (AccountId, Actor),
    name: String,
    settings: Settings,
) -> Result<Store> {
    let vault = vault.clone();
    db.system()
        .write(move |tx| {
            if tx.query(&sql::LIST_STORES, params![account])?.len() >= model::STORES_MAX {
                let detail = format!("An account has at most {} stores.", model::STORES_MAX);
                return Err(Problem::conflict(detail).into());
            }
            let id = insert(tx, &vault, account, &name, &settings)?;
            audit::record_account(tx, account, actor, "store.created", &json!({ "store": id }))?;
            find(tx, id)
        })
        .await
}

fn find(tx: &mut SystemTx<'_>, id: StoreId) -> Result<Store> {
    let row = tx.query_opt(&sql::FIND_STORE, params![id.0])?;
    Store::of(&row.ok_or_else(|| Problem::new(kernel::Code::NotFound, "There is no such store."))?)
}

/// The store of a scope with its settings.
pub async fn get(store: &Scoped) -> Result<Store> {
    let id = store.store();
    store.db().system().read(move |tx| find(tx, id)).await
}

/// The same inside a transaction.
pub fn get_in(tx: &mut Tx<'_>) -> Result<Store> {
    let id = tx.store();
    find(&mut tx.system(), id)
}

/// Stores of an account, oldest first.
pub async fn list(db: &Database, account: AccountId) -> Result<Vec<Store>> {
    let rows = db.system().query(&sql::LIST_STORES, params![account]).await?;
    rows.iter().map(Store::of).collect()
}

/// Their ids.
pub async fn list_ids(db: &Database, account: AccountId) -> Result<Vec<StoreId>> {
    Ok(list(db, account).await?.into_iter().map(|s| s.id).collect())
}

/// Their names.
pub async fn list_names(db: &Database, account: AccountId) -> Result<Vec<StoreName>> {
    Ok(list(db, account).await?.into_iter().map(|s| StoreName { id: s.id, name: s.name }).collect())
}

/// Changes name and settings. Problems: not valid, or changed by somebody else meanwhile.
pub async fn update(
    store: &Scoped,
    actor: Actor,
    if_match: IfMatch,
    (name, patch): (Option<String>, SettingsPatch),
) -> Result<Store> {
    store
        .write(move |tx| {
            let before = get_in(tx)?;
            if_match.check(before.version)?;
            let name = name.unwrap_or_else(|| before.name.clone());
            let settings = before.settings.clone().patched(patch);
            let mut errors = Errors::new();
            errors.line("/name", &name, 1..=NAME_LENGTH_MAX);
            settings.check(&mut errors, "/settings");
            errors.finish()?;
            let text = serde_json::to_string(&settings).or_fault("write settings")?;
            let values = params![before.id.0, before.version, name.as_str(), text];
            if tx.system().execute(&sql::UPDATE_STORE, values)? == 0 {
                return Err(Problem::conflict(
                    "Somebody else changed the store at the same moment. Try again.",
                )
                .into());
            }
            let changed = changed_fields(&before, &name, &settings)?;
            audit::record(tx, actor, "store.updated", before.id, &json!({ "changed": changed }))?;
            get_in(tx)
        })
        .await
}

/// Names of what differs; values may be personal and stay out of the audit log.
fn changed_fields(before: &Store, name: &str, settings: &Settings) -> Result<Vec<String>> {
    let old = serde_json::to_value(&before.settings).or_fault("compare settings")?;
    let new = serde_json::to_value(settings).or_fault("compare settings")?;
    let mut changed: Vec<String> = match &new {
        serde_json::Value::Object(fields) => {
            fields.iter().filter(|(k, v)| old.get(k) != Some(v)).map(|(k, _)| k.clone()).collect()
        }
        _ => Vec::new(),
    };
    if before.name != name {
        changed.push("name".into());
    }
    changed.sort_unstable();
    Ok(changed)
}
