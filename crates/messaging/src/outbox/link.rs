//! The connections of a send to its relay: opened, kept, opened again with patience.

use super::carrier::Carrier;
use super::feed::Feed;
use crate::channels::email::smtp::{Connection, PumpEnd, Relay, Timeouts};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// First and longest pause before another attempt to connect.
const PAUSE_FIRST: Duration = Duration::from_millis(250);
const PAUSE_MAX: Duration = Duration::from_secs(30);

/// Shared state of a send's connections.
#[derive(Default)]
pub struct Link {
    live: AtomicUsize,
    trouble: Mutex<Option<Trouble>>,
}

/// Why the relay cannot be used.
#[derive(Clone, Debug)]
pub struct Trouble {
    /// A sentence for the merchant; no personal data.
    pub sentence: String,
    /// True if waiting cannot help: somebody must change the relay's settings.
    pub is_configuration: bool,
}

impl Link {
    /// Number of open sessions.
    pub fn live(&self) -> usize {
        self.live.load(Ordering::Acquire)
    }

    /// The latest trouble, until a connection succeeds.
    pub fn trouble(&self) -> Option<Trouble> {
        self.trouble.lock().unwrap_or_else(|e| e.into_inner()).clone()
    }

    fn set_trouble(&self, trouble: Option<Trouble>) {
        *self.trouble.lock().unwrap_or_else(|e| e.into_inner()) = trouble;
    }
}

/// Counts a live session for as long as it exists.
struct Session<'a>(&'a Link);

impl<'a> Session<'a> {
    fn begin(link: &'a Link) -> Self {
        link.live.fetch_add(1, Ordering::AcqRel);
        link.set_trouble(None);
        Session(link)
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        self.0.live.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Keeps one connection slot at work until the feed closes.
pub async fn keep_connected(
    link: Arc<Link>,
    feed: Arc<Feed>,
    relay: Relay,
    timeouts: Timeouts,
    mut carrier: Carrier,
) {
    let mut pause = PAUSE_FIRST;
    while feed.work().await {
        let end = match Connection::open(&relay, &timeouts).await {
            Ok(connection) => {
                let _session = Session::begin(&link);
                connection.pump(&mut carrier).await
            }
            Err(e) => {
                let sentence = format!("{}: {e}", relay.url);
                link.set_trouble(Some(Trouble { sentence, is_configuration: e.is_configuration() }));
                rest(&feed, &mut pause).await;
                continue;
            }
        };
        match end {
            PumpEnd::Finished => return,
            PumpEnd::Full | PumpEnd::Idle | PumpEnd::Withheld => pause = PAUSE_FIRST,
            PumpEnd::Closing(_) | PumpEnd::Broken { .. } => rest(&feed, &mut pause).await,
        }
    }
}

/// Waits a little longer each time, but not past the end of the send.
async fn rest(feed: &Feed, pause: &mut Duration) {
    let until = tokio::time::Instant::now() + *pause;
    while tokio::time::Instant::now() < until && !feed.is_closed() {
        tokio::time::sleep(Duration::from_millis(100).min(*pause)).await;
    }
    *pause = (*pause * 2).min(PAUSE_MAX);
}
