//! Mailchimp: audience exports, one file a status. The status is in the file's name, and the unsubscribed
//! and cleaned files have columns of their own.

use super::{BOUNCED, Format, Meaning, NEVER, SUBSCRIBED, UNSUBSCRIBED};
use crate::attributes::model::AttributeClass::Personal;
use crate::consent::model::Channel::Email;
use crate::imports::mapping::ConsentRole::{OptInAt, OptOutAt};
use crate::imports::mapping::{ConsentValue, Field};
use Meaning::{Attribute, Consent, ExternalId, Ignore, Tags};

pub(super) static FORMAT: Format = Format {
    word: "mailchimp",
    name: "Mailchimp",
    marks: &[
        &["emailaddress", "leid", "euid"],
        &["emailaddress", "memberrating"],
        &["emailaddress", "unsubtime"],
        &["emailaddress", "cleantime"],
    ],
    columns: &[
        ("emailaddress", Meaning::Field(Field::Email)),
        ("firstname", Meaning::Field(Field::FirstName)),
        ("lastname", Meaning::Field(Field::LastName)),
        ("address", Meaning::Field(Field::Address)),
        ("phonenumber", Meaning::Field(Field::Phone)),
        ("smsphonenumber", Meaning::Field(Field::Phone)),
        ("birthday", Meaning::Field(Field::Birthday)),
        ("memberrating", Meaning::Attribute(crate::attributes::model::AttributeClass::Fact)),
        ("optintime", Consent(Email, OptInAt)),
        ("optinip", Attribute(Personal)),
        ("confirmtime", Consent(Email, OptInAt)),
        ("confirmip", Attribute(Personal)),
        ("latitude", Attribute(Personal)),
        ("longitude", Attribute(Personal)),
        ("gmtoff", Ignore),
        ("dstoff", Ignore),
        ("timezone", Meaning::Field(Field::TimeZone)),
        ("cc", Meaning::Field(Field::Country)),
        ("region", Meaning::Field(Field::Region)),
        ("lastchanged", Ignore),
        ("leid", Ignore),
        ("euid", ExternalId("mailchimp")),
        ("notes", Meaning::Field(Field::Note)),
        ("tags", Tags),
        ("unsubtime", Consent(Email, OptOutAt)),
        ("unsubcampaigntitle", Ignore),
        ("unsubcampaignid", Ignore),
        ("unsubreason", Ignore),
        ("unsubreasonother", Ignore),
        ("cleantime", Ignore),
        ("cleancampaigntitle", Ignore),
        ("cleancampaignid", Ignore),
    ],
    consent_words: &[],
    file_status: Some(file_status),
};

/// `subscribed_members_export_….csv` and its sisters; the columns overrule a renamed file.
fn file_status(name: &str, headings: &[String]) -> Option<ConsentValue> {
    let has = |h: &str| headings.iter().any(|x| x == h);
    if has("unsubtime") {
        return Some(UNSUBSCRIBED);
    }
    if has("cleantime") {
        return Some(BOUNCED);
    }
    status_of_name(name)
}

fn status_of_name(name: &str) -> Option<ConsentValue> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_lowercase();
    let statuses = [
        ("unsubscribed_", UNSUBSCRIBED),
        ("nonsubscribed_", NEVER),
        ("cleaned_", BOUNCED),
        ("subscribed_", SUBSCRIBED),
    ];
    statuses.into_iter().find(|(start, _)| name.starts_with(start)).map(|(_, status)| status)
}

/// An export with few columns is known by `Email Address` together with the file's name.
pub(super) fn by_file_name(headings: &[String], file_name: &str) -> Option<&'static Format> {
    let address = headings.iter().any(|h| h == "emailaddress");
    (address && status_of_name(file_name).is_some()).then_some(&FORMAT)
}
