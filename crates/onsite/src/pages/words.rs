//! Words of the public pages, in every language of the program.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use std::sync::LazyLock;

/// A language of the pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    /// English.
    English,
    /// Chinese in simplified characters.
    SimplifiedChinese,
    /// Chinese in traditional characters.
    TraditionalChinese,
}

impl Language {
    /// Every language.
    pub const ALL: [Language; 3] =
        [Language::English, Language::SimplifiedChinese, Language::TraditionalChinese];

    /// Its tag (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::SimplifiedChinese => "zh-Hans",
            Language::TraditionalChinese => "zh-Hant",
        }
    }

    /// Its own name.
    pub fn name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::SimplifiedChinese => "简体中文",
            Language::TraditionalChinese => "繁體中文",
        }
    }

    /// From a tag; `None` for a language the pages do not speak.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let lower = tag.trim().to_ascii_lowercase().replace('_', "-");
        let mut parts = lower.split('-');
        match parts.next()? {
            "en" => Some(Language::English),
            "zh" if parts.any(|p| matches!(p, "hant" | "tw" | "hk" | "mo")) => {
                Some(Language::TraditionalChinese)
            }
            "zh" => Some(Language::SimplifiedChinese),
            _ => None,
        }
    }

    /// The first language of an `Accept-Language` header that the pages speak. Weights are ignored: lists
    /// come in order of preference.
    pub fn of_header(value: &str) -> Option<Self> {
        value.split(',').take(20).find_map(|part| Language::of_tag(part.split(';').next().unwrap_or("")))
    }

    fn bundle(self) -> &'static FluentBundle<FluentResource> {
        static BUNDLES: LazyLock<[FluentBundle<FluentResource>; 3]> = LazyLock::new(|| {
            [
                make(Language::English, include_str!("locales/en.ftl")),
                make(Language::SimplifiedChinese, include_str!("locales/zh-Hans.ftl")),
                make(Language::TraditionalChinese, include_str!("locales/zh-Hant.ftl")),
            ]
        });
        &BUNDLES[self as usize]
    }

    /// A sentence. Values are plain text; whoever writes HTML escapes the result.
    pub fn say(self, id: &str, values: &[(&str, &str)]) -> String {
        let bundle = self.bundle();
        let Some(pattern) = bundle.get_message(id).and_then(|m| m.value()) else { return id.to_owned() };
        let mut args = FluentArgs::new();
        for (name, value) in values {
            args.set(*name, *value);
        }
        bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
    }

    /// True if a sentence exists; for tests.
    pub fn knows(self, id: &str) -> bool {
        self.bundle().has_message(id)
    }
}

fn make(language: Language, source: &str) -> FluentBundle<FluentResource> {
    let resource =
        FluentResource::try_new(source.to_owned()).expect("invariant: the catalogue is well formed");
    let id = language.tag().parse().expect("invariant: the tag is well formed");
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // Isolation marks would show up in copied addresses.
    bundle.set_use_isolating(false);
    bundle.add_resource(resource).expect("invariant: each sentence stands once");
    bundle
}
