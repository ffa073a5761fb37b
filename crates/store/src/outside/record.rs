//! A record of the outside log as bytes, and a reader for the bodies that features write. Pure.

use kernel::{Fault, OrFault, Result, Timestamp};

/// Longest name of a kind.
const KIND_MAX: usize = 64;

/// Something a restored database must learn.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// Generation of the database that wrote it.
    pub generation: i64,
    /// The store it belongs to.
    pub store: i64,
    /// Position of its transaction in the store's event log: a database that has that position in the
    /// same generation has the record's effect too.
    pub seq: i64,
    /// When the transaction began.
    pub at: Timestamp,
    /// `noun.verb_past`, chosen by the feature that wrote it.
    pub kind: String,
    /// In the feature's own form.
    pub body: Vec<u8>,
}

impl Record {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(40 + self.kind.len() + self.body.len());
        for number in [self.generation, self.store, self.seq, self.at.0] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        debug_assert!(self.kind.len() <= KIND_MAX, "kinds are short constants");
        out.push(self.kind.len() as u8);
        out.extend_from_slice(self.kind.as_bytes());
        out.extend_from_slice(&self.body);
        out
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self> {
        let mut r = ListReader::new(bytes);
        let (generation, store, seq, at) = (r.int()?, r.int()?, r.int()?, Timestamp(r.int()?));
        let length = usize::from(r.byte()?);
        if length > KIND_MAX {
            return Err(Fault::new("read a record: its kind is too long").into());
        }
        let kind = std::str::from_utf8(r.bytes(length)?).or_fault("read the kind of a record")?.to_owned();
        Ok(Record { generation, store, seq, at, kind, body: r.rest().to_vec() })
    }
}

/// Reads fixed-size values one after another. Every fault means: not what the feature wrote.
pub struct ListReader<'a>(&'a [u8]);

impl<'a> ListReader<'a> {
    /// From the beginning of bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        ListReader(bytes)
    }

    /// So many bytes.
    pub fn bytes(&mut self, count: usize) -> Result<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(count).or_fault("read a record: it is cut")?;
        self.0 = rest;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk().or_fault("read a record: it is cut")?;
        self.0 = rest;
        Ok(*head)
    }

    /// One byte.
    pub fn byte(&mut self) -> Result<u8> {
        Ok(self.array::<1>()?[0])
    }

    /// A little-endian i64.
    pub fn int(&mut self) -> Result<i64> {
        self.array().map(i64::from_le_bytes)
    }

    /// A little-endian u32.
    pub fn number(&mut self) -> Result<u32> {
        self.array().map(u32::from_le_bytes)
    }

    /// A keyed hash.
    pub fn blind(&mut self) -> Result<[u8; crate::vault::BLIND_LENGTH]> {
        self.array()
    }

    /// True at the end.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is left.
    pub fn rest(&self) -> &'a [u8] {
        self.0
    }
}
