//! The pure part of the segment engine: dense bit sets, bit-sliced column blocks, their byte form, the
//! cache of decoded blocks. It knows neither contacts nor SQL.
//!
//! A store's contacts have dense ordinals. A column holds one attribute for all of them, cut into
//! blocks of [`BLOCK_BITS`] ordinals. A block is *bit-sliced*: plane `i` holds bit `i` of every
//! contact's value, so a comparison costs a few word operations for 64 contacts at a time, whatever the
//! value is: a dictionary code, a number, an instant or a date.

pub mod bits;
pub mod block;
mod builder;
pub mod cache;
pub mod codec;
mod plane;
mod ranges;

pub use bits::Bits;
pub use block::{Block, Cell};
pub use builder::BlockBuilder;
pub use ranges::Ranges;

/// Ordinals in a block, in production. A multiple of 64; at most 65,536.
pub const BLOCK_BITS: u32 = 65_536;
