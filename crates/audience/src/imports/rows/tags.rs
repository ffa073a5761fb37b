//! Lists of tags: `a, b`, `"a","b"`, `["a","b"]`, `a; b`.

use crate::contacts::model::TAGS_MAX;
use crate::tags::model::parse_name;

/// Reads a list. The second value is a complaint about what was left out.
pub fn parse_tags(text: &str) -> (Vec<String>, Option<&'static str>) {
    let mut complaint = None;
    let mut tags: Vec<String> = Vec::new();
    for piece in pieces(text) {
        match parse_name(&piece) {
            Ok(tag) if tags.len() < TAGS_MAX => {
                if !tags.contains(&tag) {
                    tags.push(tag);
                }
            }
            Ok(_) => complaint = Some("a row has at most 200 tags; the others were left out"),
            Err(reason) => complaint = Some(reason),
        }
    }
    (tags, complaint)
}

fn pieces(text: &str) -> Vec<String> {
    let text = text.trim();
    if text.starts_with('[')
        && let Ok(list) = serde_json::from_str::<Vec<String>>(text)
    {
        return not_blank(list.iter().map(String::as_str));
    }
    let separator = [',', ';', '|', '\n'].into_iter().find(|c| text.contains(*c)).unwrap_or(',');
    not_blank(text.split(separator))
}

fn not_blank<'a>(pieces: impl Iterator<Item = &'a str>) -> Vec<String> {
    pieces.map(|p| p.trim().trim_matches('"').trim()).filter(|p| !p.is_empty()).map(str::to_owned).collect()
}
