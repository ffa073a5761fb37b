//! A small SMTP server for what comes back: bounces, complaints, mailto unsubscribes.
//!
//! It takes mail only for recipients its [`Reception`] knows (it relays nothing), hands the raw message
//! on and answers 250 only after the reception has stored it. Everything is bounded: connections in all
//! and by address, recipients, line and message length, bytes held by all sessions together, time of a
//! command, a message and a session. Line ends are strict: a message with a bare CR or LF is refused and
//! the session ended, so nothing can be smuggled past another server's framing (CVE-2023-51764 to 51766).
//!
//! It deliberately has no STARTTLS, no AUTH, no queue and sends nothing: what it takes are reports about
//! mail that was ours, and their tokens are checked by the reception.

mod session;

use kernel::Result;
use std::collections::HashMap;
use std::future::Future;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// How long the listener rests when the system has no more file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// One message as it came.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// Return path; empty for bounces.
    pub mail_from: String,
    /// Recipients that were accepted, at least one.
    pub rcpt_to: Vec<String>,
    /// Headers and body, CRLF, without dot-stuffing. Hostile until proven otherwise.
    pub raw: Vec<u8>,
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Letter({} recipients, {} bytes)", self.rcpt_to.len(), self.raw.len())
    }
}

/// Who takes the mail in.
pub trait Reception: Send + Sync + 'static {
    /// True if mail for this address is for us. Asked at RCPT; must be quick.
    fn accepts(&self, recipient: &str) -> bool;

    /// Stores the message. 250 is answered after `Ok`, 452 after `Err` (the other side tries again), so
    /// it must be safe to be given the same message twice.
    fn receive(&self, letter: Letter) -> impl Future<Output = Result<()>> + Send;
}

/// Bounds of the server. Each has a default that suits one small machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one message.
    pub message_bytes_max: usize,
    /// Bytes held by all sessions together; beyond it messages are put off with 452.
    pub held_bytes_max: usize,
    /// Bytes of a command line.
    pub line_bytes_max: usize,
    /// Recipients of one message.
    pub recipients_max: usize,
    /// Messages of one session.
    pub messages_max: usize,
    /// Refused commands after which a session is ended.
    pub errors_max: usize,
    /// Sessions at once.
    pub connections_max: usize,
    /// Sessions at once from one address.
    pub connections_by_address_max: usize,
    /// Time for a command to arrive whole.
    pub command: Duration,
    /// Time for a message to arrive whole.
    pub message: Duration,
    /// Time of a session.
    pub session: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            message_bytes_max: 25 * 1024 * 1024,
            held_bytes_max: 64 * 1024 * 1024,
            line_bytes_max: 2_048,
            recipients_max: 10,
            messages_max: 100,
            errors_max: 10,
            connections_max: 100,
            connections_by_address_max: 20,
            command: Duration::from_secs(5 * 60),
            message: Duration::from_secs(10 * 60),
            session: Duration::from_secs(60 * 60),
        }
    }
}

/// What all sessions share.
struct House<R> {
    name: String,
    limits: Limits,
    reception: R,
    held_bytes: AtomicUsize,
    guests: Mutex<HashMap<IpAddr, usize>>,
}

impl<R> House<R> {
    /// Lets a session in, unless there are too many.
    fn admit(self: &Arc<Self>, address: IpAddr) -> Option<Guest<R>> {
        let mut guests = self.guests.lock().unwrap_or_else(|e| e.into_inner());
        let here: usize = guests.values().sum();
        let from_there = guests.entry(address).or_default();
        if here >= self.limits.connections_max || *from_there >= self.limits.connections_by_address_max {
            return None;
        }
        *from_there += 1;
        drop(guests);
        Some(Guest { house: self.clone(), address })
    }
}

/// A session's place; given back when dropped.
struct Guest<R> {
    house: Arc<House<R>>,
    address: IpAddr,
}

impl<R> Drop for Guest<R> {
    fn drop(&mut self) {
        let mut guests = self.house.guests.lock().unwrap_or_else(|e| e.into_inner());
        if let Some(count) = guests.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                guests.remove(&self.address);
            }
        }
    }
}

/// Bytes a session holds, counted in the house; given back when dropped.
struct Held<'a, R> {
    house: &'a House<R>,
    bytes: usize,
}

impl<'a, R> Held<'a, R> {
    fn none(house: &'a House<R>) -> Self {
        Held { house, bytes: 0 }
    }

    /// Counts up to `bytes` in all; false if the house is full.
    fn grow_to(&mut self, bytes: usize) -> bool {
        let more = bytes.saturating_sub(self.bytes);
        let before = self.house.held_bytes.fetch_add(more, Ordering::Relaxed);
        self.bytes += more;
        before + more <= self.house.limits.held_bytes_max
    }
}

impl<R> Drop for Held<'_, R> {
    fn drop(&mut self) {
        self.house.held_bytes.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// Serves until `stop` turns true; then ends idle sessions with 421 and lets storing ones finish.
/// `name` is how the server introduces itself.
pub async fn serve<R: Reception>(
    listener: TcpListener,
    name: String,
    limits: Limits,
    reception: R,
    mut stop: watch::Receiver<bool>,
) {
    let house = Arc::new(House {
        name,
        limits,
        reception,
        held_bytes: AtomicUsize::new(0),
        guests: Mutex::default(),
    });
    let mut sessions = tokio::task::JoinSet::new();
    loop {
        while sessions.try_join_next().is_some() {}
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        match accepted {
            Ok((tcp, peer)) => {
                let guest = house.admit(peer.ip().to_canonical());
                sessions.spawn(welcome(tcp, guest, stop.clone()));
            }
            Err(e) => {
                tracing::warn!(error = %e, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    while sessions.join_next().await.is_some() {}
}

async fn welcome<R: Reception>(mut tcp: TcpStream, guest: Option<Guest<R>>, stop: watch::Receiver<bool>) {
    let Some(guest) = guest else {
        use tokio::io::AsyncWriteExt;
        // Nothing depends on whether the answer arrives.
        drop(tcp.write_all(b"421 4.7.0 Too many connections, try again later\r\n").await);
        return;
    };
    if tcp.set_nodelay(true).is_ok() {
        let limit = guest.house.limits.session;
        // A session that is too long is cut; what it had stored is stored.
        drop(tokio::time::timeout(limit, session::run(tcp, &guest.house, stop)).await);
    }
}

#[cfg(test)]
mod tests;
