//! `smartpush events import`: takes in a file of calls of the tracking API, one JSON object a line.
//!
//! It goes the way of the API from the reading of a call on, with the trust of a merchant's server, and in larger
//! transactions. A line that is not right is told of with its number and loses nothing else. Whatever is taken in
//! again within seven days is known by its `messageId`. It ends when it is known whose the events are.

use crate::cli::{Context, Outcome};
use audience::events::{Batch, Incoming, append};
use kernel::ids::StoreId;
use kernel::{Code, OrFault, Problem, Result, Timestamp};
use onsite::collect::segment;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;
use store::{Scoped, StoreKeys};

/// Events of one transaction.
const AT_ONCE: usize = 10_000;
/// Bytes of one transaction.
const BYTES_AT_ONCE: usize = 16 << 20;
/// Longest line; a longer one is no event.
const LINE_MAX: usize = 1 << 20;
/// Lines that are told of.
const TOLD_MAX: usize = 20;

/// Arguments of `events import`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file (JSON lines).
    file: PathBuf,
    /// The store.
    #[arg(long, value_name = "ID")]
    store: StoreId,
}

/// What became of the lines.
#[derive(Default)]
struct Done {
    lines: u64,
    events: u64,
    known: u64,
    refused: u64,
    told: Vec<Value>,
}

/// Runs it.
pub async fn run(context: &Context, args: Args) -> Result<Outcome> {
    let store = context.store(args.store).await?;
    let keys = context.vault().await?.keys(store.db(), store.scope()).await?;
    let file = File::open(&args.file).map_err(|_| usage("There is no such file to take in."))?;
    let bytes = file.metadata().map(|m| m.len()).unwrap_or_default();
    let bar = context.progress(bytes, "bytes");
    let began = Instant::now();
    let mut lines = Lines { from: BufReader::with_capacity(1 << 20, file), number: 0, read: 0 };
    let mut done = Done::default();
    while let Some(events) = lines.next_events(store.db().now(), &mut done)? {
        take(&store, &keys, events, &mut done).await?;
        bar.set_position(lines.read);
    }
    bar.finish_and_clear();
    for consumer in context.app().await?.consumers() {
        store::log::catch_up(&store, &consumer).await?;
    }
    Ok(outcome(&done, began.elapsed().as_secs_f64()))
}

fn usage(detail: &str) -> Problem {
    Problem::new(Code::BadRequest, detail)
}

async fn take(store: &Scoped, keys: &Arc<StoreKeys>, events: Vec<Incoming>, done: &mut Done) -> Result<()> {
    let (keys, count, received_at) = (keys.clone(), events.len() as u64, store.db().now());
    let batch = Batch { events, refused: Vec::new(), trusted: true, received_at };
    let taken = store.write(move |tx| append(tx, &keys, vec![batch])).await?;
    done.events += taken;
    done.known += count - taken;
    Ok(())
}

struct Lines {
    from: BufReader<File>,
    number: u64,
    read: u64,
}

impl Lines {
    /// Events of the next lines, as many as go together; `None` at the end of the file.
    fn next_events(&mut self, received: Timestamp, done: &mut Done) -> Result<Option<Vec<Incoming>>> {
        let (mut events, began) = (Vec::new(), self.read);
        let mut line = Vec::new();
        while events.len() < AT_ONCE && self.read - began < BYTES_AT_ONCE as u64 {
            line.clear();
            if self.read_line(&mut line)? == 0 {
                return Ok((!events.is_empty()).then_some(events));
            }
            let text = line.trim_ascii();
            if text.is_empty() {
                continue;
            }
            done.lines += 1;
            match segment::read_line(text, received) {
                Ok(event) => events.extend(event),
                Err(why) => {
                    done.refused += 1;
                    if done.told.len() < TOLD_MAX {
                        let told =
                            json!({ "line": self.number, "reason": why.word(), "sentence": why.sentence() });
                        done.told.push(told);
                    }
                }
            }
        }
        Ok(Some(events))
    }

    /// Reads a line; of one that is too long the beginning. Answers how many bytes it had.
    fn read_line(&mut self, line: &mut Vec<u8>) -> Result<usize> {
        let mut bytes = 0;
        loop {
            let found = self.from.fill_buf().or_fault("read the file of events")?;
            let end = found.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
            let used = end.unwrap_or(found.len());
            let kept = used.min(LINE_MAX.saturating_sub(line.len()));
            line.extend_from_slice(&found[..kept]);
            self.from.consume(used);
            bytes += used;
            if end.is_some() || used == 0 {
                break;
            }
        }
        self.number += 1;
        self.read += bytes as u64;
        Ok(bytes)
    }
}

fn outcome(done: &Done, seconds: f64) -> Outcome {
    let per_second = (done.lines as f64 / seconds.max(0.001)).round();
    let answer = json!({
        "lines": done.lines, "events": done.events, "known": done.known, "refused": done.refused,
        "refusals": done.told, "seconds": seconds, "events_per_second": per_second,
    });
    let mut text = format!(
        "{} lines: {} events taken, {} known already, {} refused ({per_second:.0} a second)",
        done.lines, done.events, done.known, done.refused
    );
    for told in &done.told {
        let sentence = told["sentence"].as_str().unwrap_or_default();
        text.push_str(&format!("\nline {}: {sentence}", told["line"]));
    }
    Outcome::done(answer, text)
}
