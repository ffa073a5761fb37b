//! Makes a send ready to run: program compiled, relay resolved, names and keys at hand.

use super::dispatcher::Loader;
use super::ledger::SendRow;
use super::program::{EmailMaker, MakerParts, Program};
use super::recipient::Names;
use super::runner::{Loaded, Route};
use crate::channels::email::replies::Schedule;
use crate::channels::email::smtp::Timeouts;
use crate::domains;
use crate::gate::{GateRules, MessageClass};
use crate::relays::{self, Destination};
use crate::sandbox::Capturer;
use audience::{attributes, tags};
use kernel::ids::CampaignId;
use kernel::{OrFault, Result};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use store::{Scoped, StoreKeys, Vault};

/// Connections to a relay, unless the program or the relay says otherwise.
const CONNECTIONS: usize = 10;

/// The loader of the program.
pub struct ProgramLoader {
    vault: Vault,
}

impl ProgramLoader {
    /// With the installation's keys.
    pub fn new(vault: Vault) -> Self {
        ProgramLoader { vault }
    }

    async fn prepare(&self, store: &Scoped, send: CampaignId, row: SendRow) -> Result<Loaded> {
        let keys = self.vault.keys(store.db(), store.scope()).await?;
        let program: Program = serde_json::from_value(row.program.clone()).or_fault("read a program")?;
        let (for_read, frozen) = (keys.clone(), program.clone());
        let (signer, destination, names) = store
            .read(move |tx| {
                let signer = match &frozen.signing {
                    Some(signing) => signing.signer(&for_read)?,
                    None => domains::load_signer(tx, &for_read, frozen.author()?.address.domain())?,
                };
                let destination = relays::open(tx, &for_read, frozen.relay)?;
                Ok((signer, destination, names(tx)?))
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
        let route = route(destination, &program, send, keys.clone());
        Ok(loaded(row, program, Arc::new(maker), route, names, keys))
    }
}

pub(super) fn names(tx: &mut store::Tx<'_>) -> Result<Names> {
    let attributes = attributes::sql::list(tx)?.into_iter().map(|d| (d.name, d.no)).collect();
    Ok(Names { tags: tags::sql::names(tx)?, attributes })
}

fn route(destination: Destination, program: &Program, send: CampaignId, keys: Arc<StoreKeys>) -> Route {
    match destination {
        Destination::Sandbox => Route::Capture(Arc::new(Capturer { campaign: send, keys })),
        Destination::Smtp { relay, connections } => Route::Smtp {
            relay: Box::new(relay),
            timeouts: Timeouts::default(),
            connections: program.connections.or(connections).map_or(CONNECTIONS, usize::from),
        },
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
