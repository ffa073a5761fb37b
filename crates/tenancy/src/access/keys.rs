//! Keys of programs: `sp_live_<id>_<secret><check>`, shown once, kept as a keyed hash, one store each.

use super::model::{TOUCH_EVERY_MS, key_text, parse_key, secret};
use super::{sql, unauthorized};
use crate::audit;
use kernel::ids::{AccountId, ApiKeyId, StoreId};
use kernel::{OrFault, Problem, Result, Timestamp};
use serde_json::json;
use store::{Database, Row, Scope, Scoped, SystemTx, Vault, params};
use subtle::ConstantTimeEq;
use web::{Actor, Principal, Reach, Rights};

/// A key to make.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// Whose account.
    pub account: AccountId,
    /// The store it works in.
    pub store: StoreId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Rights,
    /// When it ends, if it does.
    pub expires_at: Option<Timestamp>,
    /// Who makes it.
    pub actor: Actor,
}

impl NewKey {
    /// The first key of a new store: every right, without an end.
    pub fn first(account: AccountId, store: StoreId) -> Self {
        let name = "First key".to_owned();
        NewKey { account, store, name, scopes: Rights::all(), expires_at: None, actor: Actor::Operator }
    }
}

/// A key with its text, which is shown this once.
#[derive(Clone)]
pub struct IssuedKey {
    /// Its id.
    pub id: ApiKeyId,
    /// `sp_live_…`.
    pub text: String,
}

impl std::fmt::Debug for IssuedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "IssuedKey({})", self.id)
    }
}

/// A key as kept.
#[derive(Clone, Debug)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// The store it works in.
    pub store: StoreId,
    /// Whose account.
    pub account: AccountId,
    /// What it is for.
    pub name: String,
    secret_hash: Vec<u8>,
    /// What it may do.
    pub scopes: Rights,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// When it ends, if it does.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl ApiKey {
    fn of(row: &Row) -> Result<Self> {
        let words = row.text(5)?;
        // A right that a later program took away is no right any more; the others stay.
        let known = words.split(' ').filter(|w| Rights::parse([*w]).is_ok());
        Ok(ApiKey {
            id: ApiKeyId(row.int(0)?),
            store: StoreId(row.int(1)?),
            account: AccountId(row.int(2)?),
            name: row.text(3)?,
            secret_hash: row.blob(4)?,
            scopes: Rights::parse(known).unwrap_or_default(),
            created_by: row.text(6)?,
            created_at: row.time(7)?,
            expires_at: row.opt_time(8)?,
            used_at: row.opt_time(9)?,
            revoked_at: row.opt_time(10)?,
        })
    }
}

fn secret_hash(vault: &Vault, id: ApiKeyId, secret: &str) -> [u8; store::vault::BLIND_LENGTH] {
    vault.installation().token_mac(&[b"api key", &id.0.to_be_bytes(), secret.as_bytes()])
}

/// Makes a key in the caller's transaction and records it.
pub fn insert(tx: &mut SystemTx<'_>, vault: &Vault, new: &NewKey) -> Result<IssuedKey> {
    let secret = secret(&store::vault::random::<96>()?).or_fault("draw the secret of a key")?;
    let id: ApiKeyId = tx.ids().make().into();
    let hash = secret_hash(vault, id, &secret).to_vec();
    let (now, scopes) = (tx.now(), new.scopes.words().join(" "));
    let values = params![
        id,
        new.store.0,
        new.account,
        new.name.as_str(),
        hash,
        scopes,
        new.actor.to_string(),
        now,
        new.expires_at
    ];
    tx.execute(&sql::INSERT_KEY, values)?;
    #[expect(clippy::disallowed_methods, reason = "the key's own store, for its audit log")]
    let scope = Scope::mint(new.store);
    let details = json!({ "scopes": new.scopes, "expires_at": new.expires_at });
    audit::record(&mut tx.enter(scope), new.actor, "key.created", id, &details)?;
    Ok(IssuedKey { id, text: key_text(id, &secret) })
}

/// Whose key is this? One answer for every way of being wrong.
pub(super) async fn identify(db: &Database, vault: &Vault, text: &str) -> Result<Principal> {
    let unknown = || unauthorized("The key is unknown, revoked or run out.");
    let (id, secret) = parse_key(text).ok_or_else(unknown)?;
    let row = db.system().query_opt(&sql::FIND_KEY, params![id]).await?.ok_or_else(unknown)?;
    let (key, now) = (ApiKey::of(&row)?, db.now());
    let right = bool::from(secret_hash(vault, id, secret).as_slice().ct_eq(&key.secret_hash));
    if !right || key.revoked_at.is_some() || key.expires_at.is_some_and(|end| end <= now) {
        return Err(unknown().into());
    }
    if key.used_at.is_none_or(|used| now.since(used) >= TOUCH_EVERY_MS) {
        db.system().execute(&sql::TOUCH_KEY, params![id, now]).await?;
    }
    Ok(Principal {
        actor: Actor::ApiKey(id),
        account: key.account,
        session: None,
        policy_accepted: true,
        reach: Reach::Store(key.store, key.scopes),
    })
}

/// Keys of a store before `before`, newest first.
pub async fn list(store: &Scoped, before: i64, limit: i64) -> Result<Vec<ApiKey>> {
    let rows = store.db().system().query(&sql::LIST_KEYS, params![store.store().0, before, limit]).await?;
    rows.iter().map(ApiKey::of).collect()
}

/// A key of this store. Problem: absent.
pub async fn get(store: &Scoped, id: ApiKeyId) -> Result<ApiKey> {
    let row = store.db().system().query_opt(&sql::FIND_KEY, params![id]).await?;
    let key = row.as_ref().map(ApiKey::of).transpose()?.filter(|k| k.store == store.store());
    key.ok_or_else(|| Problem::not_found("key").into())
}

/// Revokes a key; at once and for good. Problem: absent or revoked already.
pub async fn revoke(store: &Scoped, actor: Actor, id: ApiKeyId) -> Result<()> {
    get(store, id).await?;
    store
        .write(move |tx| {
            let (own, now) = (tx.store().0, tx.now());
            if tx.system().execute(&sql::REVOKE_KEY, params![own, id, now])? == 0 {
                return Err(Problem::conflict("The key is revoked already.").into());
            }
            audit::record(tx, actor, "key.revoked", id, &json!({}))?;
            Ok(())
        })
        .await
}
