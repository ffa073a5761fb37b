//! Whom a campaign includes and excludes: all, a segment, a tag, or a rule of its own. Pure.
//!
//! An audience becomes one rule, so that it is evaluated like any other: one snapshot, one engine, and
//! the same explanation of who is in.

use super::conditions;
use super::model::{Leaf, Node, Rule};
use super::spec::Args;
use kernel::ids::SegmentId;
use kernel::{FieldError, Problem, Result};
use serde_json::{Map, Value as Json, json};

/// Most terms of include and of exclude.
pub const TERMS_MAX: usize = 50;

/// A part of an audience.
#[derive(Clone, Debug, PartialEq)]
pub enum AudienceTerm {
    /// `{"all": true}`: every contact.
    All,
    /// `{"segment": "seg_…"}`: members of a saved segment.
    Segment(SegmentId),
    /// `{"tag": "vip"}`: who carries a tag.
    Tag(String),
    /// `{"rule": {…}}`: who satisfies a rule.
    Rule(Rule),
}

impl AudienceTerm {
    /// Reads a term. Problem: where (pointers begin with `base`), and what would be right.
    pub fn parse(term: &Json, base: &str) -> Result<Self> {
        let shape = "a term is {\"all\":true}, {\"segment\":\"seg_…\"}, {\"tag\":\"…\"} or {\"rule\":{…}}";
        let wrong = |pointer: String, detail: &str| Problem::field(pointer, "invalid", detail).into();
        let (key, value) = match term.as_object().map(|o| (o.len(), o.iter().next())) {
            Some((1, Some(entry))) => entry,
            _ => return Err(wrong(base.to_owned(), shape)),
        };
        let pointer = format!("{base}/{}", super::spec::escape(key));
        let text = value.as_str().unwrap_or_default();
        match (key.as_str(), value) {
            ("all", Json::Bool(true)) => Ok(AudienceTerm::All),
            ("all", _) => Err(wrong(pointer, "all is true")),
            ("segment", _) => match text.parse() {
                Ok(id) => Ok(AudienceTerm::Segment(id)),
                Err(_) => Err(wrong(pointer, "segment is a segment's id, such as seg_0123456789abc")),
            },
            ("tag", _) => match crate::tags::model::parse_name(text) {
                Ok(name) => Ok(AudienceTerm::Tag(name)),
                Err(right) => Err(wrong(pointer, &format!("tag is a tag's name; {right}"))),
            },
            ("rule", _) => Rule::parse_at(value, &pointer).map(AudienceTerm::Rule),
            _ => Err(wrong(base.to_owned(), shape)),
        }
    }

    /// The term as JSON, always in the same form.
    pub fn to_json(&self) -> Json {
        match self {
            AudienceTerm::All => json!({ "all": true }),
            AudienceTerm::Segment(id) => json!({ "segment": id }),
            AudienceTerm::Tag(name) => json!({ "tag": name }),
            AudienceTerm::Rule(rule) => json!({ "rule": rule.to_json() }),
        }
    }

    fn node(&self, base: &str) -> Result<Node> {
        let leaf = |document: Json, field: &str| leaf_of(&document, &format!("{base}/{field}"));
        match self {
            AudienceTerm::All => Ok(Rule::everybody().root),
            AudienceTerm::Segment(id) => {
                leaf(json!({"condition": "segment", "operator": "is_member", "segment": id}), "segment")
            }
            AudienceTerm::Tag(name) => {
                leaf(json!({"condition": "tag", "operator": "has_any", "values": [name]}), "tag")
            }
            AudienceTerm::Rule(rule) => Ok(rule.root.clone()),
        }
    }
}

fn leaf_of(document: &Json, pointer: &str) -> Result<Node> {
    let empty = Map::new();
    let object = document.as_object().unwrap_or(&empty);
    let id = object.get("condition").and_then(Json::as_str).unwrap_or_default();
    let condition =
        conditions::find(id).ok_or_else(|| kernel::Fault::new("find a condition of the catalogue"))?;
    let mut errors: Vec<FieldError> = Vec::new();
    let args = Args::parse(condition.spec(), object, pointer, &mut errors);
    match Problem::fields(errors) {
        Some(problem) => Err(problem.into()),
        None => Ok(Node::Is(Leaf { condition, args, pointer: pointer.to_owned() })),
    }
}

/// Reads a list of terms. Problem: where, and what would be right.
pub fn parse_terms(terms: &Json, base: &str) -> Result<Vec<AudienceTerm>> {
    let items = terms.as_array().filter(|items| items.len() <= TERMS_MAX);
    let items = items
        .ok_or_else(|| Problem::field(base, "invalid", format!("a list of at most {TERMS_MAX} terms")))?;
    items.iter().enumerate().map(|(i, term)| AudienceTerm::parse(term, &format!("{base}/{i}"))).collect()
}

/// The rule "every term"; `None` if there is none. Pointers of its conditions begin with `base`.
pub fn all_of(terms: &[AudienceTerm], base: &str) -> Result<Option<Rule>> {
    let mut nodes = terms.iter().map(|t| t.node(base)).collect::<Result<Vec<Node>>>()?;
    Ok(match nodes.len() {
        0 => None,
        1 => nodes.pop().map(|root| Rule { root }),
        _ => Some(Rule { root: Node::All(nodes) }),
    })
}

/// The rule "some term of include, and no term of exclude". Problem: include is empty.
pub fn audience_rule(include: &[AudienceTerm], exclude: &[AudienceTerm]) -> Result<Rule> {
    let nodes = |terms: &[AudienceTerm], base: &str| {
        terms.iter().enumerate().map(|(i, t)| t.node(&format!("{base}/{i}"))).collect::<Result<Vec<Node>>>()
    };
    if include.is_empty() {
        let detail = "include names whom to write to; for all contacts say {\"all\":true}";
        return Err(Problem::field("/include", "empty", detail).into());
    }
    let included = Node::Any(nodes(include, "/include")?);
    if exclude.is_empty() {
        return Ok(Rule { root: included });
    }
    let excluded = Node::Not(Box::new(Node::Any(nodes(exclude, "/exclude")?)));
    Ok(Rule { root: Node::All(vec![included, excluded]) })
}
