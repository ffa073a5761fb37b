//! Builds the tree from tokens: blocks, their nesting, and which variables are read and set.

use super::ast::*;
use super::evaluate::escape_html;
use super::expression::{Cursor, Names, Word};
use super::filters;
use super::lexer::{Code, Token};
use super::names::{Field, Root};
use crate::templates::encode::Encoded;
use crate::templates::model::{MAX_LIQUID_DEPTH, Part, Position, TemplateIssue};
use std::collections::HashMap;

/// Parses tokens into a program. `encode` prepares constant text for a message body.
pub fn parse(tokens: &[Token], part: Part, escape: Escape, encode: bool) -> Result<Program, TemplateIssue> {
    let mut parser = Parser {
        tokens,
        at: 0,
        part,
        escape,
        encode,
        depth: 0,
        loops: 0,
        tested: Vec::new(),
        scope: Scope::default(),
        counters: Counters::default(),
    };
    let (nodes, end) = parser.block(&[])?;
    if let Some(end) = end {
        return Err(stray(&end));
    }
    Ok(parser.finish(nodes))
}

#[derive(Default)]
struct Scope {
    slots: HashMap<String, usize>,
    names: Vec<String>,
    set: Vec<bool>,
    uses: Vec<(usize, VariableUse)>,
    fields: Vec<Field>,
    reads_whole_contact: bool,
}

impl Names for Scope {
    fn slot(&mut self, name: &str) -> usize {
        if let Some(slot) = self.slots.get(name) {
            return *slot;
        }
        self.slots.insert(name.to_owned(), self.names.len());
        self.names.push(name.to_owned());
        self.set.push(false);
        self.names.len() - 1
    }

    fn read(&mut self, path: &Path) {
        match path.field {
            Some(field) if !self.fields.contains(&field) => self.fields.push(field),
            Some(_) => {}
            None => {
                let by_name = matches!(path.steps.first(), Some(Step::Name(_)));
                self.reads_whole_contact |= path.root == Some(Root::Contact) && !by_name;
            }
        }
        let root = path.root;
        let variable = VariableUse {
            path: path.text.to_string(),
            position: path.position,
            printed: false,
            has_default: false,
            known: known(path),
            about_recipient: root.is_some_and(Root::is_about_recipient),
            sensitive: root.is_some_and(Root::is_sensitive),
        };
        self.uses.push((path.slot, variable));
    }
}

impl Scope {
    fn set(&mut self, name: &str) -> usize {
        let slot = self.slot(name);
        self.set[slot] = true;
        slot
    }
}

fn known(path: &Path) -> Known {
    match (path.root, path.field, path.steps.first()) {
        (None, ..) => Known::No,
        (Some(_), Some(Field::ContactAttributes), Some(_)) => Known::Attribute,
        (Some(_), Some(_), _) | (Some(Root::Extra(_)), ..) => Known::Yes,
        (Some(Root::Contact), None, Some(_)) => Known::Attribute,
        (Some(_), None, None | Some(Step::Computed(_))) => Known::Yes,
        (Some(_), None, Some(_)) => Known::No,
    }
}

#[derive(Default)]
struct Counters {
    by_name: HashMap<String, usize>,
}

impl Counters {
    fn find(&mut self, name: String) -> usize {
        let next = self.by_name.len();
        *self.by_name.entry(name).or_insert(next)
    }
}

/// The tag that ended a block.
struct End {
    name: String,
    code: Code,
}

struct Parser<'t> {
    tokens: &'t [Token],
    at: usize,
    part: Part,
    escape: Escape,
    encode: bool,
    depth: usize,
    loops: usize,
    /// Variables tested by the conditions around the present place.
    tested: Vec<Box<str>>,
    scope: Scope,
    counters: Counters,
}

type Parsed<T> = Result<T, TemplateIssue>;

impl<'t> Parser<'t> {
    fn finish(self, nodes: Vec<Node>) -> Program {
        let set = self.scope.set;
        let uses = self.scope.uses.into_iter().map(|(slot, mut u)| {
            if set[slot] {
                u.known = Known::Yes;
            }
            u
        });
        Program {
            part: self.part,
            nodes,
            uses: uses.collect(),
            sets_variables: set.contains(&true),
            names: self.scope.names,
            fields: self.scope.fields,
            reads_whole_contact: self.scope.reads_whole_contact,
            counters: self.counters.by_name.len(),
        }
    }

    /// Nodes up to one of the tags in `until`, or to the end.
    fn block(&mut self, until: &[&str]) -> Parsed<(Vec<Node>, Option<End>)> {
        let mut nodes = Vec::new();
        while let Some(token) = self.tokens.get(self.at) {
            self.at += 1;
            match token {
                Token::Text(text) => self.literal(text, &mut nodes),
                Token::Output(code, escape) => nodes.push(self.output(code, *escape)?),
                Token::Pixel => nodes.push(Node::Pixel),
                Token::Link { number, plain } => nodes.push(self.link(*number, plain)?),
                Token::Tag { name, code } if until.contains(&name.as_str()) => {
                    return Ok((nodes, Some(End { name: name.clone(), code: code.clone() })));
                }
                Token::Tag { name, code } => nodes.extend(self.tag(name, code)?),
            }
        }
        Ok((nodes, None))
    }

    fn literal(&mut self, text: &str, nodes: &mut Vec<Node>) {
        let encoded = if self.encode { Encoded::new(text) } else { Encoded::default() };
        nodes.push(Node::Literal(Literal { text: text.into(), encoded }));
    }

    fn output(&mut self, code: &Code, escape: Option<Escape>) -> Parsed<Node> {
        if code.text.is_empty() {
            return Ok(Node::Output(Output {
                value: Expression { base: Primary::Nil, filters: Vec::new(), position: code.position },
                escape: Escape::None,
            }));
        }
        let first_use = self.scope.uses.len();
        let mut cursor = Cursor::new(code, &mut self.scope)?;
        let value = cursor.expression()?;
        cursor.end()?;
        if let Primary::Path(path) = &value.base {
            let has_default = self.tested.contains(&path.text)
                || value.filters.iter().any(|f| f.spec.name == filters::DEFAULT);
            for (_, u) in self.scope.uses[first_use..].iter_mut().filter(|(_, u)| u.position == path.position)
            {
                u.printed = true;
                u.has_default = has_default;
            }
        }
        Ok(Node::Output(Output { value, escape: escape.unwrap_or(self.escape) }))
    }

    fn link(&mut self, number: u16, plain: &[Token]) -> Parsed<Node> {
        let mut nodes = Vec::new();
        for token in plain {
            match token {
                Token::Text(text) if self.part == Part::Html => {
                    let mut escaped = String::with_capacity(text.len() + 8);
                    escape_html(text, |piece| escaped.push_str(piece));
                    self.literal(&escaped, &mut nodes);
                }
                Token::Text(text) => self.literal(text, &mut nodes),
                Token::Output(code, escape) => nodes.push(self.output(code, *escape)?),
                _ => {}
            }
        }
        Ok(Node::Link(Box::new(LinkNode { number, plain: nodes })))
    }

    fn tag(&mut self, name: &str, code: &Code) -> Parsed<Option<Node>> {
        let position = code.position;
        Ok(Some(match name {
            "if" | "unless" => self.nested(position, |p| p.if_tag(name, code))?,
            "case" => self.nested(position, |p| p.case_tag(code))?,
            "for" => self.nested(position, |p| p.for_tag(code))?,
            "capture" => self.nested(position, |p| p.capture_tag(code))?,
            "assign" => self.assign_tag(code)?,
            "increment" => self.count_tag(code, 1)?,
            "decrement" => self.count_tag(code, -1)?,
            "cycle" => self.cycle_tag(code)?,
            "break" | "continue" if self.loops == 0 => {
                return Err(TemplateIssue::at(
                    position,
                    "misplaced",
                    format!("{name} stands inside a for loop."),
                ));
            }
            "break" => Node::Break,
            "continue" => Node::Continue,
            _ => return Err(unknown_tag(name, position)),
        }))
    }

    fn nested(&mut self, position: Position, parse: impl FnOnce(&mut Self) -> Parsed<Node>) -> Parsed<Node> {
        if self.depth >= MAX_LIQUID_DEPTH {
            let message = format!("Blocks nest at most {MAX_LIQUID_DEPTH} deep.");
            return Err(TemplateIssue::at(position, "too_deep", message));
        }
        self.depth += 1;
        let node = parse(self)?;
        self.depth -= 1;
        Ok(node)
    }

    fn body(&mut self, tag: &str, opened: Position, until: &[&str]) -> Parsed<(Vec<Node>, End)> {
        let (nodes, end) = self.block(until)?;
        let end = end.ok_or_else(|| {
            TemplateIssue::at(
                opened,
                "unclosed",
                format!("This {tag} is never closed: {{% end{tag} %}} is missing."),
            )
        })?;
        Ok((nodes, end))
    }

    fn if_tag(&mut self, name: &str, code: &Code) -> Parsed<Node> {
        let end_name = format!("end{name}");
        let mut condition = Some(self.condition(code, name == "unless")?);
        let (mut branches, mut otherwise) = (Vec::new(), Vec::new());
        let outer = self.tested.len();
        loop {
            self.tested.extend(condition.iter().flat_map(tested_paths));
            let (nodes, end) = self.body(name, code.position, &["elsif", "else", &end_name])?;
            match condition.take() {
                Some(c) => branches.push((c, nodes)),
                None => otherwise.extend(nodes),
            }
            match end.name.as_str() {
                "elsif" => condition = Some(self.condition(&end.code, false)?),
                "else" => {}
                _ => {
                    self.tested.truncate(outer);
                    return Ok(Node::If(If { branches, otherwise }));
                }
            }
        }
    }

    fn condition(&mut self, code: &Code, negated: bool) -> Parsed<Condition> {
        Cursor::new(code, &mut self.scope)?.condition(negated)
    }

    fn case_tag(&mut self, code: &Code) -> Parsed<Node> {
        let mut cursor = Cursor::new(code, &mut self.scope)?;
        let subject = cursor.primary()?;
        cursor.end()?;
        let (mut whens, mut otherwise) = (Vec::new(), Vec::new());
        let (_, mut end) = self.body("case", code.position, &["when", "else", "endcase"])?;
        loop {
            let values = match end.name.as_str() {
                "when" => Some(self.when_values(&end.code)?),
                "else" => None,
                _ => return Ok(Node::Case(Case { subject, whens, otherwise, position: code.position })),
            };
            let (nodes, next) = self.body("case", code.position, &["when", "else", "endcase"])?;
            match values {
                Some(values) => whens.push((values, nodes)),
                None => otherwise.extend(nodes),
            }
            end = next;
        }
    }

    fn when_values(&mut self, code: &Code) -> Parsed<Vec<Primary>> {
        let mut cursor = Cursor::new(code, &mut self.scope)?;
        let mut values = vec![cursor.primary()?];
        while cursor.sign(",") || cursor.keyword("or") {
            values.push(cursor.primary()?);
        }
        cursor.end()?;
        Ok(values)
    }

    fn for_tag(&mut self, code: &Code) -> Parsed<Node> {
        let mut cursor = Cursor::new(code, &mut self.scope)?;
        let variable = cursor.name("the name of the loop variable")?;
        if !cursor.keyword("in") {
            return Err(cursor.expected("in, as in {% for item in items %}"));
        }
        let source_position = cursor.position();
        let source = cursor.primary()?;
        let (mut limit, mut offset, mut reversed) = (None, Offset::None, false);
        while cursor.peek().is_some() {
            cursor.sign(",");
            match cursor.name("limit, offset or reversed")?.as_str() {
                "reversed" => reversed = true,
                "limit" if cursor.sign(":") => limit = Some(cursor.primary()?),
                "offset" if cursor.sign(":") && cursor.keyword("continue") => offset = Offset::Continue,
                "offset" => offset = Offset::At(cursor.primary()?),
                _ => {
                    return Err(TemplateIssue::at(
                        source_position,
                        "syntax",
                        "A loop knows limit:, offset: and reversed.",
                    ));
                }
            }
        }
        let counter = self.counters.find(format!("for {variable} {}", primary_text(&source)));
        let (slot, loop_slot) = (self.scope.set(&variable), self.scope.set("forloop"));
        self.loops += 1;
        let (body, end) = self.body("for", code.position, &["else", "endfor"])?;
        self.loops -= 1;
        let otherwise = match end.name.as_str() {
            "else" => self.body("for", code.position, &["endfor"])?.0,
            _ => Vec::new(),
        };
        let position = code.position;
        Ok(Node::For(Box::new(For {
            slot,
            loop_slot,
            source,
            limit,
            offset,
            counter,
            reversed,
            body,
            otherwise,
            position,
        })))
    }

    fn capture_tag(&mut self, code: &Code) -> Parsed<Node> {
        let mut cursor = Cursor::new(code, &mut self.scope)?;
        let name = match cursor.take() {
            Some(Word::Name(name) | Word::Text(name)) => name,
            _ => {
                return Err(TemplateIssue::at(
                    code.position,
                    "syntax",
                    "capture needs the name of a variable.",
                ));
            }
        };
        cursor.end()?;
        let slot = self.scope.set(&name);
        let (body, _) = self.body("capture", code.position, &["endcapture"])?;
        Ok(Node::Capture { slot, body, position: code.position })
    }

    fn assign_tag(&mut self, code: &Code) -> Parsed<Node> {
        let mut cursor = Cursor::new(code, &mut self.scope)?;
        let name = cursor.name("the name of a variable")?;
        if !cursor.sign("=") {
            return Err(cursor.expected("= and a value"));
        }
        let value = cursor.expression()?;
        cursor.end()?;
        Ok(Node::Assign { slot: self.scope.set(&name), value })
    }

    fn count_tag(&mut self, code: &Code, step: i64) -> Parsed<Node> {
        let mut cursor = Cursor::new(code, &mut self.scope)?;
        let name = cursor.name("the name of a counter")?;
        cursor.end()?;
        Ok(Node::Count { counter: self.counters.find(format!("count {name}")), step })
    }

    fn cycle_tag(&mut self, code: &Code) -> Parsed<Node> {
        let mut cursor = Cursor::new(code, &mut self.scope)?;
        let first = cursor.primary()?;
        let (mut group, mut values) = (None, Vec::new());
        match cursor.sign(":") {
            true => group = Some(primary_text(&first)),
            false => values.push(first),
        }
        if values.is_empty() {
            values.push(cursor.primary()?);
        }
        while cursor.sign(",") {
            values.push(cursor.primary()?);
        }
        cursor.end()?;
        let group = group.unwrap_or_else(|| values.iter().map(primary_text).collect::<Vec<_>>().join(","));
        let counter = self.counters.find(format!("cycle {group}"));
        Ok(Node::Cycle { counter, values, escape: self.escape, position: code.position })
    }
}

fn primary_text(primary: &Primary) -> String {
    match primary {
        Primary::Path(path) => path.text.to_string(),
        Primary::Range(ends, _) => format!("({}..{})", primary_text(&ends.0), primary_text(&ends.1)),
        other => format!("{other:?}"),
    }
}

fn tested_paths(condition: &Condition) -> impl Iterator<Item = Box<str>> {
    condition.tests.iter().filter_map(|test| match &test.left {
        Primary::Path(path) => Some(path.text.clone()),
        _ => None,
    })
}

fn stray(end: &End) -> TemplateIssue {
    let message = format!("{} stands here without the tag it belongs to.", end.name);
    TemplateIssue::at(end.code.position, "misplaced", message)
}

fn unknown_tag(name: &str, position: Position) -> TemplateIssue {
    let message = match name {
        "include" | "render" | "section" | "layout" => {
            format!("Templates stand alone: {name} is not available. Put the text in here, or use a block.")
        }
        "elsif" | "else" | "when" => format!("{name} stands here without the tag it belongs to."),
        n if n.starts_with("end") => format!("{n} stands here without the tag it belongs to."),
        "unsubscribe" | "unsubscribe_link" => {
            "Use {{ links.unsubscribe }} for the unsubscribe address.".to_owned()
        }
        "web_view" => "Use {{ links.web_view }} for the web version.".to_owned(),
        n => format!("There is no tag {n}."),
    };
    TemplateIssue::at(position, "unknown_tag", message)
}
