//! Contacts: the people a store knows by email or phone.
//!
//! A contact has a public id and a dense *ordinal* in its store (bitmaps; never reused). What may be
//! known without decrypting are its [`Facts`]; everything that says who it is are its
//! [`PersonalFields`], sealed under the contact's own key. Erasing a contact destroys that key (P-123).
//! Visitors who are not yet known, and what people do, live elsewhere.

pub mod acting;
mod api;
mod batch;
pub mod changes;
pub mod codec;
pub mod draft;
pub mod edit;
pub mod input;
pub mod jobs;
pub mod listing;
pub mod model;
pub mod phone;
mod privacy;
mod replay;
pub mod search;
pub mod section;
pub mod select;
pub mod sources;
pub mod sql;
mod upsert;
pub mod view;

#[cfg(test)]
pub(crate) mod tests;

pub use api::JobStarted;
pub use changes::{CHANGED, ERASED};
pub use draft::{Draft, Existing, PreparedDraft, RequestedStatus, UpsertOptions, prepare};
pub use edit::{Target, create, erase, update};
pub use model::{
    AttributeValue, Birthday, Country, Facts, Gender, MonthDay, Origin, PersonalFields, TagMembership,
};
pub(crate) use replay::grounds as replay_grounds;
pub use sql::{
    StoredContact, any, count, each_facts, find_by_email, find_by_id, find_by_ordinal, find_by_phone,
    get_by_id, load_facts, load_ids, load_many, scan,
};
pub(crate) use sql::{address_of, list_addresses, owners};
pub use upsert::{BATCH_MAX, BatchOutcome, Conflict, RowOutcome, upsert_batch};

/// Routes, statements, jobs, columns.
pub fn feature() -> web::Feature {
    web::Feature::new("contacts")
        .routes(api::routes)
        .statements(sql::ALL)
        .jobs(|state| vec![Box::new(jobs::BulkJob { vault: state.vault().clone() })])
        .replayers(|_| vec![std::sync::Arc::new(replay::Erasures)])
        .personal_data(privacy::DATA)
}
