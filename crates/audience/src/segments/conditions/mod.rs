//! The catalogue of conditions: one file a member, one line in the list.
//!
//! A member knows its form ([`ConditionSpec`]), its two faces (`set` over a whole store, `holds` for one
//! contact), the columns it reads, and how to say it in English. Members do not know each other. The
//! conformance suite walks the list: a member whose faces disagree, or that has no examples, fails it.

mod attribute;
mod birthday;
mod city;
mod consent;
mod country;
mod created;
mod email;
mod email_domain;
mod event;
mod everybody;
mod gender;
mod language;
mod message_bounced;
mod message_clicked;
mod message_complained;
mod message_opened;
mod message_sent;
mod message_unsubscribed;
mod name;
mod page_viewed;
mod phone;
mod purchase;
mod region;
mod screen_viewed;
mod segment;
mod sequence;
mod source;
mod tag;
mod time_zone;

use super::behaviour::BehaviourQuery;
use super::columns::Cells;
use super::engagement::EngagementQuery;
use super::engine::Bits;
use super::evaluate::{ContactView, SetContext};
use super::moment::Moment;
use super::names::{Mention, Names};
use super::sample::Example;
use super::spec::{Args, ConditionSpec};
use crate::contacts::model::Facts;
use kernel::Result;

/// Everybody; the explicit form of "no condition".
pub(super) static EVERYBODY: everybody::Everybody = everybody::Everybody;

static ALL: &[&dyn Condition] = &[
    &attribute::Attribute,
    &birthday::Birthday,
    &city::City,
    &consent::Consent,
    &country::COUNTRY,
    &created::Created,
    &email::Email,
    &email_domain::EmailDomain,
    &event::EVENT,
    &EVERYBODY,
    &gender::GENDER,
    &language::LANGUAGE,
    &message_bounced::MESSAGE_BOUNCED,
    &message_clicked::MESSAGE_CLICKED,
    &message_complained::MESSAGE_COMPLAINED,
    &message_opened::MESSAGE_OPENED,
    &message_sent::MESSAGE_SENT,
    &message_unsubscribed::MESSAGE_UNSUBSCRIBED,
    &name::Name,
    &page_viewed::PAGE_VIEWED,
    &phone::Phone,
    &purchase::PURCHASE,
    &region::Region,
    &screen_viewed::SCREEN_VIEWED,
    &segment::Segment,
    &sequence::Sequence,
    &source::Source,
    &tag::Tag,
    &time_zone::TIME_ZONE,
];

/// Every condition, by id.
pub fn all() -> &'static [&'static dyn Condition] {
    ALL
}

/// The condition with an id.
pub fn find(id: &str) -> Option<&'static dyn Condition> {
    all().iter().copied().find(|c| c.spec().id == id)
}

/// What a condition reads; also the order of evaluation, cheapest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reads {
    /// Nothing.
    Nothing,
    /// Columns of facts.
    Columns,
    /// Sets of who did what with messages.
    Engagement,
    /// What was done in the shop.
    Behaviour,
    /// Another segment.
    Segment,
    /// Sealed fields, contact by contact.
    Sealed,
}

/// What can change the answer for a contact.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Listens {
    /// Kinds of events.
    pub events: &'static [&'static str],
    /// Also the mere passing of time.
    pub time: bool,
}

impl Listens {
    /// Changes of the contact itself.
    pub const CONTACT: Listens = Listens { events: &["contacts.changed", "contacts.erased"], time: false };

    /// The same, and the passing of time if `time`.
    pub const fn contact_and_time(time: bool) -> Self {
        Listens { time, ..Listens::CONTACT }
    }
}

/// Whether arguments fit together; else the field to blame and what would be right.
pub type Check = std::result::Result<(), (&'static str, String)>;

/// A member of the catalogue.
pub trait Condition: Sync {
    /// Its form.
    fn spec(&self) -> &ConditionSpec;

    /// What it reads with these arguments.
    fn reads(&self, args: &Args, names: &Names) -> Reads;

    /// Checks what the form alone cannot say.
    fn check(&self, _args: &Args) -> Check {
        Ok(())
    }

    /// Checks what depends on the store: types of attributes.
    fn check_in_store(&self, _args: &Args, _names: &Names) -> Check {
        Ok(())
    }

    /// Names that must be looked up before it can be evaluated.
    fn mentions(&self, _args: &Args) -> Vec<Mention> {
        Vec::new()
    }

    /// The question about messages it asks, if it asks one.
    fn asks_engagement(&self, _args: &Args, _moment: &Moment) -> Option<EngagementQuery> {
        None
    }

    /// The questions about what was done in the shop it asks.
    fn asks_behaviour(&self, _args: &Args, _moment: &Moment) -> Vec<BehaviourQuery> {
        Vec::new()
    }

    /// Adds the cells of a contact in the columns this condition reads.
    fn columns(&self, _facts: &Facts, _cells: &mut Cells) {}

    /// Who satisfies it, of the contacts in question. Not called if it reads sealed fields: the evaluator
    /// then asks `holds` contact by contact, several conditions in one scan.
    fn set(&self, args: &Args, cx: &mut SetContext<'_, '_>) -> Result<Bits>;

    /// Whether one contact satisfies it.
    fn holds(&self, args: &Args, contact: &ContactView<'_>) -> bool;

    /// What can change the answer.
    fn listens(&self, args: &Args) -> Listens;

    /// What it says: `country is Singapore or Malaysia`.
    fn sentence(&self, args: &Args, names: &Names) -> String;

    /// Why it holds, or does not, for this contact: `country is SG`. Shown to the merchant, never logged.
    fn why(&self, args: &Args, contact: &ContactView<'_>) -> String;

    /// Contacts with the expected answer; documentation and tests.
    fn examples(&self) -> Vec<Example>;
}
