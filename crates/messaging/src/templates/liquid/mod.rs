//! Liquid, the template language Shopify merchants know, in a sandbox.
//!
//! Source → tokens ([`lexer`]) → a tree with positions ([`parser`]) → text ([`evaluate`]). The tree is
//! walked directly, without a general template engine below it: so every step is counted, every error
//! has its line and column, values of the recipient are borrowed rather than copied, and what means
//! what is Liquid's own semantics and not a translation of it.
//!
//! Deliberately absent: `include`, `render`, files, network, environment, and any filter that switches
//! escaping off. Whoever wants markup writes it in the template.

pub mod ast;
pub mod evaluate;
pub mod expression;
pub mod filters;
pub mod lexer;
pub mod meter;
pub mod names;
pub mod parser;
pub mod value;

#[cfg(test)]
mod tests;
