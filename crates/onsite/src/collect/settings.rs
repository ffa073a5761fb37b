//! What browser libraries ask for before they send: Segment's settings and RudderStack's source configuration. Both
//! say that there is one destination, this program, and nothing to load from elsewhere.

use kernel::{Code, Problem};
use serde_json::{Value, json};

/// Longest write key, in characters.
const KEY_MAX: usize = 200;

/// A write key as it may stand in an address. Problem: it cannot be one.
pub fn checked(key: &str) -> Result<&str, Problem> {
    let is_key = !key.is_empty()
        && key.len() <= KEY_MAX
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    match is_key {
        true => Ok(key),
        false => Err(Problem::new(Code::NotFound, "There is no such write key.")),
    }
}

/// For `@segment/analytics-next`.
pub fn segment(key: &str, public_url: &str) -> Value {
    let (protocol, host) = public_url.split_once("://").unwrap_or(("https", public_url));
    json!({
        "integrations": { "Segment.io": {
            "apiKey": key, "unbundledIntegrations": [], "addBundledMetadata": true, "maybeBundledConfigIds": {},
            "versionSettings": { "version": "4.4.7", "componentTypes": ["browser"] },
            "apiHost": format!("{host}/v1"), "protocol": protocol
        } },
        "plan": { "track": { "__default": { "enabled": true, "integrations": {} } } },
        "edgeFunction": {}, "analyticsNextEnabled": true, "middlewareSettings": {}, "enabledMiddleware": {},
        "metrics": { "sampleRate": 0 }, "legacyVideoPluginsEnabled": false, "remotePlugins": []
    })
}

/// For `@rudderstack/analytics-js`.
pub fn rudder(key: &str) -> Value {
    let off = json!({ "enabled": false });
    json!({
        "source": {
            "id": "smartpush", "name": "SmartPush", "writeKey": key, "enabled": true, "workspaceId": "smartpush",
            "config": { "statsCollection": { "errors": off, "metrics": off } }, "destinations": []
        },
        "updatedAt": "2026-01-01T00:00:00Z",
        "consentManagementMetadata": { "providers": [] }
    })
}
