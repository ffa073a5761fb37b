//! The event log of a store: append, read forward, consume.
//!
//! Positions come from the store's lane row inside the appending transaction, so they are gap-free and
//! in commit order on every engine. Consumers commit their cursor together with their effect; nobody
//! calls back. An event may concern one contact (`ordinal`) or carry many in its body (a bitmap).

use crate::{Database, Row, Scope, Scoped, Tx, params, statements};
use kernel::ids::StoreId;
use kernel::{OrFault, Result, Timestamp};

/// Wakes consumers after an append.
pub const TOPIC: &str = "events";

/// Events a consumer is given at once.
const BATCH: i64 = 2_000;
/// Events a consumer passes over at once; those that it does not want cost it little.
const STRIDE: i64 = 50_000;

statements! {
    /// Makes the lane of a new store.
    INSERT_LANE = "INSERT INTO store_lanes (store_id, next_ordinal, next_seq) VALUES ($1, 0, 1)";
    /// Takes positions; locks the lane until commit.
    TAKE_SEQUENCE = "UPDATE store_lanes SET next_seq = next_seq + $2 WHERE store_id = $1 RETURNING next_seq";
    /// Takes contact ordinals; locks the lane until commit.
    TAKE_ORDINALS = "UPDATE store_lanes SET next_ordinal = next_ordinal + $2 WHERE store_id = $1
        RETURNING next_ordinal";
    /// The lane: next ordinal and next position.
    FIND_LANE = "SELECT next_ordinal, next_seq FROM store_lanes WHERE store_id = $1";
    /// Appends one event.
    INSERT_EVENT = "INSERT INTO events (store_id, seq, at, kind, ordinal, campaign_id, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// Reads forward from a position.
    LIST_EVENTS = "SELECT seq, at, kind, ordinal, campaign_id, body FROM events
        WHERE store_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    /// Events of some kinds in a stretch of the log.
    LIST_EVENTS_OF = "SELECT seq, at, kind, ordinal, campaign_id, body FROM events
        WHERE store_id = $1 AND seq > $2 AND seq <= $3 AND kind {in $4} ORDER BY seq LIMIT $5";
    /// The events of one contact, newest first.
    LIST_CONTACT_EVENTS = "SELECT seq, at, kind, ordinal, campaign_id, body FROM events
        WHERE store_id = $1 AND ordinal = $2 AND seq < $3 ORDER BY seq DESC LIMIT $4";
    /// Where a consumer stands.
    FIND_CURSOR = "SELECT seq FROM event_cursors WHERE store_id = $1 AND consumer = $2";
    /// Moves a consumer.
    PUT_CURSOR = "INSERT INTO event_cursors (store_id, consumer, seq) VALUES ($1, $2, $3)
        ON CONFLICT (store_id, consumer) DO UPDATE SET seq = excluded.seq";
}

/// An event to append. `kind` is `noun.verb_past`.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// When it happened.
    pub at: Timestamp,
    /// `message.opened`, `contacts.changed`, …
    pub kind: &'static str,
    /// The contact, if it is about one.
    pub ordinal: Option<u32>,
    /// The campaign, if it is about one.
    pub campaign: Option<i64>,
    /// Payload in the producer's own form; small.
    pub body: Vec<u8>,
}

/// An event as read.
#[derive(Clone, Debug)]
pub struct Event {
    /// Position in the store's log.
    pub seq: i64,
    /// When it happened.
    pub at: Timestamp,
    /// Its kind.
    pub kind: String,
    /// The contact, if it is about one.
    pub ordinal: Option<u32>,
    /// The campaign, if it is about one.
    pub campaign: Option<i64>,
    /// Payload in the producer's own form.
    pub body: Vec<u8>,
}

impl Event {
    /// Reads a row of [`LIST_EVENTS`] or [`LIST_CONTACT_EVENTS`].
    pub fn of(row: &Row) -> Result<Self> {
        Ok(Event {
            seq: row.int(0)?,
            at: row.time(1)?,
            kind: row.text(2)?,
            ordinal: row.opt_int(3)?.map(|o| o as u32),
            campaign: row.opt_int(4)?,
            body: row.blob(5)?,
        })
    }
}

impl Tx<'_> {
    /// Appends events; answers the position of the last one (or 0 if there were none).
    pub fn append(&mut self, events: Vec<NewEvent>) -> Result<i64> {
        if events.is_empty() {
            return Ok(0);
        }
        let count = events.len() as i64;
        let next = self.query_one(&TAKE_SEQUENCE, params![count])?.int(0)?;
        self.tell_appended(&events, next - 1);
        let first = next - count;
        let rows = events.into_iter().enumerate().map(|(i, e)| {
            vec![
                (first + i as i64).into(),
                e.at.into(),
                e.kind.into(),
                e.ordinal.into(),
                e.campaign.into(),
                e.body.into(),
            ]
        });
        self.insert_many(&INSERT_EVENT, rows)?;
        Ok(next - 1)
    }

    /// Takes `count` new contact ordinals; answers the first.
    pub fn take_ordinals(&mut self, count: u32) -> Result<u32> {
        let next = self.query_one(&TAKE_ORDINALS, params![count])?.int(0)?;
        u32::try_from(next - i64::from(count)).or_fault("number contacts below 2^32")
    }

    /// Position of the newest event.
    pub fn log_head(&mut self) -> Result<i64> {
        Ok(self.query_one(&FIND_LANE, params![])?.int(1)? - 1)
    }

    /// Number of ordinals ever given out: contacts are below it.
    pub fn ordinal_end(&mut self) -> Result<u32> {
        Ok(self.query_one(&FIND_LANE, params![])?.int(0)? as u32)
    }

    /// Events of some kinds after a position and up to another, oldest first, and how far was looked: to the end of
    /// the stretch, or to the last of `limit` events.
    pub fn events_of(
        &mut self,
        kinds: &[&str],
        after: i64,
        until: i64,
        limit: i64,
    ) -> Result<(Vec<Event>, i64)> {
        let kinds: Vec<String> = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        let rows = self.query(&LIST_EVENTS_OF, params![after, until, kinds, limit])?;
        let events = rows.iter().map(Event::of).collect::<Result<Vec<_>>>()?;
        let full = events.len() as i64 == limit;
        let looked = events.last().filter(|_| full).map_or(until, |last| last.seq);
        Ok((events, looked))
    }

    /// Events after a position, oldest first.
    pub fn events_after(&mut self, seq: i64, limit: i64) -> Result<Vec<Event>> {
        self.query(&LIST_EVENTS, params![seq, limit])?.iter().map(Event::of).collect()
    }
}

/// Reads a log forward. Its cursor and effect commit together, so each event takes effect once.
pub trait Consumer: Send + Sync + 'static {
    /// Stable name of its cursor.
    fn name(&self) -> &'static str;
    /// Kinds it wants; others are skipped.
    fn kinds(&self) -> &'static [&'static str];
    /// Applies events in order, inside the transaction that moves the cursor.
    fn handle(&self, tx: &mut Tx<'_>, events: &[Event]) -> Result<()>;
}

/// Lets a consumer catch up in one store.
pub async fn catch_up(store: &Scoped, consumer: &std::sync::Arc<dyn Consumer>) -> Result<()> {
    loop {
        let consumer = consumer.clone();
        let pending = {
            let name = consumer.name();
            store.read(move |tx| Ok(position(tx, name)? < tx.log_head()?)).await?
        };
        if !pending {
            return Ok(());
        }
        store.write(move |tx| consume(tx, &*consumer)).await?;
    }
}

fn position(tx: &mut Tx<'_>, name: &str) -> Result<i64> {
    Ok(tx.query_opt(&FIND_CURSOR, params![name])?.map(|r| r.int(0)).transpose()?.unwrap_or(0))
}

/// Applies the next events and moves the cursor: to the last of them, or to the end of the stretch that was looked
/// through.
fn consume(tx: &mut Tx<'_>, consumer: &dyn Consumer) -> Result<()> {
    let from = position(tx, consumer.name())?;
    let until = tx.log_head()?.min(from.saturating_add(STRIDE));
    let (events, read) = tx.events_of(consumer.kinds(), from, until, BATCH)?;
    if !events.is_empty() {
        consumer.handle(tx, &events)?;
    }
    tx.execute(&PUT_CURSOR, params![consumer.name(), read]).map(drop)
}

impl Database {
    /// Every store, for background work over all of them.
    pub async fn list_stores(&self) -> Result<Vec<Scope>> {
        let rows = self.system().query(&LIST_STORE_IDS, params![]).await?;
        rows.iter()
            .map(|r| {
                #[expect(
                    clippy::disallowed_methods,
                    reason = "background work serves each store in its own scope"
                )]
                Ok(Scope::mint(StoreId(r.int(0)?)))
            })
            .collect()
    }
}

crate::global_statements! {
    /// Every store.
    LIST_STORE_IDS = "SELECT id FROM stores ORDER BY id";
}
