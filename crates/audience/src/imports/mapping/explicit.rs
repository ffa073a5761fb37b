//! What the merchant says about a file: TOML on the command line, JSON over the API, one shape.

use super::propose::{lower_words, pointer};
use super::{
    ConsentRole, ConsentValue, DateOrder, ExistingRule, FILE_TAGS_MAX, Field, Plan, Sample, Target,
    normalise_heading,
};
use crate::attributes::model::{AttributeClass, AttributeType, check_name, name_from_heading};
use crate::consent::model::Channel;
use crate::imports::reader::ReadOptions;
use crate::imports::rows::places;
use kernel::{Problem, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A mapping as given. Everything may be left out; what is left out is found by reading.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MappingIn {
    /// Encoding, delimiter, sheet and header, where the file does not say them.
    pub file: ReadOptions,
    /// Word of the program that wrote the file, for example `klaviyo`.
    pub format: Option<String>,
    /// What columns become, by heading.
    pub columns: BTreeMap<String, ColumnChoice>,
    /// Leave out columns that are neither named here nor recognised.
    pub ignore_others: bool,
    /// Order of day, month and year in dates of numbers.
    pub dates: Option<DateOrder>,
    /// What words in columns of consent mean, for example `{ "ja" = "subscribed" }`.
    pub consent_words: BTreeMap<String, ConsentValue>,
    /// Status of everyone in the file for a channel, for example `{ "email" = "unsubscribed" }`.
    pub everyone: BTreeMap<Channel, ConsentValue>,
    /// Country of phone numbers without a country code: two letters or a name.
    pub default_country: Option<String>,
    /// Tags for every row.
    pub tags: Vec<String>,
    /// What to do with contacts that are known already.
    pub existing: ExistingRule,
}

/// What one column becomes: a word like `email`, `tags`, `email_consent`, `ignore`, or a target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum ColumnChoice {
    /// A field's name, `tags`, `ignore`, `email_consent`, `email_opt_in_at`, `sms_consent`, …
    Word(String),
    /// A custom attribute; type and class are found by reading where they are left out.
    Attribute(AttributeChoice),
    /// Any target.
    Target(Target),
}

/// A custom attribute as a mapping gives it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttributeChoice {
    /// Its name; from the heading if empty.
    pub attribute: String,
    /// Type of its values.
    #[serde(default, rename = "type")]
    pub value_type: Option<AttributeType>,
    /// `fact` or `personal`.
    #[serde(default)]
    pub class: Option<AttributeClass>,
}

impl ColumnChoice {
    pub(super) fn target(&self, heading: &str, sample: &Sample) -> Result<Target> {
        match self {
            ColumnChoice::Target(target) => Ok(target.clone()),
            ColumnChoice::Word(word) => word_to_target(word).ok_or_else(|| {
                let fields: Vec<&str> = Field::ALL.iter().map(|f| f.as_str()).collect();
                let detail = format!(
                    "“{word}” is no target. A column becomes one of {}, tags, ignore, email_consent, sms_consent, or an attribute like {{ attribute = \"name\" }}.",
                    fields.join(", ")
                );
                Problem::field(pointer(heading), "unknown", detail).into()
            }),
            ColumnChoice::Attribute(choice) => choice.target(heading, sample),
        }
    }
}

impl AttributeChoice {
    fn target(&self, heading: &str, sample: &Sample) -> Result<Target> {
        let name = match self.attribute.trim() {
            "" => name_from_heading(heading).unwrap_or_default(),
            name => name.to_owned(),
        };
        check_name(&name)
            .map_err(|reason| Problem::field(pointer(heading), "name", format!("“{name}”: {reason}.")))?;
        let value_type = self.value_type.unwrap_or_else(|| sample.value_type());
        let class = self.class.unwrap_or_else(|| sample.class(&normalise_heading(heading), value_type));
        Ok(Target::Attribute { name, value_type, class })
    }
}

fn word_to_target(word: &str) -> Option<Target> {
    let word = word.trim().to_ascii_lowercase().replace('-', "_");
    if let Some(field) = Field::ALL.iter().find(|f| f.as_str() == word) {
        return Some(Target::Field { field: *field });
    }
    let consent = |channel, role| Some(Target::Consent { channel, role });
    match word.as_str() {
        "ignore" => Some(Target::Ignore),
        "tags" => Some(Target::Tags),
        "external_id" => Some(Target::ExternalId { system: "file".into() }),
        "email_consent" | "accepts_email_marketing" => consent(Channel::Email, ConsentRole::Status),
        "sms_consent" | "accepts_sms" => consent(Channel::Sms, ConsentRole::Status),
        "email_opt_in_at" => consent(Channel::Email, ConsentRole::OptInAt),
        "email_opt_out_at" => consent(Channel::Email, ConsentRole::OptOutAt),
        "sms_opt_in_at" => consent(Channel::Sms, ConsentRole::OptInAt),
        "sms_opt_out_at" => consent(Channel::Sms, ConsentRole::OptOutAt),
        "email_suppressed" => consent(Channel::Email, ConsentRole::Suppressed),
        "email_bounced" => consent(Channel::Email, ConsentRole::Bounced),
        _ => None,
    }
}

impl MappingIn {
    /// Reads the TOML form. Problem: not TOML, or keys that mappings do not have.
    pub fn from_toml(text: &str) -> Result<Self> {
        toml::from_str(text).map_err(|e| {
            Problem::field("/mapping", "toml", format!("The mapping cannot be read: {}", e.message())).into()
        })
    }

    pub(super) fn column(&self, heading: &str) -> Option<&ColumnChoice> {
        let wanted = normalise_heading(heading);
        self.columns.get(heading).or_else(|| {
            self.columns
                .iter()
                .find(|(h, _)| !wanted.is_empty() && normalise_heading(h) == wanted)
                .map(|(_, c)| c)
        })
    }

    /// A mapping that names a column the file does not have is a mistake.
    pub(super) fn check_columns(&self, columns: &[String]) -> Result<()> {
        for heading in self.columns.keys() {
            let wanted = normalise_heading(heading);
            if !columns.iter().any(|c| c == heading || (!wanted.is_empty() && normalise_heading(c) == wanted))
            {
                let detail =
                    format!("The file has no column “{heading}”. Its columns are: {}.", columns.join(", "));
                return Err(Problem::field(pointer(heading), "absent", detail).into());
            }
        }
        Ok(())
    }

    pub(super) fn apply_options(&self, plan: &mut Plan) -> Result<()> {
        plan.consent_words.extend(lower_words(&self.consent_words));
        plan.everyone.extend(self.everyone.iter().map(|(c, v)| (*c, *v)));
        plan.tags = self.checked_tags()?;
        if let Some(text) = &self.default_country {
            let country = places::parse_country(text).ok_or_else(|| {
                Problem::field(
                    "/default_country",
                    "country",
                    "A country is a code like SG or a name like Singapore.",
                )
            })?;
            plan.default_country = Some(country.as_str().to_owned());
        }
        Ok(())
    }

    fn checked_tags(&self) -> Result<Vec<String>> {
        if self.tags.len() > FILE_TAGS_MAX {
            return Err(Problem::field("/tags", "too_many", "A file gives its rows at most 20 tags.").into());
        }
        let check = |(i, tag): (usize, &String)| {
            crate::tags::model::parse_name(tag)
                .map_err(|reason| Problem::field(format!("/tags/{i}"), "tag", format!("{reason}.")).into())
        };
        self.tags.iter().enumerate().map(check).collect()
    }
}
