//! The tree of a parsed template. Owned and `Send`: one per campaign, shared by all senders.

use super::filters::FilterSpec;
use super::names::{Field, Root};
use crate::templates::encode::Encoded;
use crate::templates::model::{Part, Position};

/// How an output is written into its surroundings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// As it is: subject and text part.
    None,
    /// HTML text and quoted attribute values.
    Html,
    /// The beginning of an address: must be http(s), mailto or tel, else nothing is written.
    UrlStart,
    /// Inside the path or query of an address: percent-encoded.
    UrlPart,
    /// Inside a style: letters, digits and `# % . , + -` only.
    Css,
    /// As a name or unquoted value in a tag: letters, digits, `-` and `_` only.
    Name,
}

/// A constant piece of text.
#[derive(Clone, Debug)]
pub struct Literal {
    /// As written.
    pub text: Box<str>,
    /// Transfer-encoded, if the part is one of a message body.
    pub encoded: Encoded,
}

/// A parsed template of one part.
#[derive(Debug)]
pub struct Program {
    /// The part it renders.
    pub part: Part,
    /// The top level.
    pub nodes: Vec<Node>,
    /// Names of variables, by slot.
    pub names: Vec<String>,
    /// True if any tag sets a variable, so that a frame is needed.
    pub sets_variables: bool,
    /// Number of counters (`increment`, `cycle`, `offset: continue`).
    pub counters: usize,
    /// Every variable the template reads.
    pub uses: Vec<VariableUse>,
    /// Fields it reads by their names.
    pub fields: Vec<Field>,
    /// True if it reads fields of the contact by a name that is only known while rendering.
    pub reads_whole_contact: bool,
}

/// One place where a variable is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariableUse {
    /// As in the source, for example `contact.first_name`.
    pub path: String,
    /// Where.
    pub position: Position,
    /// True if it is printed (not only tested or looped over).
    pub printed: bool,
    /// True if a `default` filter follows.
    pub has_default: bool,
    /// What is known about the name without data.
    pub known: Known,
    /// True if the value comes from the recipient.
    pub about_recipient: bool,
    /// True if it is an order, cart or other sensitive object.
    pub sensitive: bool,
}

/// What is known about a variable's name without data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// It exists.
    Yes,
    /// A custom attribute of the contact; only the store knows whether it exists.
    Attribute,
    /// There is no such variable.
    No,
}

/// One piece of a template.
#[derive(Debug)]
pub enum Node {
    /// Constant text.
    Literal(Literal),
    /// `{{ … }}`.
    Output(Output),
    /// `{% if %}` and `{% unless %}`.
    If(If),
    /// `{% case %}`.
    Case(Case),
    /// `{% for %}`.
    For(Box<For>),
    /// `{% assign %}`.
    Assign {
        /// Slot of the variable.
        slot: usize,
        /// Its value.
        value: Expression,
    },
    /// `{% capture %}`.
    Capture {
        /// Slot of the variable.
        slot: usize,
        /// What is captured.
        body: Vec<Node>,
        /// Where.
        position: Position,
    },
    /// `{% increment %}` and `{% decrement %}`.
    Count {
        /// Which counter.
        counter: usize,
        /// +1 or −1.
        step: i64,
    },
    /// `{% cycle %}`.
    Cycle {
        /// Which counter.
        counter: usize,
        /// Printed in turn.
        values: Vec<Primary>,
        /// How it is written.
        escape: Escape,
        /// Where.
        position: Position,
    },
    /// `{% break %}`.
    Break,
    /// `{% continue %}`.
    Continue,
    /// The address of a numbered link.
    Link(Box<LinkNode>),
    /// The open pixel.
    Pixel,
}

/// `{{ … }}`.
#[derive(Debug)]
pub struct Output {
    /// What is printed.
    pub value: Expression,
    /// How it is written.
    pub escape: Escape,
}

/// The address of a numbered link, where it stands in a part.
#[derive(Debug)]
pub struct LinkNode {
    /// Its number.
    pub number: u16,
    /// What is written when clicks are not measured.
    pub plain: Vec<Node>,
}

/// `{% if %}` and `{% unless %}`.
#[derive(Debug)]
pub struct If {
    /// Tried in order.
    pub branches: Vec<(Condition, Vec<Node>)>,
    /// If none holds.
    pub otherwise: Vec<Node>,
}

/// `{% case %}`.
#[derive(Debug)]
pub struct Case {
    /// What is compared.
    pub subject: Primary,
    /// Every `when` whose value equals it is rendered.
    pub whens: Vec<(Vec<Primary>, Vec<Node>)>,
    /// If none did.
    pub otherwise: Vec<Node>,
    /// Where.
    pub position: Position,
}

/// `{% for %}`.
#[derive(Debug)]
pub struct For {
    /// Slot of the loop variable.
    pub slot: usize,
    /// Slot of `forloop`.
    pub loop_slot: usize,
    /// What is walked through.
    pub source: Primary,
    /// At most so many.
    pub limit: Option<Primary>,
    /// Skip so many.
    pub offset: Offset,
    /// Counter that remembers where this loop ended, for `offset: continue`.
    pub counter: usize,
    /// From the end.
    pub reversed: bool,
    /// For each member.
    pub body: Vec<Node>,
    /// If there is none.
    pub otherwise: Vec<Node>,
    /// Where.
    pub position: Position,
}

/// `offset:` of a loop.
#[derive(Debug)]
pub enum Offset {
    /// None.
    None,
    /// A number.
    At(Primary),
    /// Where the loop of the same name and source ended.
    Continue,
}

/// A value and the filters it goes through.
#[derive(Debug)]
pub struct Expression {
    /// The value.
    pub base: Primary,
    /// Filters in order.
    pub filters: Vec<FilterCall>,
    /// Where.
    pub position: Position,
}

/// One filter with its arguments.
#[derive(Debug)]
pub struct FilterCall {
    /// The filter.
    pub spec: &'static FilterSpec,
    /// Arguments by position.
    pub arguments: Vec<Primary>,
    /// Arguments by name.
    pub named: Vec<(String, Primary)>,
    /// Where.
    pub position: Position,
}

/// A value without filters.
#[derive(Debug, Clone)]
pub enum Primary {
    /// `nil`.
    Nil,
    /// `true`, `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A decimal number.
    Number(f64),
    /// A text.
    Text(Box<str>),
    /// `empty`.
    Empty,
    /// `blank`.
    Blank,
    /// `(from..to)`.
    Range(Box<(Primary, Primary)>, Position),
    /// A variable.
    Path(Box<Path>),
}

/// A variable with its steps, for example `order.items[0].title`.
#[derive(Debug, Clone)]
pub struct Path {
    /// As in the source.
    pub text: Box<str>,
    /// Slot of its first name, among the variables a template sets.
    pub slot: usize,
    /// The object its first name means, if no variable of that name is set.
    pub root: Option<Root>,
    /// The field it means altogether, when one is known; read without walking.
    pub field: Option<Field>,
    /// Further steps.
    pub steps: Vec<Step>,
    /// Where.
    pub position: Position,
}

/// One step into a value.
#[derive(Debug, Clone)]
pub enum Step {
    /// `.name` or `["name"]`.
    Name(Box<str>),
    /// `[3]`.
    Index(i64),
    /// `[other]`.
    Computed(Primary),
}

/// A condition: tests joined by `and`, `or`, which Liquid reads from the right.
#[derive(Debug)]
pub struct Condition {
    /// At least one.
    pub tests: Vec<Test>,
    /// One fewer: true is `and`, false is `or`.
    pub joins: Vec<bool>,
    /// True for `unless`.
    pub negated: bool,
    /// Where.
    pub position: Position,
}

/// One test.
#[derive(Debug)]
pub struct Test {
    /// Left side.
    pub left: Primary,
    /// Operator and right side; without it the left side's truth.
    pub right: Option<(Operator, Primary)>,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `==`.
    Equal,
    /// `!=`, `<>`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterOrEqual,
    /// `contains`.
    Contains,
}
