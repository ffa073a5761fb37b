//! A field of a PATCH: left alone, cleared, or set. JSON tells the three apart.

use serde::{Deserialize, Deserializer};

/// What a PATCH says about one field. Declare it with
/// `#[serde(default)] #[schema(value_type = Option<T>)] field: Change<T>`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// The field is absent: it stays.
    #[default]
    Keep,
    /// The field is null: it is emptied.
    Clear,
    /// The field has a value.
    Set(T),
}

impl<T> Change<T> {
    /// Applies it to a field that may be empty.
    pub fn apply(self, field: &mut Option<T>) {
        match self {
            Change::Keep => {}
            Change::Clear => *field = None,
            Change::Set(value) => *field = Some(value),
        }
    }

    /// The new value, if there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Change::Set(value) => Some(value),
            Change::Keep | Change::Clear => None,
        }
    }
}

impl<T: serde::Serialize> serde::Serialize for Change<T> {
    /// As it came in; for documents that name a default.
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(s)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Change<T> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Ok(Option::<T>::deserialize(d)?.map_or(Change::Clear, Change::Set))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Patch {
        #[serde(default)]
        name: Change<String>,
    }

    #[test]
    fn absent_null_and_value_are_told_apart() {
        let read = |text: &str| serde_json::from_str::<Patch>(text).unwrap().name;
        assert_eq!(read("{}"), Change::Keep);
        assert_eq!(read(r#"{"name":null}"#), Change::Clear);
        assert_eq!(read(r#"{"name":"x"}"#), Change::Set("x".into()));
    }
}
