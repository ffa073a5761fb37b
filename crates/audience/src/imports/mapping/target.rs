//! What a column can become.

use crate::attributes::model::{AttributeClass, AttributeType};
use crate::consent::model::{Channel, ConsentStatus, Suppression};
use serde::{Deserialize, Serialize};

macro_rules! fields {
    ($($(#[$doc:meta])* $variant:ident = $word:literal;)*) => {
        /// A field of every contact.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Field { $($(#[$doc])* $variant),* }

        impl Field {
            /// Every field.
            pub const ALL: &'static [Field] = &[$(Field::$variant),*];

            /// The word in mappings.
            pub fn as_str(self) -> &'static str {
                match self { $(Field::$variant => $word),* }
            }
        }
    };
}

fields! {
    /// First line of the address.
    Address = "address";
    /// Second line of the address.
    Address2 = "address2";
    /// Birthday.
    Birthday = "birthday";
    /// Country calling code of the phone number, beside it.
    CallingCode = "calling_code";
    /// City.
    City = "city";
    /// Company.
    Company = "company";
    /// Country, by code or name.
    Country = "country";
    /// Email address.
    Email = "email";
    /// First name.
    FirstName = "first_name";
    /// First and last name in one.
    FullName = "full_name";
    /// Gender.
    Gender = "gender";
    /// A JSON object of custom attributes.
    Json = "json";
    /// Language.
    Language = "language";
    /// Last name.
    LastName = "last_name";
    /// The merchant's note.
    Note = "note";
    /// Phone number.
    Phone = "phone";
    /// Postcode.
    Postcode = "postcode";
    /// Region, state or province.
    Region = "region";
    /// Time zone.
    TimeZone = "time_zone";
}

/// What a column of consent holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsentRole {
    /// The status, in words.
    Status,
    /// When consent was given. Alone, without a status column, a time means a yes.
    OptInAt,
    /// When consent was taken back; newer than the yes, it is a no.
    OptOutAt,
    /// Anything but blank or a no: the address must not be used.
    Suppressed,
    /// Anything but blank or a no: the address does not exist.
    Bounced,
}

/// What a word in a column of consent means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", untagged)]
pub enum ConsentValue {
    /// What the contact said.
    Status(ConsentStatus),
    /// The address must not be used.
    Flag(Suppression),
}

/// Order of day, month and year in dates of numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// Year first; `2026-11-23`. Always understood.
    #[default]
    Ymd,
    /// Day first; `23.11.2026`.
    Dmy,
    /// Month first; `11/23/2026`.
    Mdy,
}

/// What a column becomes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Target {
    /// A field of every contact.
    Field {
        /// Which.
        field: Field,
    },
    /// An id in another system.
    ExternalId {
        /// The system.
        system: String,
    },
    /// A list of tags.
    Tags,
    /// Consent to a channel.
    Consent {
        /// The channel.
        channel: Channel,
        /// What the column holds about it.
        role: ConsentRole,
    },
    /// A custom attribute.
    Attribute {
        /// Its name.
        name: String,
        /// Type of its values.
        #[serde(rename = "type")]
        value_type: AttributeType,
        /// Where its values live.
        class: AttributeClass,
    },
    /// Nothing.
    Ignore,
}
