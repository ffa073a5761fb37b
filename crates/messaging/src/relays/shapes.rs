//! What goes over HTTP: a new relay, its changes, and a relay without its credentials.

use super::RelayRow;
use super::limits::ProviderLimits;
use super::model::{
    AUTHORITY_LENGTH_MAX, CONNECTIONS, CONNECTIONS_MAX, MESSAGES_PER_CONNECTION, MESSAGES_PER_CONNECTION_MAX,
    is_helo,
};
use crate::channels::email::smtp::RelayUrl;
use kernel::Timestamp;
use kernel::ids::RelayId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Change, Check, Errors};

/// A new relay.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RelayIn {
    /// How the store calls it.
    #[schema(min_length = 1, max_length = 80, example = "Main relay")]
    pub(super) name: String,
    /// `smtp://host:port`, `smtps://…`, `smtp+starttls://…`, or `sandbox`.
    #[schema(min_length = 1, max_length = 2048, example = "smtp+starttls://mail.example.com:587")]
    pub(super) address: String,
    /// User name, if the relay wants one.
    #[schema(max_length = 256)]
    pub(super) user: Option<String>,
    /// Password; never shown again.
    #[schema(max_length = 1024)]
    pub(super) password: Option<String>,
    /// Certificates (PEM) of the only authorities trusted, instead of the machine's.
    #[schema(max_length = 65536)]
    pub(super) authority: Option<String>,
    /// Our name in EHLO; our address unless given.
    #[schema(max_length = 253, example = "push.shop.example")]
    pub(super) helo: Option<String>,
    /// Connections at once; 10 unless given.
    #[schema(minimum = 1, maximum = 200)]
    pub(super) connections_max: Option<u32>,
    /// Messages a connection carries; 1,000 unless given.
    #[schema(minimum = 1, maximum = 100_000)]
    pub(super) messages_per_connection_max: Option<u32>,
    /// Figures by provider (`apple`, `google`, `microsoft`, `netease`, `tencent`, `yahoo`, `others`).
    #[serde(default)]
    pub(super) limits: ProviderLimits,
    /// Place in the store's order; last unless given.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub(super) place: Option<i64>,
    /// Use it wherever no other relay is named.
    #[serde(default)]
    pub(super) preferred: bool,
}

/// Changes of a relay; what is absent stays. A new address without `user` and `password` keeps them
/// only if host and port stay the same.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RelayPatch {
    #[schema(min_length = 1, max_length = 80)]
    pub(super) name: Option<String>,
    #[schema(min_length = 1, max_length = 2048)]
    pub(super) address: Option<String>,
    /// User name; null removes user and password.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 256)]
    pub(super) user: Change<String>,
    /// Password; goes with `user`.
    #[schema(max_length = 1024)]
    pub(super) password: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 65536)]
    pub(super) authority: Change<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 253)]
    pub(super) helo: Change<String>,
    #[schema(minimum = 1, maximum = 200)]
    pub(super) connections_max: Option<u32>,
    #[schema(minimum = 1, maximum = 100_000)]
    pub(super) messages_per_connection_max: Option<u32>,
    pub(super) limits: Option<ProviderLimits>,
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub(super) place: Option<i64>,
    /// True prefers it; a store always has one preferred relay, so false is not a choice.
    pub(super) preferred: Option<bool>,
}

/// A relay, without its credentials.
#[derive(Serialize, ToSchema)]
pub(super) struct RelayOut {
    pub(super) id: RelayId,
    pub(super) name: String,
    pub(super) kind: RelayKind,
    /// Where it is, without credentials.
    pub(super) address: String,
    /// True if user and password are stored.
    pub(super) logs_in: bool,
    pub(super) authority: Option<String>,
    pub(super) helo: Option<String>,
    pub(super) connections_max: u32,
    pub(super) messages_per_connection_max: u32,
    pub(super) limits: ProviderLimits,
    place: i64,
    pub(super) preferred: bool,
    /// When it was last tested since its last change.
    pub(super) tested_at: Option<Timestamp>,
    /// Whether that test passed.
    pub(super) test_passed: bool,
    /// What that test found.
    pub(super) test_detail: Option<String>,
    pub(super) created_at: Timestamp,
}

/// What a relay does with mail.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RelayKind {
    /// Captures it.
    Sandbox,
    /// Hands it over by SMTP.
    Smtp,
}

impl RelayOut {
    pub(super) fn of(row: RelayRow) -> Self {
        RelayOut {
            id: row.id,
            name: row.name,
            kind: if row.address == "sandbox" { RelayKind::Sandbox } else { RelayKind::Smtp },
            address: row.address,
            logs_in: row.login.is_some(),
            authority: row.authority,
            helo: row.helo,
            connections_max: row.connections_max,
            messages_per_connection_max: row.messages_per_connection_max,
            limits: row.limits,
            place: row.place,
            preferred: row.preferred,
            tested_at: row.tested_at,
            test_passed: row.test_passed,
            test_detail: row.test_detail,
            created_at: row.created_at,
        }
    }
}

fn check_address(errors: &mut Errors, address: &str) {
    if let Err(wrong) = address.parse::<RelayUrl>() {
        errors.add("/address", "relay", wrong.0);
    }
}

fn check_texts(
    errors: &mut Errors,
    authority: Option<&String>,
    helo: Option<&String>,
    limits: Option<&ProviderLimits>,
) {
    if authority.is_some_and(|pem| pem.len() > AUTHORITY_LENGTH_MAX || !pem.contains("BEGIN CERTIFICATE")) {
        errors.add("/authority", "pem", "Certificates in PEM form, at most 64 KiB.");
    }
    if helo.is_some_and(|name| !is_helo(name)) {
        errors.add("/helo", "host", "A host name like push.shop.example, or an address in brackets.");
    }
    if let Some(complaint) = limits.and_then(ProviderLimits::complaint) {
        errors.add("/limits", "limits", complaint);
    }
}

fn check_numbers(errors: &mut Errors, connections: Option<u32>, messages: Option<u32>, place: Option<i64>) {
    let connections = i64::from(connections.unwrap_or(CONNECTIONS));
    let messages = i64::from(messages.unwrap_or(MESSAGES_PER_CONNECTION));
    errors.number("/connections_max", connections, 1..=i64::from(CONNECTIONS_MAX));
    errors.number("/messages_per_connection_max", messages, 1..=i64::from(MESSAGES_PER_CONNECTION_MAX));
    errors.number("/place", place.unwrap_or(0), 0..=1_000_000);
}

fn check_login(errors: &mut Errors, user: Option<&String>, password: Option<&String>) {
    if user.is_some() != password.is_some() {
        errors.add("/password", "pair", "User and password come together.");
    }
    if user.is_some_and(|u| u.is_empty() || u.len() > 256 || u.chars().any(char::is_control)) {
        errors.add("/user", "text", "A user name has 1 to 256 characters and no control characters.");
    }
    if password.is_some_and(|p| p.len() > 1_024 || p.chars().any(char::is_control)) {
        errors.add("/password", "text", "A password has at most 1,024 characters and no control characters.");
    }
}

impl Check for RelayIn {
    fn check(&self, errors: &mut Errors) {
        errors.line("/name", &self.name, 1..=80);
        check_address(errors, &self.address);
        check_login(errors, self.user.as_ref(), self.password.as_ref());
        check_texts(errors, self.authority.as_ref(), self.helo.as_ref(), Some(&self.limits));
        check_numbers(errors, self.connections_max, self.messages_per_connection_max, self.place);
    }
}

impl Check for RelayPatch {
    fn check(&self, errors: &mut Errors) {
        if let Some(name) = &self.name {
            errors.line("/name", name, 1..=80);
        }
        if let Some(address) = &self.address {
            check_address(errors, address);
        }
        check_login(errors, self.user.value(), self.password.as_ref());
        check_texts(errors, self.authority.value(), self.helo.value(), self.limits.as_ref());
        check_numbers(errors, self.connections_max, self.messages_per_connection_max, self.place);
        if self.preferred == Some(false) {
            errors.add("/preferred", "true", "Prefer another relay instead; a store always has one.");
        }
    }
}
