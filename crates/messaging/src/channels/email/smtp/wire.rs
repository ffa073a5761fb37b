//! Bytes to and from one server: a stream, one read buffer and one write buffer, both reused.
//!
//! It knows replies but not the order of the dialogue.

use super::outcome::Cause;
use super::reply::{self, Reply};
use std::io::IoSlice;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::client::TlsStream;

/// Room made for each read; replies are short.
const READ_BYTES: usize = 4 * 1024;
/// A write buffer that grew beyond this is given back after use.
const KEPT_BYTES_MAX: usize = 1024 * 1024;
/// How long we look for a server's last words after a failed write.
const LAST_WORDS: Duration = Duration::from_millis(500);

pub(super) enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

pub(super) struct Wire {
    stream: Stream,
    read: Vec<u8>,
    /// Bytes of `read` already understood.
    taken: usize,
    /// What the next [`Wire::send`] writes.
    pub(super) out: Vec<u8>,
}

/// A write that failed.
pub(super) struct SendFailed {
    pub(super) cause: Cause,
    /// The server cannot have received anything from this offset on, of all that was to be written.
    pub(super) certain_from: usize,
}

impl Wire {
    pub(super) fn new(stream: Stream) -> Self {
        Wire { stream, read: Vec::with_capacity(READ_BYTES), taken: 0, out: Vec::with_capacity(16 * 1024) }
    }

    pub(super) fn stream(self) -> Stream {
        self.stream
    }

    /// The address of our end.
    pub(super) fn local_ip(&self) -> Option<std::net::IpAddr> {
        self.tcp().local_addr().ok().map(|a| a.ip())
    }

    /// The address of the server.
    pub(super) fn peer_ip(&self) -> Option<std::net::IpAddr> {
        self.tcp().peer_addr().ok().map(|a| a.ip())
    }

    fn tcp(&self) -> &TcpStream {
        match &self.stream {
            Stream::Plain(tcp) => tcp,
            Stream::Tls(tls) => tls.get_ref().0,
        }
    }

    /// True if the server said something that was not yet read as a reply.
    pub(super) fn has_unread(&self) -> bool {
        self.taken < self.read.len()
    }

    /// Reads what is there; waits for something. Cancelling loses nothing.
    pub(super) async fn fill(&mut self) -> Result<(), Cause> {
        if self.taken == self.read.len() {
            self.read.clear();
            self.taken = 0;
        }
        self.read.reserve(READ_BYTES);
        let read = match &mut self.stream {
            Stream::Plain(tcp) => tcp.read_buf(&mut self.read).await,
            Stream::Tls(tls) => tls.read_buf(&mut self.read).await,
        };
        match read {
            Ok(0) => Err(Cause::Closed),
            Ok(_) => Ok(()),
            Err(e) => Err(cause_of(&e)),
        }
    }

    /// Waits for one complete reply; answers its length for [`Wire::take`]. The limit is for the whole
    /// reply, so a server that drips bytes gains nothing.
    pub(super) async fn await_reply(&mut self, limit: Duration) -> Result<usize, Cause> {
        if let Some(length) = self.scan()? {
            return Ok(length);
        }
        let deadline = Instant::now() + limit;
        loop {
            timeout_at(deadline, self.fill()).await.map_err(|_| Cause::Timeout)??;
            if let Some(length) = self.scan()? {
                return Ok(length);
            }
        }
    }

    fn scan(&self) -> Result<Option<usize>, Cause> {
        reply::scan(&self.read[self.taken..])
    }

    /// The raw bytes of a reply that was awaited.
    pub(super) fn take_raw(&mut self, length: usize) -> &[u8] {
        let from = self.taken;
        self.taken += length;
        &self.read[from..from + length]
    }

    /// The reply that was awaited.
    pub(super) fn take(&mut self, length: usize) -> Reply<'_> {
        reply::parse(self.take_raw(length))
    }

    /// A complete reply that is in the buffer without having been asked for.
    pub(super) fn take_unasked(&mut self) -> Option<Reply<'static>> {
        let length = self.scan().ok().flatten()?;
        Some(self.take(length).into_owned())
    }

    /// Waits for one reply and owns it.
    pub(super) async fn reply(&mut self, limit: Duration) -> Result<Reply<'static>, Cause> {
        let length = self.await_reply(limit).await?;
        Ok(self.take(length).into_owned())
    }

    /// Writes the whole buffer and empties it; `limit` is for each block the server takes.
    pub(super) async fn send(&mut self, limit: Duration) -> Result<(), SendFailed> {
        self.send_behind(&[], limit).await
    }

    /// The same with other bytes before the buffer, in one write.
    pub(super) async fn send_behind(&mut self, first: &[u8], limit: Duration) -> Result<(), SendFailed> {
        let result = write_all(&mut self.stream, first, &self.out, limit).await;
        self.out.clear();
        if self.out.capacity() > KEPT_BYTES_MAX {
            self.out.shrink_to(KEPT_BYTES_MAX / 16);
        }
        result
    }

    /// What the server said before it went away, if a write failed.
    pub(super) async fn last_words(&mut self) -> Option<Reply<'static>> {
        self.reply(LAST_WORDS).await.ok()
    }
}

async fn write_all(
    stream: &mut Stream,
    first: &[u8],
    second: &[u8],
    limit: Duration,
) -> Result<(), SendFailed> {
    let length = first.len() + second.len();
    let mut done = 0;
    while done < length {
        let rest = [&first[done.min(first.len())..], &second[done.saturating_sub(first.len())..]];
        let rest = rest.map(IoSlice::new);
        let written = match stream {
            Stream::Plain(tcp) => timeout(limit, tcp.write_vectored(&rest)).await,
            Stream::Tls(tls) => timeout(limit, tls.write_vectored(&rest)).await,
        };
        let cause = match written {
            Ok(Ok(0)) => Cause::Closed,
            Ok(Ok(n)) => {
                done += n;
                continue;
            }
            Ok(Err(e)) => cause_of(&e),
            Err(_) => Cause::Timeout,
        };
        // TLS may have sent part of what it reports as failed; only what was never given to it is certain.
        let certain_from = if matches!(stream, Stream::Tls(_)) { length } else { done };
        return Err(SendFailed { cause, certain_from });
    }
    let Stream::Tls(tls) = stream else { return Ok(()) };
    let failed = |cause| SendFailed { cause, certain_from: length };
    match timeout(limit, tls.flush()).await {
        Ok(flushed) => flushed.map_err(|e| failed(cause_of(&e))),
        Err(_) => Err(failed(Cause::Timeout)),
    }
}

/// Reduces a system error to a cause. A closed connection has many names.
pub(super) fn cause_of(error: &std::io::Error) -> Cause {
    use std::io::ErrorKind as K;
    if let Some(tls) = error.get_ref().and_then(|e| e.downcast_ref::<rustls::Error>()) {
        return Cause::Tls(tls.to_string());
    }
    match error.kind() {
        K::UnexpectedEof | K::ConnectionReset | K::ConnectionAborted | K::BrokenPipe => Cause::Closed,
        K::TimedOut => Cause::Timeout,
        kind => Cause::Io(kind),
    }
}
