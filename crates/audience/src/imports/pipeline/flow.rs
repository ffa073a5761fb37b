//! Threads and channels: read → work on many threads → consume in order.

use crate::imports::reader::{Batch, Source};
use kernel::{Fault, Result};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

/// Worked parts that wait for the writer. A part has at most 2,000 rows; while a batch is written, the
/// others make the next one ready.
const READY_PARTS: usize = 24;

/// Reads `source` from row `from`, lets `work` make a part of each piece on `threads` threads, and hands
/// the parts in order to `consume` on the calling thread until it breaks. Answers whether the file was
/// read to its end.
pub(super) fn flow<T: Send>(
    source: &Source,
    from: u64,
    threads: usize,
    work: &(dyn Fn(Batch) -> Result<T> + Sync),
    mut consume: impl FnMut(T) -> Result<ControlFlow<()>>,
) -> Result<bool> {
    std::thread::scope(|scope| {
        let (raw_in, raw_out) = sync_channel::<(usize, Batch)>(threads + 1);
        let (ready_in, ready_out) = sync_channel(READY_PARTS);
        let reader = scope.spawn(move || read(source, from, &raw_in));
        let raw_out = Arc::new(Mutex::new(raw_out));
        for _ in 0..threads {
            let (raw_out, ready_in) = (raw_out.clone(), ready_in.clone());
            scope.spawn(move || work_off(&raw_out, &ready_in, work));
        }
        drop((raw_out, ready_in));
        let consumed = in_order(&ready_out, &mut consume);
        // The workers find their channel closed, then the reader finds its own.
        drop(ready_out);
        let read =
            reader.join().unwrap_or_else(|_| Err(Fault::new("the reader of an import panicked").into()));
        let whole = consumed?;
        read.map(|()| whole)
    })
}

fn read(source: &Source, from: u64, out: &SyncSender<(usize, Batch)>) -> Result<()> {
    let mut place = 0;
    source.read(from, &mut |batch| {
        place += 1;
        match out.send((place - 1, batch)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    })?;
    Ok(())
}

fn work_off<T>(
    raw: &Mutex<Receiver<(usize, Batch)>>,
    ready: &SyncSender<(usize, Result<T>)>,
    work: &(dyn Fn(Batch) -> Result<T> + Sync),
) {
    loop {
        let next = raw.lock().unwrap_or_else(|e| e.into_inner()).recv();
        let Ok((place, batch)) = next else { return };
        let part = catch_unwind(AssertUnwindSafe(|| work(batch)))
            .unwrap_or_else(|_| Err(Fault::new("checking rows panicked").into()));
        if ready.send((place, part)).is_err() {
            return;
        }
    }
}

fn in_order<T>(
    ready: &Receiver<(usize, Result<T>)>,
    consume: &mut impl FnMut(T) -> Result<ControlFlow<()>>,
) -> Result<bool> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    while let Ok((place, part)) = ready.recv() {
        early.insert(place, part);
        while let Some(part) = early.remove(&next) {
            next += 1;
            if consume(part?)?.is_break() {
                return Ok(false);
            }
        }
    }
    Ok(true)
}
