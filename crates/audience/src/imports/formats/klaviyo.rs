//! Klaviyo: exports of lists and segments, and of suppressed profiles. The merchant chooses the columns,
//! so two of them alone mark the file.

use super::{Format, Meaning, NEVER, SUBSCRIBED, SUPPRESSED, UNSUBSCRIBED};
use crate::attributes::model::AttributeClass::Personal;
use crate::consent::model::Channel::{Email, Sms};
use crate::imports::mapping::ConsentRole::{OptInAt, Status, Suppressed};
use crate::imports::mapping::{ConsentValue, Field};
use Meaning::{Attribute, Consent, ExternalId, Ignore, Tags};

pub(super) static FORMAT: Format = Format {
    word: "klaviyo",
    name: "Klaviyo",
    marks: &[
        &["klaviyoid"],
        &["emailmarketingconsent"],
        &["smsmarketingconsent"],
        &["email", "suppressionreason"],
        &["email", "emailsuppressions"],
    ],
    columns: &[
        ("email", Meaning::Field(Field::Email)),
        ("emailaddress", Meaning::Field(Field::Email)),
        ("klaviyoid", ExternalId("klaviyo")),
        ("firstname", Meaning::Field(Field::FirstName)),
        ("lastname", Meaning::Field(Field::LastName)),
        ("organization", Meaning::Field(Field::Company)),
        ("phonenumber", Meaning::Field(Field::Phone)),
        ("address", Meaning::Field(Field::Address)),
        ("address1", Meaning::Field(Field::Address)),
        ("address2", Meaning::Field(Field::Address2)),
        ("city", Meaning::Field(Field::City)),
        ("stateregion", Meaning::Field(Field::Region)),
        ("region", Meaning::Field(Field::Region)),
        ("country", Meaning::Field(Field::Country)),
        ("zipcode", Meaning::Field(Field::Postcode)),
        ("zip", Meaning::Field(Field::Postcode)),
        ("latitude", Attribute(Personal)),
        ("longitude", Attribute(Personal)),
        ("ipaddress", Ignore),
        ("timezone", Meaning::Field(Field::TimeZone)),
        ("locale", Meaning::Field(Field::Language)),
        ("emailmarketingconsent", Consent(Email, Status)),
        ("emailmarketingconsenttimestamp", Consent(Email, OptInAt)),
        ("smsmarketingconsent", Consent(Sms, Status)),
        ("smsmarketingconsenttimestamp", Consent(Sms, OptInAt)),
        ("emailsuppressions", Consent(Email, Suppressed)),
        ("suppressionreason", Consent(Email, Suppressed)),
        ("reason", Consent(Email, Suppressed)),
        ("lists", Tags),
        ("tags", Tags),
    ],
    consent_words: &[("subscribe", SUBSCRIBED), ("never_subscribed", NEVER), ("unsubscribe", UNSUBSCRIBED)],
    file_status: Some(file_status),
};

/// A file of suppressed profiles has an address, a reason and a date and nothing about consent.
fn file_status(name: &str, headings: &[String]) -> Option<ConsentValue> {
    let about_consent = headings.iter().any(|h| h == "emailmarketingconsent");
    let name = name.to_lowercase();
    (!about_consent && (name.contains("suppress") || headings.iter().any(|h| h == "suppressionreason")))
        .then_some(SUPPRESSED)
}
