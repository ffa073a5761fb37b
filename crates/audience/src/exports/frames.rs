//! A file of sealed frames, written and read as a stream.
//!
//! Each frame is a length (four bytes, the top bit marks the last frame) and bytes sealed under the
//! store's key for this export and this place, so frames can be neither moved nor cut off unseen.

use kernel::ids::ExportId;
use kernel::{Fault, OrFault, Result};
use std::io::{self, Read, Write};
use std::sync::Arc;
use store::StoreKeys;

/// Opened bytes of a frame at most.
const FRAME: usize = 65_536;
/// Sealed bytes of a frame at most; a longer one is damage.
const SEALED_MAX: u32 = FRAME as u32 + 64;
const LAST: u32 = 1 << 31;

fn purpose(export: ExportId, place: u64, last: bool) -> String {
    format!("export:{}:{place}:{last}", export.0)
}

/// Seals what is written to it.
pub struct FrameWriter<W: Write> {
    out: W,
    keys: Arc<StoreKeys>,
    export: ExportId,
    place: u64,
    buffer: Vec<u8>,
    written: u64,
}

impl<W: Write> FrameWriter<W> {
    /// A writer for one export.
    pub fn new(out: W, keys: Arc<StoreKeys>, export: ExportId) -> Self {
        FrameWriter { out, keys, export, place: 0, buffer: Vec::with_capacity(FRAME), written: 0 }
    }

    fn seal(&mut self, last: bool) -> Result<()> {
        let sealed = self.keys.seal_secret(&purpose(self.export, self.place, last), &self.buffer)?;
        let length = sealed.len() as u32 | if last { LAST } else { 0 };
        self.out.write_all(&length.to_le_bytes()).or_fault("write an export")?;
        self.out.write_all(&sealed).or_fault("write an export")?;
        self.place += 1;
        self.buffer.clear();
        Ok(())
    }

    /// Writes the last frame; answers the target and the number of opened bytes.
    pub fn finish(mut self) -> Result<(W, u64)> {
        self.seal(true)?;
        Ok((self.out, self.written))
    }
}

impl<W: Write> Write for FrameWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = bytes.len().min(FRAME - self.buffer.len());
        self.buffer.extend_from_slice(&bytes[..count]);
        self.written += count as u64;
        if self.buffer.len() == FRAME {
            self.seal(false).map_err(io::Error::other)?;
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Opens frames one by one.
pub struct FrameReader<R: Read> {
    input: R,
    keys: Arc<StoreKeys>,
    export: ExportId,
    place: u64,
    over: bool,
}

impl<R: Read> FrameReader<R> {
    /// A reader for one export.
    pub fn new(input: R, keys: Arc<StoreKeys>, export: ExportId) -> Self {
        FrameReader { input, keys, export, place: 0, over: false }
    }

    fn frame(&mut self) -> Result<Vec<u8>> {
        let mut head = [0; 4];
        self.input.read_exact(&mut head).or_fault("read an export")?;
        let head = u32::from_le_bytes(head);
        let length = head & !LAST;
        if length > SEALED_MAX {
            return Err(Fault::new("an export has a frame that is too long").into());
        }
        let mut sealed = vec![0; length as usize];
        self.input.read_exact(&mut sealed).or_fault("read an export")?;
        self.over = head & LAST != 0;
        let opened = self.keys.open_secret(&purpose(self.export, self.place, self.over), &sealed)?;
        self.place += 1;
        Ok(opened)
    }
}

impl<R: Read> Iterator for FrameReader<R> {
    type Item = Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let frame = self.frame();
        self.over |= frame.is_err();
        Some(frame)
    }
}
