//! Words every crate shares: ids, time, money, addresses, errors.
//!
//! This crate performs no IO and knows neither HTTP servers, SQL nor tokio. It is small and
//! append-only: everything above it is rebuilt when it changes, so nothing is put here for
//! convenience. Event payloads live with their producers.

pub mod email;
pub mod error;
pub mod ids;
pub mod money;
pub mod time;

pub use email::EmailAddress;
pub use error::{Code, Error, Fault, FieldError, OrFault, OrLog, Problem, Result};
pub use time::{Clock, ManualClock, SystemClock, Timestamp};
