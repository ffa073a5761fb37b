//! `/healthz` (the process lives) and `/readyz` (the database answers). Neither says anything else.

use crate::failure::Result;
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::routing::get;

/// Both routes.
pub fn routes() -> Router<AppState> {
    Router::new().route("/healthz", get(|| async { "alive\n" })).route("/readyz", get(ready))
}

async fn ready(State(state): State<AppState>) -> Result<&'static str> {
    state.db().system().read(|tx| tx.query(&store::log::LIST_STORE_IDS, store::params![])).await?;
    Ok("ready\n")
}
