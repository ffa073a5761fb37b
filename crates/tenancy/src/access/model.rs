//! Forms and limits of tokens and log-ins. Pure.

use kernel::Timestamp;
use kernel::ids::ApiKeyId;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// First characters of every key; secret scanners look for them.
pub const KEY_PREFIX: &str = "sp_live_";
/// Characters of a key's secret: 62^43 is more than 2^256.
pub const SECRET_LENGTH: usize = 43;
/// Characters of a key's check sum.
const CHECK_LENGTH: usize = 6;
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// How long a log-in lives, in milliseconds: without use, and at most.
pub fn lifetimes(remember: bool) -> (i64, i64) {
    if remember { (12 * HOUR_MS, 30 * DAY_MS) } else { (30 * MINUTE_MS, 12 * HOUR_MS) }
}

/// True if a log-in last used at `seen` and ending at `expires` is still good.
pub fn is_alive(now: Timestamp, seen: Timestamp, expires: Timestamp, remember: bool) -> bool {
    now < expires && now < seen.plus_ms(lifetimes(remember).0)
}

/// Use is noted at most this often.
pub const TOUCH_EVERY_MS: i64 = MINUTE_MS;

/// Turns random bytes into a secret of [`SECRET_LENGTH`] characters, or `None` if there were too few.
/// Bytes from 248 on are left out, so that every character is equally likely.
pub fn secret(random: &[u8]) -> Option<String> {
    let text: String = random
        .iter()
        .filter(|b| **b < 248)
        .take(SECRET_LENGTH)
        .map(|b| char::from(BASE62[usize::from(*b) % 62]))
        .collect();
    (text.len() == SECRET_LENGTH).then_some(text)
}

/// `sp_live_<id>_<secret><check>`.
pub fn key_text(id: ApiKeyId, secret: &str) -> String {
    let id = id.to_string();
    let body = format!("{KEY_PREFIX}{}_{secret}", id.trim_start_matches("key_"));
    let check = check_sum(&body);
    format!("{body}{check}")
}

fn check_sum(text: &str) -> String {
    let mut rest = crc32fast::hash(text.as_bytes()) as usize;
    let mut out = [b'0'; CHECK_LENGTH];
    for slot in out.iter_mut().rev() {
        *slot = BASE62[rest % 62];
        rest /= 62;
    }
    out.iter().map(|b| char::from(*b)).collect()
}

/// Id and secret of a key text; `None` if it is none or was mistyped.
pub fn parse_key(text: &str) -> Option<(ApiKeyId, &str)> {
    let (body, check) = text.split_at_checked(text.len().checked_sub(CHECK_LENGTH)?)?;
    if check_sum(body) != check {
        return None;
    }
    let (id, secret) = body.strip_prefix(KEY_PREFIX)?.split_once('_')?;
    let id = format!("key_{id}").parse().ok()?;
    (secret.len() == SECRET_LENGTH).then_some((id, secret))
}

/// A limit on attempts: so many within so long.
pub struct Limit {
    /// What it counts by; part of the keyed hash.
    pub kind: &'static str,
    /// Most attempts.
    pub count: i64,
    /// Within this time.
    pub window_ms: i64,
}

/// Attempts for one person from one network: a guesser is stopped and the person, who sits elsewhere, is not.
pub const PERSON_AND_NETWORK: Limit = Limit { kind: "person+network", count: 10, window_ms: 15 * MINUTE_MS };
/// Attempts for one person from everywhere.
pub const PERSON: Limit = Limit { kind: "person", count: 100, window_ms: 15 * MINUTE_MS };
/// Attempts from one address.
pub const ADDRESS: Limit = Limit { kind: "address", count: 50, window_ms: 15 * MINUTE_MS };
/// Attempts from one network.
pub const NETWORK: Limit = Limit { kind: "network", count: 500, window_ms: HOUR_MS };
/// The longest window: what is older is forgotten.
pub const WINDOW_MAX_MS: i64 = HOUR_MS;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_text_and_a_typo_is_noticed() {
        let secret = secret(&[7; 64]).unwrap();
        let text = key_text(ApiKeyId(123_456_789), &secret);
        assert_eq!(parse_key(&text), Some((ApiKeyId(123_456_789), secret.as_str())));
        for place in 0..text.len() {
            let mut wrong = text.clone().into_bytes();
            wrong[place] = if wrong[place] == b'x' { b'y' } else { b'x' };
            assert_eq!(parse_key(std::str::from_utf8(&wrong).unwrap()), None, "place {place}");
        }
        for wrong in ["", "sp_live_", "Bearer", "sp_live_é", &text[1..], &text[..text.len() - 1]] {
            assert_eq!(parse_key(wrong), None);
        }
    }

    #[test]
    fn a_secret_needs_enough_fair_bytes() {
        assert_eq!(secret(&[255; 64]), None);
        assert_eq!(secret(&[0; 42]), None);
        assert_eq!(secret(&[61; 43]).as_deref(), Some("z".repeat(43).as_str()));
    }

    #[test]
    fn a_log_in_ends_without_use_and_at_its_age() {
        let t = |minutes: i64| Timestamp(minutes * MINUTE_MS);
        assert!(is_alive(t(29), t(0), t(720), false));
        assert!(!is_alive(t(30), t(0), t(720), false));
        assert!(!is_alive(t(720), t(719), t(720), false));
        assert!(is_alive(t(719), t(0), t(43_200), true));
        assert!(!is_alive(t(720), t(0), t(43_200), true));
    }
}
