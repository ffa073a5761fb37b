//! Writing contacts as CSV or JSON lines, streamed: memory does not grow with their number.

use crate::consent::model::{Channel, ConsentStatus, Suppression};
use crate::contacts::model::{Facts, PersonalFields};
use crate::contacts::view::{Dictionary, show};
use crate::contacts::{self as contacts, StoredContact};
use crate::exports::model::{Format, neutralise};
use kernel::{OrFault, Result};
use roaring::RoaringBitmap;
use std::io::Write;
use std::sync::Arc;
use store::{Scoped, StoreKeys};

/// Contacts loaded at once.
const CHUNK: usize = 2_000;

/// Columns before the custom attributes; what imports recognise, plus what only we know.
pub const COLUMNS: &[&str] = &[
    "id",
    "email",
    "phone",
    "first_name",
    "last_name",
    "accepts_email_marketing",
    "accepts_sms",
    "country",
    "region",
    "city",
    "postcode",
    "address",
    "address2",
    "company",
    "birthday",
    "gender",
    "language",
    "time_zone",
    "tags",
    "note",
    "suppressed",
    "created_at",
];

/// What to write.
pub struct Order<'a> {
    /// The store.
    pub store: &'a Scoped,
    /// Its keys.
    pub keys: &'a Arc<StoreKeys>,
    /// Ordinals of the contacts.
    pub chosen: &'a RoaringBitmap,
    /// Format of the file.
    pub format: Format,
}

/// Writes contacts in order of their making. `proceed` is told how many are written and answers whether
/// to go on. Answers how many were written. Blocking.
pub fn write_contacts(
    order: &Order<'_>,
    out: &mut dyn Write,
    mut proceed: impl FnMut(u64) -> bool,
) -> Result<u64> {
    let dictionary = order.store.read_blocking(Dictionary::load)?;
    let mut sheet = Sheet::new(order.format, &dictionary, out)?;
    let mut rest = order.chosen.iter();
    let mut count = 0;
    loop {
        let chunk: Vec<u32> = rest.by_ref().take(CHUNK).collect();
        if chunk.is_empty() || !proceed(count) {
            break;
        }
        for contact in order.store.read_blocking(move |tx| contacts::load_many(tx, &chunk))? {
            sheet.row(&contact, &contact.open(order.keys)?)?;
            count += 1;
        }
    }
    sheet.finish()?;
    Ok(count)
}

enum Sheet<'a> {
    Csv { out: Box<csv::Writer<&'a mut dyn Write>>, dictionary: &'a Dictionary, attributes: Vec<&'a str> },
    Lines { out: &'a mut dyn Write, dictionary: &'a Dictionary },
}

impl<'a> Sheet<'a> {
    fn new(format: Format, dictionary: &'a Dictionary, out: &'a mut dyn Write) -> Result<Self> {
        if format == Format::Jsonl {
            return Ok(Sheet::Lines { out, dictionary });
        }
        let mut attributes: Vec<&str> = dictionary.attributes.values().map(|d| d.name.as_str()).collect();
        attributes.sort_unstable();
        let mut out = csv::Writer::from_writer(out);
        out.write_record(COLUMNS.iter().copied().chain(attributes.iter().copied()))
            .or_fault("write an export")?;
        Ok(Sheet::Csv { out: Box::new(out), dictionary, attributes })
    }

    fn row(&mut self, contact: &StoredContact, fields: &PersonalFields) -> Result<()> {
        match self {
            Sheet::Lines { out, dictionary } => {
                let line =
                    serde_json::to_string(&show(contact, fields, dictionary)).or_fault("write a contact")?;
                writeln!(out, "{line}").or_fault("write an export")
            }
            Sheet::Csv { out, dictionary, attributes } => {
                let values = dictionary.values(&contact.facts, fields);
                let own =
                    attributes.iter().map(|name| values.get(name).map(|v| v.to_text()).unwrap_or_default());
                for cell in cells(contact, fields, dictionary).into_iter().chain(own) {
                    out.write_field(neutralise(&cell).as_bytes()).or_fault("write an export")?;
                }
                out.write_record(None::<&[u8]>).or_fault("write an export")
            }
        }
    }

    fn finish(self) -> Result<()> {
        match self {
            Sheet::Csv { mut out, .. } => out.flush().or_fault("write an export"),
            Sheet::Lines { out, .. } => out.flush().or_fault("write an export"),
        }
    }
}

/// The cells of [`COLUMNS`].
fn cells(contact: &StoredContact, p: &PersonalFields, dictionary: &Dictionary) -> Vec<String> {
    let facts = &contact.facts;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    vec![
        contact.id.to_string(),
        text(&p.email),
        text(&p.phone),
        text(&p.first_name),
        text(&p.last_name),
        answer(facts, Channel::Email).into(),
        answer(facts, Channel::Sms).into(),
        facts.country.map(|c| c.as_str().to_owned()).unwrap_or_default(),
        text(&p.region),
        text(&p.city),
        text(&p.postcode),
        text(&p.address),
        text(&p.address2),
        text(&p.company),
        p.birthday.map(|b| b.to_string()).unwrap_or_default(),
        facts.gender.map(|g| g.as_str().to_owned()).unwrap_or_default(),
        text(&facts.language),
        text(&facts.time_zone),
        dictionary.tag_names(facts).join(", "),
        text(&p.note),
        suppressed(facts),
        facts.created_at.to_string(),
    ]
}

/// The word that imports read back: yes, no (never asked) or unsubscribe.
fn answer(facts: &Facts, channel: Channel) -> &'static str {
    match facts.channel(channel).status {
        ConsentStatus::Subscribed => "yes",
        ConsentStatus::NeverSubscribed => "no",
        ConsentStatus::Unsubscribed => "unsubscribe",
    }
}

/// `email:bounced sms:complained`: what speaks against using an address.
fn suppressed(facts: &Facts) -> String {
    let mut words = Vec::new();
    for channel in Channel::ALL {
        for flag in Suppression::ALL {
            if facts.channel(*channel).flag(*flag).is_some() {
                words.push(format!("{channel}:{flag}"));
            }
        }
    }
    words.join(" ")
}
