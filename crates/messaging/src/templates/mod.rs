//! From a merchant's template to a compiled email.
pub mod compile;
pub mod compiled;
pub mod data;
pub mod document;
pub mod encode;
pub mod links;
pub mod liquid;
pub mod marks;
pub mod markup;
pub mod mjml;
pub mod model;
pub mod text_part;

pub use compile::compile;
pub use compiled::{BOUNDARY, CompiledEmail, Destination, Link, MissingVariable, Preview, RenderedBody};
pub use data::{
    AttributeValue, Attributes, CampaignView, ContactView, MessageUrls, PreviewUrls, RenderData, StoreView,
    Tracking,
};
pub use model::{Body, CompileOptions, EmailSource, Part, RenderError, TemplateIssue, Utm};

#[cfg(test)]
mod tests;
