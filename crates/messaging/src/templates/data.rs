//! What a template can see while it renders for one recipient.
//!
//! Everything is borrowed: building a [`RenderData`] for a recipient allocates nothing. The object is
//! built field by field; there is no way from it to anything that is not listed here.

use kernel::Timestamp;
use std::collections::BTreeMap;

/// A custom attribute's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AttributeValue<'a> {
    /// Text; also a date as `YYYY-MM-DD`.
    Text(&'a str),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// Yes or no.
    Bool(bool),
    /// An instant.
    Time(Timestamp),
    /// A day.
    Date(jiff::civil::Date),
    /// Several texts.
    List(&'a [String]),
    /// Anything as JSON.
    Json(&'a serde_json::Value),
}

/// Custom attributes of a contact, by name.
pub trait Attributes {
    /// The value, or `None` if the contact has none.
    fn attribute(&self, name: &str) -> Option<AttributeValue<'_>>;
}

impl Attributes for () {
    fn attribute(&self, _: &str) -> Option<AttributeValue<'_>> {
        None
    }
}

impl Attributes for serde_json::Map<String, serde_json::Value> {
    fn attribute(&self, name: &str) -> Option<AttributeValue<'_>> {
        self.get(name).map(AttributeValue::Json)
    }
}

impl Attributes for BTreeMap<String, serde_json::Value> {
    fn attribute(&self, name: &str) -> Option<AttributeValue<'_>> {
        self.get(name).map(AttributeValue::Json)
    }
}

/// One recipient. Absent is `None`; an empty text counts as absent for `default`.
#[derive(Clone, Copy)]
pub struct ContactView<'a> {
    /// Given name.
    pub first_name: Option<&'a str>,
    /// Family name.
    pub last_name: Option<&'a str>,
    /// Email address.
    pub email: Option<&'a str>,
    /// Phone in E.164.
    pub phone: Option<&'a str>,
    /// Company.
    pub company: Option<&'a str>,
    /// Street and number.
    pub address: Option<&'a str>,
    /// Country, ISO 3166-1 alpha-2.
    pub country: Option<&'a str>,
    /// Region or state.
    pub region: Option<&'a str>,
    /// City.
    pub city: Option<&'a str>,
    /// Postcode.
    pub postcode: Option<&'a str>,
    /// Language, BCP 47.
    pub language: Option<&'a str>,
    /// Birthday, `YYYY-MM-DD` or `--MM-DD`.
    pub birthday: Option<&'a str>,
    /// Gender as given.
    pub gender: Option<&'a str>,
    /// IANA time zone.
    pub time_zone: Option<&'a str>,
    /// Tags.
    pub tags: &'a [String],
    /// Custom attributes.
    pub attributes: &'a dyn Attributes,
}

impl ContactView<'_> {
    /// A contact of whom nothing is known.
    pub const EMPTY: ContactView<'static> = ContactView {
        first_name: None,
        last_name: None,
        email: None,
        phone: None,
        company: None,
        address: None,
        country: None,
        region: None,
        city: None,
        postcode: None,
        language: None,
        birthday: None,
        gender: None,
        time_zone: None,
        tags: &[],
        attributes: &(),
    };

    /// A contact for previews, who is nobody.
    pub const INVENTED: ContactView<'static> = ContactView {
        first_name: Some("Ana"),
        last_name: Some("Lim"),
        email: Some("ana.lim@example.com"),
        phone: Some("+6561234567"),
        country: Some("SG"),
        city: Some("Singapore"),
        postcode: Some("049315"),
        language: Some("en"),
        birthday: Some("1990-05-01"),
        time_zone: Some("Asia/Singapore"),
        ..ContactView::EMPTY
    };
}

/// The store that sends; the same for a whole campaign.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoreView {
    /// Name shown to customers.
    pub name: String,
    /// Address of the shop, `https://…`.
    pub url: String,
    /// Postal address (required in marketing mail by CAN-SPAM and others).
    pub postal_address: String,
    /// Currency of amounts, ISO 4217.
    pub currency: String,
    /// IANA time zone in which dates are shown; empty for UTC.
    pub time_zone: String,
    /// Address of the logo image.
    pub logo_url: String,
}

/// The campaign or flow message; the same for all its recipients.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CampaignView {
    /// Name, as the merchant calls it.
    pub name: String,
    /// Subject as the merchant wrote it (not rendered).
    pub subject: String,
    /// Public id.
    pub id: String,
}

/// Everything one render can see.
#[derive(Clone, Copy)]
pub struct RenderData<'a> {
    /// The recipient.
    pub contact: ContactView<'a>,
    /// The store.
    pub store: &'a StoreView,
    /// The campaign.
    pub campaign: &'a CampaignView,
    /// The instant `'now'` means.
    pub now: Timestamp,
    /// Further objects by name (`event`, `cart`, `order`, `coupon`, `products`, …), if the message has any.
    pub extra: Option<&'a serde_json::Map<String, serde_json::Value>>,
}

/// Makes the addresses of one message. They must be ASCII, absolute and free of personal data.
pub trait MessageUrls {
    /// The tracked address of link number `link`.
    fn click(&self, link: u16, out: &mut String);
    /// The address of the open pixel.
    fn open_pixel(&self, out: &mut String);
    /// The unsubscribe page.
    fn unsubscribe(&self, out: &mut String);
    /// The preference page.
    fn preferences(&self, out: &mut String);
    /// This message as a web page.
    fn web_view(&self, out: &mut String);
    /// What the names of countdown pictures are put after; the same for every message.
    fn countdown(&self, out: &mut String);
}

/// Stands in for the addresses of a real message in previews and checks.
#[derive(Clone, Copy, Debug, Default)]
pub struct PreviewUrls;

impl MessageUrls for PreviewUrls {
    fn click(&self, _: u16, out: &mut String) {
        out.push_str("#link");
    }
    fn open_pixel(&self, out: &mut String) {
        out.push_str("#open");
    }
    fn unsubscribe(&self, out: &mut String) {
        out.push_str("#unsubscribe");
    }
    fn preferences(&self, out: &mut String) {
        out.push_str("#preferences");
    }
    fn web_view(&self, out: &mut String) {
        out.push_str("#web_view");
    }
    fn countdown(&self, out: &mut String) {
        out.push_str("#countdown-");
    }
}

/// The same under the address of this installation, so that pictures which the program draws are seen.
#[derive(Clone, Copy, Debug)]
pub struct PreviewAt<'a> {
    /// Address of this installation, without a slash at the end.
    pub base: &'a str,
}

impl MessageUrls for PreviewAt<'_> {
    fn click(&self, link: u16, out: &mut String) {
        PreviewUrls.click(link, out);
    }
    fn open_pixel(&self, out: &mut String) {
        PreviewUrls.open_pixel(out);
    }
    fn unsubscribe(&self, out: &mut String) {
        PreviewUrls.unsubscribe(out);
    }
    fn preferences(&self, out: &mut String) {
        PreviewUrls.preferences(out);
    }
    fn web_view(&self, out: &mut String) {
        PreviewUrls.web_view(out);
    }
    fn countdown(&self, out: &mut String) {
        out.push_str(self.base);
        out.push_str("/countdown/");
    }
}

/// What may be measured for one recipient (P-075: without permission no pixel and plain links).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tracking {
    /// Links go through the click address.
    pub clicks: bool,
    /// The open pixel is included.
    pub opens: bool,
}

impl Tracking {
    /// Nothing is measured.
    pub const OFF: Tracking = Tracking { clicks: false, opens: false };
    /// Clicks and opens are measured.
    pub const ON: Tracking = Tracking { clicks: true, opens: true };
}
