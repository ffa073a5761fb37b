//! A segment's rule: a tree of `all`, `any`, `not` and conditions. Pure.
//!
//! Its JSON form is versioned: `{"version":1,"rule":{"all":[…]}}`. Reading it either gives a rule within
//! the limits, or errors that each name the place (JSON pointer) and say what would be right. An empty
//! group is invalid: nothing chosen never means everybody.

use super::conditions::{self, Condition};
use super::names::Names;
use super::spec::{Args, escape};
use kernel::{FieldError, Problem, Result};
use serde_json::{Map, Value as Json, json};

/// The version this program writes.
pub const VERSION: i64 = 1;
/// Most nodes of a rule: groups and conditions.
pub const NODES_MAX: usize = 200;
/// Deepest nesting; a single condition has depth 1.
pub const DEPTH_MAX: usize = 8;
/// Most errors reported at once.
const ERRORS_MAX: usize = 20;

/// A valid rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The tree.
    pub root: Node,
}

/// A node of the tree.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// Every child holds; at least one child.
    All(Vec<Node>),
    /// Some child holds; at least one child.
    Any(Vec<Node>),
    /// The child does not hold.
    Not(Box<Node>),
    /// A condition holds.
    Is(Leaf),
}

/// A condition with its arguments.
#[derive(Clone)]
pub struct Leaf {
    /// The catalogue's member.
    pub condition: &'static dyn Condition,
    /// What the rule gives it.
    pub args: Args,
    /// Where it stands in the document, for errors and explanations.
    pub pointer: String,
}

impl PartialEq for Leaf {
    fn eq(&self, other: &Self) -> bool {
        self.condition.spec().id == other.condition.spec().id && self.args == other.args
    }
}

impl std::fmt::Debug for Leaf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{:?}", self.condition.spec().id, self.args)
    }
}

impl Rule {
    /// Reads the document, or a bare node (as in a campaign's `rule`). Problem: places and what would be right.
    pub fn parse(document: &Json) -> Result<Self> {
        Rule::parse_at(document, "")
    }

    /// [`Rule::parse`] inside a larger document: pointers begin with `base`.
    pub fn parse_at(document: &Json, base: &str) -> Result<Self> {
        let mut reader = Reader { errors: Vec::new(), nodes: 0 };
        let node = match document.as_object() {
            Some(object) if object.contains_key("rule") || object.contains_key("version") => {
                reader.document(object, base)
            }
            _ => reader.node(document, base, 1),
        };
        reader.errors.truncate(ERRORS_MAX);
        match (Problem::fields(reader.errors), node) {
            (None, Some(root)) => Ok(Rule { root }),
            (Some(problem), _) => Err(problem.into()),
            (None, None) => Err(Problem::field(base, "invalid", "a rule is an object").into()),
        }
    }

    /// Reads JSON text of at most a megabyte. Problem: not JSON, or not a rule.
    pub fn parse_text(text: &str) -> Result<Self> {
        let document = serde_json::from_str(text)
            .map_err(|e| Problem::field("", "json", format!("a rule is a JSON document: {e}")))?;
        Rule::parse(&document)
    }

    /// Everybody.
    pub fn everybody() -> Self {
        Rule {
            root: Node::Is(Leaf {
                condition: &conditions::EVERYBODY,
                args: Args::default(),
                pointer: String::new(),
            }),
        }
    }

    /// The document, always in the same form for the same rule.
    pub fn to_json(&self) -> Json {
        json!({ "version": VERSION, "rule": self.root.to_json() })
    }

    /// What the rule says, in English: `country is Singapore or Malaysia`.
    pub fn sentence(&self, names: &Names) -> String {
        self.root.sentence(names, false)
    }

    /// Its conditions, in the order of the document.
    pub fn leaves(&self) -> Vec<&Leaf> {
        let mut leaves = Vec::new();
        self.root.collect(&mut leaves);
        leaves
    }
}

impl Node {
    fn collect<'a>(&'a self, leaves: &mut Vec<&'a Leaf>) {
        match self {
            Node::All(children) | Node::Any(children) => children.iter().for_each(|c| c.collect(leaves)),
            Node::Not(child) => child.collect(leaves),
            Node::Is(leaf) => leaves.push(leaf),
        }
    }

    fn to_json(&self) -> Json {
        let group = |children: &[Node]| children.iter().map(Node::to_json).collect::<Vec<_>>();
        match self {
            Node::All(children) => json!({ "all": group(children) }),
            Node::Any(children) => json!({ "any": group(children) }),
            Node::Not(child) => json!({ "not": child.to_json() }),
            Node::Is(leaf) => {
                let mut object = Map::from_iter([("condition".to_owned(), leaf.condition.spec().id.into())]);
                leaf.args.write(&mut object);
                Json::Object(object)
            }
        }
    }

    fn sentence(&self, names: &Names, inner: bool) -> String {
        let (word, children) = match self {
            Node::Is(leaf) => return leaf.condition.sentence(&leaf.args, names),
            Node::Not(child) => return format!("not ({})", child.sentence(names, false)),
            Node::All(children) => (" and ", children),
            Node::Any(children) => (" or ", children),
        };
        let parts: Vec<String> = children.iter().map(|c| c.sentence(names, true)).collect();
        match (parts.as_slice(), inner) {
            ([one], _) => one.clone(),
            (many, true) => format!("({})", many.join(word)),
            (many, false) => many.join(word),
        }
    }
}

struct Reader {
    errors: Vec<FieldError>,
    nodes: usize,
}

impl Reader {
    fn wrong<T>(
        &mut self,
        pointer: impl Into<String>,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Option<T> {
        if self.errors.len() < ERRORS_MAX {
            self.errors.push(FieldError { pointer: pointer.into(), code, detail: detail.into() });
        }
        None
    }

    fn document(&mut self, object: &Map<String, Json>, base: &str) -> Option<Node> {
        if object.get("version").and_then(Json::as_i64) != Some(VERSION) {
            self.wrong::<()>(format!("{base}/version"), "invalid", format!("version is {VERSION}"));
        }
        if let Some(extra) = object.keys().find(|k| !matches!(k.as_str(), "version" | "rule")) {
            let detail = "a rule document has version and rule and nothing else";
            self.wrong::<()>(format!("{base}/{}", escape(extra)), "unknown", detail);
        }
        match object.get("rule") {
            Some(rule) => self.node(rule, &format!("{base}/rule"), 1),
            None => self.wrong(format!("{base}/rule"), "required", "rule is a group or a condition"),
        }
    }

    fn node(&mut self, value: &Json, pointer: &str, depth: usize) -> Option<Node> {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            if self.nodes == NODES_MAX + 1 {
                let detail =
                    format!("a rule has at most {NODES_MAX} groups and conditions; split it into segments");
                self.wrong::<()>(pointer, "too_many", detail);
            }
            return None;
        }
        if depth > DEPTH_MAX {
            let detail = format!("groups nest at most {DEPTH_MAX} deep; use a segment for the inner part");
            return self.wrong(pointer, "too_deep", detail);
        }
        let Some(object) = value.as_object() else {
            return self.wrong(pointer, "invalid", SHAPE);
        };
        if object.contains_key("condition") {
            return self.leaf(object, pointer);
        }
        let mut entries = object.iter();
        match (entries.next(), entries.next()) {
            (Some((key, inner)), None) => self.group(key, inner, pointer, depth),
            _ => self.wrong(pointer, "invalid", SHAPE),
        }
    }

    fn group(&mut self, key: &str, inner: &Json, pointer: &str, depth: usize) -> Option<Node> {
        let pointer = format!("{pointer}/{}", escape(key));
        match key {
            "all" => self.children(inner, &pointer, depth).map(Node::All),
            "any" => self.children(inner, &pointer, depth).map(Node::Any),
            "not" => self.node(inner, &pointer, depth + 1).map(|child| Node::Not(Box::new(child))),
            _ => self.wrong(pointer, "unknown", SHAPE),
        }
    }

    fn children(&mut self, value: &Json, pointer: &str, depth: usize) -> Option<Vec<Node>> {
        let Some(items) = value.as_array() else {
            return self.wrong(pointer, "invalid", "a group is a list of groups and conditions");
        };
        if items.is_empty() {
            let detail =
                "a group has at least one condition; for all contacts say {\"condition\":\"everybody\"}";
            return self.wrong(pointer, "empty", detail);
        }
        // Every child is read, also after an error, so that all errors are told at once.
        let children: Vec<_> = items
            .iter()
            .enumerate()
            .map(|(i, item)| self.node(item, &format!("{pointer}/{i}"), depth + 1))
            .collect();
        children.into_iter().collect()
    }

    fn leaf(&mut self, object: &Map<String, Json>, pointer: &str) -> Option<Node> {
        let Some(condition) = object["condition"].as_str().and_then(conditions::find) else {
            let ids: Vec<&str> = conditions::all().iter().map(|c| c.spec().id).collect();
            let detail = format!("condition is one of {}", ids.join(", "));
            return self.wrong(format!("{pointer}/condition"), "unknown", detail);
        };
        let before = self.errors.len();
        let args = Args::parse(condition.spec(), object, pointer, &mut self.errors);
        if self.errors.len() == before
            && let Err((field, detail)) = condition.check(&args)
        {
            return self.wrong(format!("{pointer}/{field}"), "invalid", detail);
        }
        Some(Node::Is(Leaf { condition, args, pointer: pointer.to_owned() }))
    }
}

const SHAPE: &str = "a node is {\"all\":[…]}, {\"any\":[…]}, {\"not\":…} or {\"condition\":\"…\",…}";
