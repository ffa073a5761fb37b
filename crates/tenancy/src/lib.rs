//! Who owns what, who may come in, and the record of what they did.
//!
//! Accounts with their people and stores, log-in and keys, the policy everybody accepts first, settings
//! of a store, saved views of lists, the audit log, and the view on background jobs. Knows nothing of contacts or campaigns.

pub mod access;
pub mod accounts;
pub mod audit;
pub mod installation;
pub mod jobs;
pub mod permissions;
pub mod policy;
pub mod stores;
pub mod views;
