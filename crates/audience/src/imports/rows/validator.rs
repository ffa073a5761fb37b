//! One row after the other: [`Validator::row`].

use super::clean::{clean, mixes_scripts};
use super::consent::{CONSENT_EXAMPLE, Said, denies, flag_of, meaning};
use super::issue::Issue;
use super::places::{COUNTRY_EXAMPLE, parse_country};
use super::{dates, tags};
use crate::attributes::model::{AttributeClass, AttributeType};
use crate::consent::model::Channel;
use crate::contacts::draft::{is_time_zone, parse_language};
use crate::contacts::model::{
    AttributeValue, Country, ExternalId, FIELD_LENGTH_MAX, Gender, PersonalFields, TEXT_LENGTH_MAX,
};
use crate::contacts::{Draft, phone};
use crate::imports::mapping::{
    ColumnPlan, ConsentRole, DateOrder, Field, InsidePlan, Plan, Target, is_forbidden_value, json_text,
};
use crate::imports::reader::RawRow;
use kernel::EmailAddress;
use std::borrow::Cow;

const EMAIL: usize = Channel::Email as usize;
const SMS: usize = Channel::Sms as usize;
/// Longest id of another system, in characters.
const EXTERNAL_ID_MAX: usize = 200;

const NO_IDENTITY: &str = "a row needs an email address, a phone number or an id of another system";
const MIXED_SCRIPTS: &str = "the address mixes alphabets whose letters look alike; check that it is meant so";
const CARD: &str = "this looks like a payment card number, which is not kept here";
const SURPLUS: &str =
    "the row has more values than the header has columns; put quotes around values that hold the delimiter";
const PHONE_UNKNOWN: &str =
    "the number has no country code; write it like +6591234567 or choose a country for the file";

/// A row that can become a contact. Tags are names here; their numbers come from the store.
#[derive(Debug)]
pub struct RowDraft {
    /// Number of the row in the file, from zero.
    pub number: u64,
    /// Line in the file, from one.
    pub line: u64,
    /// The contact as the row says.
    pub draft: Draft,
    /// Names of tags.
    pub tags: Vec<String>,
}

/// Reads rows by a plan. Cheap to share between threads.
pub struct Validator<'p> {
    plan: &'p Plan,
    default_country: Option<Country>,
    has_words: [bool; 3],
    /// Columns in the order they are read: the country before the phone that needs it.
    order: Vec<usize>,
}

/// A row while it is read.
struct Reading<'a> {
    row: RawRow<'a>,
    draft: Draft,
    tags: Vec<String>,
    said: [Said; 3],
    calling_code: Option<String>,
    full_name: Option<String>,
    issues: Vec<Issue>,
    /// A complaint about the only identity the row tried to give.
    identity: Option<(usize, &'static str)>,
}

impl<'p> Validator<'p> {
    /// For a plan.
    pub fn new(plan: &'p Plan) -> Self {
        let mut has_words = [false; 3];
        for column in &plan.columns {
            if let Target::Consent { channel, role: ConsentRole::Status } = column.target {
                has_words[channel as usize] = true;
            }
        }
        let mut order: Vec<usize> =
            (0..plan.columns.len()).filter(|i| plan.columns[*i].target != Target::Ignore).collect();
        order.sort_by_key(|i| rank(&plan.columns[*i].target));
        let default_country = plan.default_country.as_deref().and_then(Country::parse);
        Validator { plan, default_country, has_words, order }
    }

    /// Reads a row. What is wrong is added to `issues`; without a draft the row is lost and one of them
    /// is an error.
    pub fn row(&self, row: RawRow<'_>, issues: &mut Vec<Issue>) -> Option<RowDraft> {
        if let Some(fault) = row.fault() {
            let mut issue = Issue::error(row.line(), fault.column, fault.reason, "");
            issue.original = vec![fault.original.clone()];
            issues.push(issue);
            return None;
        }
        let mut reading = Reading {
            row,
            draft: Draft::default(),
            tags: self.plan.tags.clone(),
            said: std::array::from_fn(|i| Said::from_file(self.everyone(i))),
            calling_code: None,
            full_name: None,
            issues: Vec::new(),
            identity: None,
        };
        let kept = self.read(&mut reading);
        if !reading.issues.is_empty() {
            let original: Vec<String> = row.cells().map(str::to_owned).collect();
            reading.issues[0].original = original;
            issues.append(&mut reading.issues);
        }
        kept.then(|| RowDraft {
            number: row.number,
            line: row.line(),
            draft: reading.draft,
            tags: reading.tags,
        })
    }

    fn everyone(&self, channel: usize) -> Option<crate::imports::mapping::ConsentValue> {
        self.plan.everyone.get(&Channel::ALL[channel]).copied()
    }

    fn read(&self, r: &mut Reading<'_>) -> bool {
        if r.row.len() > self.plan.columns.len() && has_surplus(&r.row, self.plan.columns.len()) {
            r.issues.push(Issue::error(r.row.line(), None, SURPLUS, ""));
            return false;
        }
        for i in &self.order {
            let cell = r.row.cell(*i);
            if cell.is_empty() {
                continue;
            }
            let value = match clean(cell) {
                Ok(value) => value,
                Err(reason) => {
                    r.complain(*i, reason, cell, &self.plan.columns[*i].target);
                    continue;
                }
            };
            if !value.is_empty() {
                self.take(r, *i, value);
            }
        }
        split_full_name(r);
        self.conclude_consent(r);
        let p = &r.draft.personal;
        if p.email.is_none() && p.phone.is_none() && p.external_ids.is_empty() {
            self.lose(r);
            return false;
        }
        r.draft.attributes.sort_by_key(|(no, _)| *no);
        r.draft.personal.attributes.sort_by_key(|(no, _)| *no);
        true
    }

    /// Without an identity the row is an error; its reason is the complaint about what was meant as one.
    fn lose(&self, r: &mut Reading<'_>) {
        let line = r.row.line();
        let issue = match r.identity {
            Some((column, reason)) => Issue::error(line, Some(column), reason, r.row.cell(column)),
            None => Issue::error(line, None, NO_IDENTITY, ""),
        };
        // Warnings about a lost row say nothing more.
        r.issues.clear();
        r.issues.push(issue);
    }

    fn take(&self, r: &mut Reading<'_>, i: usize, value: Cow<'_, str>) {
        let column = &self.plan.columns[i];
        match &column.target {
            Target::Field { field: Field::Json } => take_json(r, i, &column.inside, &value, column.dates),
            Target::Field { field } => self.take_field(r, i, *field, &value),
            Target::ExternalId { system } => take_external(r, i, system, &value),
            Target::Tags => {
                let (list, complaint) = tags::parse_tags(&value);
                for tag in list {
                    if !r.tags.contains(&tag) {
                        r.tags.push(tag);
                    }
                }
                if let Some(reason) = complaint {
                    r.warn(i, reason, &value);
                }
            }
            Target::Consent { channel, role } => self.take_consent(r, i, (*channel, *role), &value),
            Target::Attribute { value_type, class, .. } => {
                let no = column.attribute_no.unwrap_or(i as u32);
                take_attribute(r, i, (no, *value_type, *class, column.dates), &value);
            }
            Target::Ignore => {}
        }
    }

    fn take_field(&self, r: &mut Reading<'_>, i: usize, field: Field, value: &str) {
        match field {
            Field::Email => take_email(r, i, value),
            Field::Phone => self.take_phone(r, i, value),
            Field::CallingCode => r.calling_code = Some(value.to_owned()),
            Field::FullName => {
                if r.fits(i, value, FIELD_LENGTH_MAX) {
                    r.full_name.get_or_insert_with(|| value.to_owned());
                }
            }
            Field::Birthday => match dates::parse_birthday(value, self.plan.columns[i].dates) {
                Some(day) => r.draft.personal.birthday = Some(day),
                None => {
                    r.warn(i, "a birthday is a day between 1880 and today, written like 1991-11-23", value)
                }
            },
            Field::Country => match parse_country(value) {
                Some(country) => {
                    r.draft.country.get_or_insert(country);
                }
                None => r.warn(i, COUNTRY_EXAMPLE, value),
            },
            Field::Gender => take_gender(r, i, value),
            Field::Language => match parse_language(value) {
                Some(language) => r.draft.language = Some(language),
                None => r.warn(i, "a language is a tag like en, zh-Hant or pt-BR", value),
            },
            Field::TimeZone => {
                if is_time_zone(value) {
                    r.draft.time_zone = Some(value.to_owned());
                } else {
                    r.warn(i, "a time zone is a name like Asia/Singapore", value);
                }
            }
            _ => take_text(r, i, field, value),
        }
    }

    fn take_phone(&self, r: &mut Reading<'_>, i: usize, value: &str) {
        if r.draft.personal.phone.is_some() {
            return;
        }
        let joined =
            r.calling_code.as_deref().filter(|_| !value.starts_with('+')).map(|code| {
                format!("+{}{}", code.trim_start_matches(['+', '0']), value.trim_start_matches('0'))
            });
        let country = r.draft.country.or(self.default_country);
        match phone::parse(joined.as_deref().unwrap_or(value), country) {
            Ok(number) => r.draft.personal.phone = Some(number),
            Err(_) if country.is_none() && joined.is_none() && !value.starts_with(['+', '0']) => {
                r.complain(i, PHONE_UNKNOWN, value, &Target::Field { field: Field::Phone });
            }
            Err(reason) => r.complain(i, reason, value, &Target::Field { field: Field::Phone }),
        }
    }

    fn take_consent(&self, r: &mut Reading<'_>, i: usize, about: (Channel, ConsentRole), value: &str) {
        let (channel, role) = about;
        let said = &mut r.said[channel as usize];
        match role {
            ConsentRole::Status => match meaning(value, &self.plan.consent_words) {
                Some(word) => said.take_word(word),
                None => r.warn(i, CONSENT_EXAMPLE, value),
            },
            ConsentRole::OptInAt | ConsentRole::OptOutAt => {
                match dates::parse_time(value, self.plan.columns[i].dates) {
                    Some(at) => said.take_time(role, at),
                    None if denies(value) => {}
                    None => r.warn(i, dates::TIME_EXAMPLE, value),
                }
            }
            ConsentRole::Suppressed | ConsentRole::Bounced => {
                if !denies(value) {
                    said.take_flag(flag_of(value, role));
                }
            }
        }
    }

    /// A status about a channel without an address says nothing.
    fn conclude_consent(&self, r: &mut Reading<'_>) {
        let present = [r.draft.personal.email.is_some(), r.draft.personal.phone.is_some(), false];
        for index in [EMAIL, SMS] {
            if !present[index] {
                continue;
            }
            let channel = Channel::ALL[index];
            let (status, flag) = r.said[index].conclude(channel, self.has_words[index]);
            r.draft.statuses.extend(status);
            r.draft.suppressions.extend(flag.map(|f| (channel, f)));
        }
    }
}

/// Columns that others depend on come first.
fn rank(target: &Target) -> u8 {
    match target {
        Target::Field { field: Field::Country | Field::CallingCode } => 0,
        _ => 1,
    }
}

fn has_surplus(row: &RawRow<'_>, columns: usize) -> bool {
    (columns..row.len()).any(|i| !row.cell(i).trim().is_empty())
}

impl Reading<'_> {
    fn warn(&mut self, column: usize, reason: &'static str, value: &str) {
        self.issues.push(Issue::warning(self.row.line(), column, reason, value));
    }

    /// A warning that becomes the row's error if the row gives no other identity.
    fn complain(&mut self, column: usize, reason: &'static str, value: &str, target: &Target) {
        let identity = matches!(
            target,
            Target::Field { field: Field::Email | Field::Phone } | Target::ExternalId { .. }
        );
        let email = matches!(target, Target::Field { field: Field::Email });
        if identity && (self.identity.is_none() || email) {
            self.identity = Some((column, reason));
        }
        self.warn(column, reason, value);
    }

    fn fits(&mut self, column: usize, value: &str, characters: usize) -> bool {
        if value.len() <= characters || value.chars().count() <= characters {
            return true;
        }
        let reason = if characters == FIELD_LENGTH_MAX {
            "this field has at most 500 characters"
        } else {
            "this field has at most 4,000 characters"
        };
        self.warn(column, reason, value);
        false
    }
}

fn take_email(r: &mut Reading<'_>, i: usize, value: &str) {
    if r.draft.personal.email.is_some() {
        return;
    }
    match EmailAddress::parse(value) {
        Ok(address) => {
            if mixes_scripts(address.as_str()) {
                r.warn(i, MIXED_SCRIPTS, value);
            }
            r.draft.personal.email = Some(address.as_str().to_owned());
        }
        Err(reason) => r.complain(i, reason, value, &Target::Field { field: Field::Email }),
    }
}

fn take_external(r: &mut Reading<'_>, i: usize, system: &str, value: &str) {
    if value.chars().count() > EXTERNAL_ID_MAX {
        let target = Target::ExternalId { system: String::new() };
        r.complain(i, "an id of another system has at most 200 characters", value, &target);
        return;
    }
    r.draft.personal.external_ids.push(ExternalId { system: system.to_owned(), id: value.to_owned() });
}

fn take_gender(r: &mut Reading<'_>, i: usize, value: &str) {
    let unknown = matches!(value.to_lowercase().as_str(), "u" | "unknown" | "n/a" | "-" | "未知" | "secret");
    let local = match value {
        "女" | "女性" => Some(Gender::Female),
        "男" | "男性" => Some(Gender::Male),
        _ => Gender::parse(value),
    };
    match local {
        Some(gender) => r.draft.gender = Some(gender),
        None if unknown => {}
        None => r.warn(i, "gender is one of female, male, other", value),
    }
}

/// The slot of a plain text field; the first column that fills it wins.
fn text_slot(personal: &mut PersonalFields, field: Field) -> Option<&mut Option<String>> {
    Some(match field {
        Field::FirstName => &mut personal.first_name,
        Field::LastName => &mut personal.last_name,
        Field::Company => &mut personal.company,
        Field::Address => &mut personal.address,
        Field::Address2 => &mut personal.address2,
        Field::City => &mut personal.city,
        Field::Region => &mut personal.region,
        Field::Postcode => &mut personal.postcode,
        Field::Note => &mut personal.note,
        _ => return None,
    })
}

fn take_text(r: &mut Reading<'_>, i: usize, field: Field, value: &str) {
    let longest = if field == Field::Note { TEXT_LENGTH_MAX } else { FIELD_LENGTH_MAX };
    if is_forbidden_value(value) {
        r.warn(i, CARD, "");
    } else if r.fits(i, value, longest)
        && let Some(slot) = text_slot(&mut r.draft.personal, field)
        && slot.is_none()
    {
        *slot = Some(value.to_owned());
    }
}

/// `Ana Maria Li` becomes `Ana Maria` and `Li` where the file does not part names itself. Names written
/// without blanks stay whole as the first name.
fn split_full_name(r: &mut Reading<'_>) {
    let personal = &mut r.draft.personal;
    let Some(name) = r.full_name.take() else { return };
    if personal.first_name.is_some() || personal.last_name.is_some() {
        return;
    }
    match name.rsplit_once(char::is_whitespace) {
        Some((first, last)) => {
            personal.first_name = Some(first.trim().to_owned());
            personal.last_name = Some(last.to_owned());
        }
        None => personal.first_name = Some(name),
    }
}

type Slot = (u32, AttributeType, AttributeClass, DateOrder);

fn take_attribute(r: &mut Reading<'_>, i: usize, slot: Slot, value: &str) {
    let (no, value_type, class, order) = slot;
    if value_type == AttributeType::Text && is_forbidden_value(value) {
        r.warn(i, CARD, "");
        return;
    }
    let parsed = match value_type {
        AttributeType::Date => dates::parse_date(value, order)
            .map(|d| AttributeValue::Date(crate::attributes::model::day_number(d))),
        AttributeType::Time => dates::parse_time(value, order).map(AttributeValue::Time),
        other => other.parse_text(value),
    };
    let Some(parsed) = parsed else {
        r.warn(i, wanted(value_type), value);
        return;
    };
    let list = match class {
        AttributeClass::Fact => &mut r.draft.attributes,
        AttributeClass::Personal => &mut r.draft.personal.attributes,
    };
    match list.iter_mut().find(|(n, _)| *n == no) {
        Some(known) => known.1 = parsed,
        None => list.push((no, parsed)),
    }
}

fn wanted(value_type: AttributeType) -> &'static str {
    match value_type {
        AttributeType::Bool => "this attribute is yes or no",
        AttributeType::Integer => "this attribute is a whole number like 42",
        AttributeType::Number => "this attribute is a number like 4.2",
        AttributeType::Date => dates::DATE_EXAMPLE,
        AttributeType::Time => dates::TIME_EXAMPLE,
        AttributeType::Text => "a text has at most 4,000 characters",
    }
}

fn take_json(r: &mut Reading<'_>, i: usize, inside: &[InsidePlan], value: &str, order: DateOrder) {
    let Ok(serde_json::Value::Object(map)) = serde_json::from_str(value) else {
        r.warn(i, "the attributes are one JSON object, like {\"city\": \"Oslo\"}", value);
        return;
    };
    for plan in inside {
        let text = map.get(&plan.key).and_then(json_text);
        if let (Some(text), Some(no)) = (text, plan.attribute_no.or(Some(u32::MAX))) {
            take_attribute(r, i, (no, plan.value_type, plan.class, order), &text);
        }
    }
}

/// Heading of a column for reports.
pub(in crate::imports) fn heading(columns: &[ColumnPlan], index: Option<usize>) -> &str {
    index.and_then(|i| columns.get(i)).map_or("", |c| c.heading.as_str())
}
