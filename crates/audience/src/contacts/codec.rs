//! Compact binary forms of [`Facts`] and [`PersonalFields`]. Pure.
//!
//! Each begins with a version byte. Facts are decoded for every contact that a segment or a campaign
//! looks at, so there is no text format and nothing is copied that is not needed. Numbers are LEB128,
//! signed ones zigzag; times of channels are differences to the contact's birth.

use crate::consent::model::{ChannelStatus, ConsentStatus};
use crate::contacts::model::{
    AttributeValue, Birthday, Country, ExternalId, Facts, Gender, MonthDay, Origin, PersonalFields,
    TagMembership,
};
use crate::contacts::sources::Source;
use kernel::ids::ImportId;
use kernel::{OrFault, Result, Timestamp};

const VERSION: u8 = 1;

/// Bits of the second byte of facts.
mod bit {
    pub const COUNTRY: u8 = 1;
    pub const LANGUAGE: u8 = 2;
    pub const TIME_ZONE: u8 = 4;
    pub const BIRTHDAY: u8 = 8;
    pub const GENDER_SHIFT: u8 = 4;
    pub const EMAIL: u8 = 64;
    pub const PHONE: u8 = 128;
}

/// Tags of personal fields; numbers never change.
mod field {
    pub const EMAIL: u8 = 1;
    pub const PHONE: u8 = 2;
    pub const FIRST_NAME: u8 = 3;
    pub const LAST_NAME: u8 = 4;
    pub const BIRTHDAY: u8 = 5;
    pub const COMPANY: u8 = 6;
    pub const ADDRESS: u8 = 7;
    pub const ADDRESS2: u8 = 8;
    pub const CITY: u8 = 9;
    pub const REGION: u8 = 10;
    pub const POSTCODE: u8 = 11;
    pub const NOTE: u8 = 12;
    pub const EXTERNAL_ID: u8 = 13;
    pub const ATTRIBUTE: u8 = 14;
    pub const SOURCES: u8 = 15;
}

/// Origin number that means "as the contact's own".
const SAME_ORIGIN: u8 = 255;

pub(crate) fn put_number(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn put_signed(out: &mut Vec<u8>, value: i64) {
    put_number(out, ((value << 1) ^ (value >> 63)) as u64);
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_number(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(head)
    }

    fn number(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let raw = self.number()?;
        Some((raw >> 1) as i64 ^ -((raw & 1) as i64))
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = usize::try_from(self.number()?).ok()?;
        std::str::from_utf8(self.bytes(length)?).ok()
    }

    fn eight(&mut self) -> Option<[u8; 8]> {
        self.bytes(8)?.try_into().ok()
    }
}

fn put_origin(out: &mut Vec<u8>, origin: Origin) {
    match origin {
        Origin::Api => out.push(0),
        Origin::Manual => out.push(1),
        Origin::Form => out.push(2),
        Origin::Import(id) => {
            out.push(3);
            out.extend_from_slice(&id.0.to_le_bytes());
        }
        Origin::Shop => out.push(4),
        Origin::Site => out.push(5),
    }
}

fn read_origin(r: &mut Reader<'_>, same: Option<Origin>) -> Option<Origin> {
    Some(match r.byte()? {
        0 => Origin::Api,
        1 => Origin::Manual,
        2 => Origin::Form,
        3 => Origin::Import(ImportId(i64::from_le_bytes(r.eight()?))),
        4 => Origin::Shop,
        5 => Origin::Site,
        SAME_ORIGIN => same?,
        _ => return None,
    })
}

fn put_value(out: &mut Vec<u8>, value: &AttributeValue) {
    match value {
        AttributeValue::Bool(v) => out.push(u8::from(*v)),
        AttributeValue::Integer(v) => {
            out.push(2);
            put_signed(out, *v);
        }
        AttributeValue::Number(v) => {
            out.push(3);
            out.extend_from_slice(&v.to_le_bytes());
        }
        AttributeValue::Date(v) => {
            out.push(4);
            put_signed(out, (*v).into());
        }
        AttributeValue::Time(v) => {
            out.push(5);
            put_signed(out, v.0);
        }
        AttributeValue::Text(v) => {
            out.push(6);
            put_text(out, v);
        }
    }
}

fn read_value(r: &mut Reader<'_>) -> Option<AttributeValue> {
    Some(match r.byte()? {
        0 => AttributeValue::Bool(false),
        1 => AttributeValue::Bool(true),
        2 => AttributeValue::Integer(r.signed()?),
        3 => AttributeValue::Number(f64::from_le_bytes(r.eight()?)),
        4 => AttributeValue::Date(i32::try_from(r.signed()?).ok()?),
        5 => AttributeValue::Time(Timestamp(r.signed()?)),
        6 => AttributeValue::Text(r.text()?.to_owned()),
        _ => return None,
    })
}

fn put_attributes(out: &mut Vec<u8>, attributes: &[(u32, AttributeValue)]) {
    put_number(out, attributes.len() as u64);
    let mut last = 0;
    for (no, value) in attributes {
        put_number(out, u64::from(no - last));
        last = *no;
        put_value(out, value);
    }
}

fn read_attributes(r: &mut Reader<'_>) -> Option<Vec<(u32, AttributeValue)>> {
    let count = r.number()? as usize;
    let mut list = Vec::with_capacity(count.min(r.0.len()));
    let mut no = 0_u32;
    for _ in 0..count {
        no = no.checked_add(u32::try_from(r.number()?).ok()?)?;
        list.push((no, read_value(r)?));
    }
    Some(list)
}

/// Presence bits of one channel: status in bits 0-1, then which times follow.
fn put_channel(out: &mut Vec<u8>, channel: &ChannelStatus, origin_ms: i64) {
    let times = [channel.status_at, channel.bounced_at, channel.complained_at, channel.suppressed_at];
    let mut head = channel.status.number();
    for (i, at) in times.iter().enumerate() {
        head |= u8::from(at.is_some()) << (2 + i);
    }
    out.push(head);
    for at in times.into_iter().flatten() {
        put_signed(out, at.0.wrapping_sub(origin_ms));
    }
}

fn read_channel(r: &mut Reader<'_>, origin_ms: i64) -> Option<ChannelStatus> {
    let head = r.byte()?;
    let mut time = |bit: u8| -> Option<Option<Timestamp>> {
        match head & (1 << bit) {
            0 => Some(None),
            _ => Some(Some(Timestamp(r.signed()?.wrapping_add(origin_ms)))),
        }
    };
    Some(ChannelStatus {
        status: ConsentStatus::from_number((head & 3).into())?,
        status_at: time(2)?,
        bounced_at: time(3)?,
        complained_at: time(4)?,
        suppressed_at: time(5)?,
    })
}

fn facts_head(facts: &Facts) -> u8 {
    let mut head = facts.gender.map_or(0, Gender::number) << bit::GENDER_SHIFT;
    for (present, mask) in [
        (facts.country.is_some(), bit::COUNTRY),
        (facts.language.is_some(), bit::LANGUAGE),
        (facts.time_zone.is_some(), bit::TIME_ZONE),
        (facts.birthday.is_some(), bit::BIRTHDAY),
        (facts.has_email, bit::EMAIL),
        (facts.has_phone, bit::PHONE),
    ] {
        if present {
            head |= mask;
        }
    }
    head
}

impl Facts {
    /// The compact form.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(64);
        out.extend_from_slice(&[VERSION, facts_head(self)]);
        put_signed(&mut out, self.created_at.0);
        put_origin(&mut out, self.origin);
        if let Some(country) = self.country {
            out.extend_from_slice(&country.bytes());
        }
        for text in [&self.language, &self.time_zone].into_iter().flatten() {
            put_text(&mut out, text);
        }
        if let Some(day) = self.birthday {
            out.extend_from_slice(&[day.month, day.day]);
        }
        for channel in &self.channels {
            put_channel(&mut out, channel, self.created_at.0);
        }
        self.put_tags(&mut out);
        put_attributes(&mut out, &self.attributes);
        out
    }

    fn put_tags(&self, out: &mut Vec<u8>) {
        put_number(out, self.tags.len() as u64);
        let mut last = 0;
        for t in &self.tags {
            put_number(out, u64::from(t.tag - last));
            last = t.tag;
            match t.origin == self.origin {
                true => out.push(SAME_ORIGIN),
                false => put_origin(out, t.origin),
            }
        }
    }

    /// Reads the compact form. Fault: damaged, or of a newer program.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        read_facts(&mut Reader(bytes)).or_fault("decode the facts of a contact")
    }
}

fn read_facts(r: &mut Reader<'_>) -> Option<Facts> {
    let (version, head) = (r.byte()?, r.byte()?);
    if version != VERSION {
        return None;
    }
    let has = |mask: u8| head & mask != 0;
    let created_at = Timestamp(r.signed()?);
    let origin = read_origin(r, None)?;
    let mut facts = Facts::new(created_at, origin);
    facts.has_email = has(bit::EMAIL);
    facts.has_phone = has(bit::PHONE);
    facts.gender = Gender::from_number((head >> bit::GENDER_SHIFT) & 3);
    if has(bit::COUNTRY) {
        facts.country = Some(Country::parse(std::str::from_utf8(r.bytes(2)?).ok()?)?);
    }
    if has(bit::LANGUAGE) {
        facts.language = Some(r.text()?.to_owned());
    }
    if has(bit::TIME_ZONE) {
        facts.time_zone = Some(r.text()?.to_owned());
    }
    if has(bit::BIRTHDAY) {
        facts.birthday = Some(MonthDay { month: r.byte()?, day: r.byte()? });
    }
    for channel in &mut facts.channels {
        *channel = read_channel(r, created_at.0)?;
    }
    facts.tags = read_tags(r, origin)?;
    facts.attributes = read_attributes(r)?;
    Some(facts)
}

fn read_tags(r: &mut Reader<'_>, own: Origin) -> Option<Vec<TagMembership>> {
    let count = r.number()? as usize;
    let mut tags = Vec::with_capacity(count.min(r.0.len()));
    let mut tag = 0_u32;
    for _ in 0..count {
        tag = tag.checked_add(u32::try_from(r.number()?).ok()?)?;
        tags.push(TagMembership { tag, origin: read_origin(r, Some(own))? });
    }
    Some(tags)
}

impl PersonalFields {
    fn texts(&self) -> [(u8, &Option<String>); 11] {
        [
            (field::EMAIL, &self.email),
            (field::PHONE, &self.phone),
            (field::FIRST_NAME, &self.first_name),
            (field::LAST_NAME, &self.last_name),
            (field::COMPANY, &self.company),
            (field::ADDRESS, &self.address),
            (field::ADDRESS2, &self.address2),
            (field::CITY, &self.city),
            (field::REGION, &self.region),
            (field::POSTCODE, &self.postcode),
            (field::NOTE, &self.note),
        ]
    }

    fn text_mut(&mut self, tag: u8) -> Option<&mut Option<String>> {
        Some(match tag {
            field::EMAIL => &mut self.email,
            field::PHONE => &mut self.phone,
            field::FIRST_NAME => &mut self.first_name,
            field::LAST_NAME => &mut self.last_name,
            field::COMPANY => &mut self.company,
            field::ADDRESS => &mut self.address,
            field::ADDRESS2 => &mut self.address2,
            field::CITY => &mut self.city,
            field::REGION => &mut self.region,
            field::POSTCODE => &mut self.postcode,
            field::NOTE => &mut self.note,
            _ => return None,
        })
    }

    /// The compact form, to be sealed: version, then tag, length, value of each field.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(128);
        out.push(VERSION);
        for (tag, text) in self.texts() {
            if let Some(text) = text {
                out.push(tag);
                put_text(&mut out, text);
            }
        }
        if let Some(b) = self.birthday {
            let year = b.year.unwrap_or(0).to_le_bytes();
            out.extend_from_slice(&[field::BIRTHDAY, 4, year[0], year[1], b.day.month, b.day.day]);
        }
        for external in &self.external_ids {
            put_field(&mut out, field::EXTERNAL_ID, |value| {
                put_text(value, &external.system);
                put_text(value, &external.id);
            });
        }
        if !self.attributes.is_empty() {
            put_field(&mut out, field::ATTRIBUTE, |value| put_attributes(value, &self.attributes));
        }
        if !self.sources.is_empty() {
            put_field(&mut out, field::SOURCES, |value| put_sources(value, &self.sources));
        }
        out
    }

    /// Reads the compact form. Fault: damaged, or of a newer program.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        read_personal(bytes).or_fault("decode the personal fields of a contact")
    }
}

fn put_field(out: &mut Vec<u8>, tag: u8, write: impl FnOnce(&mut Vec<u8>)) {
    let mut value = Vec::new();
    write(&mut value);
    out.push(tag);
    put_number(out, value.len() as u64);
    out.extend_from_slice(&value);
}

fn put_sources(out: &mut Vec<u8>, sources: &[Source]) {
    for source in sources {
        put_number(out, source.field.into());
        put_origin(out, source.origin);
        put_text(out, &source.actor);
        put_signed(out, source.at.0);
    }
}

fn read_sources(r: &mut Reader<'_>) -> Option<Vec<Source>> {
    let mut sources = Vec::new();
    while !r.0.is_empty() {
        sources.push(Source {
            field: u32::try_from(r.number()?).ok()?,
            origin: read_origin(r, None)?,
            actor: r.text()?.to_owned(),
            at: Timestamp(r.signed()?),
        });
    }
    Some(sources)
}

fn read_personal(bytes: &[u8]) -> Option<PersonalFields> {
    let mut r = Reader(bytes);
    if r.byte()? != VERSION {
        return None;
    }
    let mut fields = PersonalFields::default();
    while !r.0.is_empty() {
        let tag = r.byte()?;
        let length = usize::try_from(r.number()?).ok()?;
        read_field(&mut fields, tag, r.bytes(length)?)?;
    }
    Some(fields)
}

fn read_birthday(value: &[u8]) -> Option<Birthday> {
    let [a, b, month, day] = *value else { return None };
    let year = Some(u16::from_le_bytes([a, b])).filter(|y| *y != 0);
    Some(Birthday { year, day: MonthDay { month, day } })
}

fn read_field(fields: &mut PersonalFields, tag: u8, value: &[u8]) -> Option<()> {
    match tag {
        field::BIRTHDAY => fields.birthday = Some(read_birthday(value)?),
        field::EXTERNAL_ID => {
            let mut r = Reader(value);
            let (system, id) = (r.text()?.to_owned(), r.text()?.to_owned());
            fields.external_ids.push(ExternalId { system, id });
        }
        field::ATTRIBUTE => fields.attributes = read_attributes(&mut Reader(value))?,
        field::SOURCES => fields.sources = read_sources(&mut Reader(value))?,
        _ => *fields.text_mut(tag)? = Some(std::str::from_utf8(value).ok()?.to_owned()),
    }
    Some(())
}

/// One field while it is searched. Texts are bytes that may be changed: nobody reads them again.
pub(crate) enum Field<'a> {
    Text(&'a mut [u8]),
    Phone(&'a mut [u8]),
    Birthday(Birthday),
    Attributes(Vec<(u32, AttributeValue)>),
}

/// True if `holds` is true for any field of encoded personal fields. Fault: damaged.
pub(crate) fn any_field(bytes: &mut [u8], holds: impl FnMut(Field<'_>) -> bool) -> Result<bool> {
    search_fields(bytes, holds).or_fault("decode the personal fields of a contact")
}

fn search_fields(bytes: &mut [u8], mut holds: impl FnMut(Field<'_>) -> bool) -> Option<bool> {
    let (version, mut rest) = bytes.split_first_mut()?;
    if *version != VERSION {
        return None;
    }
    while !rest.is_empty() {
        let mut head = Reader(rest);
        let tag = head.byte()?;
        let length = usize::try_from(head.number()?).ok()?;
        let begin = rest.len() - head.0.len();
        let (field, behind) = rest.split_at_mut_checked(begin.checked_add(length)?)?;
        rest = behind;
        if holds(searched(tag, &mut field[begin..])?) {
            return Some(true);
        }
    }
    Some(false)
}

fn searched(tag: u8, value: &mut [u8]) -> Option<Field<'_>> {
    Some(match tag {
        field::BIRTHDAY => Field::Birthday(read_birthday(value)?),
        field::EXTERNAL_ID => {
            // The system's name is not searched.
            let mut r = Reader(value);
            r.text()?;
            let id = r.text()?.len();
            let begin = value.len().checked_sub(id)?;
            Field::Text(&mut value[begin..])
        }
        field::ATTRIBUTE => Field::Attributes(read_attributes(&mut Reader(value))?),
        // Where fields came from is not searched.
        field::SOURCES => Field::Text(&mut []),
        field::PHONE => Field::Phone(value),
        _ => Field::Text(value),
    })
}
