//! The program as a library: configuration, registry, roles, command line.

pub mod app;
pub mod cli;
pub mod config;
mod console;
mod logging;
pub mod registry;
pub mod replay;
pub mod roles;
