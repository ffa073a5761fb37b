//! Random contacts and random rules from a seed. Values come from small sets, so that rules match.

use super::memory::Person;
use crate::attributes::model::{AttributeClass, AttributeType, Definition};
use crate::consent::{Channel, ConsentStatus, Suppression};
use crate::contacts::model::{
    AttributeValue, Birthday, Country, Facts, Gender, MonthDay, Origin, PersonalFields,
};
use crate::events::CallKind;
use crate::events::values::values;
use crate::segments::behaviour::Deed;
use crate::segments::conditions::{self, Condition};
use crate::segments::engagement::{Happening, Touch};
use crate::segments::model::Rule;
use crate::segments::moment::{DAY_MS, Moment};
use crate::segments::names::Names;
use crate::segments::sample::NOW;
use crate::segments::spec::FieldKind;
use kernel::Timestamp;
use kernel::ids::{AttributeId, ImportId, SegmentId};
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

pub const TAGS: &[&str] = &["vip", "staff", "new", "spring"];
const TEXTS: &[&str] = &["a", "B", "ab", "Paris", "pa"];
const COUNTRIES: &[&str] = &["SG", "MY", "PL", "US"];
const LANGUAGES: &[&str] = &["en", "en-GB", "zh", "zh-Hant", "pl"];
const ZONES: &[&str] = &["Asia/Singapore", "Europe/Warsaw", "UTC"];
const EVENTS: &[&str] = &["Product Viewed", "Order Completed"];
const PATHS: &[&str] = &["total", "colour", "products.sku", "products.price"];
const DAYS: &[i64] = &[1, 2, 7, 30, 365];

/// The attributes of a random store: number, name, type, class.
pub const ATTRIBUTES: &[(u32, &str, AttributeType, AttributeClass)] = &[
    (1, "a_bool", AttributeType::Bool, AttributeClass::Fact),
    (2, "an_integer", AttributeType::Integer, AttributeClass::Fact),
    (3, "a_number", AttributeType::Number, AttributeClass::Fact),
    (4, "a_date", AttributeType::Date, AttributeClass::Fact),
    (5, "a_time", AttributeType::Time, AttributeClass::Fact),
    (6, "a_text", AttributeType::Text, AttributeClass::Fact),
    (7, "a_secret", AttributeType::Text, AttributeClass::Personal),
];

/// SplitMix64: small, and the same on every machine.
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u64) as usize]
    }

    fn maybe<T>(&mut self, percent: u64, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.chance(percent).then(|| make(self))
    }

    fn text(&mut self) -> String {
        (*self.pick(TEXTS)).to_owned()
    }

    /// An instant in the last 40 days, often on a whole number of days ago.
    pub fn instant(&mut self) -> Timestamp {
        let days = self.below(40) as i64;
        let rest = if self.chance(50) { 0 } else { self.below(DAY_MS as u64) as i64 };
        NOW.plus_ms(-days * DAY_MS - rest)
    }
}

pub fn person(dice: &mut Dice) -> Person {
    let (mut facts, personal) = (facts(dice), personal(dice));
    facts.has_email = personal.email.is_some();
    facts.has_phone = personal.phone.is_some();
    Person { facts, personal }
}

fn origin(dice: &mut Dice) -> Origin {
    let import = Origin::Import(ImportId(1 + dice.below(2) as i64));
    *dice.pick(&[Origin::Api, Origin::Form, Origin::Shop, Origin::Site, import])
}

fn facts(dice: &mut Dice) -> Facts {
    let mut facts = Facts::new(dice.instant(), origin(dice));
    facts.country = dice.maybe(80, |d| {
        let code: &&str = d.pick(COUNTRIES);
        Country::parse(code).unwrap()
    });
    facts.language = dice.maybe(80, |d| (*d.pick(LANGUAGES)).to_owned());
    facts.time_zone = dice.maybe(50, |d| (*d.pick(ZONES)).to_owned());
    facts.birthday = dice.maybe(70, birthday);
    facts.gender = dice.maybe(60, |d| *d.pick(&[Gender::Female, Gender::Male, Gender::Other]));
    for channel in Channel::ALL {
        consent(dice, facts.channel_mut(*channel));
    }
    for no in 1..=TAGS.len() as u32 {
        if dice.chance(40) {
            facts.add_tag(no, Origin::Manual);
        }
    }
    for (no, _, kind, _) in ATTRIBUTES.iter().filter(|a| a.3 == AttributeClass::Fact) {
        let value = dice.maybe(60, |d| attribute(d, *kind));
        facts.set_attribute(*no, value);
    }
    facts
}

fn birthday(dice: &mut Dice) -> MonthDay {
    match dice.chance(20) {
        true => MonthDay::new(2, 29).unwrap(),
        false => MonthDay::new(1 + dice.below(12) as u8, 1 + dice.below(28) as u8).unwrap(),
    }
}

fn consent(dice: &mut Dice, state: &mut crate::consent::ChannelStatus) {
    state.status = *dice.pick(ConsentStatus::ALL);
    state.status_at = (state.status != ConsentStatus::NeverSubscribed).then(|| dice.instant());
    for flag in Suppression::ALL {
        let at = dice.maybe(20, Dice::instant);
        state.set_flag(*flag, at);
    }
}

fn attribute(dice: &mut Dice, kind: AttributeType) -> AttributeValue {
    match kind {
        AttributeType::Bool => AttributeValue::Bool(dice.chance(50)),
        AttributeType::Integer => AttributeValue::Integer(dice.below(5) as i64 - 2),
        AttributeType::Number => AttributeValue::Number(*dice.pick(&[-1.5, -0.0, 0.0, 0.5, 2.0, 1e300])),
        AttributeType::Date => AttributeValue::Date(Moment::at(NOW).utc_day() + dice.below(60) as i32 - 30),
        AttributeType::Time => AttributeValue::Time(dice.instant().plus_ms(10 * DAY_MS)),
        // Longer than a cell holds now and then.
        AttributeType::Text if dice.chance(10) => AttributeValue::Text(dice.text().repeat(300)),
        AttributeType::Text => AttributeValue::Text(dice.text()),
    }
}

fn personal(dice: &mut Dice) -> PersonalFields {
    let mut personal = PersonalFields {
        email: dice.maybe(80, |d| format!("{}@{}.example", d.text().to_lowercase(), d.text().to_lowercase())),
        phone: dice.maybe(40, |d| format!("+65{}", d.below(100))),
        first_name: dice.maybe(60, Dice::text),
        last_name: dice.maybe(60, Dice::text),
        city: dice.maybe(60, Dice::text),
        region: dice.maybe(60, Dice::text),
        ..PersonalFields::default()
    };
    personal.birthday = dice.maybe(30, |d| Birthday { year: Some(1990), day: birthday(d) });
    let secret = dice.maybe(60, |d| attribute(d, AttributeType::Text));
    personal.set_attribute(7, secret);
    personal
}

/// Something that happened to somebody's message of campaign 1 or 2.
pub fn happening(dice: &mut Dice, people: u32) -> Happening {
    use Touch::{
        Bounced, Clicked, ClickedByMachine, Complained, Opened, OpenedByMachine, Sent, Unsubscribed,
    };
    let touches =
        [Sent, Opened, OpenedByMachine, Clicked, ClickedByMachine, Bounced, Complained, Unsubscribed];
    let touch = *dice.pick(&touches);
    let link = matches!(touch, Clicked | ClickedByMachine).then(|| dice.below(3) as u16);
    let who = [dice.below(people.into()) as u32].into();
    Happening {
        touch,
        campaign: 1 + dice.below(2) as i64,
        link,
        day: Moment::at(NOW).utc_day() - dice.below(40) as i32,
        who,
    }
}

/// Names of a random store: its tags and attributes, and two segments with random rules.
pub fn names(dice: &mut Dice) -> Names {
    let mut names = Names::default();
    TAGS.iter().zip(1..).for_each(|(name, no)| names.add_tag(name, no));
    for (no, name, kind, class) in ATTRIBUTES {
        names.add_attribute(definition(*no, name, *kind, *class));
    }
    let first = rule(dice, &names);
    names.add_segment(SegmentId(1), "First".into(), Arc::new(first));
    let second = rule(dice, &names);
    names.add_segment(SegmentId(2), "Second".into(), Arc::new(second));
    names
}

fn definition(no: u32, name: &str, kind: AttributeType, class: AttributeClass) -> Definition {
    let (name, label, purpose) = (name.to_owned(), name.to_owned(), String::new());
    Definition { no, id: AttributeId(no.into()), name, label, kind, class, purpose, created_at: NOW }
}

/// A random rule that is valid in the store of `names`.
pub fn rule(dice: &mut Dice, names: &Names) -> Rule {
    let root = node(dice, names, 4);
    Rule::parse(&json!({ "version": 1, "rule": root })).unwrap()
}

/// A random rule of one condition.
pub fn single(dice: &mut Dice, names: &Names, condition: &'static dyn Condition) -> Rule {
    Rule::parse(&leaf(dice, names, condition)).unwrap()
}

fn node(dice: &mut Dice, names: &Names, depth: u64) -> Json {
    if depth <= 1 || dice.chance(40) {
        let condition = *dice.pick(conditions::all());
        return leaf(dice, names, condition);
    }
    let children: Vec<Json> = (0..1 + dice.below(3)).map(|_| node(dice, names, depth - 1)).collect();
    match dice.below(5) {
        0 | 1 => json!({ "all": children }),
        2 | 3 => json!({ "any": children }),
        _ => json!({ "not": children[0] }),
    }
}

/// A random condition whose arguments fit together and fit the store.
fn leaf(dice: &mut Dice, names: &Names, condition: &'static dyn Condition) -> Json {
    loop {
        let json = Json::Object(arguments(dice, condition));
        let Ok(rule) = Rule::parse(&json) else { continue };
        let leaf = rule.leaves()[0];
        let known = |id: SegmentId| names.segment(id).is_some();
        let circle_free = leaf.args.segment("segment").is_none_or(known);
        if circle_free && condition.check_in_store(&leaf.args, names).is_ok() {
            return json;
        }
        if !circle_free {
            return json!({ "condition": "everybody" });
        }
    }
}

fn arguments(dice: &mut Dice, condition: &'static dyn Condition) -> Map<String, Json> {
    let spec = condition.spec();
    let mut object = Map::from_iter([("condition".to_owned(), spec.id.into())]);
    if spec.operators.is_empty() {
        return object;
    }
    let operator = dice.pick(spec.operators);
    object.insert("operator".into(), operator.word.into());
    for field in spec.fields {
        if operator.needs.contains(&field.name) || (operator.takes.contains(&field.name) && dice.chance(40)) {
            object.insert(field.name.into(), value(dice, field.kind));
        }
    }
    object
}

fn value(dice: &mut Dice, kind: FieldKind) -> Json {
    match kind {
        FieldKind::Amount => (*dice.pick(&[-1.0, 0.0, 0.5, 10.0, 19.9, 25.0])).into(),
        FieldKind::Attribute => dice.pick(ATTRIBUTES).1.into(),
        FieldKind::Campaign => format!("cmp_000000000000{}", 1 + dice.below(2)).into(),
        FieldKind::Choice(words) => dice.pick(words).0.into(),
        FieldKind::Choices(words) => json!([dice.pick(words).0, dice.pick(words).0]),
        FieldKind::Count => dice.below(4).into(),
        FieldKind::Countries => json!([dice.pick(COUNTRIES), dice.pick(COUNTRIES)]),
        FieldKind::Days => (*dice.pick(DAYS)).into(),
        FieldKind::EventName => (*dice.pick(EVENTS)).into(),
        FieldKind::Filters => (0..1 + dice.below(2)).map(|_| filter(dice)).collect(),
        FieldKind::Import => format!("imp_000000000000{}", 1 + dice.below(3)).into(),
        FieldKind::Instant => dice.instant().to_string().into(),
        FieldKind::Languages => json!([dice.pick(LANGUAGES)]),
        FieldKind::Link => dice.below(4).into(),
        FieldKind::Month => (1 + dice.below(12)).into(),
        FieldKind::MonthDay => format!("{:02}-{:02}", 1 + dice.below(12), 1 + dice.below(29)).into(),
        FieldKind::Property => (*dice.pick(PATHS)).into(),
        FieldKind::Scalar => scalar(dice),
        FieldKind::Segment => format!("seg_000000000000{}", 1 + dice.below(2)).into(),
        FieldKind::Tags => json!([dice.pick(TAGS), dice.pick(TAGS)]),
        FieldKind::Text => (*dice.pick(TEXTS)).into(),
        FieldKind::Texts => json!([dice.pick(TEXTS), dice.pick(TEXTS)]),
        FieldKind::TimeZones => json!([dice.pick(ZONES)]),
    }
}

fn filter(dice: &mut Dice) -> Json {
    let operators = ["equals", "not_equals", "less_than", "at_most", "greater_than", "at_least"];
    let property = *dice.pick(PATHS);
    if dice.chance(25) {
        return json!({ "property": property, "operator": dice.pick(&["exists", "not_exists"]) });
    }
    let operator = *dice.pick(&operators);
    let value = match operator.ends_with("equals") {
        true => property_value(dice),
        false => value(dice, FieldKind::Amount),
    };
    json!({ "property": property, "operator": operator, "value": value })
}

fn property_value(dice: &mut Dice) -> Json {
    match dice.below(4) {
        0 => value(dice, FieldKind::Amount),
        1 => "10.0".into(),
        2 => dice.chance(50).into(),
        _ => dice.text().into(),
    }
}

/// Something that was done in the shop, and the document that says so.
pub fn deed(dice: &mut Dice) -> (Deed, Json) {
    let kind = *dice.pick(&[CallKind::Track, CallKind::Track, CallKind::Page, CallKind::Screen]);
    let mut properties = Map::new();
    for path in PATHS.iter().filter(|p| !p.contains('.')) {
        if dice.chance(50) {
            properties.insert((*path).to_owned(), property_value(dice));
        }
    }
    if dice.chance(60) {
        let item = |d: &mut Dice| {
            json!({ "product_id": property_value(d), "sku": property_value(d), "category": *d.pick(TEXTS),
                "price": property_value(d) })
        };
        properties.insert("products".into(), (0..dice.below(4)).map(|_| item(dice)).collect());
    }
    let document = json!({ "properties": properties });
    let names = if kind == CallKind::Track { EVENTS } else { TEXTS };
    let (name, at) = ((*dice.pick(names)).to_owned(), dice.instant());
    (Deed { kind, name, at, values: values(&document) }, document)
}

fn scalar(dice: &mut Dice) -> Json {
    let kind = *dice.pick(AttributeType::ALL);
    match attribute(dice, kind) {
        AttributeValue::Text(_) => dice.text().into(),
        other => other.to_json(),
    }
}
