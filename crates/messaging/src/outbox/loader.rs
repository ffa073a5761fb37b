//! Makes a send ready to run: program compiled, relay resolved, names and keys at hand.

use super::capture::Capture;
use super::dispatcher::Loader;
use super::ledger::SendRow;
use super::program::{EmailMaker, MakerParts, Program};
use super::recipient::Names;
use super::runner::{Loaded, Route};
use super::shaper::Shaper;
use crate::channels::email::replies::Schedule;
use crate::channels::email::smtp::{Prepared, Timeouts};
use crate::domains;
use crate::gate::{GateRules, MessageClass};
use crate::relays::{self, Configured, ProviderLimits};
use crate::sandbox::{self, Captured};
use audience::{attributes, tags};
use kernel::ids::{CampaignId, RelayId};
use kernel::{OrFault, Problem, Result};
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, Weak};
use store::{Scoped, StoreKeys, Tx, Vault};

/// The loader of the program.
pub struct ProgramLoader {
    vault: Vault,
    /// By relay, as long as a send uses it: all sends share a relay's limits.
    shapers: Mutex<HashMap<RelayId, (ProviderLimits, Weak<Shaper>)>>,
}

impl ProgramLoader {
    /// With the installation's keys.
    pub fn new(vault: Vault) -> Self {
        ProgramLoader { vault, shapers: Mutex::default() }
    }

    fn shaper(&self, relay: &Configured) -> Option<Arc<Shaper>> {
        let mut shapers = self.shapers.lock().unwrap_or_else(|e| e.into_inner());
        shapers.retain(|_, (_, shaper)| shaper.strong_count() > 0);
        let shared = shapers.get(&relay.id).filter(|(limits, _)| *limits == relay.limits);
        if let Some(shaper) = shared.and_then(|(_, shaper)| shaper.upgrade()) {
            return Some(shaper);
        }
        let shaper = Arc::new(Shaper::new(&relay.limits)?);
        shapers.insert(relay.id, (relay.limits.clone(), Arc::downgrade(&shaper)));
        Some(shaper)
    }

    async fn prepare(&self, store: &Scoped, send: CampaignId, row: SendRow) -> Result<Loaded> {
        let keys = self.vault.keys(store.db(), store.scope()).await?;
        let program: Program = serde_json::from_value(row.program.clone()).or_fault("read a program")?;
        let (for_read, frozen) = (keys.clone(), program.clone());
        let (signer, relay, names) = store
            .read(move |tx| {
                let signer = match &frozen.signing {
                    Some(signing) => signing.signer(&for_read)?,
                    None => domains::load_signer(tx, &for_read, frozen.author()?.address.domain())?,
                };
                // Number 0 stands for the sandbox of a store that never chose a relay.
                let relay = match frozen.relay.0 {
                    0 => Configured::sandbox(),
                    _ => relays::get_relay(tx, &for_read, frozen.relay)?,
                };
                Ok((signer, relay, names(tx)?))
            })
            .await?;
        let names = Arc::new(names);
        let parts = MakerParts {
            store: store.store(),
            send,
            keys: keys.clone(),
            signer,
            clock: store.db().clock().clone(),
            names: names.clone(),
        };
        // Compiling takes milliseconds of pure work; the runtime's workers have better to do.
        let for_maker = program.clone();
        let maker = tokio::task::spawn_blocking(move || EmailMaker::new(&for_maker, parts))
            .await
            .or_fault("compile a program")??;
        let route = self.route(&relay, &program, send, keys.clone())?;
        Ok(loaded(row, program, Arc::new(maker), route, names, keys))
    }

    fn route(
        &self,
        relay: &Configured,
        program: &Program,
        send: CampaignId,
        keys: Arc<StoreKeys>,
    ) -> Result<Route> {
        let ready = relay
            .relay()
            .map_err(|e| Problem::conflict(format!("The relay {} cannot be used: {e}", relay.name)))?;
        Ok(match ready {
            None => Route::Capture(Arc::new(Sandbox { campaign: send, keys })),
            Some(ready) => Route::Smtp {
                relay: Box::new(ready),
                timeouts: Timeouts::default(),
                connections: program.connections.map_or(relay.connections_max as usize, usize::from).max(1),
                shaper: self.shaper(relay),
            },
        })
    }
}

pub(super) fn names(tx: &mut Tx<'_>) -> Result<Names> {
    let attributes = attributes::sql::list(tx)?.into_iter().map(|d| (d.name, d.no)).collect();
    Ok(Names { tags: tags::sql::names(tx)?, attributes })
}

/// Captures the messages of one campaign.
struct Sandbox {
    campaign: CampaignId,
    keys: Arc<StoreKeys>,
}

impl Capture for Sandbox {
    fn capture(&self, tx: &mut Tx<'_>, messages: Vec<(u32, Prepared)>) -> Result<()> {
        let captured: Vec<Captured> = messages
            .into_iter()
            .map(|(ordinal, message)| Captured { campaign: self.campaign, ordinal, raw: message.body })
            .collect();
        sandbox::capture(tx, &self.keys, &captured).map(drop)
    }
}

fn loaded(
    row: SendRow,
    program: Program,
    maker: Arc<EmailMaker>,
    route: Route,
    names: Arc<Names>,
    keys: Arc<StoreKeys>,
) -> Loaded {
    let marketing = program.class == MessageClass::Marketing;
    Loaded {
        maker,
        route,
        rules: GateRules { class: program.class, cap: program.cap.map(|c| c.messages), quiet: program.quiet },
        cap_period_ms: program.cap.map_or(0, |c| c.period_ms),
        zone: jiff::tz::TimeZone::get(&program.time_zone).unwrap_or(jiff::tz::TimeZone::UTC),
        names,
        keys,
        schedule: if marketing { Schedule::Campaign } else { Schedule::Transactional },
        throttle_per_second: row.throttle_per_second,
        audience: row.counts.audience as u64,
    }
}

impl Loader for ProgramLoader {
    fn load<'a>(
        &'a self,
        store: &'a Scoped,
        send: CampaignId,
        row: SendRow,
    ) -> Pin<Box<dyn Future<Output = Result<Loaded>> + Send + 'a>> {
        Box::pin(self.prepare(store, send, row))
    }
}
