//! The two ways something can go wrong, and how they travel.
//!
//! *Expected outcomes are values* and never appear here. A [`Problem`] is the caller's mistake or a
//! state the caller must know about; it is shown (RFC 9457). A [`Fault`] is ours or an outage; it is
//! logged once at the edge and shown only as a request id.

use std::fmt;
use std::panic::Location;

/// Result of every fallible function above the kernel.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Stable problem codes. Append only: clients program against them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// The request could not be read at all (400).
    BadRequest,
    /// Nobody is logged in, or the key is unknown (401).
    Unauthorized,
    /// Logged in, but not allowed (403).
    Forbidden,
    /// The policy must be accepted first (403, P-006).
    PolicyAcceptanceRequired,
    /// Absent or somebody else's; the two are not told apart (404).
    NotFound,
    /// The request clashes with the present state (409).
    Conflict,
    /// Somebody else changed the document meanwhile (412).
    PreconditionFailed,
    /// Larger than a named limit (413).
    TooLarge,
    /// A format this endpoint does not read (415).
    UnsupportedMediaType,
    /// Readable but not valid; `errors` says where (422).
    Validation,
    /// Too many requests (429); `retry_after_seconds` says when.
    RateLimited,
    /// Sending is locked after a restore, until unlocked (423).
    SendingLocked,
    /// The database or another part is away; retry (503).
    Unavailable,
    /// The address exists, but not with this method (405).
    MethodNotAllowed,
}

impl Code {
    /// Every code, for documents generated from it.
    pub const ALL: &'static [Code] = &[
        Code::BadRequest,
        Code::Unauthorized,
        Code::Forbidden,
        Code::PolicyAcceptanceRequired,
        Code::NotFound,
        Code::Conflict,
        Code::PreconditionFailed,
        Code::TooLarge,
        Code::UnsupportedMediaType,
        Code::Validation,
        Code::RateLimited,
        Code::SendingLocked,
        Code::Unavailable,
        Code::MethodNotAllowed,
    ];

    /// HTTP status and the word used in JSON.
    pub fn status_and_word(self) -> (u16, &'static str) {
        match self {
            Code::BadRequest => (400, "bad_request"),
            Code::Unauthorized => (401, "unauthorized"),
            Code::Forbidden => (403, "forbidden"),
            Code::PolicyAcceptanceRequired => (403, "policy_acceptance_required"),
            Code::NotFound => (404, "not_found"),
            Code::Conflict => (409, "conflict"),
            Code::PreconditionFailed => (412, "precondition_failed"),
            Code::TooLarge => (413, "too_large"),
            Code::UnsupportedMediaType => (415, "unsupported_media_type"),
            Code::Validation => (422, "validation"),
            Code::RateLimited => (429, "rate_limited"),
            Code::SendingLocked => (423, "sending_locked"),
            Code::Unavailable => (503, "unavailable"),
            Code::MethodNotAllowed => (405, "method_not_allowed"),
        }
    }

    /// Short human title.
    pub fn title(self) -> &'static str {
        match self {
            Code::BadRequest => "Request could not be read",
            Code::Unauthorized => "Log-in needed",
            Code::Forbidden => "Not allowed",
            Code::PolicyAcceptanceRequired => "Policy not yet accepted",
            Code::NotFound => "Not found",
            Code::Conflict => "Clashes with the present state",
            Code::PreconditionFailed => "Changed by somebody else",
            Code::TooLarge => "Too large",
            Code::UnsupportedMediaType => "Format not supported",
            Code::Validation => "Request is not valid",
            Code::RateLimited => "Too many requests",
            Code::SendingLocked => "Sending is locked",
            Code::Unavailable => "Temporarily unavailable",
            Code::MethodNotAllowed => "Method not allowed",
        }
    }
}

/// One invalid field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// JSON pointer to the field, for example `/rule/all/0/values`.
    pub pointer: String,
    /// Stable word, for example `required` or `too_long`.
    pub code: &'static str,
    /// What would be right, as a sentence.
    pub detail: String,
}

/// The caller's mistake, or a state the caller must know about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Stable code; gives the HTTP status.
    pub code: Code,
    /// A sentence that says what to do.
    pub detail: String,
    /// Invalid fields, if the problem is about fields.
    pub errors: Vec<FieldError>,
    /// For [`Code::RateLimited`] and [`Code::Unavailable`]: when to try again.
    pub retry_after_seconds: Option<u32>,
}

impl Problem {
    /// A problem with a code and a sentence.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Problem { code, detail: detail.into(), errors: Vec::new(), retry_after_seconds: None }
    }

    /// 404 for a kind of thing; the same whether it is absent or another store's.
    pub fn not_found(what: &str) -> Self {
        Problem::new(Code::NotFound, format!("There is no such {what} in this store."))
    }

    /// 409 with a sentence.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Problem::new(Code::Conflict, detail)
    }

    /// 422 for one field.
    pub fn field(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Problem {
            code: Code::Validation,
            detail: detail.clone(),
            errors: vec![FieldError { pointer: pointer.into(), code, detail }],
            retry_after_seconds: None,
        }
    }

    /// 422 for several fields at once, or `None` if there are none.
    pub fn fields(errors: Vec<FieldError>) -> Option<Self> {
        let first = errors.first()?;
        let detail = match errors.len() {
            1 => first.detail.clone(),
            n => format!("{n} fields need attention; the first: {}", first.detail),
        };
        Some(Problem { code: Code::Validation, detail, errors, retry_after_seconds: None })
    }

    /// 429 with the time to wait.
    pub fn rate_limited(seconds: u32) -> Self {
        Problem {
            retry_after_seconds: Some(seconds),
            ..Problem::new(Code::RateLimited, format!("Too many requests. Try again in {seconds} seconds."))
        }
    }

    /// 503 with the time to wait.
    pub fn unavailable(detail: impl Into<String>, seconds: u32) -> Self {
        Problem { retry_after_seconds: Some(seconds), ..Problem::new(Code::Unavailable, detail) }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)?;
        for e in &self.errors {
            if e.detail != self.detail {
                write!(f, "\n  {}: {}", e.pointer, e.detail)?;
            }
        }
        Ok(())
    }
}

/// Our fault, or an outage. Never shown to callers; logged once with a request id.
pub struct Fault {
    /// What we were doing, without personal data.
    pub doing: String,
    /// True if trying again later may help (database away, disk full).
    pub transient: bool,
    /// The error below, if any.
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
    /// Where the fault was made.
    pub location: &'static Location<'static>,
}

impl Fault {
    /// A fault without a cause below it.
    #[track_caller]
    pub fn new(doing: impl Into<String>) -> Self {
        Fault { doing: doing.into(), transient: false, source: None, location: Location::caller() }
    }

    /// A fault that may pass by itself.
    #[track_caller]
    pub fn transient(doing: impl Into<String>) -> Self {
        Fault { doing: doing.into(), transient: true, source: None, location: Location::caller() }
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}:{})", self.doing, self.location.file(), self.location.line())?;
        let mut below = self.source.as_deref().map(|e| e as &dyn std::error::Error);
        while let Some(e) = below {
            write!(f, ": {e}")?;
            below = e.source();
        }
        Ok(())
    }
}

/// Either of the two.
#[derive(Debug)]
pub enum Error {
    /// The caller's mistake.
    Problem(Problem),
    /// Ours.
    Fault(Fault),
}

impl Error {
    /// The problem, if it is one.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Error::Problem(p) => Some(p),
            Error::Fault(_) => None,
        }
    }

    /// True if the error is a problem with this code.
    pub fn is(&self, code: Code) -> bool {
        self.problem().is_some_and(|p| p.code == code)
    }

    /// True for a fault that may pass by itself.
    pub fn is_transient(&self) -> bool {
        matches!(self, Error::Fault(f) if f.transient)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Problem(p) => p.fmt(f),
            Error::Fault(x) => x.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<Problem> for Error {
    fn from(p: Problem) -> Self {
        Error::Problem(p)
    }
}

impl From<Fault> for Error {
    fn from(f: Fault) -> Self {
        Error::Fault(f)
    }
}

/// Turns a foreign error into a [`Fault`] with a word about what we were doing.
pub trait OrFault<T> {
    /// `file.read().or_fault("read the root key")?`
    #[track_caller]
    fn or_fault(self, doing: &str) -> Result<T>;
}

impl<T, E: Into<Box<dyn std::error::Error + Send + Sync>>> OrFault<T> for std::result::Result<T, E> {
    #[track_caller]
    fn or_fault(self, doing: &str) -> Result<T> {
        let location = Location::caller();
        self.map_err(|e| {
            Error::Fault(Fault {
                doing: doing.to_owned(),
                transient: false,
                source: Some(e.into()),
                location,
            })
        })
    }
}

impl<T> OrFault<T> for Option<T> {
    #[track_caller]
    fn or_fault(self, doing: &str) -> Result<T> {
        let location = Location::caller();
        self.ok_or_else(|| {
            Error::Fault(Fault { doing: doing.to_owned(), transient: false, source: None, location })
        })
    }
}

/// The one way to drop an error on purpose: it says why, and is easy to search for.
pub trait OrLog {
    /// Drops the error after handing it with its reason to `log`.
    fn or_log(self, why: &str, log: impl FnOnce(&str, &dyn fmt::Display));
}

impl<T, E: fmt::Display> OrLog for std::result::Result<T, E> {
    fn or_log(self, why: &str, log: impl FnOnce(&str, &dyn fmt::Display)) {
        if let Err(e) = self {
            log(why, &e);
        }
    }
}
