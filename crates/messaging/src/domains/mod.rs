//! Sender domains: what a store may send from, its DKIM keys, the DNS records it needs, and whether
//! they are there (D-09).
//!
//! A pair of keys (RSA-2048 and Ed25519) is made with the domain and rotated together. A new pair signs
//! once its records were seen in DNS; the old one stays published for seven days, so that mail on its
//! way still verifies. Private keys are sealed under the store's key. It publishes nothing itself.

mod api;
pub mod check;
pub mod dmarc;
pub mod dns;
mod jobs;
pub mod model;
mod privacy;
pub mod spf;
pub mod sql;
#[cfg(test)]
mod tests;

pub use dns::{Dns, DnsResolver};
pub use model::{DkimKey, DnsRecord, KeyState, RecordStatus, SenderDomain};

use crate::dkim::{Algorithm, DkimSigner, PrivateKey, SigningKey};
use kernel::ids::DomainId;
use kernel::{Fault, Problem, Result};
use model::{CHECK_EVERY_MS, OVERLAP_MS, is_verified, selector, wanted_records};
use std::sync::Arc;
use store::{Row, Scoped, StoreKeys, Tx, params};
use web::{AppState, Feature};

/// Domains of one store.
pub const DOMAINS_MAX: i64 = 100;

/// Routes, statements, job and resolver of sender domains.
pub fn feature() -> Feature {
    Feature::new("domains")
        .routes(api::routes)
        .statements(sql::ALL)
        .jobs(jobs::jobs)
        .services(|state| {
            if state.service::<Dns>().is_none() {
                state.insert(Dns::system());
            }
            Ok(())
        })
        .personal_data(privacy::DATA)
}

/// What a merchant says of a domain.
#[derive(Clone, Debug)]
pub struct NewDomain {
    /// Domain of From addresses.
    pub domain: String,
    /// Domain of the return path.
    pub bounce_host: String,
    /// Host of tracked links.
    pub tracking_host: String,
    /// SPF mechanisms of the relays.
    pub spf_mechanisms: String,
}

/// The host under which the world reaches this program: what records point to.
pub fn our_host(public_url: &str) -> &str {
    let rest = public_url.split_once("://").map_or(public_url, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or(rest);
    match authority.strip_prefix('[').and_then(|six| six.split(']').next()) {
        Some(six) => six,
        None => authority.split(':').next().unwrap_or(authority),
    }
}

/// A pair of keys as made outside the transaction (an RSA key takes a tenth of a second).
pub(crate) struct NewPair(Vec<(Algorithm, String, Vec<u8>)>);

impl NewPair {
    /// Makes and seals a pair.
    pub(crate) async fn generate(keys: Arc<StoreKeys>) -> Result<Self> {
        let make = move || {
            [Algorithm::Rsa, Algorithm::Ed25519]
                .into_iter()
                .map(|algorithm| {
                    let key = PrivateKey::generate(algorithm)?;
                    let sealed = keys.seal_secret(SECRET_PURPOSE, &key.to_pkcs8()?)?;
                    Ok((algorithm, key.dns_record()?, sealed))
                })
                .collect::<Result<Vec<_>>>()
                .map(NewPair)
        };
        tokio::task::spawn_blocking(make).await.map_err(|_| Fault::new("make a pair of DKIM keys"))?
    }
}

const SECRET_PURPOSE: &str = "dkim";

/// Makes a domain with its first pair of keys. Problem: it is there already, or there are too many.
pub(crate) fn create_domain(tx: &mut Tx<'_>, new: &NewDomain, pair: NewPair) -> Result<DomainId> {
    if tx.query_opt(&sql::FIND_DOMAIN_BY_NAME, params![&new.domain])?.is_some() {
        return Err(Problem::conflict("This domain is there already; open it instead.").into());
    }
    if tx.query(&sql::LIST_DOMAINS, params![i64::MAX, DOMAINS_MAX])?.len() as i64 >= DOMAINS_MAX {
        return Err(Problem::conflict(format!(
            "A store has at most {DOMAINS_MAX} domains; remove one first."
        ))
        .into());
    }
    let id: DomainId = tx.ids().make().into();
    let now = tx.now();
    tx.execute(
        &sql::INSERT_DOMAIN,
        params![id, &new.domain, &new.bounce_host, &new.tracking_host, &new.spf_mechanisms, now],
    )?;
    insert_pair(tx, id, pair)?;
    jobs::enqueue(tx, id, now.plus_ms(CHECK_EVERY_MS))?;
    Ok(id)
}

/// Adds a pair of keys that waits for its records. Problem: there is no such domain.
pub(crate) fn insert_pair(tx: &mut Tx<'_>, id: DomainId, pair: NewPair) -> Result<()> {
    let now = tx.now();
    let generation = tx
        .query_opt(&sql::TAKE_GENERATION, params![id, now])?
        .ok_or_else(|| Problem::not_found("domain"))?
        .int(0)?;
    for (algorithm, record, sealed) in pair.0 {
        let selector = selector(generation, algorithm);
        let row = params![id, selector, generation, algorithm.word(), record, sealed, now];
        tx.execute(&sql::INSERT_KEY, row)?;
    }
    Ok(())
}

/// One domain. Problem: there is none with this id.
pub fn get_domain(tx: &mut Tx<'_>, id: DomainId) -> Result<SenderDomain> {
    let row = tx.query_opt(&sql::FIND_DOMAIN, params![id])?;
    read_domain(&row.ok_or_else(|| Problem::not_found("domain"))?)
}

/// The domain of From addresses, if the store has it.
pub fn find_domain(tx: &mut Tx<'_>, domain: &str) -> Result<Option<SenderDomain>> {
    let row = tx.query_opt(&sql::FIND_DOMAIN_BY_NAME, params![domain.to_ascii_lowercase()])?;
    row.map(|r| read_domain(&r)).transpose()
}

/// Every domain of the store, newest first.
pub fn list_domains(tx: &mut Tx<'_>) -> Result<Vec<SenderDomain>> {
    tx.query(&sql::LIST_DOMAINS, params![i64::MAX, DOMAINS_MAX])?.iter().map(read_domain).collect()
}

fn read_domain(row: &Row) -> Result<SenderDomain> {
    Ok(SenderDomain {
        id: DomainId(row.int(0)?),
        domain: row.text(1)?,
        bounce_host: row.text(2)?,
        tracking_host: row.text(3)?,
        spf_mechanisms: row.text(4)?,
        verified: row.flag(5)?,
        checked_at: row.opt_time(6)?,
        findings: row.json(7)?,
        created_at: row.time(8)?,
    })
}

/// The keys of a domain, without their private halves.
pub fn list_keys(tx: &mut Tx<'_>, id: DomainId) -> Result<Vec<DkimKey>> {
    let unknown = || Fault::new("a DKIM key has an unknown kind or state");
    let read = |row: &Row| {
        Ok(DkimKey {
            selector: row.text(0)?,
            generation: row.int(1)?,
            algorithm: Algorithm::of(&row.text(2)?).ok_or_else(unknown)?,
            record: row.text(3)?,
            state: KeyState::of(&row.text(4)?).ok_or_else(unknown)?,
            created_at: row.time(5)?,
            retire_at: row.opt_time(6)?,
        })
    };
    tx.query(&sql::LIST_KEYS, params![id])?.iter().map(read).collect()
}

/// A signer with the active keys of a From domain; empty if the domain is not ours or not published.
pub fn load_signer(tx: &mut Tx<'_>, keys: &StoreKeys, from_domain: &str) -> Result<DkimSigner> {
    let Some(domain) = find_domain(tx, from_domain)? else { return Ok(DkimSigner::new(Vec::new())?) };
    let mut signing = Vec::new();
    for row in tx.query(&sql::LIST_SIGNING_KEYS, params![domain.id])? {
        let algorithm =
            Algorithm::of(&row.text(1)?).ok_or_else(|| Fault::new("a DKIM key of unknown kind"))?;
        let der = keys.open_secret(SECRET_PURPOSE, &row.blob(2)?)?;
        signing.push(SigningKey {
            domain: domain.domain.clone(),
            selector: row.text(0)?,
            key: Arc::new(PrivateKey::from_pkcs8(algorithm, &der)?),
        });
    }
    Ok(DkimSigner::new(signing)?)
}

/// Asks DNS about a domain and keeps what it says: new keys begin to sign, old ones retire or go.
/// Problem: there is no such domain.
pub async fn check_domain(store: &Scoped, dns: &Dns, our_host: &str, id: DomainId) -> Result<()> {
    let (domain, keys) = store.read(move |tx| Ok((get_domain(tx, id)?, list_keys(tx, id)?))).await?;
    let wanted = wanted_records(&domain, &keys, our_host);
    let findings = check::check(&*dns.0, &domain, wanted).await;
    store.write(move |tx| keep_findings(tx, id, &keys, &findings)).await
}

fn keep_findings(tx: &mut Tx<'_>, id: DomainId, keys: &[DkimKey], findings: &[DnsRecord]) -> Result<()> {
    let now = tx.now();
    let json = serde_json::to_value(findings).map_err(|_| Fault::new("write DNS findings"))?;
    tx.execute(&sql::SET_FINDINGS, params![id, is_verified(findings), now, json])?;
    let published =
        |key: &DkimKey| findings.iter().any(|f| f.value == key.record && f.status == RecordStatus::Ok);
    // A pair signs only when both halves are there: half a pair would fail at some receivers.
    let newest = keys.iter().map(|k| k.generation).max().unwrap_or(0);
    let pair: Vec<&DkimKey> = keys.iter().filter(|k| k.generation == newest).collect();
    if !pair.is_empty() && pair.iter().all(|k| published(k)) {
        tx.execute(&sql::ACTIVATE_KEYS, params![id, newest])?;
        tx.execute(&sql::RETIRE_KEYS, params![id, newest, now.plus_ms(OVERLAP_MS)])?;
    }
    tx.execute(&sql::DELETE_RETIRED_KEYS, params![id, now])?;
    Ok(())
}

/// Whether messages of a store may be served at a host: our own, a local name or address, or one of the
/// store's tracking hosts. Another store's host must not vouch for them.
pub async fn serves(store: &Scoped, public_url: &str, host: &str) -> Result<bool> {
    let host = our_host(host).trim_end_matches('.').to_ascii_lowercase();
    let is_local = !host.contains('.') || host.parse::<std::net::IpAddr>().is_ok();
    if is_local || host == our_host(public_url).to_ascii_lowercase() {
        return Ok(true);
    }
    Ok(store.query_opt(&sql::FIND_TRACKING_HOST, params![host]).await?.is_some())
}

/// [`check_domain`] with what the state holds.
pub(crate) async fn check_with_state(state: &AppState, store: &Scoped, id: DomainId) -> Result<()> {
    let dns = state.service::<Dns>();
    check_domain(store, &dns, our_host(&state.http().public_url), id).await
}
