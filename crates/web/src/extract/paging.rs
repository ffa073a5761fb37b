//! Lists by pages: `?limit=50&after=<cursor>`. A cursor is sealed, so it can be neither read nor made.
//!
//! A handler asks for [`Paged::fetch`] rows (one more than a page) after [`Paged::after`] and gives
//! them to [`Paged::page`], which finds out whether there is a next page.

use super::query::parameter;
use crate::failure::{Failure, Result};
use crate::state::AppState;
use axum::extract::{FromRequestParts, MatchedPath};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::request::Parts;
use kernel::{OrFault, Problem};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Items of a page unless the client says otherwise.
pub const LIMIT_DEFAULT: i64 = 50;
/// Most items of a page.
pub const LIMIT_MAX: i64 = 200;

/// One page of a list.
#[derive(Debug, Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Cursor of the next page, or null.
    pub next: Option<String>,
}

/// For documentation: `params(web::PageParams)`.
#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageParams {
    /// Items of a page: 50 unless given, at most 200.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    /// `next` of the page before.
    pub after: Option<String>,
}

/// Where a page begins and how long it is. `C` is what the list is ordered by (an id, or a tuple).
pub struct Paged<C = i64> {
    /// Items of this page.
    pub limit: i64,
    /// Position after which it begins; `None` for the first page.
    pub after: Option<C>,
    state: AppState,
    purpose: String,
}

impl<C> Paged<C> {
    /// Rows to ask for: one more than the page, to know whether there is a next one.
    pub fn fetch(&self) -> i64 {
        self.limit + 1
    }

    /// Makes the page of up to [`Paged::fetch`] rows. `position` is that of an item.
    pub fn page<T>(&self, mut rows: Vec<T>, position: impl Fn(&T) -> C) -> kernel::Result<Page<T>>
    where
        C: Serialize,
    {
        let more = rows.len() as i64 > self.limit;
        rows.truncate(self.limit as usize);
        let next = match rows.last() {
            Some(last) if more => Some(self.seal(&position(last))?),
            _ => None,
        };
        Ok(Page { items: rows, next })
    }

    /// Makes a page whose next one begins at a position the caller knows (a search that stopped early).
    pub fn page_until<T>(&self, items: Vec<T>, next: Option<C>) -> kernel::Result<Page<T>>
    where
        C: Serialize,
    {
        let next = next.map(|position| self.seal(&position)).transpose()?;
        Ok(Page { items, next })
    }

    fn seal(&self, position: &C) -> kernel::Result<String>
    where
        C: Serialize,
    {
        let plain = serde_json::to_vec(position).or_fault("write a cursor")?;
        let sealed = self.state.vault().installation().seal_secret(&self.purpose, &plain)?;
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }
}

impl<T> Page<T> {
    /// The same page with other items.
    pub fn map<U>(self, each: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(each).collect(), next: self.next }
    }
}

impl<C: DeserializeOwned + Send> FromRequestParts<AppState> for Paged<C> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        let path = parts.extensions.get::<MatchedPath>().map_or_else(|| parts.uri.path(), |p| p.as_str());
        let purpose = format!("cursor:{path}");
        let limit = limit(parameter(&parts.uri, "limit").as_deref())?;
        let after = match parameter(&parts.uri, "after") {
            Some(text) => Some(open(state, &purpose, &text)?),
            None => None,
        };
        Ok(Paged { limit, after, state: state.clone(), purpose })
    }
}

fn limit(text: Option<&str>) -> Result<i64> {
    let Some(text) = text else {
        return Ok(LIMIT_DEFAULT);
    };
    match text.parse() {
        Ok(n) if (1..=LIMIT_MAX).contains(&n) => Ok(n),
        _ => Err(Problem::field("?limit", "out_of_range", format!("A number from 1 to {LIMIT_MAX}.")).into()),
    }
}

fn open<C: DeserializeOwned>(state: &AppState, purpose: &str, text: &str) -> Result<C> {
    let wrong = || Problem::field("?after", "not_a_cursor", "The `next` of an earlier page of this list.");
    let sealed = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
    let plain = state.vault().installation().open_secret(purpose, &sealed).map_err(|_| wrong())?;
    serde_json::from_slice(&plain).map_err(|_| wrong().into())
}
