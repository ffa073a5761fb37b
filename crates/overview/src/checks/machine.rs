//! Checks of the machine: database, clock, disk.

use super::{CheckStatus, Checked};
use kernel::{OrFault, Result, Timestamp};
use std::path::PathBuf;
use store::Scoped;
use tokio::time::Instant;

/// An answer of the database that takes longer is slow.
const SLOW_MS: u128 = 250;
/// A clock may be so much behind what another process wrote.
const BEHIND_MAX_MS: i64 = 60_000;
/// 2026-01-01: the program is not older than that.
const EARLIEST: Timestamp = Timestamp(1_767_225_600_000);
/// Below this much room nothing should be begun.
const ROOM_MIN: u64 = 512 << 20;
/// Below this much room an import or a backup may not fit.
const ROOM_WANTED: u64 = 5 << 30;

/// Asks the database for the store.
pub(super) async fn database(store: &Scoped) -> Checked {
    let began = Instant::now();
    match tenancy::stores::get(store).await {
        Ok(_) => {
            let took = began.elapsed().as_millis();
            let status = if took > SLOW_MS { CheckStatus::Warning } else { CheckStatus::Ok };
            Checked::new(status, format!("The database answered in {took} ms."))
        }
        Err(_) => Checked::new(CheckStatus::Error, "The database does not answer; the log says why."),
    }
}

/// Compares the clock with the newest entry of the store's audit log.
pub(super) async fn clock(store: &Scoped, now: Timestamp) -> Result<Checked> {
    let newest = tenancy::audit::list(store.db(), store.store().0, i64::MAX, 1).await?;
    Ok(judge_clock(now, newest.first().map(|entry| entry.at)))
}

fn judge_clock(now: Timestamp, newest: Option<Timestamp>) -> Checked {
    if now < EARLIEST {
        return Checked::new(
            CheckStatus::Error,
            format!("The clock says {now}, which is past long ago. Set it."),
        );
    }
    match newest.filter(|at| at.since(now) > BEHIND_MAX_MS) {
        Some(at) => {
            let detail = format!("The clock says {now}, but something was written at {at} already. Set it.");
            Checked::new(CheckStatus::Error, detail)
        }
        None => Checked::new(CheckStatus::Ok, format!("The clock says {now}.")),
    }
}

/// Looks how much room there is in the folder of data.
pub(super) async fn disk(folder: PathBuf) -> Checked {
    let asked = tokio::task::spawn_blocking(move || rustix::fs::statvfs(&folder)).await;
    match asked.or_fault("ask for the room on the disk") {
        Ok(Ok(disk)) => judge_room(disk.f_bavail.saturating_mul(disk.f_frsize)),
        Ok(Err(_)) | Err(_) => Checked::new(CheckStatus::Error, "The folder of data cannot be looked at."),
    }
}

fn judge_room(bytes: u64) -> Checked {
    let status = match bytes {
        0..ROOM_MIN => CheckStatus::Error,
        ROOM_MIN..ROOM_WANTED => CheckStatus::Warning,
        _ => CheckStatus::Ok,
    };
    let gib = bytes as f64 / f64::from(1 << 30);
    Checked::new(status, format!("{gib:.1} GiB are free where data are kept."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_behind_what_was_written_is_wrong() {
        let now = Timestamp(EARLIEST.0 + 1_000_000);
        let verdict = |now, newest| judge_clock(now, newest).status;
        assert_eq!(verdict(now, None), CheckStatus::Ok);
        assert_eq!(verdict(now, Some(now.plus_ms(BEHIND_MAX_MS))), CheckStatus::Ok);
        assert_eq!(verdict(now, Some(now.plus_ms(BEHIND_MAX_MS + 1))), CheckStatus::Error);
        assert_eq!(verdict(Timestamp(0), None), CheckStatus::Error);
    }

    #[test]
    fn little_room_is_told() {
        assert_eq!(judge_room(100 << 20).status, CheckStatus::Error);
        assert_eq!(judge_room(1 << 30).status, CheckStatus::Warning);
        assert_eq!(judge_room(6 << 30).status, CheckStatus::Ok);
    }
}
