//! What became of the recipients of a chunk, and the sums of a send. Pure.
//!
//! An outcome groups recipients by result as bitmaps: a thousand recipients take a few hundred bytes,
//! and "who failed with 5.1.1?" is answered without a row per message.

use super::journal::{ReplyCode, Slot};
use crate::gate::Reason;
use kernel::{Fault, OrFault, Result, Timestamp};
use roaring::RoaringBitmap;
use serde::Serialize;
use std::collections::BTreeMap;

/// What became of one recipient in one chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// Taken by the relay (or captured by the sandbox).
    Accepted,
    /// Refused for good by the other side.
    Failed(ReplyCode),
    /// Refused for now; tried again at that time.
    Deferred(ReplyCode, Timestamp),
    /// Not sent, by decision of the gate.
    Suppressed(Reason),
    /// Not yet, by decision of the gate; asked again at that time.
    Delayed(Reason, Timestamp),
    /// Handed over without a reply seen; never sent again by itself.
    Unknown,
    /// Its turn did not come (pause, stop); goes on later as if nothing had happened.
    Released,
}

impl PartialOrd for ReplyCode {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ReplyCode {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.class, self.basic, self.enhanced).cmp(&(other.class, other.basic, other.enhanced))
    }
}

impl Fate {
    fn tag(&self) -> u8 {
        match self {
            Fate::Accepted => 1,
            Fate::Failed(_) => 2,
            Fate::Deferred(..) => 3,
            Fate::Suppressed(_) => 4,
            Fate::Delayed(..) => 5,
            Fate::Unknown => 6,
            Fate::Released => 7,
        }
    }

    /// True if this is the last word on the recipient.
    pub fn is_final(&self) -> bool {
        matches!(self, Fate::Accepted | Fate::Failed(_) | Fate::Suppressed(_) | Fate::Unknown)
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.tag());
        match self {
            Fate::Failed(code) => write_code(*code, out),
            Fate::Deferred(code, at) => {
                write_code(*code, out);
                out.extend_from_slice(&at.0.to_le_bytes());
            }
            Fate::Suppressed(reason) => write_word(reason.word(), out),
            Fate::Delayed(reason, at) => {
                write_word(reason.word(), out);
                out.extend_from_slice(&at.0.to_le_bytes());
            }
            Fate::Accepted | Fate::Unknown | Fate::Released => {}
        }
    }

    fn read(input: &mut &[u8]) -> Option<Fate> {
        Some(match take::<1>(input)?[0] {
            1 => Fate::Accepted,
            2 => Fate::Failed(read_code(input)?),
            3 => Fate::Deferred(read_code(input)?, read_time(input)?),
            4 => Fate::Suppressed(read_reason(input)?),
            5 => Fate::Delayed(read_reason(input)?, read_time(input)?),
            6 => Fate::Unknown,
            7 => Fate::Released,
            _ => return None,
        })
    }
}

fn write_code(code: ReplyCode, out: &mut Vec<u8>) {
    out.push(code.class);
    out.extend_from_slice(&code.basic.to_le_bytes());
    for part in code.enhanced {
        out.extend_from_slice(&part.to_le_bytes());
    }
}

fn write_word(word: &str, out: &mut Vec<u8>) {
    out.push(word.len() as u8);
    out.extend_from_slice(word.as_bytes());
}

fn take<'a, const N: usize>(input: &mut &'a [u8]) -> Option<&'a [u8; N]> {
    let (head, rest) = input.split_first_chunk::<N>()?;
    *input = rest;
    Some(head)
}

fn read_code(input: &mut &[u8]) -> Option<ReplyCode> {
    let class = take::<1>(input)?[0];
    let basic = u16::from_le_bytes(*take(input)?);
    let mut enhanced = [0; 3];
    for part in &mut enhanced {
        *part = u16::from_le_bytes(*take(input)?);
    }
    Some(ReplyCode { class, basic, enhanced })
}

fn read_time(input: &mut &[u8]) -> Option<Timestamp> {
    Some(Timestamp(i64::from_le_bytes(*take(input)?)))
}

fn read_reason(input: &mut &[u8]) -> Option<Reason> {
    let length = take::<1>(input)?[0] as usize;
    let (word, rest) = input.split_at_checked(length)?;
    *input = rest;
    Reason::parse(std::str::from_utf8(word).ok()?)
}

/// The outcome of a chunk: recipients by fate.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChunkOutcome {
    /// Recipients (ordinals) of each fate.
    pub groups: BTreeMap<Fate, RoaringBitmap>,
}

impl ChunkOutcome {
    /// From the fates of recipients in order.
    pub fn of(fates: impl IntoIterator<Item = (u32, Fate)>) -> Self {
        let mut outcome = ChunkOutcome::default();
        for (ordinal, fate) in fates {
            outcome.groups.entry(fate).or_default().insert(ordinal);
        }
        outcome
    }

    /// From a recovered journal. What it calls deferred is tried again at `retry_at`.
    pub fn recovered(recipients: &[u32], slots: &[Slot], retry_at: Timestamp) -> Self {
        Self::of(recipients.iter().zip(slots).map(|(ordinal, slot)| {
            let fate = match slot {
                Slot::Untouched => Fate::Released,
                Slot::Unknown => Fate::Unknown,
                Slot::Accepted => Fate::Accepted,
                Slot::Failed(code) => Fate::Failed(*code),
                Slot::Deferred(code) => Fate::Deferred(*code, retry_at),
            };
            (*ordinal, fate)
        }))
    }

    /// The fate of a recipient, if it is in this chunk.
    pub fn fate(&self, ordinal: u32) -> Option<Fate> {
        self.groups.iter().find(|(_, set)| set.contains(ordinal)).map(|(fate, _)| *fate)
    }

    /// Recipients the relay took.
    pub fn accepted(&self) -> RoaringBitmap {
        self.groups.get(&Fate::Accepted).cloned().unwrap_or_default()
    }

    /// Stored form. It begins with the bitmap of accepted recipients, so that a reader who wants only
    /// those can stop there.
    pub fn encode(&self) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        self.accepted().serialize_into(&mut out).or_fault("write an outcome")?;
        let others: Vec<_> = self.groups.iter().filter(|(fate, _)| **fate != Fate::Accepted).collect();
        out.extend_from_slice(&(others.len() as u16).to_le_bytes());
        for (fate, set) in others {
            fate.write(&mut out);
            set.serialize_into(&mut out).or_fault("write an outcome")?;
        }
        Ok(out)
    }

    /// Reads the stored form.
    pub fn decode(mut bytes: &[u8]) -> Result<Self> {
        let mut outcome = ChunkOutcome::default();
        let accepted = RoaringBitmap::deserialize_from(&mut bytes).or_fault("read an outcome")?;
        if !accepted.is_empty() {
            outcome.groups.insert(Fate::Accepted, accepted);
        }
        let count = take::<2>(&mut bytes).map(|b| u16::from_le_bytes(*b)).or_fault("read an outcome")?;
        for _ in 0..count {
            let fate = Fate::read(&mut bytes).ok_or_else(|| Fault::new("read an outcome"))?;
            let set = RoaringBitmap::deserialize_from(&mut bytes).or_fault("read an outcome")?;
            outcome.groups.insert(fate, set);
        }
        Ok(outcome)
    }

    /// What the outcome adds to the sums of its send.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for (fate, set) in &self.groups {
            let n = set.len() as i64;
            match fate {
                Fate::Accepted => counts.accepted += n,
                Fate::Failed(_) => counts.failed += n,
                Fate::Deferred(..) => counts.deferred += n,
                Fate::Suppressed(_) => counts.suppressed += n,
                Fate::Unknown => counts.unknown += n,
                Fate::Delayed(..) | Fate::Released => {}
            }
        }
        counts
    }

    /// Recipients that go back into a lane: when, with which attempt added, who.
    pub fn requeued(&self) -> Vec<(Timestamp, bool, RoaringBitmap)> {
        let mut lanes: BTreeMap<(Timestamp, bool), RoaringBitmap> = BTreeMap::new();
        for (fate, set) in &self.groups {
            let (at, counts_as_attempt) = match fate {
                Fate::Deferred(_, at) => (*at, true),
                Fate::Delayed(_, at) => (*at, false),
                Fate::Released => (Timestamp(0), false),
                _ => continue,
            };
            *lanes.entry((at, counts_as_attempt)).or_default() |= set;
        }
        lanes.into_iter().map(|((at, attempt), set)| (at, attempt, set)).collect()
    }
}

/// The sums of a send. `audience = accepted + deferred + failed + suppressed + unknown + open`, always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Frozen at launch.
    pub audience: i64,
    /// Taken by the relay.
    pub accepted: i64,
    /// Refused for now and waiting for the next try.
    pub deferred: i64,
    /// Refused for good.
    pub failed: i64,
    /// Not sent, by decision of the gate.
    pub suppressed: i64,
    /// Handed over without a reply seen.
    pub unknown: i64,
}

impl Counts {
    /// Whose turn has not come or is being handed over.
    pub fn open(&self) -> i64 {
        self.audience - self.accepted - self.deferred - self.failed - self.suppressed - self.unknown
    }

    /// True when every recipient has had the last word.
    pub fn is_closed(&self) -> bool {
        self.open() == 0 && self.deferred == 0
    }
}

/// State of a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendState {
    /// Chunks may be claimed.
    Open,
    /// Nothing is claimed until it is opened again.
    Paused,
    /// Ended by the merchant; final.
    Cancelled,
    /// The sum closed.
    Finished,
}

impl SendState {
    /// Stored word.
    pub fn word(self) -> &'static str {
        match self {
            SendState::Open => "open",
            SendState::Paused => "paused",
            SendState::Cancelled => "cancelled",
            SendState::Finished => "finished",
        }
    }

    /// From the stored word.
    pub fn parse(word: &str) -> Result<Self> {
        match word {
            "open" => Ok(SendState::Open),
            "paused" => Ok(SendState::Paused),
            "cancelled" => Ok(SendState::Cancelled),
            "finished" => Ok(SendState::Finished),
            other => Err(Fault::new(format!("unknown state of a send: {other}")).into()),
        }
    }
}

/// Size of the next chunk: about a second of work, at most [`super::journal::SLOTS_MAX`].
pub fn chunk_size(rate_per_second: f64, throttle_per_second: u32) -> usize {
    let rate = match throttle_per_second {
        0 => rate_per_second,
        cap => rate_per_second.min(f64::from(cap)),
    };
    (rate.ceil() as usize).clamp(1, super::journal::SLOTS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> ChunkOutcome {
        let code = ReplyCode { class: 2, basic: 451, enhanced: [4, 7, 1] };
        ChunkOutcome::of([
            (1, Fate::Accepted),
            (5, Fate::Accepted),
            (2, Fate::Failed(ReplyCode { class: 1, basic: 550, enhanced: [5, 1, 1] })),
            (3, Fate::Deferred(code, Timestamp(77))),
            (4, Fate::Suppressed(Reason::Unsubscribed)),
            (6, Fate::Delayed(Reason::QuietHours, Timestamp(99))),
            (70_000, Fate::Unknown),
            (8, Fate::Released),
        ])
    }

    #[test]
    fn an_outcome_survives_storing_and_begins_with_the_accepted() {
        let outcome = sample();
        let bytes = outcome.encode().unwrap();
        assert_eq!(ChunkOutcome::decode(&bytes).unwrap(), outcome);
        assert_eq!(RoaringBitmap::deserialize_from(&bytes[..]).unwrap(), outcome.accepted());
        assert_eq!(outcome.fate(4), Some(Fate::Suppressed(Reason::Unsubscribed)));
        assert_eq!(outcome.fate(9), None);
        for cut in 0..bytes.len() {
            assert!(ChunkOutcome::decode(&bytes[..cut]).is_err(), "cut at {cut}");
        }
    }

    #[test]
    fn the_sum_closes_and_the_rest_goes_back_into_lanes() {
        let counts = Counts { audience: 8, ..sample().counts() };
        assert_eq!((counts.accepted, counts.failed, counts.deferred), (2, 1, 1));
        assert_eq!((counts.suppressed, counts.unknown, counts.open()), (1, 1, 2));
        assert!(!counts.is_closed());
        let lanes: Vec<_> =
            sample().requeued().into_iter().map(|(at, attempt, set)| (at.0, attempt, set.len())).collect();
        assert_eq!(lanes, [(0, false, 1), (77, true, 1), (99, false, 1)]);
    }

    #[test]
    fn a_chunk_is_about_a_second_of_work() {
        assert_eq!(chunk_size(20_000.0, 0), 1_000);
        assert_eq!(chunk_size(20_000.0, 5), 5);
        assert_eq!(chunk_size(0.2, 0), 1);
        assert_eq!(chunk_size(340.5, 0), 341);
    }
}
