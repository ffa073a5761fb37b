//! Attempts to log in, counted in the database: they hold over restarts and processes.
//!
//! An attempt is noted before the password is looked at, so that many at once do not slip through, and
//! taken back when it succeeds. Subjects are keyed hashes; the table tells nobody who tried.

use super::model::{ADDRESS, Limit, NETWORK, PERSON, PERSON_AND_NETWORK, WINDOW_MAX_MS};
use super::sql;
use kernel::{EmailAddress, Problem, Result, Timestamp};
use std::net::IpAddr;
use store::{Database, SystemTx, Vault, params};
use web::client_ip::network;

/// A noted attempt.
pub(crate) struct Attempt {
    ids: Vec<i64>,
    person_and_network: Vec<u8>,
}

/// Notes an attempt. Problem: too many; when to try again.
pub(crate) async fn begin(db: &Database, vault: &Vault, email: &EmailAddress, ip: IpAddr) -> Result<Attempt> {
    begin_for(db, vault, email.as_str(), ip).await
}

/// The same for whatever was typed as an address.
pub(crate) async fn begin_for(db: &Database, vault: &Vault, email: &str, ip: IpAddr) -> Result<Attempt> {
    let subjects = subjects(vault, email, ip);
    db.system()
        .write(move |tx| {
            let now = tx.now();
            tx.execute(&sql::DELETE_OLD_ATTEMPTS, params![now.plus_ms(-WINDOW_MAX_MS)])?;
            for (limit, subject) in &subjects {
                refuse_beyond(tx, limit, subject, now)?;
            }
            let mut ids = Vec::with_capacity(subjects.len());
            for (_, subject) in &subjects {
                let id = tx.ids().make().0;
                tx.execute(&sql::INSERT_ATTEMPT, params![id, subject.clone(), now])?;
                ids.push(id);
            }
            let [(_, person_and_network), ..] = subjects;
            Ok(Attempt { ids, person_and_network })
        })
        .await
}

fn subjects(vault: &Vault, email: &str, ip: IpAddr) -> [(Limit, Vec<u8>); 4] {
    let (ip, network) = (ip.to_string(), network(ip).to_string());
    let values = [
        (PERSON_AND_NETWORK, format!("{email} {network}")),
        (PERSON, email.to_owned()),
        (ADDRESS, ip),
        (NETWORK, network),
    ];
    values.map(|(limit, value)| {
        let subject = vault.installation().blind(limit.kind, &value).to_vec();
        (limit, subject)
    })
}

fn refuse_beyond(tx: &mut SystemTx<'_>, limit: &Limit, subject: &[u8], now: Timestamp) -> Result<()> {
    let row = tx.query_one(&sql::COUNT_ATTEMPTS, params![subject, now.plus_ms(-limit.window_ms)])?;
    if row.int(0)? < limit.count {
        return Ok(());
    }
    let oldest = row.opt_time(1)?.unwrap_or(now);
    let wait_ms = oldest.plus_ms(limit.window_ms).since(now).max(1_000);
    Err(Problem::rate_limited((wait_ms / 1_000) as u32 + 1).into())
}

/// Takes an attempt back: the password was right.
pub(crate) async fn succeed(db: &Database, attempt: Attempt) -> Result<()> {
    db.system()
        .write(move |tx| {
            tx.execute(&sql::DELETE_ATTEMPTS, params![attempt.ids])?;
            tx.execute(&sql::DELETE_SUBJECT_ATTEMPTS, params![attempt.person_and_network])?;
            Ok(())
        })
        .await
}
