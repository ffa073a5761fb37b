//! Countries by code or name.

use crate::contacts::model::Country;

/// What a country looks like, for messages.
pub const COUNTRY_EXAMPLE: &str = "a country is a code like SG or a name like Singapore";

/// Names that people write and the list of ISO 3166 does not have.
const LOCAL_NAMES: &[(&str, &str)] = &[
    ("belgien", "BE"),
    ("belgique", "BE"),
    ("belgië", "BE"),
    ("brasil", "BR"),
    ("deutschland", "DE"),
    ("england", "GB"),
    ("españa", "ES"),
    ("espana", "ES"),
    ("italia", "IT"),
    ("italien", "IT"),
    ("frankreich", "FR"),
    ("korea", "KR"),
    ("macau", "MO"),
    ("méxico", "MX"),
    ("nederland", "NL"),
    ("niederlande", "NL"),
    ("polska", "PL"),
    ("república checa", "CZ"),
    ("schweiz", "CH"),
    ("scotland", "GB"),
    ("suisse", "CH"),
    ("svizzera", "CH"),
    ("the netherlands", "NL"),
    ("turkiye", "TR"),
    ("türkiye", "TR"),
    ("uk", "GB"),
    ("united states of america", "US"),
    ("wales", "GB"),
    ("österreich", "AT"),
    ("россия", "RU"),
    ("中国", "CN"),
    ("中國", "CN"),
    ("中国大陆", "CN"),
    ("台湾", "TW"),
    ("台灣", "TW"),
    ("新加坡", "SG"),
    ("日本", "JP"),
    ("澳大利亚", "AU"),
    ("澳门", "MO"),
    ("美国", "US"),
    ("美國", "US"),
    ("英国", "GB"),
    ("香港", "HK"),
    ("马来西亚", "MY"),
    ("한국", "KR"),
    ("대한민국", "KR"),
];

/// Reads a two-letter or three-letter code or a name of ISO 3166, or a usual local name.
pub fn parse_country(text: &str) -> Option<Country> {
    let lower = text.trim().to_lowercase();
    if let Some((_, code)) = LOCAL_NAMES.iter().find(|(name, _)| *name == lower) {
        return Country::parse(code);
    }
    let squeezed: String = lower.chars().filter(|c| c.is_alphanumeric()).collect();
    let coded = match squeezed.len() {
        2 => celes::Country::from_alpha2(&squeezed).ok(),
        3 => celes::Country::from_alpha3(&squeezed).ok(),
        _ => None,
    };
    if let Some(country) = coded {
        return Country::parse(country.alpha2);
    }
    let named = celes::Country::from_name(&squeezed).or_else(|_| celes::Country::from_alias(&squeezed));
    named.ok().and_then(|c| Country::parse(c.alpha2))
}
