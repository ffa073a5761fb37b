//! The brand kit: how a store looks in what it sends. New emails begin with it; old ones stay as they are.
//! Pure.

use web::Errors;

/// Longest address, in bytes.
const ADDRESS_MAX: usize = 2_000;
/// Most links to other channels.
const SOCIALS_MAX: usize = 12;
/// Longest text under emails, in characters.
const FOOTER_MAX: usize = 2_000;
/// Longest list of fonts, in characters.
const FONT_MAX: usize = 200;
/// Strongest rounding of buttons, in pixels; as documents allow.
const RADIUS_MAX: u32 = 40;

/// How the store looks. What is absent is as in a new document.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Brand {
    /// Address of the logo, https.
    pub logo_url: Option<String>,
    /// Main colour, `#rrggbb`.
    #[schema(example = "#1c6e4c")]
    pub color: Option<String>,
    /// Colour of text, `#rrggbb`.
    #[schema(example = "#1f2937")]
    pub text_color: Option<String>,
    /// Colour around emails, `#rrggbb`.
    #[schema(example = "#f3f4f6")]
    pub background: Option<String>,
    /// Colour of links, `#rrggbb`.
    #[schema(example = "#1d4ed8")]
    pub link_color: Option<String>,
    /// Colour of buttons, `#rrggbb`.
    #[schema(example = "#111827")]
    pub button_background: Option<String>,
    /// Colour of text on buttons, `#rrggbb`.
    #[schema(example = "#ffffff")]
    pub button_color: Option<String>,
    /// Rounding of buttons in pixels.
    #[schema(minimum = 0, maximum = 40)]
    pub button_radius: Option<u32>,
    /// Font names, separated by commas.
    #[schema(example = "Helvetica, Arial, sans-serif", max_length = 200)]
    pub font: Option<String>,
    /// Address of the shop, https.
    pub website_url: Option<String>,
    /// Other channels, in order; at most 12.
    #[schema(max_items = 12)]
    pub socials: Vec<BrandSocial>,
    /// Text above the postal address of emails.
    #[schema(max_length = 2000)]
    pub footer_text: Option<String>,
}

/// A channel of the store's elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BrandSocial {
    /// Its name, as shown.
    #[schema(min_length = 1, max_length = 60, example = "Instagram")]
    pub network: String,
    /// Its address, https.
    pub href: String,
}

impl Brand {
    /// Notes what is not valid. `at` is the pointer of the brand.
    pub fn check(&self, errors: &mut Errors, at: &str) {
        for (name, url) in [("logo_url", &self.logo_url), ("website_url", &self.website_url)] {
            check_address(errors, &format!("{at}/{name}"), url.as_deref());
        }
        for (name, color) in self.colors() {
            if !color.is_none_or(is_color) {
                errors.add(format!("{at}/{name}"), "not_a_color", "A colour like #1c6e4c.");
            }
        }
        if let Some(radius) = self.button_radius {
            errors.number(&format!("{at}/button_radius"), radius.into(), 0..=RADIUS_MAX.into());
        }
        if !self.font.as_deref().is_none_or(is_font) {
            let detail = "Font names separated by commas, like Helvetica, Arial, sans-serif.";
            errors.add(format!("{at}/font"), "not_a_font", detail);
        }
        errors.number(&format!("{at}/socials"), self.socials.len() as i64, 0..=SOCIALS_MAX as i64);
        for (index, social) in self.socials.iter().take(SOCIALS_MAX).enumerate() {
            errors.line(&format!("{at}/socials/{index}/network"), social.network.trim(), 1..=60);
            check_address(errors, &format!("{at}/socials/{index}/href"), Some(&social.href));
        }
        if let Some(text) = &self.footer_text {
            errors.text(&format!("{at}/footer_text"), text, 0..=FOOTER_MAX);
        }
    }

    fn colors(&self) -> [(&'static str, Option<&str>); 6] {
        [
            ("color", self.color.as_deref()),
            ("text_color", self.text_color.as_deref()),
            ("background", self.background.as_deref()),
            ("link_color", self.link_color.as_deref()),
            ("button_background", self.button_background.as_deref()),
            ("button_color", self.button_color.as_deref()),
        ]
    }
}

fn check_address(errors: &mut Errors, pointer: &str, url: Option<&str>) {
    let fine = url.is_none_or(|u| {
        u.len() <= ADDRESS_MAX
            && (u.starts_with("https://") || is_of_this_machine(u))
            && !u.contains(['"', '<', '>', ' '])
            && !u.chars().any(char::is_control)
    });
    if !fine {
        errors.add(pointer, "not_an_https_url", "An address that begins with https://.");
    }
}

/// Somebody who tries the program on their own machine has no certificate.
fn is_of_this_machine(url: &str) -> bool {
    ["http://127.0.0.1", "http://localhost"]
        .iter()
        .filter_map(|host| url.strip_prefix(host))
        .any(|rest| rest.is_empty() || rest.starts_with([':', '/']))
}

fn is_color(c: &str) -> bool {
    c.len() == 7 && c.starts_with('#') && c[1..].bytes().all(|b| b.is_ascii_hexdigit())
}

/// As documents allow it, so that a new document can take it.
fn is_font(font: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || " ,-'".contains(c);
    !font.is_empty() && font.len() <= FONT_MAX && font.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_part_of_a_brand_is_named() {
        let some = |text: &str| Some(text.to_owned());
        let wrong = Brand {
            logo_url: some("http://shop.example/logo.png"),
            color: some("red"),
            text_color: some("#12345"),
            background: some("#12345g"),
            link_color: some("#é1234"),
            button_background: some(""),
            button_color: some("#FFFFFFF"),
            button_radius: Some(41),
            font: some("x;}"),
            website_url: some("https://shop.example/\"><script>"),
            socials: vec![BrandSocial { network: " ".into(), href: "javascript:1".into() }],
            footer_text: Some("x".repeat(2_001)),
        };
        let mut errors = Errors::new();
        wrong.check(&mut errors, "/brand");
        let problem = errors.finish().unwrap_err();
        assert_eq!(problem.problem().unwrap().errors.len(), 13, "{problem:?}");
        let right = Brand {
            logo_url: some("http://127.0.0.1:8080/m/x/y.png"),
            button_radius: Some(40),
            color: some("#1C6e4c"),
            font: some("Helvetica, 'Open Sans'"),
            socials: vec![BrandSocial {
                network: "Instagram".into(),
                href: "https://social.example/x".into(),
            }],
            ..Brand::default()
        };
        let mut errors = Errors::new();
        right.check(&mut errors, "/brand");
        assert!(errors.is_empty());
    }
}
