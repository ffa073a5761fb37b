//! Makes the running program out of its parts: database, keys, services of features, router.

use crate::config::Config;
use crate::registry;
use axum::Router;
use kernel::{OrFault, Result, SystemClock};
use messaging::feedback::InboundMail;
use messaging::media::MediaSettings;
use messaging::outbox::DispatchSettings;
use std::path::Path;
use std::sync::Arc;
use store::outside::Replayer;
use store::queue::JobHandler;
use store::{Consumer, Database, OutsideLog, RootKey, Vault};
use tenancy::access::Access;
use web::data_map::Register;
use web::{AppState, Feature, HttpConfig, StateBuilder};

/// Folder of the outside log in the data folder.
pub const OUTSIDE: &str = "outside";

/// Everything that is needed to serve or to work.
pub struct App {
    /// All features.
    pub features: Vec<Feature>,
    /// What handlers and tasks share.
    pub state: AppState,
}

impl App {
    /// Opens the installation that the configuration names and prepares every feature. A database that
    /// was put back to an earlier state is brought up to its outside log first, and sending is locked.
    pub async fn open(config: &Config) -> Result<Self> {
        let app = Self::open_as_it_is(config).await?;
        if store::outside::is_behind(app.state.db()).await? {
            let done = crate::replay::replay_own(&app).await?;
            tracing::error!(
                records = done.records,
                "the database was put back to an earlier state; what the outside log knows was replayed and sending is \
                 locked: see `smartpush doctor`, then `smartpush unlock`"
            );
        }
        store::outside::register(app.state.db()).await?;
        Ok(app)
    }

    /// The same without a look at whether the database has gone back in time.
    pub async fn open_as_it_is(config: &Config) -> Result<Self> {
        let db = open_database(config).await?.prepare().await?;
        let vault = open_vault(&config.data_dir)?;
        let log = OutsideLog::open(&config.data_dir.join(OUTSIDE), &vault, db.clock().clone())?;
        let db = db.keep_outside(log);
        let dispatch = DispatchSettings { lease_ms: i64::from(config.dispatch.lease_seconds) * 1_000 };
        let inbound = config.inbound.listen()?.map(|listen| InboundMail { listen });
        let media = MediaSettings { quota_bytes: u64::from(config.media.quota_mib) << 20 };
        Self::assemble(db, vault, config.http(), |builder| {
            builder.insert(dispatch).insert(media);
            if let Some(inbound) = inbound {
                builder.insert(inbound);
            }
        })
    }

    /// The same on a database that is open already, with services put in before those of the features; tests
    /// begin here.
    pub fn assemble(
        db: Database,
        vault: Vault,
        http: HttpConfig,
        configure: impl FnOnce(&mut StateBuilder),
    ) -> Result<Self> {
        let features = registry::features();
        let access = Access::new(db.clone(), vault.clone(), http.clone());
        let mut builder = StateBuilder::new(db, vault, http);
        builder.insert(Register::of(&features));
        builder.insert(crate::console::console());
        configure(&mut builder);
        for feature in &features {
            for services in &feature.services {
                services(&mut builder)?;
            }
        }
        Ok(App { features, state: builder.build(Arc::new(access)) })
    }

    /// All routes.
    pub fn router(&self) -> Router {
        web::app::router(&self.features, self.state.clone())
    }

    /// All jobs.
    pub fn jobs(&self) -> Vec<Box<dyn JobHandler>> {
        self.features.iter().flat_map(|f| &f.jobs).flat_map(|jobs| jobs(&self.state)).collect()
    }

    /// All that is replayed from the outside log, in the order of the registry.
    pub fn replayers(&self) -> Vec<Arc<dyn Replayer>> {
        self.features.iter().flat_map(|f| &f.replayers).flat_map(|replayers| replayers(&self.state)).collect()
    }

    /// All consumers of the event log.
    pub fn consumers(&self) -> Vec<Arc<dyn Consumer>> {
        self.features.iter().flat_map(|f| &f.consumers).flat_map(|consumers| consumers(&self.state)).collect()
    }
}

/// Opens the database without touching its schema.
pub async fn open_database(config: &Config) -> Result<Database> {
    make_data_dir(&config.data_dir)?;
    Database::open(&config.database_url(), Arc::new(SystemClock)).await
}

/// Opens the keys; the root key is made on first use.
pub fn open_vault(data_dir: &Path) -> Result<Vault> {
    make_data_dir(data_dir)?;
    Ok(Vault::new(RootKey::load_or_create(&data_dir.join("root.key"))?))
}

fn make_data_dir(data_dir: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    for folder in [data_dir.to_path_buf(), data_dir.join("media"), data_dir.join("journal")] {
        // Readable by us alone: key, journal and database hold what must not leak.
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)
            .or_fault("make the data folder")?;
    }
    Ok(())
}
