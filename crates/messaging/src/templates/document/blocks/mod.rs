//! The catalogue of blocks: one file each, one line in the list.
//!
//! A block is a typed struct with checks, a way to MJML, and examples. Every member goes through the
//! same tests: its examples pass its checks, compile without issue, and survive a round trip.

mod button;
mod countdown;
mod coupon;
mod divider;
mod footer;
mod header;
mod html;
mod image;
mod menu;
mod product;
mod social;
mod spacer;
mod text;
mod video;

use super::{Checker, Writer};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

/// What every block can do.
pub trait Block: Serialize + DeserializeOwned {
    /// The word in `type`.
    const KIND: &'static str;
    /// Its name, in English.
    const TITLE: &'static str;

    /// Checks its fields.
    fn check(&self, checker: &mut Checker);

    /// Writes itself as MJML. Only called for blocks without issues.
    fn write(&self, writer: &mut Writer<'_>);

    /// At least two: as small as can be, and with everything.
    fn examples() -> Vec<Self>;
}

/// A member of the catalogue.
pub struct BlockKind {
    /// The word in `type`.
    pub kind: &'static str,
    /// Its name, in English.
    pub title: &'static str,
    /// Reads and checks its fields.
    pub check: fn(&Json, &mut Checker),
    /// Writes it as MJML.
    pub write: fn(&Json, &mut Writer<'_>),
    /// Examples as JSON, with `type`.
    pub examples: fn() -> Vec<Json>,
    /// Fills in what is absent; `None` if something is needed.
    pub complete: fn(&Json) -> Option<Json>,
}

const fn member<B: Block>() -> BlockKind {
    BlockKind {
        kind: B::KIND,
        title: B::TITLE,
        check: |fields, checker| match B::deserialize(fields) {
            Ok(block) => block.check(checker),
            Err(e) => checker.issue("", "shape", format!("This is not a block of type {}: {e}.", B::KIND)),
        },
        write: |fields, writer| {
            if let Ok(block) = B::deserialize(fields) {
                block.write(writer);
            }
        },
        examples: || B::examples().iter().map(with_type).collect(),
        complete: |fields| serde_json::to_value(B::deserialize(fields).ok()?).ok(),
    }
}

fn with_type<B: Block>(block: &B) -> Json {
    let mut json = serde_json::to_value(block).unwrap_or_default();
    if let Some(fields) = json.as_object_mut() {
        fields.insert("type".into(), B::KIND.into());
    }
    json
}

/// Every kind of block, by name.
pub const BLOCKS: &[BlockKind] = &[
    member::<button::Button>(),
    member::<countdown::Countdown>(),
    member::<coupon::Coupon>(),
    member::<divider::Divider>(),
    member::<footer::Footer>(),
    member::<header::Header>(),
    member::<html::Html>(),
    member::<image::Image>(),
    member::<menu::Menu>(),
    member::<product::Product>(),
    member::<social::Social>(),
    member::<spacer::Spacer>(),
    member::<text::Text>(),
    member::<video::Video>(),
];

/// The kind of this name.
pub fn find(kind: &str) -> Option<&'static BlockKind> {
    BLOCKS.iter().find(|b| b.kind == kind)
}

/// A block's own fields, without those all blocks have.
pub fn own_fields(block: &Json) -> Json {
    let mut fields = block.clone();
    if let Some(map) = fields.as_object_mut() {
        for common in ["id", "type", "visible_if"] {
            map.remove(common);
        }
    }
    fields
}

/// Words for `align`.
const ALIGNMENTS: &[&str] = &["left", "center", "right"];

fn left() -> String {
    "left".into()
}

fn center() -> String {
    "center".into()
}
