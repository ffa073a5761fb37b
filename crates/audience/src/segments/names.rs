//! What the names in a rule mean in one store: tags, attributes and segments, looked up beforehand.
//!
//! Evaluating a condition never asks the database for a name; what a rule mentions is loaded first, so
//! both faces of a condition see the same dictionary.

use super::model::Rule;
use crate::attributes::model::Definition;
use kernel::ids::{CampaignId, SegmentId};
use std::collections::HashMap;
use std::sync::Arc;

/// A name that a rule mentions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Mention {
    /// A tag by name.
    Tag(String),
    /// A custom attribute by name.
    Attribute(String),
    /// A campaign.
    Campaign(CampaignId),
    /// Another segment.
    Segment(SegmentId),
}

/// A segment that a rule refers to.
#[derive(Clone, Debug)]
pub struct NamedSegment {
    /// Its name.
    pub name: String,
    /// Its rule.
    pub rule: Arc<Rule>,
}

/// The dictionary of one rule and of the segments it refers to.
#[derive(Clone, Debug, Default)]
pub struct Names {
    tags: HashMap<String, u32>,
    attributes: HashMap<String, Definition>,
    segments: HashMap<SegmentId, NamedSegment>,
}

impl Names {
    /// The number of a tag; `None` if the store does not know it, so that nobody has it.
    pub fn tag(&self, name: &str) -> Option<u32> {
        self.tags.get(name).copied()
    }

    /// An attribute's definition.
    pub fn attribute(&self, name: &str) -> Option<&Definition> {
        self.attributes.get(name)
    }

    /// A segment and its rule.
    pub fn segment(&self, id: SegmentId) -> Option<&NamedSegment> {
        self.segments.get(&id)
    }

    /// Every segment.
    pub fn segments(&self) -> impl Iterator<Item = (&SegmentId, &NamedSegment)> {
        self.segments.iter()
    }

    /// Learns a tag.
    pub fn add_tag(&mut self, name: &str, no: u32) {
        self.tags.insert(name.to_owned(), no);
    }

    /// Learns an attribute.
    pub fn add_attribute(&mut self, definition: Definition) {
        self.attributes.insert(definition.name.clone(), definition);
    }

    /// Learns a segment.
    pub fn add_segment(&mut self, id: SegmentId, name: String, rule: Arc<Rule>) {
        self.segments.insert(id, NamedSegment { name, rule });
    }
}
