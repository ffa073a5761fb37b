//! A moving window of decoded text over a file, and the loop that turns it into batches of rows.

use super::batch::Batch;
use super::encoding::{TextEncoding, read_full};
use super::splitter::{Splitter, Step};
use super::{ReadSummary, Sink};
use encoding_rs::Decoder;
use kernel::Result;
use std::io::Read;

/// Bytes decoded at once.
const CHUNK_BYTES: usize = 256 * 1024;

/// Decoded text that has not been consumed yet. Holds at most one row and one chunk.
pub(super) struct Window<R> {
    input: R,
    decoder: Decoder,
    raw: Vec<u8>,
    text: String,
    start: usize,
    ended: bool,
}

impl<R: Read> Window<R> {
    pub(super) fn new(input: R, encoding: TextEncoding) -> Self {
        Window {
            input,
            decoder: encoding.0.new_decoder(),
            raw: vec![0; CHUNK_BYTES],
            text: String::new(),
            start: 0,
            ended: false,
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text[self.start..]
    }

    /// True if nothing follows the window.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    pub(super) fn consume(&mut self, bytes: usize) {
        self.start += bytes;
    }

    /// Decodes one more chunk. Bytes that are no characters become U+FFFD, which no field accepts.
    pub(super) fn fill(&mut self) -> Result<()> {
        self.text.drain(..self.start);
        self.start = 0;
        let length = read_full(&mut self.input, &mut self.raw)?;
        self.ended = length < self.raw.len();
        let room = self.decoder.max_utf8_buffer_length(length).unwrap_or(length * 3 + 16);
        self.text.reserve(room);
        // The room is enough by the decoder's own word, so everything is consumed.
        let _ = self.decoder.decode_to_string(&self.raw[..length], &mut self.text, self.ended);
        Ok(())
    }
}

/// Hands all rows of the window to the sink, beginning with row number `first_row`.
pub(super) fn read_rows<R: Read>(
    window: &mut Window<R>,
    splitter: &mut Splitter,
    sink: &mut Sink<'_>,
) -> Result<ReadSummary> {
    let mut batch = Batch::default();
    let mut rows = 0;
    loop {
        let (text, ended) = (window.text(), window.ended());
        if text.is_empty() && ended {
            break;
        }
        match splitter.step(text, ended, &mut batch) {
            Step::Row(length) => window.consume(length),
            Step::NeedMore => window.fill()?,
        }
        if batch.is_full() {
            rows += batch.len() as u64;
            let next = Batch::starting_at(rows);
            if sink(std::mem::replace(&mut batch, next)).is_break() {
                return Ok(ReadSummary { rows, line_by_line: splitter.is_line_by_line() });
            }
        }
    }
    rows += batch.len() as u64;
    if !batch.is_empty() {
        // The last batch: whether the sink wants more does not matter.
        let _ = sink(batch);
    }
    Ok(ReadSummary { rows, line_by_line: splitter.is_line_by_line() })
}
