//! Who owns what, who may come in, and the record of what they did.
//!
//! Accounts with their people and stores, log-in and keys, the policy everybody accepts first, settings
//! of a store, the audit log, and the view on background jobs. Knows nothing of contacts or campaigns.

pub mod access;
pub mod accounts;
pub mod audit;
pub mod installation;
pub mod jobs;
pub mod policy;
pub mod stores;
