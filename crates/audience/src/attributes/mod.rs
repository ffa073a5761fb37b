//! Custom attributes: fields a merchant adds to contacts, defined once per store with a type and a class.
//!
//! The class decides where values live: a *fact* is stored plain and serves segments at full speed, a
//! *personal* attribute is sealed with the contact. Names that speak of health, biometrics or identity
//! papers are refused (P-201). Values themselves live with the contact.

mod api;
pub mod model;
mod privacy;
pub mod sql;

pub use model::{AttributeClass, AttributeType, Definition};

/// Routes, statements, columns.
pub fn feature() -> web::Feature {
    web::Feature::new("attributes").routes(api::routes).statements(sql::ALL).personal_data(privacy::DATA)
}
