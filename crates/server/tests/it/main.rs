//! Tests of the whole program, in process: one binary, so that it is linked once.

mod accounts;
mod cli;
mod complete;
mod edge;
mod harness;
mod idempotency;
mod keys;
mod policy;
mod sessions;
mod stores;
