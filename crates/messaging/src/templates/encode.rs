//! Quoted-printable (RFC 2045 6.7) written piece by piece, so that constant pieces are encoded once a
//! campaign and only what differs is encoded for each recipient.
//!
//! Lines never exceed 76 characters, a space never ends a line, line breaks are CRLF. The encoding has
//! no `=_`, so a boundary that contains it cannot occur in a body. A dot that would begin a line is encoded
//! (RFC 2049 3), so SMTP has no dots to double.

/// Longest encoded line without its CRLF.
pub const LINE: usize = 76;

/// A constant piece, encoded as if it began a line.
#[derive(Clone, Debug, Default)]
pub struct Encoded {
    bytes: Box<[u8]>,
    /// Columns its first line needs, with room for the `=` of a soft break.
    first_line: u8,
    end_column: u8,
    has_break: bool,
    starts_with_break: bool,
}

impl Encoded {
    /// Encodes a piece.
    pub fn new(text: &str) -> Self {
        let mut bytes = Vec::with_capacity(text.len() + text.len() / 20 + 8);
        let mut writer = Writer::new(&mut bytes);
        writer.text(text);
        let end_column = writer.column as u8;
        let first_break = bytes.windows(2).position(|w| w == b"\r\n");
        Encoded {
            first_line: first_break.unwrap_or(bytes.len() + 1).min(255) as u8,
            end_column,
            has_break: first_break.is_some(),
            starts_with_break: first_break == Some(0),
            bytes: bytes.into(),
        }
    }
}

/// Appends quoted-printable text to a buffer.
pub struct Writer<'b> {
    out: &'b mut Vec<u8>,
    column: usize,
}

impl<'b> Writer<'b> {
    /// Starts at the beginning of a line.
    pub fn new(out: &'b mut Vec<u8>) -> Self {
        Writer { out, column: 0 }
    }

    /// Appends a constant piece.
    pub fn encoded(&mut self, piece: &Encoded) {
        if piece.bytes.is_empty() {
            return;
        }
        if piece.starts_with_break {
            self.protect_trailing_space();
        } else if self.column > 0 && self.column + usize::from(piece.first_line) > LINE {
            self.soft_break();
        }
        self.out.extend_from_slice(&piece.bytes);
        self.column = match piece.has_break {
            true => usize::from(piece.end_column),
            false => self.column + piece.bytes.len(),
        };
    }

    /// Encodes and appends text.
    pub fn text(&mut self, text: &str) {
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            let plain = plain_prefix(rest);
            self.plain(&rest[..plain]);
            rest = &rest[plain..];
            rest = self.special(rest);
        }
    }

    /// Ends the part: a space at its very end would be lost on the way.
    pub fn finish(mut self) {
        self.protect_trailing_space();
    }

    fn plain(&mut self, mut bytes: &[u8]) {
        while let Some(first) = bytes.first() {
            if self.column >= LINE - 1 {
                self.soft_break();
            }
            if self.column == 0 && *first == b'.' {
                self.escape(b".");
                bytes = &bytes[1..];
                continue;
            }
            let room = (LINE - 1 - self.column).min(bytes.len());
            self.out.extend_from_slice(&bytes[..room]);
            self.column += room;
            bytes = &bytes[room..];
        }
    }

    /// Handles the character at the start of `rest`, if there is one, and answers what is left.
    fn special<'t>(&mut self, rest: &'t [u8]) -> &'t [u8] {
        let Some(first) = rest.first() else { return rest };
        match first {
            b'\r' if rest.get(1) == Some(&b'\n') => {
                self.hard_break();
                &rest[2..]
            }
            b'\n' | b'\r' => {
                self.hard_break();
                &rest[1..]
            }
            _ => {
                let length = character_length(*first).min(rest.len());
                self.escape(&rest[..length]);
                &rest[length..]
            }
        }
    }

    fn escape(&mut self, bytes: &[u8]) {
        const HEX: &[u8; 16] = b"0123456789ABCDEF";
        if self.column + bytes.len() * 3 > LINE - 1 {
            self.soft_break();
        }
        for byte in bytes {
            self.out.extend_from_slice(&[b'=', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
        self.column += bytes.len() * 3;
    }

    fn soft_break(&mut self) {
        self.out.extend_from_slice(b"=\r\n");
        self.column = 0;
    }

    fn hard_break(&mut self) {
        self.protect_trailing_space();
        self.out.extend_from_slice(b"\r\n");
        self.column = 0;
    }

    fn protect_trailing_space(&mut self) {
        let Some(last @ (b' ' | b'\t')) = self.out.last().copied().filter(|_| self.column > 0) else {
            return;
        };
        self.out.pop();
        self.column -= 1;
        self.escape(&[last]);
    }
}

/// Bytes at the start that stand for themselves.
fn plain_prefix(bytes: &[u8]) -> usize {
    bytes.iter().position(|b| !matches!(b, b' '..=b'<' | b'>'..=b'~' | b'\t')).unwrap_or(bytes.len())
}

fn character_length(first: u8) -> usize {
    match first {
        0xf0.. => 4,
        0xe0.. => 3,
        0xc0.. => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decode(bytes: &[u8]) -> String {
        let mut out = Vec::new();
        let mut i = 0;
        while i < bytes.len() {
            match bytes[i] {
                b'=' if bytes[i + 1] == b'\r' => i += 3,
                b'=' => {
                    let hex = std::str::from_utf8(&bytes[i + 1..i + 3]).unwrap();
                    out.push(u8::from_str_radix(hex, 16).unwrap());
                    i += 3;
                }
                b => {
                    out.push(b);
                    i += 1;
                }
            }
        }
        String::from_utf8(out).unwrap().replace("\r\n", "\n")
    }

    fn check_lines(bytes: &[u8]) {
        for line in bytes.split(|b| *b == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            assert!(line.len() <= LINE, "{} columns", line.len());
            assert!(!line.ends_with(b" ") && !line.ends_with(b"\t"));
            assert!(!line.starts_with(b"."));
            assert!(line.iter().all(|b| matches!(b, b' '..=b'~' | b'\t')));
        }
    }

    #[test]
    fn constant_and_varying_pieces_join_without_a_trace() {
        let mut out = Vec::new();
        let mut writer = Writer::new(&mut out);
        writer.encoded(&Encoded::new("Hello "));
        writer.text("Zoë");
        writer.encoded(&Encoded::new(",\nwelcome "));
        writer.text("");
        writer.encoded(&Encoded::new("\n = end "));
        writer.finish();
        assert_eq!(String::from_utf8(out).unwrap(), "Hello Zo=C3=AB,\r\nwelcome=20\r\n =3D end=20");
    }

    proptest! {
        #[test]
        fn any_pieces_decode_to_what_was_written(pieces in proptest::collection::vec(("(\\PC|[ .\t\n=]){0,200}", any::<bool>()), 0..12)) {
            let mut out = Vec::new();
            let mut writer = Writer::new(&mut out);
            let mut plain = String::new();
            for (piece, constant) in &pieces {
                plain.push_str(piece);
                match constant {
                    true => writer.encoded(&Encoded::new(piece)),
                    false => writer.text(piece),
                }
            }
            writer.finish();
            check_lines(&out);
            prop_assert_eq!(decode(&out), plain);
        }
    }
}
