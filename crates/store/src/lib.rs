//! The only crate that knows database drivers.
//!
//! A store (the tenant) is reached through [`Scoped`], which can only be made from a [`Scope`]; the
//! scope is the first parameter of every statement and is bound here, so a query that forgets its
//! store does not compile. SQL text is the same for SQLite and PostgreSQL; the two are told apart in
//! `engines` and nowhere else. Besides: migrations, the event log, the job queue, the key vault, sealed
//! backups, the outside log.
//!
//! It deliberately knows nothing of contacts, campaigns or HTTP.

pub mod backup;
pub mod database;
mod engines;
pub mod global;
pub mod log;
pub mod migrate;
pub mod nodes;
pub mod outside;
pub mod queue;
pub mod signals;
pub mod statement;
mod system;
pub mod value;
pub mod vault;
mod work;

pub use database::{Access, Database, Scope, Scoped, Tx};
pub use log::{Consumer, Event, NewEvent};
pub use outside::OutsideLog;
pub use signals::{ObserverGuard, Signals};
pub use statement::{Constraint, Statement};
pub use system::{SystemDb, SystemTx};
pub use value::{Row, RowRef, Value};
pub use vault::{ContactKey, RootKey, StoreKeys, Vault};
