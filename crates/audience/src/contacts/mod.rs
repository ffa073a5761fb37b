//! Contacts: the people a store knows by email or phone.
//!
//! A contact has a public id and a dense *ordinal* in its store (bitmaps; never reused). What may be
//! known without decrypting are its [`Facts`]; everything that says who it is are its
//! [`PersonalFields`], sealed under the contact's own key. Erasing a contact destroys that key (P-123).
//! Visitors who are not yet known, and what people do, live elsewhere.

mod batch;
pub mod changes;
pub mod codec;
pub mod draft;
pub mod edit;
pub mod model;
pub mod phone;
pub mod sql;
mod upsert;

#[cfg(test)]
pub(crate) mod tests;

pub use changes::{CHANGED, ERASED};
pub use draft::{Draft, Existing, PreparedDraft, RequestedStatus, UpsertOptions, prepare};
pub use edit::{create, erase, update};
pub use model::{
    AttributeValue, Birthday, Country, Facts, Gender, MonthDay, Origin, PersonalFields, TagMembership,
};
pub use sql::{
    StoredContact, count, each_facts, find_by_email, find_by_id, find_by_ordinal, find_by_phone, get_by_id,
    load_facts, load_ids, load_many, scan,
};
pub use upsert::{BATCH_MAX, BatchOutcome, Conflict, RowOutcome, upsert_batch};
