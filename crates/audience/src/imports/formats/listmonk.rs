//! listmonk: subscribers with attributes as one JSON object. A subscriber's status there says whether mail
//! may reach it at all; whether it agreed to anything is kept with lists, which the file does not hold.

use super::{Format, Meaning, NEVER, SUPPRESSED};
use crate::consent::model::Channel::Email;
use crate::imports::mapping::{ConsentRole, Field};

pub(super) static FORMAT: Format = Format {
    word: "listmonk",
    name: "listmonk",
    marks: &[&["uuid", "email", "attributes", "status"], &["email", "name", "attributes"]],
    columns: &[
        ("uuid", Meaning::ExternalId("listmonk")),
        ("email", Meaning::Field(Field::Email)),
        ("name", Meaning::Field(Field::FullName)),
        ("attributes", Meaning::Field(Field::Json)),
        ("status", Meaning::Consent(Email, ConsentRole::Status)),
        ("createdat", Meaning::Ignore),
        ("updatedat", Meaning::Ignore),
    ],
    consent_words: &[("enabled", NEVER), ("disabled", SUPPRESSED), ("blocklisted", SUPPRESSED)],
    file_status: None,
};
