//! Small pieces of English that sentences of conditions are made of.

/// `a`, `a or b`, `a, b or c`; long lists end in a count.
pub fn alternatives(items: &[String], word: &str) -> String {
    /// More than this is not read aloud.
    const NAMED_MAX: usize = 8;
    let named = items.len().min(NAMED_MAX);
    let more = items.len() - named;
    match (&items[..named], more) {
        ([], _) => String::new(),
        ([one], 0) => one.clone(),
        ([rest @ .., last], 0) => format!("{} {word} {last}", rest.join(", ")),
        (shown, more) => format!("{} {word} {more} more", shown.join(", ")),
    }
}

/// Texts in typographic quotation marks.
pub fn quoted(items: &[String]) -> Vec<String> {
    items.iter().map(|i| format!("“{i}”")).collect()
}

/// `1 day`, `30 days`.
pub fn days(count: i64) -> String {
    match count {
        1 => "1 day".into(),
        n => format!("{n} days"),
    }
}

/// A country's name in English; the code if it is not known.
pub fn country_name(code: &str) -> String {
    // The register's own long names are not what people call these.
    let usual = [("KR", "South Korea"), ("TW", "Taiwan"), ("VN", "Vietnam")];
    if let Some((_, name)) = usual.iter().find(|(usual, _)| *usual == code) {
        return (*name).to_owned();
    }
    celes::Country::from_alpha2(code).map_or_else(|_| code.to_owned(), |c| c.long_name.to_owned())
}

/// `country is SG`, or `country is not known`.
pub fn is_value(what: &str, value: Option<&str>) -> String {
    match value {
        Some(value) => format!("{what} is {value}"),
        None => format!("{what} is not known"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_like_english() {
        let words = |n: usize| (0..n).map(|i| i.to_string()).collect::<Vec<_>>();
        assert_eq!(alternatives(&words(1), "or"), "0");
        assert_eq!(alternatives(&words(3), "or"), "0, 1 or 2");
        assert_eq!(alternatives(&words(10), "or"), "0, 1, 2, 3, 4, 5, 6, 7 or 2 more");
        assert_eq!(country_name("SG"), "Singapore");
        assert_eq!(country_name("QQ"), "QQ");
    }
}
