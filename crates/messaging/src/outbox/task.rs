//! The outbox as a feature: statements, columns, and the dispatcher that runs as long as the worker does.

use super::dispatcher::Dispatcher;
use super::loader::ProgramLoader;
use super::rebuild::SendRebuilder;
use super::redo::HandOffs;
use super::{privacy, sql};
use crate::tracking::Rebuilder;
use futures_util::future::BoxFuture;
use kernel::Result;
use std::sync::Arc;
use tokio::sync::watch;
use web::{AppState, Feature, Task};

/// How this process dispatches.
#[derive(Clone, Copy, Debug)]
pub struct DispatchSettings {
    /// How long a claim holds without renewal, milliseconds.
    pub lease_ms: i64,
}

impl Default for DispatchSettings {
    fn default() -> Self {
        DispatchSettings { lease_ms: 30_000 }
    }
}

/// Statements, columns and the dispatcher's task.
pub fn feature() -> Feature {
    Feature::new("outbox")
        .statements(sql::ALL)
        .global_statements(sql::ALL_GLOBAL)
        .personal_data(privacy::DATA)
        .services(|state| {
            if state.service::<DispatchSettings>().is_none() {
                state.insert(DispatchSettings::default());
            }
            let rebuilder = Rebuilder(Arc::new(SendRebuilder::new(state.vault().clone())));
            state.insert(rebuilder);
            Ok(())
        })
        .replayers(|state| vec![Arc::new(HandOffs { journals: state.data_dir().join("journal") })])
        .task(Task { name: "dispatcher", start })
}

/// A dispatcher on this installation's database and journal folder.
pub async fn open_dispatcher(state: &AppState) -> Result<Dispatcher> {
    let loader = Arc::new(ProgramLoader::new(state.vault().clone()));
    let settings = state.service::<DispatchSettings>();
    Dispatcher::open(state.db().clone(), &state.data_dir().join("journal"), loader, settings.lease_ms).await
}

fn start(state: AppState, stop: watch::Receiver<bool>) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let dispatcher = Arc::new(open_dispatcher(&state).await?);
        dispatcher.run(stop).await;
        Ok(())
    })
}
