//! Omnisend: contact exports. Phones may carry an apostrophe; an opt-out newer than the opt-in is a no.

use super::{Format, Meaning, NEVER};
use crate::consent::model::Channel::{Email, Sms};
use crate::imports::mapping::ConsentRole::{OptInAt, OptOutAt, Status};
use crate::imports::mapping::Field;
use Meaning::{Consent, Ignore, Tags};

pub(super) static FORMAT: Format = Format {
    word: "omnisend",
    name: "Omnisend",
    marks: &[&["emailsubscriptionstatus"], &["smssubscriptionstatus"], &["emailconsent", "emailoptindate"]],
    columns: &[
        ("email", Meaning::Field(Field::Email)),
        ("firstname", Meaning::Field(Field::FirstName)),
        ("lastname", Meaning::Field(Field::LastName)),
        ("phonenumber", Meaning::Field(Field::Phone)),
        ("phone", Meaning::Field(Field::Phone)),
        ("emailsubscriptionstatus", Consent(Email, Status)),
        ("emailconsent", Ignore),
        ("emailoptindate", Consent(Email, OptInAt)),
        ("emailoptoutdate", Consent(Email, OptOutAt)),
        ("smssubscriptionstatus", Consent(Sms, Status)),
        ("smsconsent", Ignore),
        ("smsoptindate", Consent(Sms, OptInAt)),
        ("smsoptoutdate", Consent(Sms, OptOutAt)),
        ("address", Meaning::Field(Field::Address)),
        ("city", Meaning::Field(Field::City)),
        ("state", Meaning::Field(Field::Region)),
        ("country", Meaning::Field(Field::Country)),
        ("countrycode", Meaning::Field(Field::Country)),
        ("postalcode", Meaning::Field(Field::Postcode)),
        ("birthdate", Meaning::Field(Field::Birthday)),
        ("gender", Meaning::Field(Field::Gender)),
        ("tags", Tags),
        ("segments", Ignore),
    ],
    consent_words: &[("non-subscribed", NEVER), ("nonsubscribed", NEVER)],
    file_status: None,
};
