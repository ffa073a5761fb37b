//! What a call says about a person: Segment's reserved traits and the store's own custom fields, read into a draft
//! of a contact. What is not right is left out, because the client that sent it is not there to be told; traits
//! without a field of their name say nothing. Consent is never read here. Pure.

use super::model::USER_ID_SYSTEM;
use crate::attributes::AttributeClass;
use crate::contacts::draft::{Draft, is_time_zone, parse_language};
use crate::contacts::model::{Birthday, Country, ExternalId, FIELD_LENGTH_MAX, Gender};
use crate::contacts::phone;
use crate::contacts::view::Dictionary;
use kernel::email::EmailAddress;
use serde_json::{Map, Value};

/// Reads a document of an event.
pub(super) fn read(document: &Value, dictionary: &Dictionary) -> Draft {
    let mut said = Said { traits: Map::new() };
    // RudderStack sends traits in the context; those beside the call are newer.
    for traits in [&document["context"]["traits"], &document["traits"]] {
        if let Some(traits) = traits.as_object() {
            said.traits.extend(traits.iter().map(|(k, v)| (k.clone(), v.clone())));
        }
    }
    let mut draft = Draft::default();
    said.address(&mut draft);
    said.person(&mut draft);
    said.attributes(&mut draft, dictionary);
    let context = &document["context"];
    draft.language =
        said.text(&["language", "locale"]).or(text_of(&context["locale"])).and_then(|t| parse_language(&t));
    draft.time_zone = said.text(&["timezone"]).or(text_of(&context["timezone"])).filter(|z| is_time_zone(z));
    if let Some(id) = text_of(&document["userId"]) {
        draft.personal.external_ids.push(ExternalId { system: USER_ID_SYSTEM.to_owned(), id });
    }
    draft
}

struct Said {
    traits: Map<String, Value>,
}

fn text_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let is_line =
        !text.is_empty() && text.chars().count() <= FIELD_LENGTH_MAX && !text.contains(char::is_control);
    is_line.then_some(text)
}

impl Said {
    /// The first of some names that has a text.
    fn text(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.traits.get(*name).and_then(text_of))
    }

    fn address(&self, draft: &mut Draft) {
        let place = self.traits.get("address").cloned().unwrap_or_default();
        let part = |name: &str| text_of(&place[name]);
        draft.country = part("country").or_else(|| self.text(&["country"])).and_then(|t| Country::parse(&t));
        let personal = &mut draft.personal;
        personal.address = part("street");
        personal.city = part("city").or_else(|| self.text(&["city"]));
        personal.region = part("state").or_else(|| self.text(&["region", "state"]));
        personal.postcode = part("postalCode").or_else(|| self.text(&["postalCode", "zip"]));
    }

    fn person(&self, draft: &mut Draft) {
        let country = draft.country;
        let personal = &mut draft.personal;
        personal.email =
            self.text(&["email"]).and_then(|t| EmailAddress::parse(&t).ok().map(|e| e.as_str().to_owned()));
        personal.phone = self.text(&["phone"]).and_then(|t| phone::parse(&t, country).ok());
        personal.first_name = self.text(&["firstName", "first_name"]);
        personal.last_name = self.text(&["lastName", "last_name"]);
        if let (None, None, Some(name)) = (&personal.first_name, &personal.last_name, self.text(&["name"])) {
            let (first, last) =
                name.split_once(' ').map_or((name.as_str(), None), |(f, l)| (f, Some(l.trim())));
            (personal.first_name, personal.last_name) = (Some(first.to_owned()), last.map(str::to_owned));
        }
        let company = self.traits.get("company").and_then(|c| text_of(c).or_else(|| text_of(&c["name"])));
        personal.company = company;
        personal.birthday = self.text(&["birthday"]).and_then(|t| Birthday::parse(t.get(..10).unwrap_or(&t)));
        draft.gender = self.text(&["gender"]).and_then(|t| Gender::parse(&t));
    }

    fn attributes(&self, draft: &mut Draft, dictionary: &Dictionary) {
        for (name, value) in &self.traits {
            let Some(definition) = dictionary.attribute(name) else { continue };
            let Some(value) = definition.kind.parse_json(value) else { continue };
            match definition.class {
                AttributeClass::Fact => draft.attributes.push((definition.no, value)),
                AttributeClass::Personal => draft.personal.attributes.push((definition.no, value)),
            }
        }
        draft.attributes.sort_unstable_by_key(|(no, _)| *no);
        draft.personal.attributes.sort_unstable_by_key(|(no, _)| *no);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn dictionary() -> Dictionary {
        Dictionary { tags: Default::default(), attributes: Default::default() }
    }

    #[test]
    fn reserved_traits_become_fields_of_the_contact() {
        let document = json!({
            "userId": 12,
            "traits": { "email": " Ana@Shop.Example ", "name": "Ana de la Cruz", "phone": "+65 9123 4567",
                "birthday": "1990-05-17T00:00:00Z", "gender": "f", "company": { "name": "Dye works" },
                "address": { "city": "Lyon", "country": "fr", "postalCode": "69001", "street": "1 Rue A" } },
            "context": { "locale": "fr_FR", "timezone": "Europe/Paris", "traits": { "email": "old@shop.example" } }
        });
        let draft = read(&document, &dictionary());
        let p = &draft.personal;
        assert_eq!(p.email.as_deref(), Some("ana@shop.example"), "the call's own traits win");
        assert_eq!((p.first_name.as_deref(), p.last_name.as_deref()), (Some("Ana"), Some("de la Cruz")));
        assert_eq!((p.phone.as_deref(), p.company.as_deref()), (Some("+6591234567"), Some("Dye works")));
        assert_eq!((p.city.as_deref(), p.postcode.as_deref()), (Some("Lyon"), Some("69001")));
        assert_eq!(p.birthday.map(|b| b.to_string()).as_deref(), Some("1990-05-17"));
        assert_eq!(draft.country.map(|c| c.as_str().to_owned()).as_deref(), Some("FR"));
        assert_eq!(
            (draft.language.as_deref(), draft.time_zone.as_deref()),
            (Some("fr-FR"), Some("Europe/Paris"))
        );
        assert_eq!(p.external_ids, [ExternalId { system: "user_id".into(), id: "12".into() }]);
    }

    #[test]
    fn what_is_not_right_is_left_out_and_the_rest_stays() {
        let document = json!({ "userId": null, "traits": { "email": "nonsense", "phone": "12", "firstName": 7,
            "birthday": "soon", "gender": {}, "address": "Lyon", "company": [], "lastName": "x".repeat(501) } });
        let draft = read(&document, &dictionary());
        assert_eq!(draft.personal.first_name.as_deref(), Some("7"));
        let nothing = &draft.personal;
        assert!(nothing.email.is_none() && nothing.phone.is_none() && nothing.last_name.is_none());
        assert!(nothing.birthday.is_none() && draft.gender.is_none() && nothing.external_ids.is_empty());
        assert_eq!(draft.complaints().len(), 1, "nobody who can be told from others");
        read(&json!({ "traits": [1], "context": 3 }), &dictionary());
    }
}
