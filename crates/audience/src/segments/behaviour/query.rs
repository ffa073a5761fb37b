//! Questions about what was done, and how one contact's deeds answer them. Pure.

use crate::events::CallKind;
use crate::events::values::{Property, PropertyValue, of_scalar};
use kernel::Timestamp;
use serde_json::Value as Json;

/// What is asked of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// Some value is this.
    Is(PropertyValue),
    /// No value is this.
    IsNot(PropertyValue),
    /// Some value is a number in this range, both ends included, in ten-thousandths.
    Between(i64, i64),
    /// There is a value.
    Exists,
    /// There is none.
    Absent,
}

/// A test of the values at a path.
#[derive(Clone, Debug, PartialEq)]
pub struct PropertyFilter {
    /// Names joined by dots.
    pub property: String,
    /// The test.
    pub test: Test,
}

/// A sum that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Total {
    /// Path of the numbers.
    pub property: String,
    /// At least, in ten-thousandths.
    pub at_least: Option<i64>,
    /// At most, in ten-thousandths.
    pub at_most: Option<i64>,
    /// At least, for each time on the average. Whoever did it never has no average.
    pub average_at_least: Option<i64>,
    /// At most, for each time on the average.
    pub average_at_most: Option<i64>,
}

/// A question: who did something, so often, within a time, with such properties, to such a sum.
#[derive(Clone, Debug, PartialEq)]
pub struct BehaviourQuery {
    /// What was called: `Track`, `Page` or `Screen`.
    pub kind: CallKind,
    /// By this name, or by any.
    pub name: Option<String>,
    /// Not before.
    pub since: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// All of these hold of the same event.
    pub filters: Vec<PropertyFilter>,
    /// At least so many times.
    pub at_least: u64,
    /// At most so many times.
    pub at_most: Option<u64>,
    /// To such a sum.
    pub total: Option<Total>,
}

/// A question about what came after what: who did one thing and then, within a time, another, or did not.
#[derive(Clone, Debug, PartialEq)]
pub struct SequenceQuery {
    /// What came first; counts and sums of it are not asked for.
    pub first: BehaviourQuery,
    /// What came then, or did not.
    pub then: BehaviourQuery,
    /// Later than the first, and no more than so many milliseconds.
    pub within_ms: i64,
    /// It came; else it did not, and its time is over.
    pub followed: bool,
    /// When it is asked.
    pub now: Timestamp,
}

impl SequenceQuery {
    /// Whether that is true of somebody who did the one and the other at these times, both in order.
    pub fn is_met(&self, first: &[Timestamp], then: &[Timestamp]) -> bool {
        first.iter().any(|at| {
            let end = at.plus_ms(self.within_ms);
            let next = then.partition_point(|other| other <= at);
            let came = then.get(next).is_some_and(|other| *other <= end);
            if self.followed { came } else { !came && end <= self.now }
        })
    }

    /// Whether it is true of somebody who did all this.
    pub fn answers(&self, deeds: &[Deed]) -> bool {
        let times = |query: &BehaviourQuery| {
            let mut times: Vec<Timestamp> =
                deeds.iter().filter(|deed| query.wants(deed)).map(|deed| deed.at).collect();
            times.sort_unstable();
            times
        };
        self.is_met(&times(&self.first), &times(&self.then))
    }
}

/// Something that a contact did.
#[derive(Clone, Debug, PartialEq)]
pub struct Deed {
    /// What was called.
    pub kind: CallKind,
    /// Name of the event, page or screen.
    pub name: String,
    /// When, by our clock.
    pub at: Timestamp,
    /// Values of its properties.
    pub values: Vec<Property>,
}

/// How often and to what sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How often.
    pub count: u64,
    /// Sum of the numbers asked for, in ten-thousandths; held at the ends of its range.
    pub total: i64,
}

impl Test {
    /// Whether the values at the path pass.
    fn passes<'v>(&self, mut values: impl Iterator<Item = &'v PropertyValue>) -> bool {
        match self {
            Test::Is(wanted) => values.any(|value| value == wanted),
            Test::IsNot(wanted) => !values.any(|value| value == wanted),
            Test::Between(from, to) => {
                values.any(|value| matches!(value, PropertyValue::Number(n) if (from..=to).contains(&n)))
            }
            Test::Exists => values.next().is_some(),
            Test::Absent => values.next().is_none(),
        }
    }
}

/// What values must be to be what a rule says: a number is compared as a number, all else as text. `None` for what
/// no value can be.
pub fn wanted_value(wanted: &Json) -> Option<PropertyValue> {
    let mut all = of_scalar(wanted);
    match wanted {
        Json::Number(_) => all.next(),
        _ => all.find(|value| matches!(value, PropertyValue::Text(_))),
    }
}

/// What a text asks for that somebody wrote without saying whether it is a number: ids are sent as both.
pub fn wanted_text(text: &str) -> Option<Test> {
    let text = Json::String(text.to_owned());
    match of_scalar(&text).next()? {
        PropertyValue::Number(number) => Some(Test::Between(number, number)),
        text => Some(Test::Is(text)),
    }
}

impl BehaviourQuery {
    /// Whoever did something once or more, whenever.
    pub fn of(kind: CallKind, name: &str) -> Self {
        BehaviourQuery {
            kind,
            name: Some(name.to_owned()),
            since: None,
            until: None,
            filters: Vec::new(),
            at_least: 1,
            at_most: None,
            total: None,
        }
    }

    /// True if a time lies within the window.
    pub fn covers(&self, at: Timestamp) -> bool {
        self.since.is_none_or(|since| at >= since) && self.until.is_none_or(|until| at < until)
    }

    /// True if it asks about the values of properties.
    pub fn reads_properties(&self) -> bool {
        !self.filters.is_empty() || self.total.is_some()
    }

    /// True if one event is enough, whatever else there is.
    pub fn is_any(&self) -> bool {
        self.at_least == 1 && self.at_most.is_none() && self.total.is_none()
    }

    /// Whether the filters pass.
    pub fn passes(&self, values: &[Property]) -> bool {
        self.filters.iter().all(|filter| filter.test.passes(at(values, &filter.property)))
    }

    /// What an event adds to the sum that is asked for.
    pub fn adds(&self, values: &[Property]) -> i64 {
        let Some(total) = &self.total else { return 0 };
        let numbers = at(values, &total.property).filter_map(|value| match value {
            PropertyValue::Number(number) => Some(*number),
            PropertyValue::Text(_) => None,
        });
        numbers.fold(0, i64::saturating_add)
    }

    /// True if the question is about this deed.
    pub fn wants(&self, deed: &Deed) -> bool {
        deed.kind == self.kind
            && self.name.as_ref().is_none_or(|name| *name == deed.name)
            && self.covers(deed.at)
            && self.passes(&deed.values)
    }

    /// How often and to what sum somebody did it.
    pub fn tally(&self, deeds: &[Deed]) -> Tally {
        let wanted = deeds.iter().filter(|deed| self.wants(deed));
        wanted.fold(Tally::default(), |tally, deed| tally.and(self.adds(&deed.values)))
    }

    /// Whether that is what is asked for.
    pub fn is_met(&self, tally: Tally) -> bool {
        tally.count >= self.at_least
            && self.at_most.is_none_or(|most| tally.count <= most)
            && self.total.as_ref().is_none_or(|wanted| wanted.is_met(tally))
    }
}

impl Total {
    fn is_met(&self, tally: Tally) -> bool {
        let (total, count) = (i128::from(tally.total), i128::from(tally.count));
        let averages = |bound: i64| count * i128::from(bound);
        let has_average = self.average_at_least.is_none() && self.average_at_most.is_none() || count > 0;
        has_average
            && self.at_least.is_none_or(|least| tally.total >= least)
            && self.at_most.is_none_or(|most| tally.total <= most)
            && self.average_at_least.is_none_or(|least| total >= averages(least))
            && self.average_at_most.is_none_or(|most| total <= averages(most))
    }
}

impl Tally {
    /// One more event, with what it adds.
    pub fn and(self, adds: i64) -> Tally {
        Tally { count: self.count + 1, total: self.total.saturating_add(adds) }
    }
}

fn at<'v>(values: &'v [Property], path: &str) -> impl Iterator<Item = &'v PropertyValue> {
    values.iter().filter(move |property| property.path == path).map(|property| &property.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::values::values;
    use serde_json::json;

    fn is(wanted: Json) -> Test {
        Test::Is(wanted_value(&wanted).unwrap())
    }

    fn is_not(wanted: Json) -> Test {
        Test::IsNot(wanted_value(&wanted).unwrap())
    }

    fn passes(test: Test, properties: Json) -> bool {
        let filters = vec![PropertyFilter { property: "p".into(), test }];
        let query = BehaviourQuery {
            kind: CallKind::Track,
            name: None,
            since: None,
            until: None,
            filters,
            at_least: 1,
            at_most: None,
            total: None,
        };
        query.passes(&values(&json!({ "properties": properties })))
    }

    #[test]
    fn what_did_not_follow_is_known_when_its_time_is_over() {
        let query = |followed, now| SequenceQuery {
            first: BehaviourQuery::of(CallKind::Track, "A"),
            then: BehaviourQuery::of(CallKind::Track, "B"),
            within_ms: 10,
            followed,
            now: Timestamp(now),
        };
        let at = |list: &[i64]| list.iter().map(|ms| Timestamp(*ms)).collect::<Vec<_>>();
        let met =
            |followed, now, first: &[i64], then: &[i64]| query(followed, now).is_met(&at(first), &at(then));
        assert!(met(true, 0, &[5], &[15]) && !met(true, 0, &[5], &[16]) && !met(true, 0, &[5], &[5]));
        assert!(met(true, 0, &[5, 30], &[1, 31]), "any of the first is enough");
        assert!(!met(false, 14, &[5], &[]), "it may still come");
        assert!(met(false, 15, &[5], &[]) && !met(false, 15, &[5], &[15]) && met(false, 15, &[5], &[16]));
        assert!(!met(false, 99, &[], &[]), "nothing came first");
    }

    #[test]
    fn a_text_is_compared_as_text_and_a_number_as_a_number() {
        assert!(passes(is(json!("5")), json!({ "p": "5" })));
        assert!(!passes(is(json!("5")), json!({ "p": 5 })), "a number is no text");
        assert!(passes(is(json!(5)), json!({ "p": "5.00" })), "a text that is a number is one");
        assert!(passes(is(json!(true)), json!({ "p": true })));
        assert!(!passes(is(json!("red")), json!({ "p": "Red" })));
    }

    #[test]
    fn an_id_is_the_same_as_a_number_and_as_a_text() {
        let wanted = |text: &str| wanted_text(text).unwrap();
        assert!(passes(wanted("5"), json!({ "p": 5 })) && passes(wanted("5"), json!({ "p": "5" })));
        assert!(
            passes(wanted("B-5"), json!({ "p": ["A", "B-5"] }))
                && !passes(wanted("5"), json!({ "p": "B-5" }))
        );
        assert_eq!(wanted_text(" "), None);
    }

    #[test]
    fn an_average_is_of_what_was_done_and_exact_at_its_bounds() {
        let total = |least, most| Total {
            property: "total".into(),
            at_least: None,
            at_most: None,
            average_at_least: least,
            average_at_most: most,
        };
        let tally = Tally { count: 3, total: 100 };
        assert!(total(Some(33), None).is_met(tally) && !total(Some(34), None).is_met(tally));
        assert!(total(None, Some(34)).is_met(tally) && !total(None, Some(33)).is_met(tally));
        assert!(!total(Some(0), None).is_met(Tally::default()), "who never ordered has no average order");
    }

    #[test]
    fn of_several_values_one_is_enough_and_none_may_be_what_it_is_not() {
        let both = || json!({ "p": ["red", "blue"] });
        assert!(passes(is(json!("blue")), both()) && !passes(is_not(json!("blue")), both()));
        assert!(passes(is_not(json!("green")), json!({})), "nothing is not green");
        assert!(passes(Test::Between(0, 50_000), json!({ "p": [9, 5] })));
        assert!(!passes(Test::Between(0, 50_000), json!({ "p": "six" })));
        assert!(passes(Test::Exists, both()) && passes(Test::Absent, json!({ "p": null })));
    }
}
