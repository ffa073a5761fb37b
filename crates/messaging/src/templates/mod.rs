//! Templates: from what a merchant writes to a compiled email that renders in microseconds.
//!
//! An [`EmailSource`] is HTML, MJML or a document of blocks, with Liquid inside. [`compile`] turns it
//! once a campaign into a [`CompiledEmail`]:
//!
//! ```text
//! source ─ lex ─▶ tokens ─ marks ─▶ markup parsers ─▶ links ─ marks ─▶ tokens ─ parse ─▶ program
//! ```
//!
//! Liquid is cut out before any markup parser sees the text and put back afterwards ([`marks`]); what a
//! value may become is decided by where it then stands. Constant text is transfer-encoded once
//! ([`encode`]); a render copies it and encodes only what differs by recipient.
//!
//! Compiling is heavy: call it on a blocking thread. Rendering is pure and needs nothing but its
//! arguments. This feature stores templates and shows previews; it sends nothing.

mod api;
pub mod checks;
pub mod compile;
pub mod compiled;
pub mod data;
pub mod document;
pub mod encode;
pub mod footer;
pub mod html_import;
pub mod library;
pub mod links;
pub mod liquid;
pub mod marks;
pub mod markup;
pub mod mjml;
pub mod model;
mod privacy;
pub mod recipient;
pub mod sql;
pub mod text_part;

pub use compile::compile;
pub use compiled::{BOUNDARY, CompiledEmail, Destination, Link, MissingVariable, Preview};
pub use data::{
    AttributeValue, Attributes, CampaignView, ContactView, MessageUrls, PreviewAt, PreviewUrls, RenderData,
    StoreView, Tracking,
};
pub use liquid::evaluate::Message;
pub use model::{Body, CompileOptions, EmailSource, Part, RenderError, TemplateIssue, Utm};
pub use recipient::{AttributeNames, RecipientBuffer, StoredAttributes};

/// Routes, statements, columns.
pub fn feature() -> web::Feature {
    web::Feature::new("templates")
        .routes(api::routes)
        .routes(document::routes)
        .statements(sql::ALL)
        .personal_data(privacy::DATA)
}

#[cfg(test)]
mod api_tests;
#[cfg(test)]
mod tests;
