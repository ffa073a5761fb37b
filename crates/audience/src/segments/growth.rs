//! How segments and the store grow: counted once a day of the store, and whenever a segment is saved.
//!
//! The last count of a day is the day's. Who came and who went is the difference of two sets of members,
//! so it is exact also when the rule was changed in between: then it says what the change did.

use super::moment::Moment;
use super::saved::{self, Segment};
use super::snapshot::read_set;
use crate::attributes::model::day_number;
use crate::consent::Channel;
use crate::segments::model::Rule;
use kernel::Result;
use kernel::ids::SegmentId;
use roaring::RoaringBitmap;
use serde_json::json;
use std::sync::Arc;
use store::{Row, Scoped, StoreKeys, Tx, params, statements};

/// Days that are kept.
pub const DAYS_KEPT: i64 = 730;
/// Kind of the job that counts.
pub const KIND: &str = "segments.count";

statements! {
    /// The newest set of members before a day.
    FIND_SET_BEFORE = "SELECT data, day FROM segment_growth
        WHERE store_id = $1 AND segment_id = $2 AND day < $3 AND data IS NOT NULL ORDER BY day DESC LIMIT 1";
    /// Writes a day of a segment.
    PUT_SEGMENT_DAY = "INSERT INTO segment_growth (store_id, segment_id, day, members, entered, left_members, data)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (store_id, segment_id, day)
        DO UPDATE SET members = excluded.members, entered = excluded.entered, left_members = excluded.left_members,
            data = excluded.data";
    /// Forgets sets of members before a day; their numbers stay.
    FORGET_SETS = "UPDATE segment_growth SET data = NULL
        WHERE store_id = $1 AND segment_id = $2 AND day < $3 AND data IS NOT NULL";
    /// Forgets days of a segment before one.
    DELETE_SEGMENT_DAYS = "DELETE FROM segment_growth WHERE store_id = $1 AND segment_id = $2 AND day < $3";
    /// Days of a segment from one on.
    LIST_SEGMENT_DAYS = "SELECT day, members, entered, left_members FROM segment_growth
        WHERE store_id = $1 AND segment_id = $2 AND day >= $3 ORDER BY day";
    /// Takes a day of the store: whoever inserts it has it counted.
    BEGIN_DAY = "INSERT INTO contact_growth (store_id, day, contacts, subscribed_email, subscribed_sms, counted_at)
        VALUES ($1, $2, 0, 0, 0, NULL) ON CONFLICT (store_id, day) DO NOTHING";
    /// Whether a day of the store was taken.
    FIND_DAY = "SELECT day FROM contact_growth WHERE store_id = $1 AND day = $2";
    /// Writes a day of the store.
    PUT_DAY = "INSERT INTO contact_growth (store_id, day, contacts, subscribed_email, subscribed_sms, counted_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (store_id, day)
        DO UPDATE SET contacts = excluded.contacts, subscribed_email = excluded.subscribed_email,
            subscribed_sms = excluded.subscribed_sms, counted_at = excluded.counted_at";
    /// Forgets days of the store before one.
    DELETE_DAYS = "DELETE FROM contact_growth WHERE store_id = $1 AND day < $2";
    /// Days of the store from one on.
    LIST_DAYS = "SELECT day, contacts, subscribed_email, subscribed_sms FROM contact_growth
        WHERE store_id = $1 AND day >= $2 AND counted_at IS NOT NULL ORDER BY day";
}

/// A day of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentDay {
    /// Days since 1970-01-01 in the store's time zone.
    pub day: i64,
    /// Members when the day was counted last.
    pub members: u64,
    /// Who was not in at the count of the day before; unknown for the first.
    pub entered: Option<u64>,
    /// Who was in then and is not now.
    pub left: Option<u64>,
}

/// A day of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreDay {
    /// Days since 1970-01-01 in the store's time zone.
    pub day: i64,
    /// Contacts that are not erased.
    pub contacts: u64,
    /// Contacts who said yes to email.
    pub subscribed_email: u64,
    /// Contacts who said yes to text messages.
    pub subscribed_sms: u64,
}

/// Today by the store's calendar, in days since 1970-01-01.
pub fn today(tx: &mut Tx<'_>) -> Result<i64> {
    let zone = tenancy::stores::get_in(tx)?.settings.time_zone;
    Ok(day_number(Moment::in_zone(tx.now(), &zone).today()).into())
}

/// Days of a segment, oldest first. Problem: no such segment.
pub fn list_segment_days(tx: &mut Tx<'_>, id: SegmentId, days: i64) -> Result<Vec<SegmentDay>> {
    saved::get(tx, id)?;
    let first = today(tx)? - days + 1;
    let day = |row: &Row| {
        Ok(SegmentDay {
            day: row.int(0)?,
            members: row.int(1)? as u64,
            entered: row.opt_int(2)?.map(|n| n as u64),
            left: row.opt_int(3)?.map(|n| n as u64),
        })
    };
    tx.query(&LIST_SEGMENT_DAYS, params![id, first])?.iter().map(day).collect()
}

/// Days of the store, oldest first.
pub fn list_store_days(tx: &mut Tx<'_>, days: i64) -> Result<Vec<StoreDay>> {
    let first = today(tx)? - days + 1;
    let day = |row: &Row| {
        Ok(StoreDay {
            day: row.int(0)?,
            contacts: row.int(1)? as u64,
            subscribed_email: row.int(2)? as u64,
            subscribed_sms: row.int(3)? as u64,
        })
    };
    tx.query(&LIST_DAYS, params![first])?.iter().map(day).collect()
}

/// Has one segment counted after this transaction.
pub fn enqueue(tx: &mut Tx<'_>, id: SegmentId) -> Result<()> {
    let now = tx.now();
    tx.enqueue(KIND, &json!({ "segment": id }), now).map(drop)
}

/// Has everything counted, if nobody has had today counted yet; answers whether that was so. Several
/// processes may ask at once.
pub async fn begin_day(store: &Scoped) -> Result<bool> {
    let begun = store
        .read(|tx| {
            let day = today(tx)?;
            Ok(tx.query_opt(&FIND_DAY, params![day])?.is_some())
        })
        .await?;
    if begun {
        return Ok(false);
    }
    store
        .write(|tx| {
            let (day, now) = (today(tx)?, tx.now());
            if tx.execute(&BEGIN_DAY, params![day])? == 0 {
                return Ok(false);
            }
            tx.enqueue(KIND, &json!({}), now)?;
            tx.execute(&DELETE_DAYS, params![day - DAYS_KEPT])?;
            Ok(true)
        })
        .await
}

/// Counts a segment and notes it under today. A rule that is not valid any more is left out.
pub async fn count_segment(store: &Scoped, keys: &Arc<StoreKeys>, segment: &Segment) -> Result<()> {
    let members = match super::evaluate(store, keys, &segment.rule).await {
        Ok(members) => members,
        Err(kernel::Error::Problem(_)) => return Ok(()),
        Err(fault) => return Err(fault),
    };
    let (id, version) = (segment.id, segment.version);
    store
        .write(move |tx| {
            saved::put_count(tx, id, version, members.len())?;
            put_segment_day(tx, id, members)
        })
        .await
}

fn put_segment_day(tx: &mut Tx<'_>, id: SegmentId, mut members: RoaringBitmap) -> Result<()> {
    let day = today(tx)?;
    let before = tx.query_opt(&FIND_SET_BEFORE, params![id, day])?;
    let (mut entered, mut left) = (None, None);
    if let Some(row) = before {
        let old = read_set(&row.blob(0)?)?;
        entered = Some(members.len() - members.intersection_len(&old));
        left = Some(old.len() - members.intersection_len(&old));
        tx.execute(&FORGET_SETS, params![id, row.int(1)?])?;
    }
    members.optimize();
    let mut data = Vec::with_capacity(members.serialized_size());
    members.serialize_into(&mut data).expect("invariant: writing to memory does not fail");
    let number = |n: Option<u64>| n.map(|n| n as i64);
    let values = params![id, day, members.len() as i64, number(entered), number(left), data];
    tx.execute(&PUT_SEGMENT_DAY, values)?;
    tx.execute(&DELETE_SEGMENT_DAYS, params![id, day - DAYS_KEPT]).map(drop)
}

/// Counts the store's contacts and notes them under today.
pub async fn count_store(store: &Scoped, keys: &Arc<StoreKeys>) -> Result<()> {
    let contacts = super::count(store, keys, &Rule::everybody()).await? as i64;
    let email = super::count(store, keys, &subscribed(Channel::Email)?).await? as i64;
    let sms = super::count(store, keys, &subscribed(Channel::Sms)?).await? as i64;
    store
        .write(move |tx| {
            let (day, now) = (today(tx)?, tx.now());
            tx.execute(&PUT_DAY, params![day, contacts, email, sms, now]).map(drop)
        })
        .await
}

fn subscribed(channel: Channel) -> Result<Rule> {
    Rule::parse(&json!({
        "condition": "consent", "operator": "is", "channel": channel, "status": "subscribed"
    }))
}
