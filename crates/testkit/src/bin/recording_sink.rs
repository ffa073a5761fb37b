//! An SMTP server for crash and speed tests that outlives its client: one line a message, in a file.
//!
//! Usage: `recording_sink --listen 127.0.0.1:2525 --log FILE [--latency-us N] [--defer-every N]
//! [--refuse-every N] [--size BYTES]`. Prints `listening ADDRESS` when ready (port 0 picks a free one).
//!
//! For each message it appends `RCPT<TAB>MESSAGE-ID<TAB>X-Smartpush-…: value; …<LF>` with one `O_APPEND`
//! write *before* it answers 250, so a client killed at any moment finds every message it may have
//! handed over in the file. `--defer-every n` answers each nth RCPT with 451, `--refuse-every n` with
//! 550. A thread a connection, minimal parsing: the sink must never be the slow side.

use memchr::memmem;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const READ_BYTES: usize = 64 * 1024;
const STACK_BYTES: usize = 256 * 1024;
/// A client that sends more without a final dot is cut off.
const MESSAGE_BYTES_MAX: usize = 64 * 1024 * 1024;

struct Options {
    listen: String,
    log: String,
    latency: Duration,
    defer_every: u64,
    refuse_every: u64,
    size: u64,
}

struct Sink {
    options: Options,
    log: File,
    recipients: AtomicU64,
}

fn main() -> ExitCode {
    let options = match read_options(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(why) => {
            eprintln!(
                "{why}\nusage: recording_sink --listen ADDRESS --log FILE [--latency-us N] [--defer-every N] [--refuse-every N] [--size BYTES]"
            );
            return ExitCode::from(2);
        }
    };
    match run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}

fn read_options(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options {
        listen: String::new(),
        log: String::new(),
        latency: Duration::ZERO,
        defer_every: 0,
        refuse_every: 0,
        size: 26_214_400,
    };
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name} needs a value"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("{name} needs a number"));
        match name.as_str() {
            "--listen" => options.listen = value,
            "--log" => options.log = value,
            "--latency-us" => options.latency = Duration::from_micros(number()?),
            "--defer-every" => options.defer_every = number()?,
            "--refuse-every" => options.refuse_every = number()?,
            "--size" => options.size = number()?,
            _ => return Err(format!("{name} is not known")),
        }
    }
    match options.listen.is_empty() || options.log.is_empty() {
        true => Err("--listen and --log are needed".into()),
        false => Ok(options),
    }
}

fn run(options: Options) -> std::io::Result<()> {
    let listener = TcpListener::bind(&options.listen)?;
    let log = OpenOptions::new().create(true).append(true).open(&options.log)?;
    println!("listening {}", listener.local_addr()?);
    std::io::stdout().flush()?;
    let sink = Arc::new(Sink { options, log, recipients: AtomicU64::new(0) });
    for stream in listener.incoming() {
        let Ok(stream) = stream else { continue };
        let sink = sink.clone();
        // A broken connection is an ordinary event here: the client is being killed on purpose.
        let serve = move || drop(Session::new(stream, sink).run());
        std::thread::Builder::new().stack_size(STACK_BYTES).spawn(serve)?;
    }
    Ok(())
}

struct Session {
    stream: TcpStream,
    sink: Arc<Sink>,
    /// Room; filled up to `filled`, understood up to `taken`.
    input: Vec<u8>,
    filled: usize,
    taken: usize,
    output: Vec<u8>,
    recipient: Vec<u8>,
    line: Vec<u8>,
}

impl Session {
    fn new(stream: TcpStream, sink: Arc<Sink>) -> Self {
        Session {
            stream,
            sink,
            input: vec![0; READ_BYTES],
            filled: 0,
            taken: 0,
            output: Vec::with_capacity(1024),
            recipient: Vec::new(),
            line: Vec::with_capacity(512),
        }
    }

    fn run(&mut self) -> std::io::Result<()> {
        self.stream.set_nodelay(true)?;
        self.output.extend_from_slice(b"220 recording.sink ESMTP\r\n");
        loop {
            let (from, to) = self.command()?;
            let mut verb = [0; 4];
            verb.iter_mut().zip(&self.input[from..to]).for_each(|(v, c)| *v = c.to_ascii_uppercase());
            match &verb {
                b"EHLO" => {
                    let size = self.sink.options.size;
                    let reply = format!(
                        "250-recording.sink\r\n250-PIPELINING\r\n250-SIZE {size}\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES\r\n"
                    );
                    self.output.extend_from_slice(reply.as_bytes());
                }
                b"MAIL" => {
                    self.recipient.clear();
                    self.output.extend_from_slice(b"250 2.1.0 ok\r\n");
                }
                b"RCPT" => self.rcpt(from, to),
                b"DATA" => self.data()?,
                b"RSET" | b"NOOP" | b"HELO" => {
                    self.recipient.clear();
                    self.output.extend_from_slice(b"250 2.0.0 ok\r\n");
                }
                b"QUIT" => {
                    self.output.extend_from_slice(b"221 2.0.0 bye\r\n");
                    return self.flush();
                }
                _ => self.output.extend_from_slice(b"500 5.5.1 what?\r\n"),
            }
        }
    }

    fn rcpt(&mut self, from: usize, to: usize) {
        let command = &self.input[from..to];
        let options = &self.sink.options;
        let number = self.sink.recipients.fetch_add(1, Ordering::Relaxed) + 1;
        let hits = |every: u64| every != 0 && number.is_multiple_of(every);
        if hits(options.defer_every) {
            self.output.extend_from_slice(b"451 4.3.0 later, please\r\n");
        } else if hits(options.refuse_every) {
            self.output.extend_from_slice(b"550 5.1.1 no such user here\r\n");
        } else {
            let from = memchr::memchr(b'<', command).map_or(0, |at| at + 1);
            let to = memchr::memrchr(b'>', command).unwrap_or(command.len());
            self.recipient.extend_from_slice(command.get(from..to).unwrap_or_default());
            self.output.extend_from_slice(b"250 2.1.5 ok\r\n");
        }
    }

    fn data(&mut self) -> std::io::Result<()> {
        if self.recipient.is_empty() {
            self.output.extend_from_slice(b"554 5.5.1 no valid recipients\r\n");
            return Ok(());
        }
        self.output.extend_from_slice(b"354 go ahead\r\n");
        let (from, to) = self.message()?;
        self.line.clear();
        self.line.extend_from_slice(&self.recipient);
        describe(&self.input[from..to], &mut self.line);
        (&self.sink.log).write_all(&self.line)?;
        if !self.sink.options.latency.is_zero() {
            std::thread::sleep(self.sink.options.latency);
        }
        self.recipient.clear();
        self.output.extend_from_slice(b"250 2.0.0 recorded\r\n");
        Ok(())
    }

    /// The next command line without its end.
    fn command(&mut self) -> std::io::Result<(usize, usize)> {
        let mut searched = self.taken;
        loop {
            if let Some(at) = memchr::memchr(b'\n', &self.input[searched..self.filled]) {
                let (from, end) = (self.taken, searched + at);
                self.taken = end + 1;
                let to = if end > from && self.input[end - 1] == b'\r' { end - 1 } else { end };
                return Ok((from, to));
            }
            let added = self.fill()?;
            searched = self.filled - added;
        }
    }

    /// The next message without its final dot.
    fn message(&mut self) -> std::io::Result<(usize, usize)> {
        let mut searched = self.taken;
        loop {
            let from = self.taken;
            if self.input[from..self.filled].starts_with(b".\r\n") {
                self.taken = from + 3;
                return Ok((from, from));
            }
            if let Some(at) = memmem::find(&self.input[searched..self.filled], b"\r\n.\r\n") {
                self.taken = searched + at + 5;
                return Ok((from, searched + at + 2));
            }
            let added = self.fill()?;
            searched = (self.filled - added).saturating_sub(4).max(self.taken);
        }
    }

    /// Answers what is due and reads more; the number of bytes read.
    fn fill(&mut self) -> std::io::Result<usize> {
        self.flush()?;
        if self.taken > 0 {
            self.input.copy_within(self.taken..self.filled, 0);
            self.filled -= self.taken;
            self.taken = 0;
        }
        if self.filled > MESSAGE_BYTES_MAX {
            return Err(std::io::ErrorKind::InvalidData.into());
        }
        if self.input.len() - self.filled < READ_BYTES / 2 {
            self.input.resize(self.input.len() * 2, 0);
        }
        match self.stream.read(&mut self.input[self.filled..])? {
            0 => Err(std::io::ErrorKind::UnexpectedEof.into()),
            read => {
                self.filled += read;
                Ok(read)
            }
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        if !self.output.is_empty() {
            self.stream.write_all(&self.output)?;
            self.output.clear();
        }
        Ok(())
    }
}

/// Appends `<TAB>MESSAGE-ID<TAB>X-Smartpush-…: value; …<LF>`.
fn describe(message: &[u8], line: &mut Vec<u8>) {
    let head = memmem::find(message, b"\r\n\r\n").map_or(message, |at| &message[..at]);
    let (mut id, mut own): (&[u8], Vec<&[u8]>) = (b"", Vec::new());
    for header in head.split(|b| *b == b'\n') {
        let header = header.strip_suffix(b"\r").unwrap_or(header);
        if starts_with_ignoring_case(header, b"message-id:") {
            id = header[b"message-id:".len()..].trim_ascii();
        } else if starts_with_ignoring_case(header, b"x-smartpush-") {
            own.push(header);
        }
    }
    line.push(b'\t');
    line.extend_from_slice(id);
    line.push(b'\t');
    line.extend_from_slice(&own.join(&b"; "[..]));
    line.push(b'\n');
}

fn starts_with_ignoring_case(text: &[u8], prefix: &[u8]) -> bool {
    text.get(..prefix.len()).is_some_and(|t| t.eq_ignore_ascii_case(prefix))
}
