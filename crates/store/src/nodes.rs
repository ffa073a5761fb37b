//! Leases of node numbers for ids: two processes that write at once never share one.
//!
//! A lease is renewed while the process lives. If one is lost and a number shared after all, primary
//! keys turn a clash into an error, never into damage.

use crate::{Database, global_statements, params};
use kernel::ids::NODES;
use kernel::{Fault, Result};
use std::time::Duration;

const LEASE_MS: i64 = 600_000;
const RENEW_EVERY: Duration = Duration::from_secs(120);

global_statements! {
    /// Leases still held.
    LIST_HELD_NODES = "SELECT node FROM nodes WHERE lease_until > $1";
    /// Takes a number nobody holds.
    TAKE_NODE = "INSERT INTO nodes (node, holder, lease_until) VALUES ($1, $2, $3)
        ON CONFLICT (node) DO UPDATE SET holder = excluded.holder, lease_until = excluded.lease_until
        WHERE nodes.lease_until <= $4";
    /// Prolongs a lease.
    RENEW_NODE = "UPDATE nodes SET lease_until = $3 WHERE node = $1 AND holder = $2";
}

/// Leases a number and keeps renewing it as long as the runtime lives.
pub(crate) async fn lease(db: &Database) -> Result<u16> {
    let holder = format!("{}-{:016x}", std::process::id(), rand::random::<u64>());
    let name = holder.clone();
    let node = db
        .system()
        .write(move |tx| {
            let now = tx.now();
            let held: Vec<i64> =
                tx.query(&LIST_HELD_NODES, params![now])?.iter().map(|r| r.int(0)).collect::<Result<_>>()?;
            let free = (0..i64::from(NODES)).filter(|n| !held.contains(n));
            for node in free {
                let until = now.plus_ms(LEASE_MS);
                if tx.execute(&TAKE_NODE, params![node, name.as_str(), until, now])? == 1 {
                    return Ok(node);
                }
            }
            Err(Fault::transient("all node numbers are leased").into())
        })
        .await?;
    spawn_renewal(db.clone(), node, holder);
    Ok(node as u16)
}

fn spawn_renewal(db: Database, node: i64, holder: String) {
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(RENEW_EVERY).await;
            let until = db.now().plus_ms(LEASE_MS);
            if let Err(e) = db.system().execute(&RENEW_NODE, params![node, holder.as_str(), until]).await {
                tracing::warn!(error = %e, "the node lease was not renewed; trying again");
            }
        }
    });
}
