//! Ready templates: starting points a merchant copies and changes. Each is a document beside this file,
//! and tests keep them free of issues and warnings.

use super::model::{Body, EmailSource};
use serde::Deserialize;
use std::sync::LazyLock;

/// A ready template.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ready {
    /// Stable name.
    pub key: String,
    /// Name shown to the merchant.
    pub name: String,
    /// What it is for, in a sentence.
    pub description: String,
    /// Subject to begin with.
    pub subject: String,
    /// Preheader to begin with.
    pub preheader: String,
    /// The document.
    pub document: serde_json::Value,
}

impl Ready {
    /// As an email.
    pub fn source(&self) -> EmailSource {
        EmailSource {
            subject: self.subject.clone(),
            preheader: self.preheader.clone(),
            body: Body::Document { document: self.document.clone() },
            text: None,
        }
    }
}

macro_rules! library {
    ($($key:literal),* $(,)?) => {
        const FILES: &[&str] = &[$(include_str!(concat!($key, ".json"))),*];
    };
}

library![
    "welcome",
    "newsletter",
    "product_launch",
    "sale",
    "win_back",
    "birthday",
    "review_request",
    "back_in_stock",
];

static READY: LazyLock<Vec<Ready>> = LazyLock::new(|| {
    FILES.iter().map(|file| serde_json::from_str(file).expect("invariant: a test reads every file")).collect()
});

/// Every ready template, in the order they are shown.
pub fn all() -> &'static [Ready] {
    &READY
}

/// The ready template of this name.
pub fn find(key: &str) -> Option<&'static Ready> {
    READY.iter().find(|r| r.key == key)
}
