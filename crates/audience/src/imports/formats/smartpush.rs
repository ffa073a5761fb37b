//! SmartPush: the template of its help centre. A column of consent without its address says nothing; at
//! most twenty tags a row were taken there, more are taken here.

use super::{Format, Meaning};
use crate::consent::model::Channel::{Email, Sms};
use crate::imports::mapping::{ConsentRole, Field};
use Meaning::{Consent, Tags};

pub(super) static FORMAT: Format = Format {
    word: "smartpush",
    name: "SmartPush template",
    marks: &[
        &["email", "acceptsemailmarketing", "languagecode"],
        &["email", "acceptsemailmarketing", "provincecode"],
        &["email", "acceptssms", "phonecountrycode"],
    ],
    columns: &[
        ("firstname", Meaning::Field(Field::FirstName)),
        ("lastname", Meaning::Field(Field::LastName)),
        ("email", Meaning::Field(Field::Email)),
        ("acceptsemailmarketing", Consent(Email, ConsentRole::Status)),
        ("phonecountrycode", Meaning::Field(Field::CallingCode)),
        ("phone", Meaning::Field(Field::Phone)),
        ("phonenumber", Meaning::Field(Field::Phone)),
        ("acceptssms", Consent(Sms, ConsentRole::Status)),
        ("acceptssmsmarketing", Consent(Sms, ConsentRole::Status)),
        ("gender", Meaning::Field(Field::Gender)),
        ("birthday", Meaning::Field(Field::Birthday)),
        ("languagecode", Meaning::Field(Field::Language)),
        ("company", Meaning::Field(Field::Company)),
        ("address1", Meaning::Field(Field::Address)),
        ("address2", Meaning::Field(Field::Address2)),
        ("city", Meaning::Field(Field::City)),
        ("province", Meaning::Field(Field::Region)),
        ("provincecode", Meaning::Field(Field::Region)),
        ("country", Meaning::Field(Field::Country)),
        ("countrycode", Meaning::Field(Field::Country)),
        ("postcode", Meaning::Field(Field::Postcode)),
        ("postalcode", Meaning::Field(Field::Postcode)),
        ("tags", Tags),
        ("note", Meaning::Field(Field::Note)),
    ],
    consent_words: &[],
    file_status: None,
};
