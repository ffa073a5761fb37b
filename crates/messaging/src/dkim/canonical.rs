//! Relaxed canonicalisation of header fields and bodies (RFC 6376 3.4.2, 3.4.4).

use aws_lc_rs::digest::{Context, Digest, SHA256};

/// A header block split into fields.
pub struct Fields<'a>(Vec<(&'a [u8], &'a [u8])>);

impl<'a> Fields<'a> {
    /// Splits a block of fields, each ended by CRLF; folded lines stay with their field. A line that is
    /// no field is skipped.
    pub fn parse(block: &'a [u8]) -> Self {
        let mut fields = Vec::with_capacity(20);
        let mut rest = block;
        while !rest.is_empty() {
            let end = field_end(rest);
            let field = &rest[..end];
            rest = &rest[end..];
            if let Some(colon) = memchr::memchr(b':', field) {
                fields.push((field[..colon].trim_ascii_end(), &field[colon + 1..]));
            }
        }
        Fields(fields)
    }

    /// The last field of a name: the one a verifier takes first (RFC 6376 5.4.2).
    pub fn last(&self, name: &str) -> Option<&'a [u8]> {
        self.0.iter().rev().find(|(n, _)| n.eq_ignore_ascii_case(name.as_bytes())).map(|(_, value)| *value)
    }
}

fn field_end(block: &[u8]) -> usize {
    let mut from = 0;
    while let Some(at) = memchr::memchr(b'\n', &block[from..]) {
        from += at + 1;
        if !matches!(block.get(from), Some(b' ' | b'\t')) {
            return from;
        }
    }
    block.len()
}

/// Appends a field in relaxed form: lower-case name, unfolded, white space squeezed, CRLF.
/// `name` must be in lower case.
pub fn write_relaxed_field(name: &str, value: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(name.as_bytes());
    out.push(b':');
    let words = value.split(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n')).filter(|word| !word.is_empty());
    for (i, word) in words.enumerate() {
        if i > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(word);
    }
    out.extend_from_slice(b"\r\n");
}

/// SHA-256 of a body in relaxed form.
pub fn hash_relaxed_body(body: &[u8]) -> Digest {
    let body = trim_empty_lines(body);
    let mut context = Context::new(&SHA256);
    if is_relaxed(body) {
        context.update(body);
    } else {
        context.update(&relax_body(body));
    }
    context.finish()
}

/// Cuts empty lines off the end, keeping the CRLF of the last line that has something.
fn trim_empty_lines(body: &[u8]) -> &[u8] {
    let blank = |b: &u8| matches!(b, b'\r' | b'\n' | b' ' | b'\t');
    let Some(last) = body.iter().rposition(|b| !blank(b)) else {
        return &[];
    };
    match memchr::memchr(b'\n', &body[last..]) {
        Some(at) => &body[..last + at + 1],
        None => body,
    }
}

/// True if the body is in relaxed form already, as bodies of ours mostly are: no tab, no two spaces in a
/// row, no space before a line break, a line break at the end. One pass without branches, of which the
/// compiler makes SIMD.
fn is_relaxed(body: &[u8]) -> bool {
    let followers = body.get(1..).unwrap_or_default();
    let is_odd = |a: u8, b: u8| (a == b'\t') | ((a == b' ') & ((b == b' ') | (b == b'\r')));
    let odd = body.iter().zip(followers).fold(0_u8, |odd, (a, b)| odd | u8::from(is_odd(*a, *b)));
    body.is_empty() || (odd == 0 && body.ends_with(b"\r\n"))
}

fn relax_body(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + 2);
    let mut space = false;
    for byte in body {
        match byte {
            b' ' | b'\t' => space = true,
            b'\r' => {}
            b'\n' => {
                space = false;
                out.extend_from_slice(b"\r\n");
            }
            other => {
                if std::mem::take(&mut space) {
                    out.push(b' ');
                }
                out.push(*other);
            }
        }
    }
    if !out.is_empty() && !out.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out
}
