//! Contacts: the people a store knows by email or phone.
//!
//! A contact has a public id and a dense *ordinal* in its store (bitmaps; never reused). What may be
//! known without decrypting are its [`Facts`]; everything that says who it is are its
//! [`PersonalFields`], sealed under the contact's own key. Erasing a contact destroys that key (P-123).
//! Visitors who are not yet known, and what people do, live elsewhere.

pub mod codec;
pub mod model;

pub use model::{
    AttributeValue, Birthday, Country, Facts, Gender, MonthDay, Origin, PersonalFields, TagMembership,
};
