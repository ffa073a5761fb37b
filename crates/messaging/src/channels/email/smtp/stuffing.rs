//! Transparency of the message body (RFC 5321 4.5.2): dots at line starts are doubled.
//!
//! A body that is not strictly CRLF is made so here, because a bare LF or CR on the wire is how one
//! message smuggles another past a relay. Signing happens before; a body that needed mending loses its
//! signature, which is the lesser harm.

/// What ends a message.
pub const END_OF_DATA: &[u8] = b".\r\n";

/// True if a body can be sent as it is: every line ends in CRLF, none begins with a dot. So are all that
/// our templates render. One pass without branches, of which the compiler makes SIMD.
pub fn is_transparent(body: &[u8]) -> bool {
    let followers = body.get(1..).unwrap_or_default();
    let is_bad = |a: u8, b: u8| ((a == b'\r') != (b == b'\n')) | ((a == b'\n') & (b == b'.'));
    let bad = body.iter().zip(followers).fold(0_u8, |bad, (a, b)| bad | u8::from(is_bad(*a, *b)));
    body.is_empty() || (bad == 0 && body.ends_with(b"\r\n") && !matches!(body[0], b'.' | b'\n'))
}

/// Appends the body, stuffed and ending in CRLF, and the final dot: every bare CR or LF becomes CRLF.
pub fn push_stuffed(out: &mut Vec<u8>, body: &[u8]) {
    let begin = out.len();
    out.reserve(body.len() + 64);
    push_mended(out, body);
    if out.len() > begin && !out.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(END_OF_DATA);
}

fn push_mended(out: &mut Vec<u8>, body: &[u8]) {
    let mut line_start = true;
    let mut bytes = body.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\r' | b'\n' => {
                if byte == b'\r' && bytes.peek() == Some(&b'\n') {
                    bytes.next();
                }
                out.extend_from_slice(b"\r\n");
                line_start = true;
            }
            _ => {
                if line_start && byte == b'.' {
                    out.push(b'.');
                }
                out.push(byte);
                line_start = false;
            }
        }
    }
}
