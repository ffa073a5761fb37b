//! Calls of Klaviyo's client API as calls of the tracking API, so that a shop that was written for the one can be
//! pointed at the other. Pure.
//!
//! A call carries a profile with every event; it becomes an `identify` where it says who somebody is, and a `track`.
//! Subscriptions are not read: consent needs the words that were shown, which such a call does not carry.

use kernel::{Code, Problem};
use serde_json::{Map, Value, json};

/// What was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientCall {
    /// One event.
    Event,
    /// Several events of one profile.
    Events,
    /// A profile.
    Profile,
}

impl ClientCall {
    /// From the last word of the address.
    pub fn of_word(word: &str) -> Option<Self> {
        match word {
            "events" => Some(ClientCall::Event),
            "event-bulk-create" => Some(ClientCall::Events),
            "profiles" => Some(ClientCall::Profile),
            _ => None,
        }
    }
}

/// Names of a profile's attributes that stay what they are, as Klaviyo and as Segment write them.
const TRAITS: &[(&str, &str)] = &[
    ("email", "email"),
    ("first_name", "firstName"),
    ("last_name", "lastName"),
    ("locale", "language"),
    ("organization", "company"),
    ("phone_number", "phone"),
    ("title", "title"),
];
const ADDRESS: &[(&str, &str)] = &[
    ("address1", "street"),
    ("city", "city"),
    ("country", "country"),
    ("region", "state"),
    ("zip", "postalCode"),
];

/// Reads a body into a batch of the tracking API. Problem: not what such a call looks like; it says where.
pub fn batch(body: &[u8], call: ClientCall) -> Result<Value, Problem> {
    let body: Value = serde_json::from_slice(body)
        .map_err(|e| Problem::new(Code::BadRequest, format!("The body is no JSON: {e}.")))?;
    let attributes = &body["data"]["attributes"];
    if !attributes.is_object() {
        return Err(missing("/data/attributes", "an object"));
    }
    let calls = match call {
        ClientCall::Profile => vec![identify(&Profile::of(attributes, &body["data"]["id"])?, attributes)],
        ClientCall::Event => events(attributes, &[attributes])?,
        ClientCall::Events => {
            let list = attributes["events"]["data"].as_array();
            let list = list.ok_or_else(|| missing("/data/attributes/events/data", "a list of events"))?;
            events(attributes, &list.iter().map(|event| &event["attributes"]).collect::<Vec<_>>())?
        }
    };
    Ok(json!({ "batch": calls.into_iter().flatten().collect::<Vec<Value>>() }))
}

fn missing(pointer: &str, what: &str) -> Problem {
    Problem::field(pointer, "required", format!("Here stands {what}."))
}

/// Whose call it is.
struct Profile {
    ids: Map<String, Value>,
}

impl Profile {
    /// A profile without an id of a browser or of the shop is known by its address.
    fn of(attributes: &Value, id: &Value) -> Result<Self, Problem> {
        let mut ids = Map::new();
        for (theirs, ours) in [("anonymous_id", "anonymousId"), ("external_id", "userId")] {
            ids.extend(text(&attributes[theirs]).map(|text| (ours.to_owned(), text.into())));
        }
        if ids.is_empty() {
            let known_by = [&attributes["email"], &attributes["phone_number"], id].into_iter().find_map(text);
            let known_by = known_by.ok_or_else(|| {
                missing(
                    "/data/attributes/profile",
                    "a profile with an email, phone_number, external_id or anonymous_id",
                )
            })?;
            ids.insert("anonymousId".into(), format!("profile:{known_by}").into());
        }
        Ok(Profile { ids })
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned)
}

/// What a profile says of a person; none if it says nothing.
fn identify(profile: &Profile, attributes: &Value) -> Option<Value> {
    let mut traits = attributes["properties"].as_object().cloned().unwrap_or_default();
    let named = |from: &Value, names: &[(&str, &str)]| -> Map<String, Value> {
        let found = names
            .iter()
            .filter_map(|(theirs, ours)| Some(((*ours).to_owned(), text(&from[*theirs])?.into())));
        found.collect()
    };
    traits.extend(named(attributes, TRAITS));
    let address = named(&attributes["location"], ADDRESS);
    if !address.is_empty() {
        traits.insert("address".into(), address.into());
    }
    traits.extend(text(&attributes["location"]["timezone"]).map(|zone| ("timezone".to_owned(), zone.into())));
    let known = profile.ids.contains_key("userId");
    (known || !traits.is_empty()).then(|| {
        let mut call = profile.ids.clone();
        call.insert("type".into(), "identify".into());
        call.insert("traits".into(), traits.into());
        call.into()
    })
}

/// Events of the profile of `attributes`, after what it says of the person.
fn events(attributes: &Value, events: &[&Value]) -> Result<Vec<Option<Value>>, Problem> {
    let data = &attributes["profile"]["data"];
    let profile = Profile::of(&data["attributes"], &data["id"])?;
    let mut calls = vec![identify(&profile, &data["attributes"])];
    for event in events {
        let name = text(&event["metric"]["data"]["attributes"]["name"]);
        let name = name
            .ok_or_else(|| missing("/data/attributes/metric/data/attributes/name", "the name of an event"))?;
        let mut properties = event["properties"].as_object().cloned().unwrap_or_default();
        for (theirs, ours) in [("value", "value"), ("value_currency", "currency")] {
            let said = event[theirs].clone();
            properties.extend((!said.is_null()).then_some((ours.to_owned(), said)));
        }
        let mut call = profile.ids.clone();
        call.insert("type".into(), "track".into());
        call.insert("event".into(), name.into());
        call.insert("properties".into(), properties.into());
        call.extend(text(&event["time"]).map(|time| ("timestamp".to_owned(), time.into())));
        call.extend(
            text(&event["unique_id"]).map(|id| ("messageId".to_owned(), format!("klaviyo:{id}").into())),
        );
        calls.push(Some(call.into()));
    }
    Ok(calls)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(body: Value, call: ClientCall) -> Vec<Value> {
        batch(body.to_string().as_bytes(), call).unwrap()["batch"].as_array().unwrap().clone()
    }

    fn event(name: &str, id: &str) -> Value {
        json!({ "properties": { "ProductName": "Scarf" }, "value": 9.5, "value_currency": "EUR", "unique_id": id,
            "time": "2026-01-02T03:04:05Z",
            "metric": { "data": { "type": "metric", "attributes": { "name": name } } } })
    }

    #[test]
    fn an_event_is_who_and_what() {
        let mut attributes = event("Viewed Product", "7");
        attributes["profile"] = json!({ "data": { "type": "profile", "attributes": { "anonymous_id": "a1",
            "email": "mei@people.example", "first_name": "Mei", "properties": { "size": "M" },
            "location": { "city": "Ipoh", "timezone": "Asia/Kuala_Lumpur" } } } });
        let calls =
            calls(json!({ "data": { "type": "event", "attributes": attributes } }), ClientCall::Event);
        assert_eq!(
            calls,
            [
                json!({ "type": "identify", "anonymousId": "a1", "traits": { "email": "mei@people.example",
                    "firstName": "Mei", "size": "M", "address": { "city": "Ipoh" }, "timezone": "Asia/Kuala_Lumpur" } }),
                json!({ "type": "track", "anonymousId": "a1", "event": "Viewed Product", "messageId": "klaviyo:7",
                    "timestamp": "2026-01-02T03:04:05Z",
                    "properties": { "ProductName": "Scarf", "value": 9.5, "currency": "EUR" } }),
            ]
        );
    }

    #[test]
    fn several_events_share_a_profile_and_an_address_is_an_id_where_there_is_no_other() {
        let attributes = json!({ "profile": { "data": { "attributes": { "email": "mei@people.example" } } },
            "events": { "data": [{ "attributes": event("A", "1") }, { "attributes": event("B", "2") }] } });
        let calls = calls(json!({ "data": { "attributes": attributes } }), ClientCall::Events);
        let types: Vec<&str> = calls.iter().filter_map(|c| c["type"].as_str()).collect();
        assert_eq!(types, ["identify", "track", "track"]);
        assert!(calls.iter().all(|c| c["anonymousId"] == "profile:mei@people.example"));
    }

    #[test]
    fn what_is_missing_is_told_with_its_place() {
        let refused = |body: Value, call| {
            batch(body.to_string().as_bytes(), call).unwrap_err().errors[0].pointer.clone()
        };
        assert_eq!(refused(json!({}), ClientCall::Profile), "/data/attributes");
        let nobody = json!({ "data": { "attributes": { "first_name": "Mei" } } });
        assert_eq!(refused(nobody, ClientCall::Profile), "/data/attributes/profile");
        let nothing = json!({ "data": { "attributes": { "profile": { "data": { "attributes": { "email": "a@b.example" } } } } } });
        assert_eq!(refused(nothing.clone(), ClientCall::Events), "/data/attributes/events/data");
        assert!(refused(nothing, ClientCall::Event).ends_with("/name"));
        assert!(batch(b"nonsense", ClientCall::Event).is_err());
    }
}
