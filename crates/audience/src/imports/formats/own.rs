//! Our own file: what `contacts export` writes and `contacts import` reads without any mapping.

use super::{Format, Meaning};
use crate::consent::model::Channel::{Email, Sms};
use crate::imports::mapping::{ConsentRole, Field};

pub(super) static FORMAT: Format = Format {
    word: "own",
    name: "SmartPush CSV",
    marks: &[
        &["email", "acceptsemailmarketing", "acceptssms", "timezone"],
        &["email", "acceptsemailmarketing", "language"],
        &["email", "acceptsemailmarketing", "timezone"],
    ],
    columns: &[
        ("email", Meaning::Field(Field::Email)),
        ("phone", Meaning::Field(Field::Phone)),
        ("firstname", Meaning::Field(Field::FirstName)),
        ("lastname", Meaning::Field(Field::LastName)),
        ("acceptsemailmarketing", Meaning::Consent(Email, ConsentRole::Status)),
        ("acceptssms", Meaning::Consent(Sms, ConsentRole::Status)),
        ("country", Meaning::Field(Field::Country)),
        ("region", Meaning::Field(Field::Region)),
        ("city", Meaning::Field(Field::City)),
        ("postcode", Meaning::Field(Field::Postcode)),
        ("birthday", Meaning::Field(Field::Birthday)),
        ("gender", Meaning::Field(Field::Gender)),
        ("language", Meaning::Field(Field::Language)),
        ("timezone", Meaning::Field(Field::TimeZone)),
        ("tags", Meaning::Tags),
        ("company", Meaning::Field(Field::Company)),
        ("address", Meaning::Field(Field::Address)),
        ("address2", Meaning::Field(Field::Address2)),
        ("note", Meaning::Field(Field::Note)),
        ("id", Meaning::Ignore),
        ("createdat", Meaning::Ignore),
    ],
    consent_words: &[],
    file_status: None,
};
