//! Our SMTP client (RFC 5321): hands finished messages to a relay, as fast as the relay takes them.
//!
//! Why our own: the libraries write body and final dot separately without `TCP_NODELAY` and wait for
//! delayed acknowledgements; this client sends `[body . MAIL RCPT DATA of the next]` in one write
//! (RFC 2920), so a message costs one round trip. Its second duty is exactness about the point of no
//! return: a final dot is written only after its own 354 was read and the source marked its intent, and
//! every message handed over gets exactly one [`Outcome`]. `Unknown` is said of at most one message a
//! connection.
//!
//! It does not sign, retry, throttle or look up MX records: the caller owns the schedule, and mail
//! beyond one relay is a relay's work. The relay is the operator's, so private addresses are allowed.

mod connection;
mod envelope;
mod outcome;
mod pump;
mod relay;
mod reply;
mod stuffing;
mod tls;
mod url;
mod wire;

pub use connection::{Capabilities, Connection};
pub use outcome::{Cause, ConnectError, NotSent, Outcome, PumpEnd, Stage};
pub use pump::{MessageSource, Prepared};
pub use relay::{Relay, Timeouts, Trust};
pub use reply::{Enhanced, Reply};
pub use stuffing::{is_transparent, push_stuffed};
pub use url::{Login, RelayUrl, RelayUrlError, Security, SmtpUrl};

#[cfg(test)]
mod tests;
