//! The two forms of a token, how they are made cheaply, and how they are verified.
//!
//! URL form: base64url(version, key id, purpose, store, campaign, ordinal, link, 16 bytes of MAC), 55
//! characters. Address form: base32(version and key id, store, campaign, ordinal, 12 bytes of MAC)
//! after `b+` or `u+`, 55 characters, below the 64 of RFC 5321 4.5.3.1.1.

use super::base32;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::ids::{CampaignId, StoreId};
use std::cell::OnceCell;
use store::StoreKeys;

const VERSION: u8 = 1;
/// Id of the store key in use; a later key gets the next number and old tokens stay readable.
const KEY_ID: u8 = 1;
const MAC_LENGTH: usize = 16;
const URL_BODY: usize = 3 + 8 + 8 + 4 + 2;
const URL_TOKEN: usize = URL_BODY + MAC_LENGTH;
/// Characters of a URL token.
pub const URL_TOKEN_LENGTH: usize = (URL_TOKEN * 8).div_ceil(6);
const ADDRESS_MAC: usize = 12;
const ADDRESS_BODY: usize = 1 + 8 + 8 + 4;
const ADDRESS_TOKEN: usize = ADDRESS_BODY + ADDRESS_MAC;

/// What a token may be used for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[repr(u8)]
pub enum Purpose {
    /// Follow a tracked link.
    Click = 1,
    /// Load the open pixel.
    Open = 2,
    /// Unsubscribe, by page or one click (RFC 8058).
    Unsubscribe = 3,
    /// Open the preference centre.
    Preferences = 4,
    /// See the message in a browser.
    WebView = 5,
    /// Find the message of a complaint (CFBL-Feedback-ID, RFC 9477).
    Feedback = 6,
    /// Report abuse.
    Report = 7,
    /// Return path (VERP): find the message of a bounce.
    ReturnPath = 8,
    /// Unsubscribe by mail.
    MailtoUnsubscribe = 9,
    /// The left side of the Message-ID; nothing is read from it.
    MessageId = 10,
}

impl Purpose {
    fn of(byte: u8) -> Option<Self> {
        use Purpose::*;
        [Click, Open, Unsubscribe, Preferences, WebView, Feedback, Report]
            .into_iter()
            .find(|p| *p as u8 == byte)
    }
}

/// What a token says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Claims {
    /// What it may be used for.
    pub purpose: Purpose,
    /// Owner of the message.
    pub store: StoreId,
    /// The campaign; 0 for messages without one.
    pub campaign: CampaignId,
    /// The contact.
    pub ordinal: u32,
    /// The link's number in the campaign; 0 for other purposes.
    pub link: u16,
}

/// A token that was read but whose MAC was not checked. Use it only to find the store's keys.
pub struct Unverified {
    claims: Claims,
    mac: [u8; MAC_LENGTH],
    mac_length: usize,
}

impl Unverified {
    /// What it pretends to say.
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// Checks the MAC in constant time.
    pub fn verify(&self, keys: &StoreKeys) -> Option<Claims> {
        let c = &self.claims;
        let expected = MessageTokens::new(keys, c.store, c.campaign, c.ordinal).mac(c.purpose, c.link);
        aws_lc_rs::constant_time::verify_slices_are_equal(
            &expected[..self.mac_length],
            &self.mac[..self.mac_length],
        )
        .is_ok()
        .then_some(*c)
    }
}

/// Makes every token of one message: one HMAC under the store's key gives the message's own key, under
/// which each token costs a single block of SHA-256.
pub struct MessageTokens {
    key: [u8; MAC_LENGTH],
    message: [u8; 20],
    /// Tokens of the first links: each link stands in both parts of a message.
    clicks: [OnceCell<UrlToken>; KEPT_LINKS],
    /// Stands in both parts and in the header.
    unsubscribe: OnceCell<UrlToken>,
}

type UrlToken = [u8; URL_TOKEN_LENGTH];
/// Links whose tokens are kept; those of further links are made each time.
const KEPT_LINKS: usize = 24;

impl MessageTokens {
    /// For the message of `campaign` to the contact `ordinal`.
    pub fn new(keys: &StoreKeys, store: StoreId, campaign: CampaignId, ordinal: u32) -> Self {
        let message = message_bytes(store, campaign, ordinal);
        MessageTokens {
            key: keys.token_mac(&[&[VERSION, KEY_ID], &message]),
            message,
            clicks: [const { OnceCell::new() }; KEPT_LINKS],
            unsubscribe: OnceCell::new(),
        }
    }

    /// Appends the token of a URL purpose. `link` is 0 except for clicks.
    pub fn url(&self, purpose: Purpose, link: u16, out: &mut String) {
        let kept = match purpose {
            Purpose::Click => self.clicks.get(usize::from(link)),
            Purpose::Unsubscribe => Some(&self.unsubscribe),
            _ => None,
        };
        let token = match kept {
            Some(kept) => *kept.get_or_init(|| self.make_url(purpose, link)),
            None => self.make_url(purpose, link),
        };
        out.push_str(std::str::from_utf8(&token).expect("invariant: base64 is ASCII"));
    }

    fn make_url(&self, purpose: Purpose, link: u16) -> UrlToken {
        let mut bytes = [0; URL_TOKEN];
        bytes[..3].copy_from_slice(&[VERSION, KEY_ID, purpose as u8]);
        bytes[3..23].copy_from_slice(&self.message);
        bytes[23..URL_BODY].copy_from_slice(&link.to_be_bytes());
        bytes[URL_BODY..].copy_from_slice(&self.mac(purpose, link));
        let mut token = [0; URL_TOKEN_LENGTH];
        let written =
            URL_SAFE_NO_PAD.encode_slice(bytes, &mut token).expect("invariant: a token has one length");
        debug_assert_eq!(written, URL_TOKEN_LENGTH);
        token
    }

    /// Appends the local part of the return path: `b+…`.
    pub fn return_path_local(&self, out: &mut String) {
        self.address(Purpose::ReturnPath, "b+", out);
    }

    /// Appends the local part of the unsubscribe address: `u+…`.
    pub fn unsubscribe_local(&self, out: &mut String) {
        self.address(Purpose::MailtoUnsubscribe, "u+", out);
    }

    /// Appends the left side of the Message-ID: derived, so that it is the same at every attempt.
    pub fn message_id_local(&self, out: &mut String) {
        base32::encode(&self.mac(Purpose::MessageId, 0), out);
    }

    fn address(&self, purpose: Purpose, prefix: &str, out: &mut String) {
        let mut bytes = [0; ADDRESS_TOKEN];
        bytes[0] = VERSION << 4 | KEY_ID;
        bytes[1..ADDRESS_BODY].copy_from_slice(&self.message);
        bytes[ADDRESS_BODY..].copy_from_slice(&self.mac(purpose, 0)[..ADDRESS_MAC]);
        out.push_str(prefix);
        base32::encode(&bytes, out);
    }

    /// SHA-256 of key, purpose and link, cut to half. The input has one length and the output is cut, so the
    /// plain hash is a sound MAC here: there is nothing to extend.
    fn mac(&self, purpose: Purpose, link: u16) -> [u8; MAC_LENGTH] {
        let mut input = [0; MAC_LENGTH + 3];
        input[..MAC_LENGTH].copy_from_slice(&self.key);
        input[MAC_LENGTH] = purpose as u8;
        input[MAC_LENGTH + 1..].copy_from_slice(&link.to_be_bytes());
        let mut mac = [0; MAC_LENGTH];
        mac.copy_from_slice(&digest(&SHA256, &input).as_ref()[..MAC_LENGTH]);
        mac
    }
}

fn message_bytes(store: StoreId, campaign: CampaignId, ordinal: u32) -> [u8; 20] {
    let mut bytes = [0; 20];
    bytes[..8].copy_from_slice(&store.0.to_be_bytes());
    bytes[8..16].copy_from_slice(&campaign.0.to_be_bytes());
    bytes[16..].copy_from_slice(&ordinal.to_be_bytes());
    bytes
}

/// Reads a URL token without verifying it. `None`: it cannot be one.
pub fn decode(text: &str) -> Option<Unverified> {
    if text.len() != URL_TOKEN_LENGTH {
        return None;
    }
    let mut bytes = [0; URL_TOKEN];
    URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok().filter(|n| *n == URL_TOKEN)?;
    if bytes[..2] != [VERSION, KEY_ID] {
        return None;
    }
    let purpose = Purpose::of(bytes[2])?;
    let link = u16::from_be_bytes([bytes[23], bytes[24]]);
    let mut mac = [0; MAC_LENGTH];
    mac.copy_from_slice(&bytes[URL_BODY..]);
    Some(Unverified { claims: claims(purpose, &bytes[3..23], link)?, mac, mac_length: MAC_LENGTH })
}

/// Reads the local part of an address token without verifying it. Upper case is folded, as some
/// systems fold addresses.
pub fn decode_address(local_part: &str) -> Option<Unverified> {
    let (prefix, token) = local_part.split_at_checked(2)?;
    let purpose = match prefix {
        "b+" | "B+" => Purpose::ReturnPath,
        "u+" | "U+" => Purpose::MailtoUnsubscribe,
        _ => return None,
    };
    let bytes: [u8; ADDRESS_TOKEN] = base32::decode(token)?;
    if bytes[0] != VERSION << 4 | KEY_ID {
        return None;
    }
    let mut mac = [0; MAC_LENGTH];
    mac[..ADDRESS_MAC].copy_from_slice(&bytes[ADDRESS_BODY..]);
    Some(Unverified { claims: claims(purpose, &bytes[1..ADDRESS_BODY], 0)?, mac, mac_length: ADDRESS_MAC })
}

fn claims(purpose: Purpose, message: &[u8], link: u16) -> Option<Claims> {
    Some(Claims {
        purpose,
        store: StoreId(i64::from_be_bytes(message[..8].try_into().ok()?)),
        campaign: CampaignId(i64::from_be_bytes(message[8..16].try_into().ok()?)),
        ordinal: u32::from_be_bytes(message[16..20].try_into().ok()?),
        link,
    })
}
