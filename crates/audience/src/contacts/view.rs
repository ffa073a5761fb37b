//! How a contact is shown: names for numbers, words for states. The only shape of a contact that leaves.

use crate::attributes::{self, Definition};
use crate::consent::model::{Channel, ChannelStatus, ConsentStatus};
use crate::contacts::model::{AttributeValue, ExternalId, Facts, Gender, Origin, PersonalFields};
use crate::contacts::sources;
use crate::contacts::sql::StoredContact;
use crate::tags;
use kernel::ids::{ContactId, ImportId};
use kernel::{Result, Timestamp};
use std::collections::{BTreeMap, HashMap};
use store::Tx;

/// Names of a store's tags and attributes, by number.
#[derive(Clone, Default, Debug)]
pub struct Dictionary {
    /// Names of tags.
    pub tags: HashMap<u32, String>,
    /// Definitions of attributes.
    pub attributes: HashMap<u32, Definition>,
}

impl Dictionary {
    /// Reads the whole dictionary of the store.
    pub fn load(tx: &mut Tx<'_>) -> Result<Self> {
        let attributes = attributes::sql::list(tx)?.into_iter().map(|d| (d.no, d)).collect();
        Ok(Dictionary { tags: tags::sql::names(tx)?, attributes })
    }

    /// A definition by name.
    pub fn attribute(&self, name: &str) -> Option<&Definition> {
        self.attributes.values().find(|d| d.name == name)
    }

    /// Values of both classes by name; values whose definition is gone are left out.
    pub fn values<'a>(
        &'a self,
        facts: &'a Facts,
        personal: &'a PersonalFields,
    ) -> BTreeMap<&'a str, &'a AttributeValue> {
        let all = facts.attributes.iter().chain(&personal.attributes);
        all.filter_map(|(no, value)| Some((self.attributes.get(no)?.name.as_str(), value))).collect()
    }

    /// Names of a contact's tags, in order of alphabet.
    pub fn tag_names<'a>(&'a self, facts: &'a Facts) -> Vec<&'a str> {
        let mut names: Vec<&str> =
            facts.tags.iter().filter_map(|t| self.tags.get(&t.tag).map(String::as_str)).collect();
        names.sort_unstable();
        names
    }
}

/// Where a contact or a tag came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OriginOut {
    /// The HTTP API.
    Api,
    /// A sign-up form.
    Form,
    /// A contact file.
    Import,
    /// An operator.
    Manual,
    /// A shop platform.
    Shop,
    /// A page of the shop.
    Site,
}

impl From<Origin> for OriginOut {
    fn from(origin: Origin) -> Self {
        match origin {
            Origin::Api => OriginOut::Api,
            Origin::Manual => OriginOut::Manual,
            Origin::Form => OriginOut::Form,
            Origin::Import(_) => OriginOut::Import,
            Origin::Shop => OriginOut::Shop,
            Origin::Site => OriginOut::Site,
        }
    }
}

/// A tag of a contact.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
pub struct ContactTagOut {
    /// Its name.
    pub name: String,
    /// Where it came from.
    pub origin: OriginOut,
    /// The import, if it came from one.
    pub import: Option<ImportId>,
}

/// State of one channel.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
pub struct ChannelOut {
    /// What she said.
    pub status: ConsentStatus,
    /// Since when; null while never subscribed.
    pub status_at: Option<Timestamp>,
    /// True if marketing may be sent: subscribed and no flag.
    pub sendable: bool,
    /// When the address was found dead.
    pub bounced_at: Option<Timestamp>,
    /// When she complained.
    pub complained_at: Option<Timestamp>,
    /// When the merchant suppressed the address.
    pub suppressed_at: Option<Timestamp>,
}

impl From<&ChannelStatus> for ChannelOut {
    fn from(state: &ChannelStatus) -> Self {
        ChannelOut {
            status: state.status,
            status_at: state.status_at,
            sendable: state.is_sendable(),
            bounced_at: state.bounced_at,
            complained_at: state.complained_at,
            suppressed_at: state.suppressed_at,
        }
    }
}

/// States of the channels.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
pub struct ChannelsOut {
    /// Email.
    pub email: ChannelOut,
    /// Text messages.
    pub sms: ChannelOut,
    /// Push.
    pub push: ChannelOut,
}

/// An id in another system.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExternalIdBody {
    /// The system.
    #[schema(example = "shopify", max_length = 50)]
    pub system: String,
    /// Its id there.
    #[schema(example = "7345", max_length = 200)]
    pub id: String,
}

impl From<&ExternalId> for ExternalIdBody {
    fn from(e: &ExternalId) -> Self {
        ExternalIdBody { system: e.system.clone(), id: e.id.clone() }
    }
}

/// A contact as shown.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
pub struct ContactOut {
    /// Public id.
    pub id: ContactId,
    /// Email address.
    #[schema(example = "ana@example.com")]
    pub email: Option<String>,
    /// Phone number in E.164.
    #[schema(example = "+6591234567")]
    pub phone: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// `YYYY-MM-DD`, or `--MM-DD` without a year.
    #[schema(example = "1990-05-17")]
    pub birthday: Option<String>,
    /// Gender, if given.
    pub gender: Option<Gender>,
    /// Company.
    pub company: Option<String>,
    /// First line of the address.
    pub address: Option<String>,
    /// Second line of the address.
    pub address2: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Region, state or province.
    pub region: Option<String>,
    /// Postcode.
    pub postcode: Option<String>,
    /// Country, two letters of ISO 3166-1.
    #[schema(example = "SG")]
    pub country: Option<String>,
    /// Language, a BCP 47 tag.
    #[schema(example = "zh-Hant")]
    pub language: Option<String>,
    /// IANA time zone.
    #[schema(example = "Asia/Singapore")]
    pub time_zone: Option<String>,
    /// The merchant's note.
    pub note: Option<String>,
    /// Tags with their origin, in order of alphabet.
    pub tags: Vec<ContactTagOut>,
    /// Custom attributes by name.
    #[schema(value_type = Object)]
    pub attributes: BTreeMap<String, serde_json::Value>,
    /// Ids in other systems.
    pub external_ids: Vec<ExternalIdBody>,
    /// State of each channel.
    pub channels: ChannelsOut,
    /// Where the contact came from.
    pub origin: OriginOut,
    /// The import, if it came from one.
    pub import: Option<ImportId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts changes; also the `ETag`.
    pub version: i64,
    /// Where each field that has a value came from; null in lists.
    pub sources: Option<Vec<SourceOut>>,
}

/// Where a field's present value came from.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
pub struct SourceOut {
    /// The field, as it is called in the contact; a custom one as `attributes.name`.
    #[schema(example = "first_name")]
    pub field: String,
    /// What brought it.
    pub origin: OriginOut,
    /// The import, if it was one.
    pub import: Option<ImportId>,
    /// Who did it: `usr_…`, `key_…`, `contact`, `system`; null if the contact was made with it.
    pub actor: Option<String>,
    /// Since when it has this value.
    pub at: Timestamp,
}

/// Shows a contact with where its fields came from.
pub fn show_whole(contact: &StoredContact, personal: &PersonalFields, dictionary: &Dictionary) -> ContactOut {
    let sources = sources::list(personal, &contact.facts, &dictionary.attributes);
    let shown = sources.into_iter().map(|(field, source)| SourceOut {
        field,
        origin: source.origin.into(),
        import: source.origin.import(),
        actor: Some(source.actor).filter(|actor| !actor.is_empty()),
        at: source.at,
    });
    ContactOut { sources: Some(shown.collect()), ..show(contact, personal, dictionary) }
}

/// Shows a contact.
pub fn show(contact: &StoredContact, personal: &PersonalFields, dictionary: &Dictionary) -> ContactOut {
    let facts = &contact.facts;
    let values = dictionary.values(facts, personal);
    let p = personal.clone();
    ContactOut {
        id: contact.id,
        email: p.email,
        phone: p.phone,
        first_name: p.first_name,
        last_name: p.last_name,
        birthday: p.birthday.map(|b| b.to_string()),
        gender: facts.gender,
        company: p.company,
        address: p.address,
        address2: p.address2,
        city: p.city,
        region: p.region,
        postcode: p.postcode,
        country: facts.country.map(|c| c.as_str().to_owned()),
        language: facts.language.clone(),
        time_zone: facts.time_zone.clone(),
        note: p.note,
        tags: show_tags(facts, dictionary),
        attributes: values.into_iter().map(|(name, value)| (name.to_owned(), value.to_json())).collect(),
        external_ids: personal.external_ids.iter().map(ExternalIdBody::from).collect(),
        channels: ChannelsOut {
            email: facts.channel(Channel::Email).into(),
            sms: facts.channel(Channel::Sms).into(),
            push: facts.channel(Channel::Push).into(),
        },
        origin: facts.origin.into(),
        import: facts.origin.import(),
        created_at: facts.created_at,
        updated_at: contact.updated_at,
        version: contact.version,
        sources: None,
    }
}

fn show_tags(facts: &Facts, dictionary: &Dictionary) -> Vec<ContactTagOut> {
    let mut tags: Vec<ContactTagOut> = facts
        .tags
        .iter()
        .filter_map(|t| {
            let name = dictionary.tags.get(&t.tag)?.clone();
            Some(ContactTagOut { name, origin: t.origin.into(), import: t.origin.import() })
        })
        .collect();
    tags.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    tags
}
