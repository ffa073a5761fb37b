//! Accounts and the people who log in to them. The owner is made by [`setup`]; more people come later.

mod api;
pub mod model;
pub mod passwords;
mod sql;
#[cfg(test)]
mod tests;

pub(crate) use api::user_of;
pub use passwords::Passwords;

use crate::access::keys::{self, IssuedKey};
use crate::audit;
use crate::policy;
use crate::stores::{self, Settings};
use kernel::ids::{AccountId, StoreId, UserId};
use kernel::{EmailAddress, Fault, OrFault, Problem, Result};
use serde_json::json;
use store::{Database, Row, SystemTx, Vault, params};
use web::{Actor, Errors, Feature, Rights};

static DATA: web::DataMap = web::data_map! {
    table "accounts" {
        none: id, created_at;
    }
    table "users" {
        none: id, account_id, password_changed_at, created_at;
        personal: email_hash, email_sealed => purpose "verify the identity of the merchant's people; write to them",
            basis "contract", source "the person", retention "until the account is closed", recipients "none";
        sensitive: password_hash => purpose "log-in", basis "contract", source "the person",
            retention "until changed", recipients "none";
    }
};

/// Routes, statements, columns, the password hasher.
pub fn feature() -> Feature {
    Feature::new("accounts")
        .routes(api::routes)
        .global_statements(sql::ALL_GLOBAL)
        .personal_data(DATA)
        .services(|state| {
            let passwords = Passwords::new(state.vault());
            state.insert(passwords);
            Ok(())
        })
}

/// A person who can log in.
#[derive(Clone, Debug)]
pub struct User {
    /// Who.
    pub id: UserId,
    /// Whose account.
    pub account: AccountId,
    /// Sealed address; see [`email_of`].
    email_sealed: Vec<u8>,
    /// PHC text.
    pub password_hash: String,
}

impl User {
    fn of(row: &Row) -> Result<Self> {
        Ok(User {
            id: UserId(row.int(0)?),
            account: AccountId(row.int(1)?),
            email_sealed: row.blob(2)?,
            password_hash: row.text(3)?,
        })
    }
}

fn email_hash(vault: &Vault, email: &EmailAddress) -> Vec<u8> {
    vault.installation().blind("user email", email.as_str()).to_vec()
}

/// The address of a person.
pub fn email_of(vault: &Vault, user: &User) -> Result<String> {
    let plain = vault.installation().open_secret("user email", &user.email_sealed)?;
    String::from_utf8(plain).or_fault("read a person's address")
}

/// Finds a person by address.
pub async fn find_by_email(db: &Database, vault: &Vault, email: &EmailAddress) -> Result<Option<User>> {
    let row = db.system().query_opt(&sql::FIND_USER_BY_EMAIL, params![email_hash(vault, email)]).await?;
    row.as_ref().map(User::of).transpose()
}

/// A person. Problem: absent.
pub async fn get_user(db: &Database, id: UserId) -> Result<User> {
    let row = db.system().query_opt(&sql::FIND_USER, params![id]).await?;
    User::of(&row.ok_or_else(|| Problem::not_found("person"))?)
}

/// People of an account.
pub async fn list_users(db: &Database, account: AccountId) -> Result<Vec<User>> {
    let rows = db.system().query(&sql::LIST_USERS, params![account]).await?;
    rows.iter().map(User::of).collect()
}

/// What [`setup`] is told.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Address of the owner.
    pub email: String,
    /// Their password.
    pub password: String,
    /// Name of the first store.
    pub store: String,
    /// True if the operator states that the owner has accepted the policy (P-006).
    pub accepts_policy: bool,
}

/// What [`setup`] made.
#[derive(Clone, Debug)]
pub struct Made {
    /// The account.
    pub account: AccountId,
    /// Its owner.
    pub user: UserId,
    /// The first store.
    pub store: StoreId,
    /// A key with every right in the store, shown this once.
    pub key: IssuedKey,
}

/// Makes owner, account, store and a key in one transaction. Problems: the address is taken, or a field
/// is not valid.
pub async fn setup(db: &Database, vault: &Vault, passwords: &Passwords, wanted: Setup) -> Result<Made> {
    let email = check(&wanted)?;
    let hash = passwords.hash(&wanted.password).await?;
    let vault = vault.clone();
    db.system()
        .write(move |tx| {
            let (account, user) = insert_owner(tx, &vault, &email, &hash)?;
            let store = stores::insert(tx, &vault, account, &wanted.store, &Settings::default())?;
            if wanted.accepts_policy {
                policy::accept(tx, user, &policy::Acceptance::by_operator())?;
            }
            let key = keys::insert(tx, &vault, &keys::NewKey::first(account, store))?;
            let details = json!({ "user": user, "store": store, "key": key.id });
            audit::record_account(tx, account, Actor::Operator, "account.created", &details)?;
            Ok(Made { account, user, store, key })
        })
        .await
}

fn check(wanted: &Setup) -> Result<EmailAddress> {
    let mut errors = Errors::new();
    errors.line("/store", &wanted.store, 1..=stores::NAME_LENGTH_MAX);
    let email = check_owner(&mut errors, &wanted.email, &wanted.password, &wanted.store);
    errors.finish()?;
    email
}

/// Notes what is wrong with the address and the password of an owner of a store with that name.
pub(crate) fn check_owner(
    errors: &mut Errors,
    email: &str,
    password: &str,
    store: &str,
) -> Result<EmailAddress> {
    let parsed = EmailAddress::parse(email);
    match &parsed {
        Ok(email) => {
            let context = model::context_of(email, store);
            model::check_password(errors, "/password", password, &context);
        }
        Err(why) => {
            errors.add("/email", "not_an_address", format!("An address like ana@shop.example: {why}."));
        }
    }
    parsed.map_err(|_| Fault::new("an address that did not pass its check").into())
}

pub(crate) fn insert_owner(
    tx: &mut SystemTx<'_>,
    vault: &Vault,
    email: &EmailAddress,
    password_hash: &str,
) -> Result<(AccountId, UserId)> {
    let account: AccountId = tx.ids().make().into();
    let user: UserId = tx.ids().make().into();
    let now = tx.now();
    let sealed = vault.installation().seal_secret("user email", email.as_str().as_bytes())?;
    let values = params![user, account, email_hash(vault, email), sealed, password_hash, now];
    if tx.execute(&sql::INSERT_USER, values)? == 0 {
        let detail = "An account with this address exists already. Log in, or take another address.";
        return Err(Problem::conflict(detail).into());
    }
    tx.execute(&sql::INSERT_ACCOUNT, params![account, now])?;
    Ok((account, user))
}

/// Changes a password and ends every other log-in (S-22).
pub async fn change_password(
    db: &Database,
    user: &User,
    keep: Option<kernel::ids::SessionId>,
    new_hash: String,
) -> Result<()> {
    let (id, account) = (user.id, user.account);
    db.system()
        .write(move |tx| {
            let now = tx.now();
            tx.execute(&sql::UPDATE_PASSWORD, params![id, new_hash.as_str(), now])?;
            let ended = crate::access::sessions::end_all(tx, id, keep)?;
            audit::record_account(
                tx,
                account,
                Actor::User(id),
                "password.changed",
                &json!({ "sessions_ended": ended }),
            )?;
            Ok(())
        })
        .await
}

/// Hashes a password anew after a log-in, when the parameters rose since.
pub(crate) async fn rehash(db: &Database, user: &User, new_hash: String) -> Result<()> {
    let values = params![user.id, user.password_hash.as_str(), new_hash];
    db.system().execute(&sql::UPDATE_PASSWORD_HASH, values).await.map(|_| ())
}

/// Rights of an owner.
pub fn owner_rights() -> Rights {
    Rights::all()
}
