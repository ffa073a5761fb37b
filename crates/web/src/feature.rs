//! What a feature hands in: one value that the registry lists in one line.

use crate::data_map::DataMap;
use crate::state::{AppState, StateBuilder};
use futures_util::future::BoxFuture;
use kernel::Result;
use std::sync::Arc;
use store::outside::Replayer;
use store::queue::JobHandler;
use store::{Consumer, Statement};
use tokio::sync::watch;
use utoipa_axum::router::OpenApiRouter;

/// Makes the routes of a feature.
pub type Routes = fn() -> OpenApiRouter<AppState>;
/// Makes the jobs of a feature.
pub type Jobs = fn(&AppState) -> Vec<Box<dyn JobHandler>>;
/// Makes the consumers of a feature.
pub type Consumers = fn(&AppState) -> Vec<Arc<dyn Consumer>>;
/// Makes what a feature replays from the outside log after a restore.
pub type Replayers = fn(&AppState) -> Vec<Arc<dyn Replayer>>;
/// Puts the services of a feature into the state.
pub type Services = fn(&mut StateBuilder) -> Result<()>;

/// Work that runs as long as the worker role does (a runner, a listener). It ends when `stop` turns true.
#[derive(Clone, Copy)]
pub struct Task {
    /// Its name in logs.
    pub name: &'static str,
    /// Starts it. A fault that it returns is logged and it is started again after a second.
    pub start: fn(AppState, watch::Receiver<bool>) -> BoxFuture<'static, Result<()>>,
}

/// Everything the program must know of a feature.
#[derive(Default)]
pub struct Feature {
    /// Name, as its folder.
    pub name: &'static str,
    /// Routes with a 30-second limit and a small body.
    pub routes: Vec<Routes>,
    /// Routes that stream a large body in or out: one hour, and no body limit but their own.
    pub streams: Vec<Routes>,
    /// Statements of one store.
    pub statements: Vec<&'static [&'static Statement]>,
    /// Statements on global tables.
    pub global_statements: Vec<&'static [&'static Statement]>,
    /// Jobs.
    pub jobs: Vec<Jobs>,
    /// Readers of the event log.
    pub consumers: Vec<Consumers>,
    /// What it replays after a restore.
    pub replayers: Vec<Replayers>,
    /// Services for the state.
    pub services: Vec<Services>,
    /// Work of the worker role.
    pub tasks: Vec<Task>,
    /// Every column it owns (P-014).
    pub personal_data: Vec<DataMap>,
}

impl Feature {
    /// A feature that has nothing yet.
    pub fn new(name: &'static str) -> Self {
        Feature { name, ..Feature::default() }
    }

    /// Adds routes; paths are written whole (`/api/v1/contacts`).
    pub fn routes(mut self, routes: Routes) -> Self {
        self.routes.push(routes);
        self
    }

    /// Adds routes that stream large bodies (imports, exports).
    pub fn streams(mut self, routes: Routes) -> Self {
        self.streams.push(routes);
        self
    }

    /// Adds statements of one store (`sql::ALL`).
    pub fn statements(mut self, all: &'static [&'static Statement]) -> Self {
        self.statements.push(all);
        self
    }

    /// Adds statements on global tables (`sql::ALL_GLOBAL`).
    pub fn global_statements(mut self, all: &'static [&'static Statement]) -> Self {
        self.global_statements.push(all);
        self
    }

    /// Adds jobs.
    pub fn jobs(mut self, jobs: Jobs) -> Self {
        self.jobs.push(jobs);
        self
    }

    /// Adds consumers of the event log.
    pub fn consumers(mut self, consumers: Consumers) -> Self {
        self.consumers.push(consumers);
        self
    }

    /// Adds what is replayed from the outside log after a restore.
    pub fn replayers(mut self, replayers: Replayers) -> Self {
        self.replayers.push(replayers);
        self
    }

    /// Adds services to the state; run once at start, in the order of the registry.
    pub fn services(mut self, services: Services) -> Self {
        self.services.push(services);
        self
    }

    /// Adds a task of the worker role.
    pub fn task(mut self, task: Task) -> Self {
        self.tasks.push(task);
        self
    }

    /// Claims columns (see [`crate::data_map!`]).
    pub fn personal_data(mut self, map: DataMap) -> Self {
        self.personal_data.push(map);
        self
    }
}
