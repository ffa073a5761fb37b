//! The address of a relay as an operator writes it: `smtp://user:pass@host:25`, `smtps://…`,
//! `smtp+starttls://…`, or `sandbox`.
//!
//! It validates and takes apart; it resolves nothing. Passwords never appear in `Debug` or `Display`.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// Longest text accepted.
const LENGTH_MAX: usize = 2_048;
/// Longest DNS name (RFC 1035 2.3.4).
const HOST_LENGTH_MAX: usize = 253;

/// Where mail is handed to.
#[derive(Clone, PartialEq, Eq)]
pub enum RelayUrl {
    /// Captures messages instead of sending them.
    Sandbox,
    /// An SMTP server.
    Smtp(SmtpUrl),
}

/// An SMTP server and how to talk to it.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpUrl {
    /// How the connection is protected.
    pub security: Security,
    /// DNS name or IP address, without brackets.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Whom to log in as.
    pub login: Option<Login>,
    /// False only for a loopback host with `?verify=no`: any certificate is accepted.
    pub verify: bool,
}

/// How a connection is protected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Security {
    /// Plain text (`smtp://`, port 25).
    None,
    /// Plain text, upgraded if the server offers it (`smtp://…?tls=opportunistic`).
    Opportunistic,
    /// STARTTLS or nothing (`smtp+starttls://`, port 587); a refusal never falls back.
    StartTls,
    /// TLS from the first byte (`smtps://`, port 465; RFC 8314).
    Implicit,
}

/// Credentials of a relay.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// User name.
    pub user: String,
    /// Password.
    pub password: String,
}

/// A text that is not a relay's address; the sentence says what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayUrlError(pub &'static str);

impl fmt::Display for RelayUrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for RelayUrlError {}

impl RelayUrl {
    /// The server, unless it is the sandbox.
    pub fn smtp(&self) -> Option<&SmtpUrl> {
        match self {
            RelayUrl::Sandbox => None,
            RelayUrl::Smtp(url) => Some(url),
        }
    }
}

impl FromStr for RelayUrl {
    type Err = RelayUrlError;

    fn from_str(text: &str) -> Result<Self, RelayUrlError> {
        if text.len() > LENGTH_MAX {
            return Err(RelayUrlError("A relay address has at most 2,048 characters."));
        }
        match text {
            "sandbox" => Ok(RelayUrl::Sandbox),
            _ => SmtpUrl::parse(text).map(RelayUrl::Smtp),
        }
    }
}

impl SmtpUrl {
    /// A plain server without log-in.
    pub fn plain(host: impl Into<String>, port: u16) -> Self {
        SmtpUrl { security: Security::None, host: host.into(), port, login: None, verify: true }
    }

    /// True if the host is this machine by name or number.
    pub fn is_loopback(&self) -> bool {
        self.host.eq_ignore_ascii_case("localhost")
            || self.host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }

    fn parse(text: &str) -> Result<Self, RelayUrlError> {
        let (scheme, rest) = text.split_once("://").ok_or(RelayUrlError(
            "A relay is smtp://, smtps:// or smtp+starttls:// with a host, or the word sandbox.",
        ))?;
        let (security, default_port) = scheme_of(scheme)?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.contains(['/', '#']) {
            return Err(RelayUrlError("A relay address has no path; write smtp://host:port."));
        }
        let (login, authority) = match rest.rsplit_once('@') {
            Some((userinfo, authority)) => (Some(login_of(userinfo)?), authority),
            None => (None, rest),
        };
        let (host, port) = split_port(authority)?;
        let url = SmtpUrl {
            security,
            host: host.to_owned(),
            port: port.unwrap_or(default_port),
            login,
            verify: true,
        };
        url.with_query(query)
    }

    fn with_query(mut self, query: &str) -> Result<Self, RelayUrlError> {
        for pair in query.split('&').filter(|p| !p.is_empty()) {
            match pair {
                "tls=opportunistic" if self.security == Security::None => {
                    self.security = Security::Opportunistic
                }
                "verify=no" if self.is_loopback() => self.verify = false,
                "verify=no" => {
                    return Err(RelayUrlError("verify=no is allowed for a server on this machine only."));
                }
                _ => {
                    return Err(RelayUrlError(
                        "After ? only tls=opportunistic (with smtp://) and verify=no (on this machine) are known.",
                    ));
                }
            }
        }
        Ok(self)
    }
}

fn scheme_of(scheme: &str) -> Result<(Security, u16), RelayUrlError> {
    match scheme.to_ascii_lowercase().as_str() {
        "smtp" => Ok((Security::None, 25)),
        "smtps" => Ok((Security::Implicit, 465)),
        "smtp+starttls" => Ok((Security::StartTls, 587)),
        _ => Err(RelayUrlError("The scheme of a relay is smtp, smtps or smtp+starttls.")),
    }
}

fn login_of(userinfo: &str) -> Result<Login, RelayUrlError> {
    let (user, password) = userinfo
        .split_once(':')
        .ok_or(RelayUrlError("Credentials are written user:password@ before the host."))?;
    let (user, password) = (decode(user)?, decode(password)?);
    if user.is_empty() {
        return Err(RelayUrlError("The user name before the colon is empty."));
    }
    Ok(Login { user, password })
}

/// Percent-decoding (RFC 3986 2.1); control characters would break the dialogue and are refused.
fn decode(text: &str) -> Result<String, RelayUrlError> {
    const WRONG: RelayUrlError =
        RelayUrlError("Write special characters of user and password as %XX, for example %40 for @.");
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = rest.get(..2).filter(|d| d.iter().all(u8::is_ascii_hexdigit)).ok_or(WRONG)?;
        let digits = std::str::from_utf8(digits).map_err(|_| WRONG)?;
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| WRONG)?);
        rest = &rest[2..];
    }
    let text = String::from_utf8(bytes).map_err(|_| WRONG)?;
    match text.chars().any(char::is_control) {
        true => Err(RelayUrlError("User and password have no control characters.")),
        false => Ok(text),
    }
}

fn split_port(authority: &str) -> Result<(&str, Option<u16>), RelayUrlError> {
    const HOST: RelayUrlError = RelayUrlError(
        "The host of a relay is a name like mail.example.com, an IPv4 address or [an IPv6 address].",
    );
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let (host, after) = rest.split_once(']').ok_or(HOST)?;
        host.parse::<std::net::Ipv6Addr>().map_err(|_| HOST)?;
        (host, if after.is_empty() { None } else { Some(after.strip_prefix(':').ok_or(HOST)?) })
    } else {
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        check_host(host).then_some(()).ok_or(HOST)?;
        (host, port)
    };
    let port = port
        .map(|p| p.parse::<u16>().ok().filter(|p| *p != 0))
        .map(|p| p.ok_or(RelayUrlError("The port is a number from 1 to 65535.")));
    Ok((host, port.transpose()?))
}

/// Names as operators have them: DNS labels, also of one label or with an underscore (container names).
fn check_host(host: &str) -> bool {
    let label = |l: &str| {
        (1..=63).contains(&l.len())
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    let numeric = host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let name = host.strip_suffix('.').unwrap_or(host);
    host.len() <= HOST_LENGTH_MAX
        && name.split('.').all(label)
        && (!numeric || host.parse::<std::net::Ipv4Addr>().is_ok())
}

impl fmt::Display for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.security {
            Security::None | Security::Opportunistic => "smtp",
            Security::StartTls => "smtp+starttls",
            Security::Implicit => "smtps",
        };
        write!(f, "{scheme}://")?;
        if self.login.is_some() {
            f.write_str("***:***@")?;
        }
        match self.host.contains(':') {
            true => write!(f, "[{}]:{}", self.host, self.port)?,
            false => write!(f, "{}:{}", self.host, self.port)?,
        }
        match (self.security, self.verify) {
            (Security::Opportunistic, true) => f.write_str("?tls=opportunistic"),
            (Security::Opportunistic, false) => f.write_str("?tls=opportunistic&verify=no"),
            (_, false) => f.write_str("?verify=no"),
            (_, true) => Ok(()),
        }
    }
}

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for RelayUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RelayUrl::Sandbox => f.write_str("sandbox"),
            RelayUrl::Smtp(url) => url.fmt(f),
        }
    }
}

impl fmt::Debug for RelayUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Login(***)")
    }
}
