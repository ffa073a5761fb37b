//! Looks up what a rule mentions: tags, attributes, and the segments it refers to with their rules.

use super::model::{Leaf, Rule};
use super::names::{Mention, Names};
use super::sql::FIND_SEGMENT;
use crate::{attributes, tags};
use kernel::ids::SegmentId;
use kernel::{Problem, Result};
use std::collections::HashMap;
use std::sync::Arc;
use store::{Tx, params};

/// Segments that refer to segments: at most so deep.
pub const SEGMENT_DEPTH_MAX: usize = 5;
/// Segments that a rule may refer to, directly and indirectly.
pub const SEGMENTS_MAX: usize = 50;

/// Loads everything a rule mentions and checks the rule against it. `own` is the segment that the rule
/// belongs to or will belong to; nothing may refer back to it. Problem: where, and what would be right.
pub fn load_names(tx: &mut Tx<'_>, rule: &Rule, own: Option<SegmentId>) -> Result<Names> {
    let mut loader = Loader {
        tx,
        names: Names::default(),
        attributes_known: false,
        path: own.into_iter().collect(),
        heights: HashMap::new(),
    };
    loader.rule(rule, None)?;
    Ok(loader.names)
}

struct Loader<'a, 't> {
    tx: &'a mut Tx<'t>,
    names: Names,
    attributes_known: bool,
    /// Segments on the way from the outermost rule to the present one.
    path: Vec<SegmentId>,
    /// How deep segments refer to others: 0 if they refer to none.
    heights: HashMap<SegmentId, usize>,
}

impl Loader<'_, '_> {
    /// Answers how deep the rule refers to segments. `via` is where the outermost rule leads here.
    fn rule(&mut self, rule: &Rule, via: Option<&str>) -> Result<usize> {
        let mut height = 0;
        for leaf in rule.leaves() {
            for mention in leaf.condition.mentions(&leaf.args) {
                height = height.max(self.mention(leaf, &mention, via)?);
            }
            if let Err((field, detail)) = leaf.condition.check_in_store(&leaf.args, &self.names) {
                return match via {
                    None => {
                        Err(Problem::field(format!("{}/{field}", leaf.pointer), "invalid", detail).into())
                    }
                    Some(via) => refuse(via, "invalid", &format!("In the segment referred to: {detail}")),
                };
            }
        }
        Ok(height)
    }

    fn mention(&mut self, leaf: &Leaf, mention: &Mention, via: Option<&str>) -> Result<usize> {
        match mention {
            Mention::Campaign(_) => {}
            Mention::Tag(name) => {
                if let Some(tag) = tags::sql::find(self.tx, name)? {
                    self.names.add_tag(name, tag.no);
                }
            }
            Mention::Attribute(_) if self.attributes_known => {}
            Mention::Attribute(_) => {
                self.attributes_known = true;
                attributes::sql::list(self.tx)?.into_iter().for_each(|d| self.names.add_attribute(d));
            }
            Mention::Segment(id) => return self.segment(*id, via.unwrap_or(&leaf.pointer)),
        }
        Ok(0)
    }

    /// Answers how deep a reference to the segment goes: at least 1.
    fn segment(&mut self, id: SegmentId, via: &str) -> Result<usize> {
        if self.path.contains(&id) {
            return refuse(
                via,
                "circle",
                "segments do not refer to each other in a circle; take this reference out",
            );
        }
        let height = match self.heights.get(&id) {
            Some(height) => *height,
            None => self.load_segment(id, via)?,
        };
        if height >= SEGMENT_DEPTH_MAX {
            return refuse(
                via,
                "too_deep",
                "segments refer to segments at most 5 deep; copy the inner rule instead",
            );
        }
        Ok(height + 1)
    }

    fn load_segment(&mut self, id: SegmentId, via: &str) -> Result<usize> {
        if self.names.segments().count() >= SEGMENTS_MAX {
            return refuse(
                via,
                "too_many",
                "a rule refers to at most 50 segments, with those that they refer to",
            );
        }
        let Some(row) = self.tx.query_opt(&FIND_SEGMENT, params![id])? else {
            return refuse(via, "not_found", "segment is the id of a segment of this store");
        };
        let rule = Arc::new(Rule::parse_text(&row.text(4)?)?);
        self.names.add_segment(id, row.text(2)?, rule.clone());
        self.path.push(id);
        let height = self.rule(&rule, Some(via))?;
        self.path.pop();
        self.heights.insert(id, height);
        Ok(height)
    }
}

fn refuse<T>(via: &str, code: &'static str, detail: &str) -> Result<T> {
    Err(Problem::field(format!("{via}/segment"), code, detail).into())
}
