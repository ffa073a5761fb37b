//! Examples of conditions: a contact made up for the purpose, and the expected answer.
//!
//! They are documentation (the catalogue shows them) and tests (both faces must agree with them).

use super::behaviour::Deed;
use super::engagement::{Happening, History, Touch};
use super::model::Rule;
use super::moment::{Moment, day_of_instant};
use super::names::Names;
use crate::attributes::model::{AttributeClass, AttributeType, Definition};
use crate::contacts::model::{AttributeValue, Facts, Origin, PersonalFields};
use crate::events::CallKind;
use crate::events::values::values;
use kernel::Timestamp;
use kernel::ids::{AttributeId, CampaignId, SegmentId};
use std::sync::Arc;

/// When examples happen: 2026-11-23T09:00:00Z.
pub const NOW: Timestamp = Timestamp(1_795_424_400_000);

/// A condition, a contact in words and as data, and the expected answer.
pub struct Example {
    /// The condition, as JSON text.
    pub condition: &'static str,
    /// The contact, in words.
    pub contact: &'static str,
    /// Makes the contact.
    pub make: fn(&mut Sample),
    /// Whether the condition holds.
    pub holds: bool,
}

impl Example {
    /// An example that holds.
    pub const fn yes(condition: &'static str, contact: &'static str, make: fn(&mut Sample)) -> Self {
        Example { condition, contact, make, holds: true }
    }

    /// An example that does not hold.
    pub const fn no(condition: &'static str, contact: &'static str, make: fn(&mut Sample)) -> Self {
        Example { condition, contact, make, holds: false }
    }

    /// The made-up contact.
    pub fn sample(&self) -> Sample {
        let mut sample = Sample::new();
        (self.make)(&mut sample);
        sample
    }
}

/// A made-up contact with its surroundings.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Facts.
    pub facts: Facts,
    /// Personal fields.
    pub personal: PersonalFields,
    /// What happened to messages.
    pub history: History,
    /// What was done in the shop.
    pub deeds: Vec<Deed>,
    /// What names mean.
    pub names: Names,
    /// When.
    pub moment: Moment,
}

impl Sample {
    fn new() -> Self {
        Sample {
            facts: Facts::new(NOW.plus_ms(-100 * super::moment::DAY_MS), Origin::Api),
            personal: PersonalFields::default(),
            history: History::default(),
            deeds: Vec::new(),
            names: Names::default(),
            moment: Moment::at(NOW),
        }
    }

    /// Makes a tag known, and puts it on the contact if `worn`.
    pub fn tag(&mut self, name: &str, worn: bool) {
        let no = 1 + name.bytes().fold(0_u32, |n, b| n.wrapping_mul(31).wrapping_add(b.into())) % 100_000;
        self.names.add_tag(name, no);
        if worn {
            self.facts.add_tag(no, Origin::Manual);
        }
    }

    /// Defines an attribute, and gives the contact a value.
    pub fn attribute(
        &mut self,
        name: &str,
        class: AttributeClass,
        kind: AttributeType,
        value: Option<AttributeValue>,
    ) {
        let no = 7;
        self.names.add_attribute(Definition {
            no,
            id: AttributeId(7),
            name: name.to_owned(),
            label: name.to_owned(),
            kind,
            class,
            purpose: String::new(),
            created_at: NOW,
        });
        match class {
            AttributeClass::Fact => self.facts.set_attribute(no, value),
            AttributeClass::Personal => self.personal.set_attribute(no, value),
        }
    }

    /// Something happened to a message of campaign 1, some days ago.
    pub fn touch(&mut self, touch: Touch, link: Option<u16>, days_ago: i64) {
        let at = NOW.plus_ms(-days_ago * super::moment::DAY_MS);
        let (campaign, day) = (CampaignId(1).0, day_of_instant(at));
        self.history.0.push(Happening { touch, campaign, link, day, who: [0].into() });
    }

    /// An event of the shop happened, some days ago.
    pub fn deed(&mut self, name: &str, days_ago: i64, properties: &str) {
        self.view(CallKind::Track, name, days_ago, properties);
    }

    /// Something was called, some days ago.
    pub fn view(&mut self, kind: CallKind, name: &str, days_ago: i64, properties: &str) {
        let at = NOW.plus_ms(-days_ago * super::moment::DAY_MS);
        let document = serde_json::from_str(&format!(r#"{{"properties":{properties}}}"#));
        let values = values(&document.expect("invariant: examples hold valid JSON"));
        self.deeds.push(Deed { kind, name: name.to_owned(), at, values });
    }

    /// A segment with number 1 exists.
    pub fn segment(&mut self, rule: &str) {
        let rule = Rule::parse_text(rule).expect("invariant: examples hold valid rules");
        self.names.add_segment(SegmentId(1), "Example".to_owned(), Arc::new(rule));
    }
}
