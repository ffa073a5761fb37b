//! The public addresses of one message, as put into its body.

use super::model::{MessageTokens, Purpose};
use crate::templates::MessageUrls;

/// Writes the links of one message: base, path, token. `/u/` is the unsubscribe page and takes one-click
/// requests too (RFC 8058).
pub struct MessageLinks<'k> {
    /// Base of public links, without a slash at the end: `https://t.shop.example`.
    base: &'k str,
    tokens: MessageTokens,
}

impl<'k> MessageLinks<'k> {
    /// Links under a base.
    pub fn new(base: &'k str, tokens: MessageTokens) -> Self {
        MessageLinks { base, tokens }
    }

    /// The tokens behind the links.
    pub fn tokens(&self) -> &MessageTokens {
        &self.tokens
    }

    fn write(&self, path: &str, purpose: Purpose, link: u16, out: &mut String) {
        out.push_str(self.base);
        out.push_str(path);
        self.tokens.url(purpose, link, out);
    }
}

impl MessageUrls for MessageLinks<'_> {
    fn click(&self, link: u16, out: &mut String) {
        self.write("/c/", Purpose::Click, link, out);
    }

    fn open_pixel(&self, out: &mut String) {
        self.write("/o/", Purpose::Open, 0, out);
    }

    fn unsubscribe(&self, out: &mut String) {
        self.write("/u/", Purpose::Unsubscribe, 0, out);
    }

    fn preferences(&self, out: &mut String) {
        self.write("/p/", Purpose::Preferences, 0, out);
    }

    fn web_view(&self, out: &mut String) {
        self.write("/v/", Purpose::WebView, 0, out);
    }

    fn countdown(&self, out: &mut String) {
        out.push_str(self.base);
        out.push_str("/countdown/");
    }
}
