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
use store::queue::JobHandler;
use store::{Consumer, Database, RootKey, Vault};
use tenancy::access::Access;
use web::data_map::Register;
use web::{AppState, Feature, HttpConfig, StateBuilder};

/// Everything that is needed to serve or to work.
pub struct App {
    /// All features.
    pub features: Vec<Feature>,
    /// What handlers and tasks share.
    pub state: AppState,
}

impl App {
    /// Opens the installation that the configuration names and prepares every feature.
    pub async fn open(config: &Config) -> Result<Self> {
        let db = open_database(config).await?.prepare().await?;
        let vault = open_vault(&config.data_dir)?;
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
