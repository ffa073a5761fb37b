//! The only crate that knows how HTTP is shaped.
//!
//! A feature hands in a [`Feature`]: routes with their documentation, statements, jobs, consumers,
//! services and the personal data it holds. A handler reaches data only through an extractor that has
//! authenticated and authorised the caller ([`Tenant`], [`Person`]); it answers [`Json`] or fails with
//! a [`Failure`], which the edge turns into RFC 9457.
//!
//! ```text
//! /// Rename a segment.
//! #[utoipa::path(patch, path = "/api/v1/segments/{id}", operation_id = "update_segment",
//!     params(("id" = SegmentId, Path)), request_body = SegmentPatch,
//!     security(("key" = ["segments:edit"])),
//!     responses((status = 200, body = SegmentOut), (status = 423, description = "Sending is locked.")))]
//! async fn update_segment(db: Tenant<EditSegments>, State(state): State<AppState>, Path(id): Path<SegmentId>,
//!     Valid(patch): Valid<SegmentPatch>) -> web::Result<Json<SegmentOut>> { … }
//! ```
//! 401, 403, 404, 409, 413, 415, 422, 429, 500 and 503 are added to the document by [`openapi`]; an
//! operation declares only its own answers. A public operation says `security(())`.
//!
//! It deliberately knows no feature: who may log in is behind [`Authenticate`], implemented in
//! `tenancy` and wired by `server`.

pub mod actor;
pub mod app;
pub mod check;
pub mod client_ip;
pub mod console;
pub mod csrf;
pub mod data_map;
pub mod docs;
mod edge;
pub mod extract;
pub mod failure;
pub mod feature;
pub mod health;
pub mod idempotency;
pub mod openapi;
mod pieces;
pub mod rights;
pub mod serve;
pub mod state;
pub mod throttle;

pub use actor::{Actor, Authenticate, Caller, Principal, Reach};
pub use check::{Check, Errors};
pub use console::Console;
pub use data_map::{Class, DataMap};
pub use edge::RequestId;
pub use extract::body::{Accepted, Created, Json, NoContent, Valid, body_limit};
pub use extract::change::Change;
pub use extract::conditional::{IfMatch, Tagged};
pub use extract::paging::{Page, PageParams, Paged};
pub use extract::path::Path;
pub use extract::query::Query;
pub use extract::recheck::{Recheck, Unattended};
pub use extract::tenant::{Newcomer, Person, Tenant};
pub use failure::{Failure, ProblemBody, Result};
pub use feature::{Feature, Task};
pub use pieces::body_of;
pub use rights::{Right, Rights};
pub use state::{AppState, HttpConfig, StateBuilder};
pub use throttle::Throttle;
