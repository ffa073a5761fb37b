//! Who visitors are, for everybody at once: blocks of visitors with the contact each of them is. Pure.
//!
//! Nearly every visitor is one contact or none; a device that several people use has its links kept one by one.

use crate::events::sql::Link;
use crate::events::view::contact_at;
use kernel::{Fault, OrFault, Result};
use std::collections::HashMap;
use std::sync::Arc;

/// Visitors in a block.
pub const BLOCK: u32 = 65_536;
/// Nobody is known.
const NOBODY: u32 = u32::MAX;
/// Several people; see the links.
const SEVERAL: u32 = u32::MAX - 1;

/// Who the visitors of one block are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitorBlock {
    /// A contact's ordinal for each place.
    contacts: Vec<u32>,
    /// Links of the visitors that were several people, by place.
    shared: HashMap<u32, Vec<Link>>,
}

impl Default for VisitorBlock {
    fn default() -> Self {
        VisitorBlock { contacts: vec![NOBODY; BLOCK as usize], shared: HashMap::new() }
    }
}

impl VisitorBlock {
    /// Says anew who a visitor is; no links: nobody knows.
    pub fn set(&mut self, visitor: u32, links: Vec<Link>) {
        let place = visitor % BLOCK;
        self.shared.remove(&place);
        self.contacts[place as usize] = match links.as_slice() {
            [] => NOBODY,
            [one] if one.from_seq == 0 => one.ordinal,
            _ => {
                self.shared.insert(place, links);
                SEVERAL
            }
        };
    }

    fn contact(&self, visitor: u32, seq: i64) -> Option<u32> {
        let place = visitor % BLOCK;
        match self.contacts[place as usize] {
            NOBODY => None,
            SEVERAL => self.shared.get(&place).and_then(|links| contact_at(links, seq)),
            ordinal => Some(ordinal),
        }
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> usize {
        self.contacts.len() * 4 + self.shared.len() * 96
    }

    /// The byte form: for each link place, position, ordinal.
    pub fn encode(&self, number: u32) -> Vec<u8> {
        let mut links: Vec<Link> = Vec::new();
        for (ordinal, place) in self.contacts.iter().zip(0_u32..) {
            let visitor = i64::from(number * BLOCK + place);
            match *ordinal {
                NOBODY => {}
                SEVERAL => links.extend(self.shared.get(&place).into_iter().flatten()),
                ordinal => links.push(Link { visitor, from_seq: 0, ordinal }),
            }
        }
        let mut out = Vec::with_capacity(links.len() * 6 + 16);
        let (plain, shared): (Vec<&Link>, Vec<&Link>) =
            links.iter().partition(|link| self.contacts[(link.visitor as u32 % BLOCK) as usize] != SEVERAL);
        out.extend((plain.len() as u32).to_le_bytes());
        for link in plain {
            out.extend(((link.visitor as u32 % BLOCK) as u16).to_le_bytes());
            out.extend(link.ordinal.to_le_bytes());
        }
        for link in shared {
            out.extend(((link.visitor as u32 % BLOCK) as u16).to_le_bytes());
            out.extend(link.ordinal.to_le_bytes());
            out.extend(link.from_seq.to_le_bytes());
        }
        out
    }

    /// Reads what [`VisitorBlock::encode`] wrote. Fault: it is something else.
    pub fn decode(number: u32, bytes: &[u8]) -> Result<Self> {
        let damaged = || Fault::new("read who visitors are: the bytes are damaged");
        let (count, rest) = bytes.split_first_chunk::<4>().ok_or_else(damaged)?;
        let plain = (u32::from_le_bytes(*count) as usize).checked_mul(6).ok_or_else(damaged)?;
        let (plain, shared) = rest.split_at_checked(plain).ok_or_else(damaged)?;
        let mut block = VisitorBlock::default();
        let read = |bytes: &[u8]| -> Result<(u32, u32)> {
            let place = u16::from_le_bytes(bytes[..2].try_into().or_fault("read a place")?);
            Ok((place.into(), u32::from_le_bytes(bytes[2..6].try_into().or_fault("read an ordinal")?)))
        };
        for link in plain.as_chunks::<6>().0 {
            let (place, ordinal) = read(link)?;
            block.contacts[place as usize] = ordinal;
        }
        let (shared, rest) = shared.as_chunks::<14>();
        if !rest.is_empty() {
            return Err(damaged().into());
        }
        for link in shared {
            let (place, ordinal) = read(link)?;
            let from_seq = i64::from_le_bytes(link[6..].try_into().or_fault("read a position")?);
            let visitor = i64::from(number * BLOCK + place);
            block.contacts[place as usize] = SEVERAL;
            block.shared.entry(place).or_default().push(Link { visitor, from_seq, ordinal });
        }
        Ok(block)
    }
}

/// Who every visitor is.
#[derive(Clone, Debug, Default)]
pub struct Visitors {
    /// Blocks by number; those in which nobody is known may be missing.
    pub blocks: Vec<Option<Arc<VisitorBlock>>>,
    /// Links of visitors that changed since the blocks were written.
    pub changed: HashMap<u32, Vec<Link>>,
}

impl Visitors {
    /// The contact that a visitor was at a position of the log.
    pub fn contact(&self, visitor: u32, seq: i64) -> Option<u32> {
        if !self.changed.is_empty()
            && let Some(links) = self.changed.get(&visitor)
        {
            return contact_at(links, seq);
        }
        self.blocks.get((visitor / BLOCK) as usize)?.as_ref()?.contact(visitor, seq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_block_tells_what_the_links_tell_also_after_its_byte_form(
            people in proptest::collection::vec((0_u32..100, proptest::collection::vec((0_i64..9, 0_u32..5), 0..3)), 0..40),
        ) {
            let mut block = VisitorBlock::default();
            let mut told: HashMap<u32, Vec<Link>> = HashMap::new();
            for (visitor, mut links) in people {
                let visitor = BLOCK + visitor;
                links.sort_unstable();
                links.dedup_by_key(|link| link.0);
                let link = |(from_seq, ordinal)| Link { visitor: visitor.into(), from_seq, ordinal };
                let links: Vec<Link> = links.into_iter().map(link).collect();
                block.set(visitor, links.clone());
                told.insert(visitor, links);
            }
            let read = VisitorBlock::decode(1, &block.encode(1)).unwrap();
            prop_assert_eq!(&read, &block);
            let visitors = Visitors { blocks: vec![None, Some(Arc::new(read))], changed: HashMap::new() };
            for (visitor, links) in &told {
                for seq in 0..10 {
                    prop_assert_eq!(visitors.contact(*visitor, seq), contact_at(links, seq));
                }
            }
        }
    }

    #[test]
    fn what_changed_since_counts_before_the_block() {
        let mut block = VisitorBlock::default();
        block.set(3, vec![Link { visitor: 3, from_seq: 0, ordinal: 8 }]);
        let mut visitors = Visitors { blocks: vec![Some(Arc::new(block))], changed: HashMap::new() };
        assert_eq!((visitors.contact(3, 1), visitors.contact(4, 1)), (Some(8), None));
        visitors.changed.insert(3, Vec::new());
        assert_eq!(visitors.contact(3, 1), None);
        assert!(VisitorBlock::decode(0, &[1, 0, 0, 0, 5]).is_err());
    }
}
