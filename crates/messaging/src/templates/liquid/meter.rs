//! Counts what a render uses; whoever exceeds a limit is told which, and at which line. It does not walk.

use super::value::Value;
use crate::templates::model::*;
use std::time::Instant;

/// Counts what a render uses.
pub struct Meter {
    steps: u32,
    made: usize,
    pub(super) written: usize,
    since_clock: u32,
    /// The clock is read only when a render is not short.
    looked: Option<Instant>,
    spent_us: u128,
    /// Where the walk is, for errors.
    pub(super) position: Position,
}

/// Steps between two looks at the clock.
const STEPS_PER_LOOK: u32 = 256;

impl Meter {
    pub(super) fn new(part: Part) -> Self {
        let position = Position { part, line: 1, column: 1 };
        Meter { steps: 0, made: 0, written: 0, since_clock: 0, looked: None, spent_us: 0, position }
    }

    pub(super) fn stop(&self, code: &'static str, message: String) -> RenderError {
        RenderError { position: self.position, code, message }
    }

    /// Counts steps.
    pub fn step(&mut self, steps: u32) -> Result<(), RenderError> {
        self.steps = self.steps.saturating_add(steps);
        self.since_clock = self.since_clock.saturating_add(steps);
        if self.steps > MAX_STEPS {
            return Err(self.stop(
                "steps",
                format!("The template takes more than {MAX_STEPS} steps. Is a loop too long?"),
            ));
        }
        if self.since_clock >= STEPS_PER_LOOK {
            self.since_clock = 0;
            return self.look_at_clock();
        }
        Ok(())
    }

    fn look_at_clock(&mut self) -> Result<(), RenderError> {
        let now = Instant::now();
        let window = self.looked.replace(now).map_or(0, |last| now.duration_since(last).as_micros());
        // A thread that was made to wait is not a slow template.
        self.spent_us += window.min(MAX_WINDOW_MS * 1_000);
        if self.spent_us > MAX_RENDER_MS * 1_000 {
            return Err(self.stop("time", format!("The template takes longer than {MAX_RENDER_MS} ms.")));
        }
        Ok(())
    }

    /// Counts text or members a filter works through.
    pub fn work(&mut self, amount: usize) -> Result<(), RenderError> {
        self.step(u32::try_from(amount / 256).unwrap_or(u32::MAX))
    }

    /// Counts text kept in memory.
    pub fn made(&mut self, bytes: usize) -> Result<(), RenderError> {
        self.made = self.made.saturating_add(bytes);
        if bytes > MAX_OUTPUT_BYTES || self.made > MAX_MADE_BYTES {
            let limit = if bytes > MAX_OUTPUT_BYTES { MAX_OUTPUT_BYTES } else { MAX_MADE_BYTES };
            return Err(
                self.stop("memory", format!("The template makes more than {} KiB of text.", limit / 1024))
            );
        }
        self.work(bytes)
    }

    /// Refuses a list that is too long.
    pub fn list(&mut self, length: usize) -> Result<(), RenderError> {
        if length > MAX_LIST {
            return Err(self.stop("list", format!("A list has at most {MAX_LIST} members.")));
        }
        self.made(length * size_of::<Value<'_>>())?;
        self.step(u32::try_from(length / 8).unwrap_or(u32::MAX))
    }

    pub(super) fn write(&mut self, bytes: usize) -> Result<(), RenderError> {
        self.written += bytes;
        if self.written > MAX_OUTPUT_BYTES {
            return Err(
                self.stop("output", format!("The result is longer than {} KiB.", MAX_OUTPUT_BYTES / 1024))
            );
        }
        Ok(())
    }
}
