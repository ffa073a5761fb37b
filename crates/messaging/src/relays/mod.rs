//! Relays: where a store hands its mail to. Several a store, one of them preferred, in an order.
//!
//! A relay is an SMTP server of the merchant's choice or the built-in sandbox, which captures instead of
//! sending; a store always has at least one and begins with the sandbox. Credentials are sealed under
//! the store's key, never shown again and never logged. Testing a relay opens a session, logs in and
//! leaves; it sends nothing. The hand-off itself is `outbox` over `channels::email::smtp`.

mod api;
pub mod limits;
pub mod model;
mod privacy;
mod shapes;
pub mod sql;
#[cfg(test)]
mod tests;

pub use limits::{ProviderLimit, ProviderLimits};
pub use model::{Configured, TestReport};

use crate::channels::email::smtp::{Connection, Login, RelayUrl, SmtpUrl, Timeouts};
use kernel::ids::RelayId;
use kernel::{Fault, OrFault, Problem, Result, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Row, StoreKeys, Tx, params};
use web::Feature;

/// Relays of one store.
pub const RELAYS_MAX: usize = 200;
const SECRET_PURPOSE: &str = "relay";
/// Patience of the test-connection operation, each step.
const TEST_STEP: Duration = Duration::from_secs(5);
/// Patience of the test-connection operation in all; below the 30 seconds of a request.
const TEST_ALL: Duration = Duration::from_secs(20);

/// Routes, statements, columns.
pub fn feature() -> Feature {
    Feature::new("relays").routes(api::routes).statements(sql::ALL).personal_data(privacy::DATA)
}

/// A relay as stored, its log-in still sealed.
#[derive(Clone, Debug)]
pub(crate) struct RelayRow {
    pub(crate) id: RelayId,
    pub(crate) name: String,
    /// Without credentials.
    pub(crate) address: String,
    pub(crate) login: Option<Vec<u8>>,
    pub(crate) authority: Option<String>,
    pub(crate) helo: Option<String>,
    pub(crate) connections_max: u32,
    pub(crate) messages_per_connection_max: u32,
    pub(crate) limits: ProviderLimits,
    pub(crate) place: i64,
    pub(crate) preferred: bool,
    pub(crate) tested_at: Option<Timestamp>,
    pub(crate) test_passed: bool,
    pub(crate) test_detail: Option<String>,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
}

impl RelayRow {
    fn of(row: &Row) -> Result<Self> {
        Ok(RelayRow {
            id: RelayId(row.int(0)?),
            name: row.text(1)?,
            address: row.text(2)?,
            login: row.opt_blob(3)?,
            authority: row.opt_text(4)?,
            helo: row.opt_text(5)?,
            connections_max: row.int(6)? as u32,
            messages_per_connection_max: row.int(7)? as u32,
            limits: row.json(8)?,
            place: row.int(9)?,
            preferred: row.flag(10)?,
            tested_at: row.opt_time(11)?,
            test_passed: row.opt_int(12)? == Some(1),
            test_detail: row.opt_text(13)?,
            version: row.int(14)?,
            created_at: row.time(15)?,
        })
    }

    /// Opens the log-in. Fault: the row is damaged or sealed under another key.
    fn configured(self, keys: &StoreKeys) -> Result<Configured> {
        let mut url: RelayUrl = self.address.parse().or_fault("read the address of a relay")?;
        if let (RelayUrl::Smtp(smtp), Some(sealed)) = (&mut url, &self.login) {
            smtp.login = Some(open_login(keys, sealed)?);
        }
        Ok(Configured {
            id: self.id,
            name: self.name,
            url,
            authority: self.authority,
            helo: self.helo,
            connections_max: self.connections_max,
            messages_per_connection_max: self.messages_per_connection_max,
            limits: self.limits,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct SealedLogin {
    user: String,
    password: String,
}

pub(crate) fn seal_login(keys: &StoreKeys, login: &Login) -> Result<Vec<u8>> {
    let plain = SealedLogin { user: login.user.clone(), password: login.password.clone() };
    keys.seal_secret(SECRET_PURPOSE, &serde_json::to_vec(&plain).or_fault("write a log-in")?)
}

fn open_login(keys: &StoreKeys, sealed: &[u8]) -> Result<Login> {
    let plain = keys.open_secret(SECRET_PURPOSE, sealed)?;
    let login: SealedLogin =
        serde_json::from_slice(&plain).map_err(|_| Fault::new("read the log-in of a relay"))?;
    Ok(Login { user: login.user, password: login.password })
}

/// One relay with its log-in opened. Problem: there is none with this id.
pub fn get_relay(tx: &mut Tx<'_>, keys: &StoreKeys, id: RelayId) -> Result<Configured> {
    get_row(tx, id)?.configured(keys)
}

/// The relay that is used unless another is named: the preferred one. A store without any has the
/// sandbox.
pub fn get_preferred_relay(tx: &mut Tx<'_>, keys: &StoreKeys) -> Result<Configured> {
    match list_rows(tx)?.into_iter().find(|r| r.preferred) {
        Some(row) => row.configured(keys),
        None => Ok(Configured::sandbox()),
    }
}

/// Every relay in the store's order.
pub fn list_relays(tx: &mut Tx<'_>, keys: &StoreKeys) -> Result<Vec<Configured>> {
    list_rows(tx)?.into_iter().map(|row| row.configured(keys)).collect()
}

/// How a relay stands.
#[derive(Clone, Debug)]
pub struct RelayHealth {
    /// Its id.
    pub id: RelayId,
    /// Its name.
    pub name: String,
    /// True if it captures instead of sending.
    pub sandbox: bool,
    /// True if it is used unless another is named.
    pub preferred: bool,
    /// Whether its last test passed; `None` if it was not tested.
    pub passed: Option<bool>,
}

/// How every relay stands, in the store's order; nothing is tested for it.
pub fn list_health(tx: &mut Tx<'_>) -> Result<Vec<RelayHealth>> {
    let health = |row: RelayRow| RelayHealth {
        id: row.id,
        name: row.name,
        sandbox: row.address == "sandbox",
        preferred: row.preferred,
        passed: row.tested_at.map(|_| row.test_passed),
    };
    Ok(list_rows(tx)?.into_iter().map(health).collect())
}

/// The relay with this address and log-in, made if the store has none such. `sandbox` is an address too.
/// Problem: not a relay's address.
pub fn ensure_url(tx: &mut Tx<'_>, keys: &StoreKeys, url: &str) -> Result<RelayId> {
    let parsed: RelayUrl = url.parse().map_err(|e| Problem::field("/relay", "url", format!("{e}")))?;
    ensure_relay(tx)?;
    for known in list_relays(tx, keys)? {
        if known.url == parsed && known.authority.is_none() {
            return Ok(known.id);
        }
    }
    let RelayUrl::Smtp(smtp) = &parsed else { return Ok(get_preferred_relay(tx, keys)?.id) };
    let address = SmtpUrl { login: None, ..smtp.clone() }.to_string();
    let login = smtp.login.as_ref().map(|l| seal_login(keys, l)).transpose()?;
    let taken = list_rows(tx)?;
    let numbered = |n: usize| if n == 1 { address.clone() } else { format!("{address} ({n})") };
    let name = (1..).map(numbered).find(|name| taken.iter().all(|r| r.name != *name)).unwrap_or_default();
    let draft = model::Draft { name, address: address.clone(), ..model::Draft::sandbox() };
    insert(tx, &draft, login, false)
}

/// Gives a store that has no relay yet its sandbox.
pub fn ensure_relay(tx: &mut Tx<'_>) -> Result<()> {
    if tx.query_opt(&sql::LIST_RELAYS, params![])?.is_some() {
        return Ok(());
    }
    let draft = model::Draft::sandbox();
    insert(tx, &draft, None, true).map(drop)
}

pub(crate) fn get_row(tx: &mut Tx<'_>, id: RelayId) -> Result<RelayRow> {
    let row = tx.query_opt(&sql::FIND_RELAY, params![id])?;
    RelayRow::of(&row.ok_or_else(|| Problem::not_found("relay"))?)
}

pub(crate) fn list_rows(tx: &mut Tx<'_>) -> Result<Vec<RelayRow>> {
    tx.query(&sql::LIST_RELAYS, params![])?.iter().map(RelayRow::of).collect()
}

/// Makes a relay. Problems: too many, or the name is taken.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    draft: &model::Draft,
    login: Option<Vec<u8>>,
    preferred: bool,
) -> Result<RelayId> {
    let others = list_rows(tx)?;
    if others.len() >= RELAYS_MAX {
        return Err(
            Problem::conflict(format!("A store has at most {RELAYS_MAX} relays; remove one first.")).into()
        );
    }
    check_name(&others, None, &draft.name)?;
    let id: RelayId = tx.ids().make().into();
    let place = draft.place.unwrap_or_else(|| others.iter().map(|r| r.place).max().unwrap_or(0) + 1);
    let now = tx.now();
    tx.execute(
        &sql::INSERT_RELAY,
        params![
            id,
            &draft.name,
            &draft.address,
            login,
            draft.authority.clone(),
            draft.helo.clone(),
            draft.connections_max,
            draft.messages_per_connection_max,
            serde_json::to_string(&draft.limits).or_fault("write limits")?,
            place,
            now
        ],
    )?;
    if preferred || others.is_empty() {
        tx.execute(&sql::PREFER_RELAY, params![id])?;
    }
    Ok(id)
}

pub(crate) fn check_name(others: &[RelayRow], own: Option<RelayId>, name: &str) -> Result<()> {
    match others.iter().any(|r| r.name == name && Some(r.id) != own) {
        true => {
            Err(Problem::field("/name", "taken", "Another relay has this name; choose a different one.")
                .into())
        }
        false => Ok(()),
    }
}

/// Opens a session with a relay, logs in and leaves. Sends nothing; never fails, but reports.
pub async fn test_relay(relay: &Configured) -> TestReport {
    let opened = match relay.relay() {
        Ok(None) => return TestReport::sandbox(),
        Ok(Some(ready)) => {
            tokio::time::timeout(TEST_ALL, Connection::open(&ready, &Timeouts::all(TEST_STEP))).await
        }
        Err(error) => return TestReport::failed(&error),
    };
    match opened {
        Ok(Ok(connection)) => {
            let report = TestReport::passed(&connection);
            connection.quit().await;
            report
        }
        Ok(Err(error)) => TestReport::failed(&error),
        Err(_) => TestReport::too_slow(),
    }
}
