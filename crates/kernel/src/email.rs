//! Email addresses as stores mean them: RFC 5321 mailbox syntax without quoted local parts,
//! domain in lower-case ASCII or UTF-8 labels.
//!
//! It does not look anything up. Case of the local part is folded: no mailbox provider tells cases
//! apart, and two spellings of one mailbox must be one contact.

use std::fmt;

/// A valid address, lower-cased and trimmed. Its `Debug` form is masked.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EmailAddress(String);

/// Longest address accepted (RFC 5321 4.5.3.1.3 less the angle brackets).
pub const MAX_LENGTH: usize = 254;

impl EmailAddress {
    /// Reads an address. The error is a reason in words that says what would be right.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        if text.len() > MAX_LENGTH {
            return Err("an address has at most 254 characters");
        }
        let (local, domain) = text.rsplit_once('@').ok_or("an address has one @, like name@example.com")?;
        check_local(local)?;
        check_domain(domain)?;
        Ok(EmailAddress(text.to_lowercase()))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after the @.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The part before the @.
    pub fn local(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }

    /// True if SMTPUTF8 (RFC 6531) is needed to send to it.
    pub fn needs_smtputf8(&self) -> bool {
        !self.0.is_ascii()
    }

    /// First letter and domain, for screens and logs: `m…@example.com`.
    pub fn masked(&self) -> String {
        let first = self.local().chars().next().unwrap_or('?');
        format!("{first}…@{}", self.domain())
    }
}

fn check_local(local: &str) -> Result<(), &'static str> {
    if local.is_empty() || local.len() > 64 {
        return Err("the part before the @ has 1 to 64 characters");
    }
    if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Err("the part before the @ has no dot at its ends and no two dots in a row");
    }
    let allowed = |c: char| {
        c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c) || is_letter_beyond_ascii(c)
    };
    if !local.chars().all(allowed) {
        return Err("the part before the @ has a character that addresses do not use");
    }
    Ok(())
}

fn check_domain(domain: &str) -> Result<(), &'static str> {
    if !domain.contains('.') {
        return Err("the part after the @ is a domain like example.com");
    }
    let label = |l: &str| {
        !l.is_empty()
            && l.len() <= 63
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || is_letter_beyond_ascii(c))
    };
    if !domain.split('.').all(label) {
        return Err("the part after the @ is a domain like example.com");
    }
    if domain.rsplit('.').next().is_some_and(|top| top.bytes().all(|b| b.is_ascii_digit())) {
        return Err("the domain ends in letters, like .com");
    }
    Ok(())
}

fn is_letter_beyond_ascii(c: char) -> bool {
    !c.is_ascii() && c.is_alphanumeric()
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_trimmed_and_folded() {
        let a = EmailAddress::parse("  Ana.Li+x@Shop.Example ").unwrap();
        assert_eq!(a.as_str(), "ana.li+x@shop.example");
        assert_eq!((a.local(), a.domain()), ("ana.li+x", "shop.example"));
        assert_eq!(format!("{a:?}"), "a…@shop.example");
    }

    #[test]
    fn what_is_not_an_address_is_refused_with_a_reason() {
        for wrong in [
            "",
            "a",
            "a@b",
            "@b.c",
            "a@",
            "a b@c.de",
            "a@b..de",
            "a..b@c.de",
            ".a@c.de",
            "a@-b.de",
            "a@1.2.3.4",
            "a@b.de\r\nBcc: x@y.z",
            "a@b.c,d@e.f",
            "<a@b.cd>",
            "a\0@b.cd",
            "\"a\"@b.cd",
            "a@b_c.de",
        ] {
            assert!(EmailAddress::parse(wrong).is_err(), "{wrong:?}");
        }
        assert!(EmailAddress::parse("用户@例子.公司").unwrap().needs_smtputf8());
    }
}
