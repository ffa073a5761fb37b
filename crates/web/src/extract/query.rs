//! Query parameters. `limit`, `after` and `store` belong to the shell and are not shown to `T`, so `T`
//! may refuse unknown names (`deny_unknown_fields`). A repeated name fills a `Vec`.

use crate::failure::{Failure, Result};
use crate::state::AppState;
use axum::extract::FromRequestParts;
use http::Uri;
use http::request::Parts;
use kernel::{Code, Problem};
use serde::de::DeserializeOwned;

/// Names read by other extractors.
const RESERVED: &[&str] = &["limit", "after", "store"];
/// Longest query string that is read, in bytes.
const LENGTH_MAX: usize = 16_384;

/// Parameters of the query string.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<AppState> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self> {
        parse(&parts.uri).map(Query)
    }
}

fn parse<T: DeserializeOwned>(uri: &Uri) -> Result<T> {
    let query = uri.query().unwrap_or_default();
    if query.len() > LENGTH_MAX {
        return Err(Problem::new(Code::BadRequest, "The query string is longer than 16 KiB.").into());
    }
    let own: Vec<&str> = query
        .split('&')
        .filter(|pair| !RESERVED.contains(&pair.split('=').next().unwrap_or_default()))
        .collect();
    let own: Uri = format!("/?{}", own.join("&"))
        .parse()
        .map_err(|_| Problem::new(Code::BadRequest, "The query string is not a valid one."))?;
    axum_extra::extract::Query::try_from_uri(&own).map(|q| q.0).map_err(|e| refused(&own, &e).into())
}

/// One parameter by name, decoded.
pub(crate) fn parameter(uri: &Uri, name: &str) -> Option<String> {
    let query = uri.query().filter(|q| q.len() <= LENGTH_MAX)?;
    let uri: Uri = format!("/?{query}").parse().ok()?;
    let pairs: Vec<(String, String)> = axum_extra::extract::Query::try_from_uri(&uri).ok()?.0;
    pairs.into_iter().find(|(k, _)| k == name).map(|(_, v)| v)
}

fn refused(uri: &Uri, e: &axum_extra::extract::QueryRejection) -> Problem {
    let text = e.to_string();
    let reason = text.rsplit_once("query string: ").map_or(text.as_str(), |(_, reason)| reason).to_owned();
    let blamed = field_named(&reason).or_else(|| {
        uri.query()
            .unwrap_or_default()
            .split('&')
            .filter_map(|p| p.split('=').next())
            .find(|n| reason.contains(*n))
    });
    Problem::field(format!("?{}", blamed.unwrap_or_default()), "not_valid", sentence(&reason))
}

/// The field in backticks of serde's message, if it speaks of one.
pub(crate) fn field_named(reason: &str) -> Option<&str> {
    let (_, rest) = reason.split_once("field `")?;
    rest.split_once('`').map(|(name, _)| name)
}

/// serde's words as a sentence.
pub(crate) fn sentence(reason: &str) -> String {
    let mut text: String = reason.chars().take(300).collect();
    if let Some(first) = text.get(..1) {
        let upper = first.to_uppercase();
        text.replace_range(..1, &upper);
    }
    if !text.ends_with('.') {
        text.push('.');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Filter {
        #[serde(default)]
        tag: Vec<String>,
        state: Option<u8>,
    }

    #[test]
    fn unknown_names_are_refused_and_the_shells_own_are_not_seen() {
        let read = |q: &str| parse::<Filter>(&q.parse().unwrap());
        let filter = read("/x?tag=a%20b&limit=5&tag=c&store=sto_1&after=zz").unwrap();
        assert_eq!(filter.tag, ["a b", "c"]);
        assert_eq!(filter.state, None);
        let unknown = read("/x?tga=a").unwrap_err();
        assert_eq!(unknown.error().problem().unwrap().errors[0].pointer, "?tga");
        let wrong = read("/x?state=banana").unwrap_err();
        assert_eq!(wrong.error().problem().unwrap().code, Code::Validation);
        assert_eq!(parameter(&"/x?a=1&store=s%20t".parse().unwrap(), "store").as_deref(), Some("s t"));
    }
}
