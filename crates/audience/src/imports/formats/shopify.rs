//! Shopify: customer exports, with and without the default address.

use super::{Format, Meaning};
use crate::attributes::model::AttributeClass::Fact;
use crate::consent::model::Channel::{Email, Sms};
use crate::imports::mapping::{ConsentRole, Field};
use Meaning::{Attribute, Consent, ExternalId, Tags};

pub(super) static FORMAT: Format = Format {
    word: "shopify",
    name: "Shopify",
    marks: &[
        &["customerid", "email", "acceptsemailmarketing"],
        &["email", "acceptsemailmarketing", "totalspent"],
        &["email", "acceptsmarketing", "totalspent"],
        &["email", "acceptsemailmarketing", "defaultaddresscountrycode"],
    ],
    columns: &[
        ("customerid", ExternalId("shopify")),
        ("firstname", Meaning::Field(Field::FirstName)),
        ("lastname", Meaning::Field(Field::LastName)),
        ("email", Meaning::Field(Field::Email)),
        ("acceptsemailmarketing", Consent(Email, ConsentRole::Status)),
        ("acceptsmarketing", Consent(Email, ConsentRole::Status)),
        ("acceptssmsmarketing", Consent(Sms, ConsentRole::Status)),
        ("company", Meaning::Field(Field::Company)),
        ("defaultaddresscompany", Meaning::Field(Field::Company)),
        ("address1", Meaning::Field(Field::Address)),
        ("defaultaddressaddress1", Meaning::Field(Field::Address)),
        ("address2", Meaning::Field(Field::Address2)),
        ("defaultaddressaddress2", Meaning::Field(Field::Address2)),
        ("city", Meaning::Field(Field::City)),
        ("defaultaddresscity", Meaning::Field(Field::City)),
        ("province", Meaning::Field(Field::Region)),
        ("provincecode", Meaning::Field(Field::Region)),
        ("defaultaddressprovincecode", Meaning::Field(Field::Region)),
        ("country", Meaning::Field(Field::Country)),
        ("countrycode", Meaning::Field(Field::Country)),
        ("defaultaddresscountrycode", Meaning::Field(Field::Country)),
        ("zip", Meaning::Field(Field::Postcode)),
        ("defaultaddresszip", Meaning::Field(Field::Postcode)),
        ("phone", Meaning::Field(Field::Phone)),
        ("defaultaddressphone", Meaning::Field(Field::Phone)),
        ("totalspent", Attribute(Fact)),
        ("totalorders", Attribute(Fact)),
        ("note", Meaning::Field(Field::Note)),
        ("taxexempt", Attribute(Fact)),
        ("tags", Tags),
    ],
    consent_words: &[],
    file_status: None,
};
