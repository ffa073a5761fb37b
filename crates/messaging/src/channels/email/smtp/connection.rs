//! Opening a session: connect, greeting, EHLO, STARTTLS, AUTH; and leaving it.

use super::outcome::{Cause, ConnectError, Stage};
use super::relay::{Relay, Timeouts};
use super::reply::Reply;
use super::url::{Login, Security, SmtpUrl};
use super::wire::{Stream, Wire, cause_of};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use rustls_pki_types::ServerName;
use smtp_proto::{
    AUTH_LOGIN, AUTH_PLAIN, EXT_8BIT_MIME, EXT_ENHANCED_STATUS_CODES, EXT_PIPELINING, EXT_SIZE,
    EXT_SMTP_UTF8, EXT_START_TLS, EhloResponse,
};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Addresses of a relay's name that are tried.
const ADDRESSES_MAX: usize = 8;

type Opened<T> = Result<T, ConnectError>;

/// What a server said it can do, after EHLO.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Capabilities {
    /// Commands may be sent without waiting (RFC 2920).
    pub pipelining: bool,
    /// Bodies beyond ASCII (RFC 6152).
    pub eight_bit_mime: bool,
    /// Addresses beyond ASCII (RFC 6531).
    pub smtputf8: bool,
    /// Replies carry enhanced codes (RFC 2034).
    pub enhanced_codes: bool,
    /// STARTTLS (RFC 3207).
    pub starttls: bool,
    /// The SIZE parameter is understood (RFC 1870).
    pub size: bool,
    /// Largest message in bytes; 0 is no limit told.
    pub size_max: u64,
    /// AUTH PLAIN (RFC 4616).
    pub auth_plain: bool,
    /// AUTH LOGIN.
    pub auth_login: bool,
}

impl Capabilities {
    fn of(raw: &[u8]) -> Option<Self> {
        let ehlo = EhloResponse::parse(&mut raw.iter()).ok()?;
        let has = |extension: u32| ehlo.capabilities & extension != 0;
        Some(Capabilities {
            pipelining: has(EXT_PIPELINING),
            eight_bit_mime: has(EXT_8BIT_MIME),
            smtputf8: has(EXT_SMTP_UTF8),
            enhanced_codes: has(EXT_ENHANCED_STATUS_CODES),
            starttls: has(EXT_START_TLS),
            size: has(EXT_SIZE),
            size_max: ehlo.size as u64,
            auth_plain: ehlo.auth_mechanisms & AUTH_PLAIN != 0,
            auth_login: ehlo.auth_mechanisms & AUTH_LOGIN != 0,
        })
    }
}

/// A session that is ready for messages.
pub struct Connection {
    pub(super) wire: Wire,
    pub(super) capabilities: Capabilities,
    pub(super) timeouts: Timeouts,
    pub(super) messages_max: u32,
    encrypted: bool,
}

impl Connection {
    /// Connects and introduces itself. Errors say whether a person must act; see [`ConnectError`].
    pub async fn open(relay: &Relay, timeouts: &Timeouts) -> Opened<Self> {
        let tcp = connect(&relay.url, timeouts.connect).await?;
        let encrypted = relay.url.security == Security::Implicit;
        let stream =
            if encrypted { handshake(relay, tcp, timeouts.banner).await? } else { Stream::Plain(tcp) };
        let mut connection = Connection {
            wire: Wire::new(stream),
            capabilities: Capabilities::default(),
            timeouts: timeouts.clone(),
            messages_max: relay.messages_max.max(1),
            encrypted,
        };
        connection.expect(Stage::Banner, 220).await?;
        connection.introduce(relay).await?;
        connection = connection.upgrade(relay).await?;
        if let Some(login) = &relay.url.login {
            connection.authenticate(login).await?;
        }
        connection.capabilities.pipelining &= relay.pipelining;
        Ok(connection)
    }

    /// What the server can do.
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// True if the session is under TLS.
    pub fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// Says QUIT and waits briefly; nothing depends on the answer.
    pub async fn quit(mut self) {
        self.wire.out.clear();
        self.wire.out.extend_from_slice(b"QUIT\r\n");
        if self.wire.send(self.timeouts.quit).await.is_ok() {
            drop(self.wire.reply(self.timeouts.quit).await);
        }
    }

    async fn command(&mut self, stage: Stage, line: &str) -> Opened<Reply<'static>> {
        self.wire.out.clear();
        self.wire.out.extend_from_slice(line.as_bytes());
        self.wire.out.extend_from_slice(b"\r\n");
        self.wire
            .send(self.timeouts.banner)
            .await
            .map_err(|failed| ConnectError::Unreachable { stage, cause: failed.cause })?;
        self.reply(stage).await
    }

    async fn reply(&mut self, stage: Stage) -> Opened<Reply<'static>> {
        self.wire
            .reply(self.timeouts.banner)
            .await
            .map_err(|cause| ConnectError::Unreachable { stage, cause })
    }

    async fn expect(&mut self, stage: Stage, code: u16) -> Opened<()> {
        let reply = self.reply(stage).await?;
        accept(stage, code, reply)
    }

    async fn introduce(&mut self, relay: &Relay) -> Opened<()> {
        let name = relay.helo.clone().unwrap_or_else(|| address_literal(self.wire.local_ip()));
        self.wire.out.clear();
        self.wire.out.extend_from_slice(format!("EHLO {name}\r\n").as_bytes());
        let broken = |cause| ConnectError::Unreachable { stage: Stage::Ehlo, cause };
        self.wire.send(self.timeouts.banner).await.map_err(|failed| broken(failed.cause))?;
        let length = self.wire.await_reply(self.timeouts.banner).await.map_err(broken)?;
        let raw = self.wire.take_raw(length);
        let reply = super::reply::parse(raw);
        if reply.code == 250 {
            self.capabilities =
                Capabilities::of(raw).ok_or(broken(Cause::Garbage("an EHLO reply nobody can read")))?;
            return Ok(());
        }
        let reply = reply.into_owned();
        // A server from before 1995, or one that plays so: HELO, without any extension.
        if matches!(reply.code, 500 | 502 | 504 | 550) {
            self.capabilities = Capabilities::default();
            let reply = self.command(Stage::Ehlo, &format!("HELO {name}")).await?;
            return accept(Stage::Ehlo, 250, reply);
        }
        Err(ConnectError::Refused { stage: Stage::Ehlo, reply })
    }

    async fn upgrade(mut self, relay: &Relay) -> Opened<Self> {
        match relay.url.security {
            Security::None | Security::Implicit => return Ok(self),
            Security::Opportunistic if !self.capabilities.starttls => return Ok(self),
            Security::Opportunistic | Security::StartTls => {}
        }
        if !self.capabilities.starttls {
            return Err(ConnectError::Configuration(
                "The relay does not offer STARTTLS, and its address asks for it. Mail is not handed over unprotected."
                    .into(),
            ));
        }
        let reply = self.command(Stage::StartTls, "STARTTLS").await?;
        if reply.code != 220 {
            return match relay.url.security {
                Security::Opportunistic if !reply.is_closing() => Ok(self),
                _ if reply.is_permanent() => Err(ConnectError::Configuration(format!(
                    "The relay refused STARTTLS ({reply}). Mail is not handed over unprotected."
                ))),
                _ => Err(ConnectError::Refused { stage: Stage::StartTls, reply }),
            };
        }
        // Whatever was said in the clear after 220 may be a stranger's injection.
        if self.wire.has_unread() {
            let cause = Cause::Garbage("words in the clear after STARTTLS");
            return Err(ConnectError::Unreachable { stage: Stage::StartTls, cause });
        }
        let Stream::Plain(tcp) = self.wire.stream() else {
            return Err(ConnectError::Configuration("The session is encrypted already.".into()));
        };
        self.wire = Wire::new(handshake(relay, tcp, self.timeouts.banner).await?);
        self.encrypted = true;
        self.introduce(relay).await?;
        Ok(self)
    }

    async fn authenticate(&mut self, login: &Login) -> Opened<()> {
        if !self.encrypted && !self.wire.peer_ip().is_some_and(is_near) {
            return Err(ConnectError::Configuration(
                "The password would cross the internet unprotected. Use smtps:// or smtp+starttls://.".into(),
            ));
        }
        if self.capabilities.auth_plain {
            let secret = BASE64.encode(format!("\0{}\0{}", login.user, login.password));
            let reply = self.command(Stage::Auth, &format!("AUTH PLAIN {secret}")).await?;
            return accept(Stage::Auth, 235, reply);
        }
        if self.capabilities.auth_login {
            return self.authenticate_login(login).await;
        }
        Err(ConnectError::Configuration(
            "The relay offers neither AUTH PLAIN nor AUTH LOGIN on this connection; leave out user and password, \
             or use TLS."
                .into(),
        ))
    }

    async fn authenticate_login(&mut self, login: &Login) -> Opened<()> {
        let reply = self.command(Stage::Auth, "AUTH LOGIN").await?;
        accept(Stage::Auth, 334, reply)?;
        let reply = self.command(Stage::Auth, &BASE64.encode(&login.user)).await?;
        accept(Stage::Auth, 334, reply)?;
        let reply = self.command(Stage::Auth, &BASE64.encode(&login.password)).await?;
        accept(Stage::Auth, 235, reply)
    }
}

fn accept(stage: Stage, code: u16, reply: Reply<'static>) -> Opened<()> {
    if reply.code == code {
        return Ok(());
    }
    match reply.is_transient() || reply.is_permanent() {
        true => Err(ConnectError::Refused { stage, reply }),
        false => {
            Err(ConnectError::Unreachable { stage, cause: Cause::Garbage("a reply code that does not fit") })
        }
    }
}

fn address_literal(ip: Option<IpAddr>) -> String {
    match ip {
        Some(IpAddr::V4(v4)) => format!("[{v4}]"),
        Some(IpAddr::V6(v6)) => format!("[IPv6:{v6}]"),
        None => "localhost".to_owned(),
    }
}

/// On this machine or in a network that is not the internet.
fn is_near(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// Tries the addresses of the name in the system's order until one answers.
async fn connect(url: &SmtpUrl, limit: Duration) -> Opened<TcpStream> {
    let unreachable = |stage, cause| ConnectError::Unreachable { stage, cause };
    let found = timeout(limit, tokio::net::lookup_host((url.host.as_str(), url.port)))
        .await
        .map_err(|_| unreachable(Stage::Resolve, Cause::Timeout))?
        .map_err(|e| unreachable(Stage::Resolve, cause_of(&e)))?;
    let addresses: Vec<SocketAddr> = found.take(ADDRESSES_MAX).collect();
    let mut last = Cause::Garbage("the name has no address");
    for address in addresses {
        match timeout(limit, TcpStream::connect(address)).await {
            Ok(Ok(tcp)) => {
                tcp.set_nodelay(true).map_err(|e| unreachable(Stage::Connect, cause_of(&e)))?;
                return Ok(tcp);
            }
            Ok(Err(e)) => last = cause_of(&e),
            Err(_) => last = Cause::Timeout,
        }
    }
    Err(unreachable(Stage::Connect, last))
}

async fn handshake(relay: &Relay, tcp: TcpStream, limit: Duration) -> Opened<Stream> {
    let config: Arc<rustls::ClientConfig> = relay
        .tls
        .clone()
        .ok_or_else(|| ConnectError::Configuration("The relay was prepared without TLS.".into()))?;
    let name = ServerName::try_from(relay.url.host.clone()).map_err(|_| {
        ConnectError::Configuration("The relay's host is not a name a certificate can carry.".into())
    })?;
    let unreachable = |cause| ConnectError::Unreachable { stage: Stage::Tls, cause };
    match timeout(limit, tokio_rustls::TlsConnector::from(config).connect(name, tcp)).await {
        Ok(Ok(tls)) => Ok(Stream::Tls(Box::new(tls))),
        Ok(Err(e)) => Err(tls_failed(&e)),
        Err(_) => Err(unreachable(Cause::Timeout)),
    }
}

/// A certificate nobody vouches for is a matter for a person; a broken handshake may pass.
fn tls_failed(error: &std::io::Error) -> ConnectError {
    let below = error.get_ref().and_then(|e| e.downcast_ref::<rustls::Error>());
    match below {
        Some(rustls::Error::InvalidCertificate(why)) => {
            ConnectError::Configuration(format!("The relay's certificate is not accepted: {why}."))
        }
        _ => ConnectError::Unreachable { stage: Stage::Tls, cause: cause_of(error) },
    }
}
