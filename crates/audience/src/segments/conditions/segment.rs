//! Membership of another saved segment.
//!
//! The other segment's rule is loaded beforehand and evaluated in the same snapshot. Who refers to whom is
//! checked when segments are saved and loaded: no circles, and not deeper than five.

use super::{Bits, Condition, Listens, Mention, Names, Reads, Result};
use crate::segments::evaluate::{ContactView, SetContext};
use crate::segments::sample::Example;
use crate::segments::spec::{Args, ConditionSpec, Field, FieldKind, Operator};

/// The member.
pub struct Segment;

static SPEC: ConditionSpec = ConditionSpec {
    id: "segment",
    title: "Segment",
    help: "Whether the contact is in another segment, by that segment’s rule as it is now.",
    slow: false,
    operators: &[
        Operator::new("is_member", "is in", &["segment"]),
        Operator::new("is_not_member", "is not in", &["segment"]),
    ],
    fields: &[Field { name: "segment", title: "Segment", kind: FieldKind::Segment }],
};

impl Condition for Segment {
    fn spec(&self) -> &'static ConditionSpec {
        &SPEC
    }

    fn reads(&self, _: &Args, _: &Names) -> Reads {
        Reads::Segment
    }

    fn mentions(&self, args: &Args) -> Vec<Mention> {
        args.segment("segment").map(Mention::Segment).into_iter().collect()
    }

    fn set(&self, args: &Args, cx: &mut SetContext<'_, '_>) -> Result<Bits> {
        let Some(id) = args.segment("segment") else { return Ok(cx.nobody()) };
        let members = cx.members(id)?;
        Ok(cx.or_others(members, args.operator() == "is_not_member"))
    }

    fn holds(&self, args: &Args, contact: &ContactView<'_>) -> bool {
        let segment = args.segment("segment").and_then(|id| contact.names.segment(id));
        segment.is_some_and(|s| contact.satisfies(&s.rule.root) != (args.operator() == "is_not_member"))
    }

    fn listens(&self, _: &Args) -> Listens {
        // Whoever follows a segment follows the conditions of the rules it refers to as well.
        Listens::CONTACT
    }

    fn sentence(&self, args: &Args, names: &Names) -> String {
        let is = if args.operator() == "is_member" { "is" } else { "is not" };
        match args.segment("segment").and_then(|id| names.segment(id)) {
            Some(segment) => format!("{is} in segment “{}”", segment.name),
            None => format!("{is} in segment {}", args.written("segment")),
        }
    }

    fn why(&self, args: &Args, contact: &ContactView<'_>) -> String {
        let Some(segment) = args.segment("segment").and_then(|id| contact.names.segment(id)) else {
            return "the segment does not exist".into();
        };
        let is = if contact.satisfies(&segment.rule.root) { "is" } else { "is not" };
        format!("{is} in segment “{}”", segment.name)
    }

    fn examples(&self) -> Vec<Example> {
        vec![
            Example::yes(
                r#"{"condition":"segment","operator":"is_member","segment":"seg_0000000000001"}"#,
                "that segment is everybody",
                |s| {
                    s.segment(r#"{"condition":"everybody"}"#);
                },
            ),
            Example::no(
                r#"{"condition":"segment","operator":"is_not_member","segment":"seg_0000000000001"}"#,
                "that segment is whose country is not known",
                |s| {
                    s.segment(r#"{"condition":"country","operator":"not_exists"}"#);
                },
            ),
        ]
    }
}
