//! Tests of the whole program, in process: one binary, so that it is linked once.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

mod accounts;
mod campaigns;
mod cli;
mod complete;
mod console;
mod contacts;
mod contract;
mod crash;
mod edge;
mod events;
mod events_crash;
mod harness;
mod idempotency;
mod imports;
mod installation;
mod keys;
mod outside;
mod overview;
mod policy;
mod program;
mod reports;
mod restore;
mod segments;
mod sessions;
mod sink;
mod stores;
mod stream;
mod trouble;
mod wire;
