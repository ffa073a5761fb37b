//! What each column of a file becomes: the plan of an import, made from headers, from a look at the first
//! rows, and from what the merchant says. Pure.
//!
//! A plan is complete: with it a file gives the same contacts on any day and machine. It is kept with the
//! import as JSON.

mod explicit;
mod guess;
mod propose;
mod target;

#[cfg(test)]
mod tests;

pub use explicit::{ColumnChoice, MappingIn};
pub(in crate::imports) use guess::json_text;
pub use guess::{SAMPLE_ROWS, Sample};
pub(in crate::imports) use propose::is_forbidden_value;
pub use propose::propose;
pub use target::{ConsentRole, ConsentValue, DateOrder, Field, Target};

use crate::attributes::model::{AttributeClass, AttributeType};
use crate::consent::model::{Channel, ConsentStatus};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most tags given to every row of a file.
pub const FILE_TAGS_MAX: usize = 20;

/// How sure a proposal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// The merchant said so.
    Given,
    /// The heading is one the recognised program writes.
    Known,
    /// From the heading's words or from the values.
    Guessed,
}

/// One column of the file and what becomes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ColumnPlan {
    /// Heading in the file.
    pub heading: String,
    /// What it becomes.
    pub target: Target,
    /// How sure that is.
    pub confidence: Confidence,
    /// Why a column is left out, or what to look at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Order of day, month and year where the values do not say it.
    pub dates: DateOrder,
    /// Attributes inside the values, for a column of JSON objects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inside: Vec<InsidePlan>,
    /// Number of the custom attribute in the store, once the import has begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(ignore)]
    pub attribute_no: Option<u32>,
}

/// One key of a column of JSON objects and the custom attribute it becomes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct InsidePlan {
    /// Key in the objects.
    pub key: String,
    /// Name of the attribute.
    pub name: String,
    /// Type of its values.
    #[serde(rename = "type")]
    pub value_type: AttributeType,
    /// Where its values live.
    pub class: AttributeClass,
    /// Number of the attribute in the store, once the import has begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(ignore)]
    pub attribute_no: Option<u32>,
}

/// What a file becomes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ImportPlan)]
pub struct Plan {
    /// Word of the recognised format.
    pub format: String,
    /// The columns, in the file's order.
    pub columns: Vec<ColumnPlan>,
    /// Status of everyone in the file for a channel, where the file as a whole says it.
    #[serde(default)]
    pub everyone: BTreeMap<Channel, ConsentValue>,
    /// What words mean in columns of consent, lower-case; beside the usual ones.
    #[serde(default)]
    pub consent_words: BTreeMap<String, ConsentValue>,
    /// Country of phone numbers without a country code, two letters.
    #[serde(default)]
    pub default_country: Option<String>,
    /// Tags for every row.
    #[serde(default)]
    pub tags: Vec<String>,
    /// What to do with contacts that are known already.
    pub existing: ExistingRule,
}

/// What to do with contacts that are known already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExistingRule {
    /// Values of the file replace known ones; blank cells change nothing.
    #[default]
    Overwrite,
    /// Values of the file fill gaps only.
    FillGaps,
    /// Known contacts stay as they are.
    Skip,
}

impl Plan {
    /// True if a row can be told from others: some column holds an email address, a phone number or an id.
    pub fn identifies(&self) -> bool {
        self.columns.iter().any(|c| {
            matches!(
                c.target,
                Target::Field { field: Field::Email | Field::Phone } | Target::ExternalId { .. }
            )
        })
    }

    /// True if some row may come out as subscribed, so that a statement about the consents is due (P-055).
    pub fn may_subscribe(&self) -> bool {
        let yes = ConsentValue::Status(ConsentStatus::Subscribed);
        let columns = self.columns.iter().any(|c| {
            matches!(c.target, Target::Consent { role: ConsentRole::Status | ConsentRole::OptInAt, .. })
        });
        columns || self.everyone.values().any(|v| *v == yes)
    }

    /// The custom attributes of the plan, to be given their numbers.
    pub fn attributes_mut(&mut self) -> impl Iterator<Item = AttributeSlot<'_>> {
        self.columns.iter_mut().flat_map(|c| {
            let own = match &mut c.target {
                Target::Attribute { name, value_type, class } => Some(AttributeSlot {
                    name,
                    label: &c.heading,
                    value_type,
                    class,
                    number: &mut c.attribute_no,
                }),
                _ => None,
            };
            let inside = c.inside.iter_mut().map(|i| AttributeSlot {
                name: &i.name,
                label: &i.key,
                value_type: &mut i.value_type,
                class: &mut i.class,
                number: &mut i.attribute_no,
            });
            own.into_iter().chain(inside)
        })
    }
}

/// A custom attribute of a plan. An attribute the store has already keeps its type and class.
pub struct AttributeSlot<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its name for people.
    pub label: &'a str,
    /// Type of its values.
    pub value_type: &'a mut AttributeType,
    /// Where its values live.
    pub class: &'a mut AttributeClass,
    /// Its number in the store.
    pub number: &'a mut Option<u32>,
}

/// A heading as compared: lower-case letters and digits of any script.
pub fn normalise_heading(heading: &str) -> String {
    heading.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
