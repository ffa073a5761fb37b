//! The header block: constants of a campaign compiled once, slots filled per recipient.

use super::words::{write_phrase, write_text};
use crate::tokens::{MessageTokens, Purpose};
use kernel::{EmailAddress, FieldError, Problem, Timestamp};

/// Longest base of public links, host, port and path.
const BASE_MAX: usize = 200;

/// What kind of message it is; it decides the list headers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MessageClass {
    /// To a list: everything RFC 8058 and the mailbox providers want of bulk mail.
    Marketing,
    /// To one person about one matter: no list headers, `Auto-Submitted`.
    Service,
}

/// A name and an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// Display name, in plain text.
    pub name: Option<String>,
    /// The address.
    pub address: EmailAddress,
}

impl Mailbox {
    /// Reads `Shop <news@shop.example>`, `"Shop, Ltd" <…>` or a bare address. The error says what would
    /// be right.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        let Some(body) = text.strip_suffix('>') else {
            return Ok(Mailbox { name: None, address: EmailAddress::parse(text)? });
        };
        let (name, address) = body.rsplit_once('<').ok_or("a sender looks like Shop <news@shop.example>")?;
        let name = name.trim();
        let name = match name.strip_prefix('"').and_then(|n| n.strip_suffix('"')) {
            Some(quoted) => quoted.replace("\\\"", "\"").replace("\\\\", "\\"),
            None => name.to_owned(),
        };
        Ok(Mailbox { name: Some(name).filter(|n| !n.is_empty()), address: EmailAddress::parse(address)? })
    }
}

/// What is the same in every message of a campaign.
#[derive(Clone, Debug)]
pub struct CampaignHeaders {
    /// Marketing or service.
    pub class: MessageClass,
    /// The author; one mailbox of a verified domain.
    pub from: Mailbox,
    /// Where replies go, if not to the author.
    pub reply_to: Option<Mailbox>,
    /// Base of public links, without a slash at the end: `https://t.shop.example`.
    pub tracking_base: String,
    /// Domain of return path, Message-ID and unsubscribe address.
    pub bounce_domain: String,
    /// List-Id without brackets: `news.sto-….lists.shop.example` (RFC 2919).
    pub list_id: String,
    /// Campaign, store, kind and sender for Feedback-ID; at most four, none personal.
    pub feedback_id: [String; 4],
    /// Address for complaint reports (RFC 9477), if the installation takes them.
    pub cfbl_address: Option<EmailAddress>,
    /// MIME boundary of the body the templates render.
    pub boundary: String,
}

/// Whom one message goes to.
#[derive(Clone, Copy, Debug)]
pub struct Recipient<'a> {
    /// The address.
    pub address: &'a EmailAddress,
    /// Display name; neutralised, never refused.
    pub name: Option<&'a str>,
}

/// The compiled constants. Writing one header block takes about a microsecond beside its tokens.
#[derive(Clone, Debug)]
pub struct HeaderTemplate {
    constant: Vec<u8>,
    class: MessageClass,
    tracking_base: String,
    bounce_domain: String,
    cfbl: bool,
}

impl HeaderTemplate {
    /// Checks and encodes the constants. Problem: one of them cannot stand in a header (S-50).
    pub fn compile(c: &CampaignHeaders) -> Result<Self, Problem> {
        check(c)?;
        let mut out = Vec::with_capacity(800);
        mailbox_field(b"From: ", &c.from, &mut out);
        if let Some(reply_to) = &c.reply_to {
            mailbox_field(b"Reply-To: ", reply_to, &mut out);
        }
        field(&mut out, "MIME-Version", "1.0");
        field(&mut out, "Content-Type", &format!("multipart/alternative;\r\n boundary=\"{}\"", c.boundary));
        field(&mut out, "Feedback-ID", &c.feedback_id.join(":"));
        match c.class {
            MessageClass::Marketing => {
                field(&mut out, "List-Id", &format!("<{}>", c.list_id));
                field(&mut out, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
                field(&mut out, "Precedence", "bulk");
            }
            MessageClass::Service => field(&mut out, "Auto-Submitted", "auto-generated"),
        }
        if let Some(address) = &c.cfbl_address {
            field(&mut out, "CFBL-Address", &format!("{}; report=arf", address.as_str()));
        }
        Ok(HeaderTemplate {
            constant: out,
            class: c.class,
            tracking_base: c.tracking_base.clone(),
            bounce_domain: c.bounce_domain.clone(),
            cfbl: c.cfbl_address.is_some(),
        })
    }

    /// Appends the header fields of one message, each ended by CRLF, without the empty line after them.
    pub fn write(
        &self,
        to: Recipient<'_>,
        subject: &str,
        date: Timestamp,
        tokens: &MessageTokens,
        out: &mut Vec<u8>,
    ) {
        out.extend_from_slice(&self.constant);
        write_to(to, out);
        out.extend_from_slice(b"Subject: ");
        write_text(subject, "Subject: ".len(), out);
        out.extend_from_slice(b"\r\nDate: ");
        write_date(date, out);
        let mut text = String::with_capacity(600);
        text.push_str("\r\nMessage-ID: <");
        tokens.message_id_local(&mut text);
        self.push_all(&mut text, &["@", &self.bounce_domain, ">\r\n"]);
        if self.class == MessageClass::Marketing {
            self.push_list_unsubscribe(tokens, &mut text);
        }
        if self.cfbl {
            text.push_str("CFBL-Feedback-ID: ");
            tokens.url(Purpose::Feedback, 0, &mut text);
            text.push_str("\r\n");
        }
        self.push_all(&mut text, &["X-Report-Abuse: ", &self.tracking_base, "/abuse?m="]);
        tokens.url(Purpose::Report, 0, &mut text);
        text.push_str("\r\n");
        out.extend_from_slice(text.as_bytes());
    }

    /// Appends the Message-ID without brackets.
    pub fn write_message_id(&self, tokens: &MessageTokens, out: &mut String) {
        tokens.message_id_local(out);
        self.push_all(out, &["@", &self.bounce_domain]);
    }

    /// Appends the envelope sender (return path) of one message: `b+…@bounce-domain`.
    pub fn write_return_path(&self, tokens: &MessageTokens, out: &mut String) {
        tokens.return_path_local(out);
        self.push_all(out, &["@", &self.bounce_domain]);
    }

    fn push_list_unsubscribe(&self, tokens: &MessageTokens, text: &mut String) {
        self.push_all(text, &["List-Unsubscribe: <", &self.tracking_base, "/u/"]);
        tokens.url(Purpose::Unsubscribe, 0, text);
        text.push_str(">,\r\n <mailto:");
        tokens.unsubscribe_local(text);
        self.push_all(text, &["@", &self.bounce_domain, "?subject=unsubscribe>\r\n"]);
    }

    fn push_all(&self, text: &mut String, parts: &[&str]) {
        for part in parts {
            text.push_str(part);
        }
    }
}

fn field(out: &mut Vec<u8>, name: &str, value: &str) {
    for part in [name, ": ", value, "\r\n"] {
        out.extend_from_slice(part.as_bytes());
    }
}

fn mailbox_field(name: &[u8], mailbox: &Mailbox, out: &mut Vec<u8>) {
    out.extend_from_slice(name);
    write_mailbox(mailbox.name.as_deref(), &mailbox.address, name.len(), out);
    out.extend_from_slice(b"\r\n");
}

fn write_to(to: Recipient<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"To: ");
    write_mailbox(to.name, to.address, "To: ".len(), out);
    out.extend_from_slice(b"\r\n");
}

fn write_mailbox(name: Option<&str>, address: &EmailAddress, column: usize, out: &mut Vec<u8>) {
    let name = name.filter(|n| n.chars().any(|c| !c.is_control() && !c.is_whitespace()));
    let Some(name) = name else {
        return out.extend_from_slice(address.as_str().as_bytes());
    };
    let start = out.len();
    write_phrase(name, column, out);
    let line =
        memchr::memrchr(b'\n', &out[start..]).map_or(column + out.len() - start, |at| out.len() - start - at);
    out.extend_from_slice(if line + address.as_str().len() + 3 > 76 { b"\r\n <" } else { b" <" });
    out.extend_from_slice(address.as_str().as_bytes());
    out.push(b'>');
}

/// Appends a date as RFC 5322 3.3 wants it, in UTC.
pub fn write_date(at: Timestamp, out: &mut Vec<u8>) {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let t = jiff::tz::Offset::UTC.to_datetime(at.to_jiff());
    let day = DAYS[t.weekday().to_monday_zero_offset() as usize];
    let month = MONTHS[(t.month() - 1) as usize];
    let two = |n: i8| [b'0' + n as u8 / 10, b'0' + n as u8 % 10];
    let year = [two((t.year() / 100) as i8), two((t.year() % 100) as i8)];
    for part in [day.as_bytes(), b", ", &two(t.day()), b" ", month.as_bytes(), b" ", &year[0], &year[1], b" "]
    {
        out.extend_from_slice(part);
    }
    for part in [&two(t.hour())[..], b":", &two(t.minute()), b":", &two(t.second()), b" +0000"] {
        out.extend_from_slice(part);
    }
}

fn check(c: &CampaignHeaders) -> Result<(), Problem> {
    let mut errors = Vec::new();
    let mut want = |good: bool, pointer: &str, detail: &str| {
        if !good {
            errors.push(FieldError {
                pointer: pointer.to_owned(),
                code: "header",
                detail: detail.to_owned(),
            });
        }
    };
    for (mailbox, pointer) in [(Some(&c.from), "/from"), (c.reply_to.as_ref(), "/reply_to")] {
        let Some(mailbox) = mailbox else { continue };
        want(
            mailbox.name.as_deref().is_none_or(|n| n.len() <= 300 && !n.contains(is_break)),
            pointer,
            "A sender's name is one line of at most 300 bytes.",
        );
        want(
            !mailbox.address.needs_smtputf8(),
            pointer,
            "A sender's address is ASCII; write an international domain in its xn-- form.",
        );
    }
    want(
        is_base(&c.tracking_base),
        "/tracking_base",
        "The public address looks like https://t.shop.example.",
    );
    want(is_host(&c.bounce_domain), "/bounce_domain", "The bounce domain looks like bounce.shop.example.");
    want(is_host(&c.list_id), "/list_id", "A list id looks like news.lists.shop.example.");
    want(
        c.feedback_id
            .iter()
            .all(|part| part.len() <= 64 && part.bytes().all(|b| b.is_ascii_graphic() && b != b':')),
        "/feedback_id",
        "Parts of Feedback-ID are visible ASCII without colons.",
    );
    want(
        c.cfbl_address.as_ref().is_none_or(|a| !a.needs_smtputf8()),
        "/cfbl_address",
        "The complaint address is ASCII.",
    );
    want(
        is_boundary(&c.boundary),
        "/boundary",
        "A boundary has 1 to 70 letters, digits, and - _ = . characters.",
    );
    Problem::fields(errors).map_or(Ok(()), Err)
}

fn is_break(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

fn is_base(base: &str) -> bool {
    let rest = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://"));
    base.len() <= BASE_MAX
        && !base.ends_with('/')
        && rest.is_some_and(|r| {
            !r.is_empty() && r.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:/[]".contains(&b))
        })
}

fn is_host(host: &str) -> bool {
    (1..=253).contains(&host.len())
        && host.split('.').all(|l| {
            (1..=63).contains(&l.len())
                && l.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        })
}

fn is_boundary(boundary: &str) -> bool {
    (1..=70).contains(&boundary.len())
        && boundary.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'=' | b'.'))
}
