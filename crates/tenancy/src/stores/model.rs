//! Settings of a store: what they are and what is allowed. Pure.

use super::brand::Brand;
use kernel::money::Currency;
use web::{Change, Errors};

/// Longest name of a store, in characters.
pub const NAME_LENGTH_MAX: usize = 80;
/// Most stores of an account.
pub const STORES_MAX: usize = 200;

/// A span of the day, in the local time of the contact. It may go over midnight.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// `HH:MM`.
    #[schema(example = "22:00", pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    pub from: String,
    /// `HH:MM`.
    #[schema(example = "08:00", pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    pub to: String,
}

/// At most so many marketing messages to one contact within so many days.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FrequencyCap {
    /// Messages: 1 to 100.
    #[schema(minimum = 1, maximum = 100)]
    pub messages: u32,
    /// Days: 1 to 90.
    #[schema(minimum = 1, maximum = 90)]
    pub days: u32,
}

/// What a merchant may set. Every field has a default, so that older documents stay readable.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
#[schema(as = StoreSettings)]
pub struct Settings {
    /// Where the merchant can be reached by letter; required in every marketing email.
    pub postal_address: Option<String>,
    /// IANA name, for example `Europe/Warsaw`.
    pub time_zone: String,
    /// BCP 47 tag of the language of contacts who have none.
    pub language: String,
    /// ISO 4217.
    pub currency: String,
    /// Count opens, of contacts who allow it.
    pub track_opens: bool,
    /// Count clicks.
    pub track_clicks: bool,
    /// When no marketing is sent.
    pub quiet_hours: Option<QuietHours>,
    /// How often at most.
    pub frequency_cap: Option<FrequencyCap>,
    /// How the store looks.
    pub brand: Brand,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            postal_address: None,
            time_zone: "UTC".into(),
            language: "en".into(),
            currency: "USD".into(),
            track_opens: true,
            track_clicks: true,
            quiet_hours: None,
            frequency_cap: None,
            brand: Brand::default(),
        }
    }
}

/// A change of some settings.
#[derive(Clone, Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingsPatch {
    /// Where the merchant can be reached by letter; null empties it.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 500)]
    pub postal_address: Change<String>,
    /// IANA name.
    pub time_zone: Option<String>,
    /// BCP 47 tag.
    pub language: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// Count opens, of contacts who allow it.
    pub track_opens: Option<bool>,
    /// Count clicks.
    pub track_clicks: Option<bool>,
    /// When no marketing is sent; null: always.
    #[serde(default)]
    #[schema(value_type = Option<QuietHours>)]
    pub quiet_hours: Change<QuietHours>,
    /// How often at most; null: no cap.
    #[serde(default)]
    #[schema(value_type = Option<FrequencyCap>)]
    pub frequency_cap: Change<FrequencyCap>,
    /// How the store looks; replaces the whole.
    pub brand: Option<Brand>,
}

impl Settings {
    /// The settings after a change.
    pub fn patched(mut self, patch: SettingsPatch) -> Self {
        patch.postal_address.apply(&mut self.postal_address);
        patch.quiet_hours.apply(&mut self.quiet_hours);
        patch.frequency_cap.apply(&mut self.frequency_cap);
        self.time_zone = patch.time_zone.unwrap_or(self.time_zone);
        self.language = patch.language.unwrap_or(self.language);
        self.currency = patch.currency.unwrap_or(self.currency);
        self.track_opens = patch.track_opens.unwrap_or(self.track_opens);
        self.track_clicks = patch.track_clicks.unwrap_or(self.track_clicks);
        self.brand = patch.brand.unwrap_or(self.brand);
        self
    }

    /// Notes what is not valid. `at` is the pointer of the settings.
    pub fn check(&self, errors: &mut Errors, at: &str) {
        if let Some(address) = &self.postal_address {
            errors.text(&format!("{at}/postal_address"), address, 5..=500);
        }
        if jiff::tz::TimeZone::get(&self.time_zone).is_err() {
            errors.add(format!("{at}/time_zone"), "unknown_zone", "An IANA name like Europe/Warsaw.");
        }
        if !is_language(&self.language) {
            errors.add(format!("{at}/language"), "not_a_language", "A language tag like en or zh-Hant.");
        }
        if Currency::parse(&self.currency).is_none() {
            errors.add(format!("{at}/currency"), "not_a_currency", "Three letters of ISO 4217, like EUR.");
        }
        if let Some(quiet) = &self.quiet_hours {
            check_quiet_hours(quiet, errors, at);
        }
        if let Some(cap) = &self.frequency_cap {
            errors.number(&format!("{at}/frequency_cap/messages"), cap.messages.into(), 1..=100);
            errors.number(&format!("{at}/frequency_cap/days"), cap.days.into(), 1..=90);
        }
        self.brand.check(errors, &format!("{at}/brand"));
    }
}

fn check_quiet_hours(quiet: &QuietHours, errors: &mut Errors, at: &str) {
    for (name, value) in [("from", &quiet.from), ("to", &quiet.to)] {
        if minute_of_day(value).is_none() {
            errors.add(format!("{at}/quiet_hours/{name}"), "not_a_time", "A time of day like 22:00.");
        }
    }
    if quiet.from == quiet.to {
        errors.add(format!("{at}/quiet_hours/to"), "empty", "Another time than `from`.");
    }
}

/// Minutes since midnight of `HH:MM`.
pub fn minute_of_day(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let digits = |t: &str| t.len() == 2 && t.bytes().all(|b| b.is_ascii_digit());
    let (hours, minutes): (u16, u16) = match digits(hours) && digits(minutes) {
        true => (hours.parse().ok()?, minutes.parse().ok()?),
        false => return None,
    };
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts
        .next()
        .is_some_and(|p| (2..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphabetic()));
    first
        && text.len() <= 35
        && parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_older_documents_are_filled_with_defaults() {
        let settings: Settings = serde_json::from_str(r#"{"currency":"EUR","gone":1}"#).unwrap();
        assert_eq!(settings, Settings { currency: "EUR".into(), ..Settings::default() });
    }

    #[test]
    fn every_wrong_setting_is_named() {
        let wrong = Settings {
            postal_address: Some("x".into()),
            time_zone: "Mars/Base".into(),
            language: "english please".into(),
            currency: "euro".into(),
            quiet_hours: Some(QuietHours { from: "25:00".into(), to: "8".into() }),
            frequency_cap: Some(FrequencyCap { messages: 0, days: 91 }),
            brand: Brand {
                logo_url: Some("javascript:1".into()),
                color: Some("red".into()),
                ..Brand::default()
            },
            ..Settings::default()
        };
        let mut errors = Errors::new();
        wrong.check(&mut errors, "/settings");
        let problem = errors.finish().unwrap_err();
        assert_eq!(problem.problem().unwrap().errors.len(), 10);
        let mut errors = Errors::new();
        Settings::default().check(&mut errors, "");
        assert!(errors.is_empty());
    }
}
