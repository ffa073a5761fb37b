//! Checks over everything that is registered: statements, columns, operations, the document.

mod authority;
mod data_map;
mod examples;
mod openapi;
mod plan;
mod statements;
mod twin;
