//! Bringing a restored database up to what happened after its backup: sending is locked, then the outside
//! log is replayed by the features that wrote it.

use crate::app::App;
use kernel::Result;
use std::path::Path;
use store::outside::{self, Reading, Replayed, RestorePoint};

/// Replays the log of this data folder.
pub async fn replay_own(app: &App) -> Result<Replayed> {
    let reading = match app.state.db().outside() {
        Some(log) => log.read()?,
        None => Reading::default(),
    };
    replay_reading(app, reading).await
}

/// Replays a log that lies in another folder.
pub async fn replay_folder(app: &App, folder: &Path) -> Result<Replayed> {
    replay_reading(app, Reading::of(folder, app.state.vault())?).await
}

async fn replay_reading(app: &App, reading: Reading) -> Result<Replayed> {
    let db = app.state.db();
    // Locked first: a replay that breaks off leaves nothing that sends.
    tenancy::installation::lock_sending(db).await?;
    let newest = reading.records.iter().map(|record| record.generation).max().unwrap_or(0);
    let point = outside::begin_replay(db, newest).await?;
    outside::replay(db, &point, reading, &app.replayers()).await
}

/// The restore point, if sending was not unlocked since a restore.
pub async fn find_point(app: &App) -> Result<Option<RestorePoint>> {
    app.state.db().system().read(outside::find_point).await
}
