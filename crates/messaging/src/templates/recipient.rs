//! A stored contact as a template sees it. Buffers are kept for the next recipient, and only what the
//! email reads is put into them.

use super::compiled::CompiledEmail;
use super::data::{AttributeValue, Attributes, ContactView, StoreView};
use super::liquid::names::Field;
use audience::contacts::view::Dictionary;
use audience::contacts::{self, Facts, PersonalFields};
use std::collections::HashMap;
use std::fmt::Write;
use tenancy::stores::Store;

/// Numbers of custom attributes by name; made once a campaign.
#[derive(Clone, Debug, Default)]
pub struct AttributeNames(HashMap<String, u32>);

impl AttributeNames {
    /// Of a store.
    pub fn of(dictionary: &Dictionary) -> Self {
        AttributeNames(dictionary.attributes.values().map(|d| (d.name.clone(), d.no)).collect())
    }

    /// The names, for [`super::CompileOptions::attributes`].
    pub fn names(&self) -> std::collections::BTreeSet<String> {
        self.0.keys().cloned().collect()
    }
}

/// The custom attributes of one contact.
#[derive(Clone, Copy)]
pub struct StoredAttributes<'a> {
    /// What is known without decrypting.
    pub facts: &'a Facts,
    /// What was decrypted.
    pub personal: &'a PersonalFields,
    /// Names of the store.
    pub names: &'a AttributeNames,
}

impl Attributes for StoredAttributes<'_> {
    fn attribute(&self, name: &str) -> Option<AttributeValue<'_>> {
        let no = *self.names.0.get(name)?;
        let value = self.facts.attribute(no).or_else(|| self.personal.attribute(no))?;
        Some(match value {
            contacts::AttributeValue::Bool(b) => AttributeValue::Bool(*b),
            contacts::AttributeValue::Integer(n) => AttributeValue::Integer(*n),
            contacts::AttributeValue::Number(n) => AttributeValue::Number(*n),
            contacts::AttributeValue::Date(day) => {
                AttributeValue::Date(audience::attributes::model::day_of(*day))
            }
            contacts::AttributeValue::Time(t) => AttributeValue::Time(*t),
            contacts::AttributeValue::Text(text) => AttributeValue::Text(text),
        })
    }
}

/// Texts made for one recipient.
#[derive(Debug, Default)]
pub struct RecipientBuffer {
    birthday: String,
    tags: Vec<String>,
}

impl RecipientBuffer {
    /// A contact as `email` sees it; `None` for an email that is not compiled yet shows everything.
    pub fn view<'a>(
        &'a mut self,
        email: Option<&CompiledEmail>,
        attributes: &'a StoredAttributes<'a>,
        dictionary: &Dictionary,
    ) -> ContactView<'a> {
        let (facts, personal) = (attributes.facts, attributes.personal);
        self.birthday.clear();
        self.tags.clear();
        let reads = |field: Field| email.is_none_or(|e| e.reads(field));
        if let Some(birthday) = personal.birthday.filter(|_| reads(Field::Birthday)) {
            // Writing to a String does not fail.
            let _ = write!(self.birthday, "{birthday}");
        }
        if reads(Field::Tags) {
            self.tags.extend(dictionary.tag_names(facts).into_iter().map(str::to_owned));
        }
        ContactView {
            first_name: personal.first_name.as_deref(),
            last_name: personal.last_name.as_deref(),
            email: personal.email.as_deref(),
            phone: personal.phone.as_deref(),
            company: personal.company.as_deref(),
            address: personal.address.as_deref(),
            country: facts.country.as_ref().map(contacts::Country::as_str),
            region: personal.region.as_deref(),
            city: personal.city.as_deref(),
            postcode: personal.postcode.as_deref(),
            language: facts.language.as_deref(),
            birthday: Some(self.birthday.as_str()).filter(|b| !b.is_empty()),
            gender: facts.gender.map(|g| g.as_str()),
            time_zone: facts.time_zone.as_deref(),
            tags: &self.tags,
            attributes,
        }
    }
}

impl StoreView {
    /// A store as templates see it.
    pub fn of(store: &Store) -> Self {
        let settings = &store.settings;
        StoreView {
            name: store.name.clone(),
            url: settings.brand.website_url.clone().unwrap_or_default().trim_end_matches('/').to_owned(),
            postal_address: settings.postal_address.clone().unwrap_or_default(),
            currency: settings.currency.clone(),
            time_zone: settings.time_zone.clone(),
            logo_url: settings.brand.logo_url.clone().unwrap_or_default(),
        }
    }
}
