//! Walks a program for one recipient. Everything it does is counted; whoever exceeds a limit is told
//! which, and at which line.

use super::ast::*;
use super::filters::{self, Call};
use super::meter::Meter;
use super::names::{Field, Root};
use super::value::{Loop, Number, Safety, Str, Value};
use crate::templates::data::{AttributeValue, MessageUrls, RenderData, Tracking};
use crate::templates::encode::Writer;
use crate::templates::model::*;
use serde_json::Value as Json;
use std::rc::Rc;

/// Where rendered text goes.
pub trait Sink {
    /// Constant text.
    fn literal(&mut self, literal: &Literal);
    /// Text that differs by recipient.
    fn text(&mut self, text: &str);
}

impl Sink for String {
    fn literal(&mut self, literal: &Literal) {
        self.push_str(&literal.text);
    }
    fn text(&mut self, text: &str) {
        self.push_str(text);
    }
}

impl Sink for Writer<'_> {
    fn literal(&mut self, literal: &Literal) {
        self.encoded(&literal.encoded);
    }
    fn text(&mut self, text: &str) {
        Writer::text(self, text);
    }
}

/// Variables that were printed but have no value, noted in previews.
pub type Missing = Vec<(String, Position)>;

/// Renders a program. `missing` is filled in previews only.
pub fn render<S: Sink>(
    program: &Program,
    data: &RenderData<'_>,
    message: Message<'_>,
    missing: Option<&mut Missing>,
    sink: &mut S,
) -> Result<(), RenderError> {
    let mut run = Run {
        program,
        data,
        message,
        meter: Meter::new(program.part),
        frame: if program.sets_variables { vec![None; program.names.len()] } else { Vec::new() },
        counters: vec![0; program.counters],
        missing,
        scratch: String::new(),
    };
    run.nodes(&program.nodes, sink)?;
    Ok(())
}

/// What belongs to the one message being rendered.
#[derive(Clone, Copy)]
pub struct Message<'a> {
    /// Its addresses.
    pub urls: &'a dyn MessageUrls,
    /// What may be measured.
    pub tracking: Tracking,
}

#[derive(PartialEq)]
enum Flow {
    On,
    Break,
    Continue,
}

/// What a loop walks through.
struct Walk<'a> {
    source: Value<'a>,
    members: std::ops::Range<usize>,
    parent: Option<Rc<Loop>>,
}

struct Run<'a, 'r> {
    program: &'a Program,
    data: &'a RenderData<'a>,
    message: Message<'a>,
    meter: Meter,
    frame: Vec<Option<Value<'a>>>,
    counters: Vec<i64>,
    missing: Option<&'r mut Missing>,
    scratch: String,
}

type Rendered<T> = Result<T, RenderError>;

impl<'a> Run<'a, '_> {
    fn nodes<S: Sink>(&mut self, nodes: &'a [Node], sink: &mut S) -> Rendered<Flow> {
        for node in nodes {
            let flow = self.node(node, sink)?;
            if flow != Flow::On {
                return Ok(flow);
            }
        }
        Ok(Flow::On)
    }

    fn node<S: Sink>(&mut self, node: &'a Node, sink: &mut S) -> Rendered<Flow> {
        self.meter.step(1)?;
        match node {
            Node::Literal(literal) => {
                self.meter.write(literal.text.len())?;
                sink.literal(literal);
            }
            Node::Output(output) => self.output(output, sink)?,
            Node::If(node) => return self.if_node(node, sink),
            Node::Case(node) => return self.case_node(node, sink),
            Node::For(node) => return self.for_node(node, sink),
            Node::Assign { slot, value } => {
                let value = self.expression(value)?;
                self.frame[*slot] = Some(value);
            }
            Node::Capture { slot, body, position } => return self.capture(*slot, body, *position),
            Node::Count { counter, step } => self.count(*counter, *step, sink)?,
            Node::Cycle { counter, values, escape, position } => {
                self.meter.position = *position;
                let turn = self.counters[*counter] as usize % values.len();
                self.counters[*counter] += 1;
                let value = self.primary(&values[turn])?;
                self.write(&value, *escape, sink)?;
            }
            Node::Break => return Ok(Flow::Break),
            Node::Continue => return Ok(Flow::Continue),
            Node::Link(link) => self.link(link, sink)?,
            Node::Pixel => self.pixel(sink),
        }
        Ok(Flow::On)
    }

    fn output<S: Sink>(&mut self, output: &'a Output, sink: &mut S) -> Rendered<()> {
        let value = self.expression(&output.value)?;
        if matches!(value, Value::Nil)
            && let (Some(missing), Primary::Path(path)) = (self.missing.as_deref_mut(), &output.value.base)
        {
            missing.push((path.text.to_string(), path.position));
        }
        self.write(&value, output.escape, sink)
    }

    fn write<S: Sink>(&mut self, value: &Value<'a>, escape: Escape, sink: &mut S) -> Rendered<()> {
        let (text, safety) = match value {
            Value::Text(text, safety) => (&**text, *safety),
            Value::Nil => return Ok(()),
            other => {
                let mut scratch = std::mem::take(&mut self.scratch);
                scratch.clear();
                other.print(&mut scratch);
                let result = self.write_text(&scratch, Safety::Plain, escape, sink);
                self.scratch = scratch;
                return result;
            }
        };
        self.write_text(text, safety, escape, sink)
    }

    fn write_text<S: Sink>(
        &mut self,
        text: &str,
        safety: Safety,
        escape: Escape,
        sink: &mut S,
    ) -> Rendered<()> {
        self.meter.write(text.len())?;
        match escape {
            Escape::None => sink.text(text),
            Escape::Html if safety == Safety::Html => sink.text(text),
            Escape::Html => escape_html(text, |piece| sink.text(piece)),
            Escape::UrlStart if is_safe_address(text) => self.address(text, sink),
            Escape::UrlStart => {}
            Escape::UrlPart if safety == Safety::Url => self.address(text, sink),
            Escape::UrlPart => {
                let mut encoded = String::with_capacity(text.len() + 8);
                filters::percent_encode(text, "%20", &mut encoded);
                sink.text(&encoded);
            }
            Escape::Css => sink.text(&only(text, |c| c.is_ascii_alphanumeric() || "#%.,+- ".contains(c))),
            Escape::Name => sink.text(&only(text, |c| c.is_ascii_alphanumeric() || "-_".contains(c))),
        }
        Ok(())
    }

    /// Writes an address, escaped where the part is HTML.
    fn address<S: Sink>(&self, url: &str, sink: &mut S) {
        match self.program.part {
            Part::Html => escape_html(url, |piece| sink.text(piece)),
            _ if url.bytes().all(|b| b.is_ascii_graphic()) => sink.text(url),
            _ => sink.text(&only(url, |c| !c.is_control())),
        }
    }

    fn if_node<S: Sink>(&mut self, node: &'a If, sink: &mut S) -> Rendered<Flow> {
        for (condition, nodes) in &node.branches {
            if self.condition(condition)? {
                return self.nodes(nodes, sink);
            }
        }
        self.nodes(&node.otherwise, sink)
    }

    fn case_node<S: Sink>(&mut self, node: &'a Case, sink: &mut S) -> Rendered<Flow> {
        self.meter.position = node.position;
        let subject = self.primary(&node.subject)?;
        let mut any = false;
        for (values, nodes) in &node.whens {
            for value in values {
                self.meter.step(1)?;
                if subject.equals(&self.primary(value)?) {
                    any = true;
                    let flow = self.nodes(nodes, sink)?;
                    if flow != Flow::On {
                        return Ok(flow);
                    }
                }
            }
        }
        if any { Ok(Flow::On) } else { self.nodes(&node.otherwise, sink) }
    }

    fn for_node<S: Sink>(&mut self, node: &'a For, sink: &mut S) -> Rendered<Flow> {
        self.meter.position = node.position;
        let source = match self.primary(&node.source)? {
            text @ Value::Text(..) if !text.is_empty() => Value::List(Rc::new(vec![text])),
            other => other,
        };
        let length = source.list_len().unwrap_or(0);
        let skip = match &node.offset {
            Offset::None => 0,
            Offset::At(n) => self.primary(n)?.to_int().unwrap_or(0).max(0) as usize,
            Offset::Continue => self.counters[node.counter] as usize,
        }
        .min(length);
        let limit = match &node.limit {
            Some(n) => self.primary(n)?.to_int().unwrap_or(0).max(0) as usize,
            None => usize::MAX,
        };
        let count = limit.min(length - skip);
        self.counters[node.counter] = (skip + count) as i64;
        if count == 0 {
            return self.nodes(&node.otherwise, sink);
        }
        let saved = (self.frame[node.slot].take(), self.frame[node.loop_slot].take());
        let parent = match &saved.1 {
            Some(Value::Loop(parent)) => Some(parent.clone()),
            _ => None,
        };
        let result = self.turns(node, Walk { source, members: skip..skip + count, parent }, sink);
        (self.frame[node.slot], self.frame[node.loop_slot]) = saved;
        result
    }

    fn turns<S: Sink>(&mut self, node: &'a For, walk: Walk<'a>, sink: &mut S) -> Rendered<Flow> {
        let Walk { source, members, parent } = walk;
        let name: Rc<str> = self.program.names[node.slot].as_str().into();
        for index in 0..members.len() {
            self.meter.position = node.position;
            self.meter.step(1)?;
            let at = if node.reversed { members.end - 1 - index } else { members.start + index };
            let state = Loop { name: name.clone(), length: members.len(), index, parent: parent.clone() };
            self.frame[node.slot] = Some(source.member(at));
            self.frame[node.loop_slot] = Some(Value::Loop(Rc::new(state)));
            if self.nodes(&node.body, sink)? == Flow::Break {
                break;
            }
        }
        Ok(Flow::On)
    }

    fn capture(&mut self, slot: usize, body: &'a [Node], position: Position) -> Rendered<Flow> {
        let mut text = String::new();
        let written = self.meter.written;
        let flow = self.nodes(body, &mut text)?;
        self.meter.written = written;
        self.meter.position = position;
        self.meter.made(text.len())?;
        let safety = if self.program.part == Part::Html { Safety::Html } else { Safety::Plain };
        self.frame[slot] = Some(Value::Text(Str::Shared(text.into()), safety));
        Ok(flow)
    }

    fn count<S: Sink>(&mut self, counter: usize, step: i64, sink: &mut S) -> Rendered<()> {
        let before = self.counters[counter];
        self.counters[counter] += step;
        let shown = if step > 0 { before } else { before + step };
        self.write(&Value::Int(shown), Escape::None, sink)
    }

    fn link<S: Sink>(&mut self, link: &'a LinkNode, sink: &mut S) -> Rendered<()> {
        if !self.message.tracking.clicks {
            self.nodes(&link.plain, sink)?;
            return Ok(());
        }
        let mut url = std::mem::take(&mut self.scratch);
        url.clear();
        self.message.urls.click(link.number, &mut url);
        self.address(&url, sink);
        self.scratch = url;
        Ok(())
    }

    fn pixel<S: Sink>(&mut self, sink: &mut S) {
        if !self.message.tracking.opens {
            return;
        }
        let mut url = std::mem::take(&mut self.scratch);
        url.clear();
        self.message.urls.open_pixel(&mut url);
        sink.text("<img src=\"");
        escape_html(&url, |piece| sink.text(piece));
        self.scratch = url;
        sink.text(
            "\" width=\"1\" height=\"1\" alt=\"\" style=\"display:block;border:0;width:1px;height:1px\">",
        );
    }

    fn condition(&mut self, condition: &'a Condition) -> Rendered<bool> {
        self.meter.position = condition.position;
        let mut value = self.test(&condition.tests[0])?;
        // Liquid reads from the right: `a and b or c` is `a and (b or c)`.
        for (is_and, test) in condition.joins.iter().zip(&condition.tests[1..]) {
            if value != *is_and {
                break;
            }
            value = self.test(test)?;
        }
        Ok(value != condition.negated)
    }

    fn test(&mut self, test: &'a Test) -> Rendered<bool> {
        self.meter.step(1)?;
        let left = self.primary(&test.left)?;
        let Some((operator, right)) = &test.right else { return Ok(left.is_true()) };
        let right = self.primary(right)?;
        Ok(match operator {
            Operator::Equal => left.equals(&right),
            Operator::NotEqual => !left.equals(&right),
            Operator::Less => left.order(&right).is_some_and(|o| o.is_lt()),
            Operator::LessOrEqual => left.order(&right).is_some_and(|o| o.is_le()),
            Operator::Greater => left.order(&right).is_some_and(|o| o.is_gt()),
            Operator::GreaterOrEqual => left.order(&right).is_some_and(|o| o.is_ge()),
            Operator::Contains => self.contains(&left, &right)?,
        })
    }

    fn contains(&mut self, left: &Value<'a>, right: &Value<'a>) -> Rendered<bool> {
        if let Value::Text(text, _) = left {
            self.meter.work(text.len())?;
            return Ok(!matches!(right, Value::Nil) && text.contains(&*right.to_text()));
        }
        if let Value::Json(Json::Object(object)) = left {
            return Ok(object.contains_key(&*right.to_text()));
        }
        let length = left.list_len().unwrap_or(0);
        self.meter.work(length * 16)?;
        Ok((0..length).any(|i| left.member(i).equals(right)))
    }

    fn expression(&mut self, expression: &'a Expression) -> Rendered<Value<'a>> {
        self.meter.position = expression.position;
        let mut value = self.primary(&expression.base)?;
        for call in &expression.filters {
            value = self.filter(call, value)?;
        }
        Ok(value)
    }

    fn filter(&mut self, call: &'a FilterCall, input: Value<'a>) -> Rendered<Value<'a>> {
        // The most frequent filter, without building arguments that are not needed.
        if call.spec.name == filters::DEFAULT && call.named.is_empty() {
            return match input.wants_default() {
                true => call.arguments.first().map_or(Ok(Value::text("")), |a| self.primary(a)),
                false => Ok(input),
            };
        }
        self.meter.step(1)?;
        self.meter.position = call.position;
        let mut arguments = Vec::with_capacity(call.arguments.len());
        for argument in &call.arguments {
            arguments.push(self.primary(argument)?);
        }
        let mut named = Vec::with_capacity(call.named.len());
        for (name, argument) in &call.named {
            named.push((name.as_str(), self.primary(argument)?));
        }
        (call.spec.run)(&mut Call {
            input,
            arguments,
            named,
            meter: &mut self.meter,
            data: self.data,
            html: self.program.part == Part::Html,
        })
    }

    fn primary(&mut self, primary: &'a Primary) -> Rendered<Value<'a>> {
        Ok(match primary {
            Primary::Nil => Value::Nil,
            Primary::Bool(b) => Value::Bool(*b),
            Primary::Integer(n) => Value::Int(*n),
            Primary::Number(n) => Value::Float(*n),
            Primary::Text(s) => Value::text(s),
            Primary::Empty => Value::Empty,
            Primary::Blank => Value::Blank,
            Primary::Range(ends, position) => self.range(&ends.0, &ends.1, *position)?,
            Primary::Path(path) => self.path(path)?,
        })
    }

    fn range(&mut self, from: &'a Primary, to: &'a Primary, position: Position) -> Rendered<Value<'a>> {
        let from = self.primary(from)?.to_int().unwrap_or(0);
        let to = self.primary(to)?.to_int().unwrap_or(0);
        if to.checked_sub(from).is_none_or(|length| length >= MAX_RANGE) {
            self.meter.position = position;
            return Err(self.meter.stop("range", format!("A range has at most {MAX_RANGE} members.")));
        }
        Ok(Value::Range(from, to))
    }

    fn path(&mut self, path: &'a Path) -> Rendered<Value<'a>> {
        if let Some(Some(set)) = self.frame.get(path.slot) {
            let mut value = set.clone();
            // A field resolved ahead of time is not what a variable of the same name means.
            if let (Some(field), Some(root)) = (path.field, path.root) {
                value = value.property(field_name(root, field));
            }
            return self.walk(value, &path.steps);
        }
        let value = match (path.field, path.root) {
            (Some(field), _) => self.field(field),
            (None, Some(Root::Extra(name))) => {
                self.data.extra.and_then(|e| e.get(name)).map_or(Value::Nil, Value::json)
            }
            (None, Some(root)) => Value::Object(root),
            (None, None) => Value::Nil,
        };
        self.walk(value, &path.steps)
    }

    fn walk(&mut self, mut value: Value<'a>, steps: &'a [Step]) -> Rendered<Value<'a>> {
        for step in steps {
            value = match step {
                Step::Name(name) => self.member(&value, name),
                Step::Index(index) => member_at(&value, *index),
                Step::Computed(inner) => match self.primary(inner)? {
                    Value::Int(index) => member_at(&value, index),
                    Value::Text(name, _) => self.member_by_text(&value, name),
                    _ => Value::Nil,
                },
            };
        }
        Ok(value)
    }

    fn member(&self, value: &Value<'a>, name: &'a str) -> Value<'a> {
        match value {
            Value::Object(root) => self.object_member(*root, name),
            other => other.property(name),
        }
    }

    fn member_by_text(&self, value: &Value<'a>, name: Str<'a>) -> Value<'a> {
        match value {
            Value::Object(root) => self.object_member(*root, &name),
            other => other.property(&name),
        }
    }

    fn object_member(&self, root: Root, name: &str) -> Value<'a> {
        match (Field::find(root, name), root) {
            (Some(field), _) => self.field(field),
            (None, Root::Contact | Root::Attributes) => {
                self.data.contact.attributes.attribute(name).map_or(Value::Nil, attribute)
            }
            _ => Value::Nil,
        }
    }

    fn field(&self, field: Field) -> Value<'a> {
        let data: &'a RenderData<'a> = self.data;
        let (contact, store, campaign) = (&data.contact, data.store, data.campaign);
        match field {
            Field::FirstName => optional(contact.first_name),
            Field::LastName => optional(contact.last_name),
            Field::Name => self.full_name(),
            Field::Email => optional(contact.email),
            Field::Phone => optional(contact.phone),
            Field::Company => optional(contact.company),
            Field::Address => optional(contact.address),
            Field::Country => optional(contact.country),
            Field::Region => optional(contact.region),
            Field::City => optional(contact.city),
            Field::Postcode => optional(contact.postcode),
            Field::Language => optional(contact.language),
            Field::Birthday => optional(contact.birthday),
            Field::Gender => optional(contact.gender),
            Field::TimeZone => optional(contact.time_zone),
            Field::Tags => Value::Strings(contact.tags),
            Field::ContactAttributes => Value::Object(Root::Attributes),
            Field::StoreName => filled(&store.name),
            Field::StoreUrl => filled(&store.url),
            Field::StoreAddress => filled(&store.postal_address),
            Field::StoreCurrency => filled(&store.currency),
            Field::StoreTimeZone => filled(&store.time_zone),
            Field::StoreLogo => filled(&store.logo_url),
            Field::CampaignName => filled(&campaign.name),
            Field::CampaignSubject => filled(&campaign.subject),
            Field::CampaignId => filled(&campaign.id),
            Field::Unsubscribe => made(|out| self.message.urls.unsubscribe(out)),
            Field::Preferences => made(|out| self.message.urls.preferences(out)),
            Field::WebView => made(|out| self.message.urls.web_view(out)),
            Field::Countdown => made(|out| self.message.urls.countdown(out)),
        }
    }

    fn full_name(&self) -> Value<'a> {
        let contact = &self.data.contact;
        match (contact.first_name.unwrap_or(""), contact.last_name.unwrap_or("")) {
            ("", "") => Value::Nil,
            (first, "") => Value::text(first),
            ("", last) => Value::text(last),
            (first, last) => Value::owned(format!("{first} {last}")),
        }
    }
}

fn field_name(root: Root, field: Field) -> &'static str {
    let found =
        super::names::FIELDS.iter().find(|(r, name)| *r == root && Field::find(*r, name) == Some(field));
    found.map_or("", |(_, name)| name)
}

fn optional(value: Option<&str>) -> Value<'_> {
    value.filter(|v| !v.is_empty()).map_or(Value::Nil, Value::text)
}

fn filled(value: &str) -> Value<'_> {
    optional(Some(value))
}

fn made<'a>(write: impl FnOnce(&mut String)) -> Value<'a> {
    let mut out = String::new();
    write(&mut out);
    Value::owned(out)
}

fn attribute(value: AttributeValue<'_>) -> Value<'_> {
    match value {
        AttributeValue::Text(s) => filled(s),
        AttributeValue::Integer(n) => Value::Int(n),
        AttributeValue::Number(n) => Number::Float(n).value(),
        AttributeValue::Bool(b) => Value::Bool(b),
        AttributeValue::Time(t) => Value::Time(t),
        AttributeValue::Date(date) => Value::owned(date.to_string()),
        AttributeValue::List(list) => Value::Strings(list),
        AttributeValue::Json(json) => Value::json(json),
    }
}

fn member_at<'a>(value: &Value<'a>, index: i64) -> Value<'a> {
    if matches!(value, Value::Json(Json::Object(_))) {
        return value.property(&index.to_string());
    }
    let length = value.list_len().unwrap_or(0) as i64;
    let index = if index < 0 { length + index } else { index };
    match usize::try_from(index) {
        Ok(index) if (index as i64) < length => value.member(index),
        _ => Value::Nil,
    }
}

fn only(text: &str, keep: impl Fn(char) -> bool) -> String {
    text.chars().filter(|c| keep(*c)).collect()
}

/// Writes text so that HTML reads it as that text, in element content and in quoted attribute values.
pub fn escape_html(text: &str, mut write: impl FnMut(&str)) {
    // Bytes, not characters: this runs over every address of every message.
    let is_special = |byte: u8| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'');
    let mut rest = text;
    while let Some(index) = rest.bytes().position(is_special) {
        write(&rest[..index]);
        write(match rest.as_bytes()[index] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        });
        rest = &rest[index + 1..];
    }
    write(rest);
}

/// True for addresses a mail may lead to: http(s), mailto and tel, and places in the mail itself.
pub fn is_safe_address(url: &str) -> bool {
    let lower: String = url.chars().take(8).flat_map(char::to_lowercase).collect();
    ["https://", "http://", "mailto:", "tel:", "#"].iter().any(|scheme| lower.starts_with(scheme))
}
