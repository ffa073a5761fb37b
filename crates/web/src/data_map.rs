//! The DataMap: every column of every table is claimed once, with class, purpose, basis, source,
//! retention and recipients (P-014). A test walks the migrated schema against it.

/// How much a column says about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Nothing about a person by itself (ids, counters, settings, hashes of bulk data).
    None,
    /// Personal information.
    Personal,
    /// Sensitive by the policy's definition (orders, carts, location trails, sealed secrets of persons).
    Sensitive,
}

impl Class {
    /// The word used in documents.
    pub fn word(self) -> &'static str {
        match self {
            Class::None => "none",
            Class::Personal => "personal",
            Class::Sensitive => "sensitive",
        }
    }
}

/// Columns of one class and purpose.
#[derive(Debug)]
pub struct Group {
    /// Their class.
    pub class: Class,
    /// The columns.
    pub columns: &'static [&'static str],
    /// What they are for; empty for [`Class::None`].
    pub purpose: &'static str,
    /// Why that is allowed.
    pub basis: &'static str,
    /// Where they come from.
    pub source: &'static str,
    /// How long they are kept.
    pub retention: &'static str,
    /// Who receives them.
    pub recipients: &'static str,
}

/// One table.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns in groups.
    pub groups: &'static [Group],
}

/// The tables of a feature.
pub type DataMap = &'static [Table];

/// The maps of all features; a service of the program, for the policy's own list and for checks.
#[derive(Clone, Debug, Default)]
pub struct Register(pub Vec<DataMap>);

impl Register {
    /// Of all features.
    pub fn of(features: &[crate::Feature]) -> Self {
        Register(features.iter().flat_map(|f| f.personal_data.iter().copied()).collect())
    }

    /// Every table.
    pub fn tables(&self) -> impl Iterator<Item = &'static Table> + '_ {
        self.0.iter().flat_map(|map| map.iter())
    }
}

/// Declares columns compactly:
/// ```text
/// pub static DATA: web::DataMap = web::data_map! {
///     table "contacts" {
///         none: store_id, id, ordinal, created_at;
///         personal: sealed, email_blind => purpose "contact by the merchant", basis "consent or contract",
///             source "the person, or the merchant's file", retention "until erased", recipients "none";
///     }
/// };
/// ```
#[macro_export]
macro_rules! data_map {
    ($(table $name:literal { $($class:ident: $($column:ident),+ $(,)?
        $(=> purpose $purpose:literal, basis $basis:literal, source $source:literal,
             retention $retention:literal, recipients $recipients:literal)?;)* })*) => {
        &[$($crate::data_map::Table {
            name: $name,
            groups: &[$($crate::data_map::Group {
                class: $crate::data_map!(@class $class),
                columns: &[$(stringify!($column)),+],
                purpose: $crate::data_map!(@or $($purpose)?),
                basis: $crate::data_map!(@or $($basis)?),
                source: $crate::data_map!(@or $($source)?),
                retention: $crate::data_map!(@or $($retention)?),
                recipients: $crate::data_map!(@or $($recipients)?),
            }),*],
        }),*]
    };
    (@class none) => { $crate::data_map::Class::None };
    (@class personal) => { $crate::data_map::Class::Personal };
    (@class sensitive) => { $crate::data_map::Class::Sensitive };
    (@or) => { "" };
    (@or $text:literal) => { $text };
}

#[cfg(test)]
mod tests {
    use super::*;

    static DATA: DataMap = data_map! {
        table "people" {
            none: store_id, id;
            personal: name, email => purpose "to write", basis "consent", source "the person",
                retention "until erased", recipients "none";
        }
    };

    #[test]
    fn columns_are_grouped_under_their_class() {
        assert_eq!(DATA[0].name, "people");
        assert_eq!(DATA[0].groups[0].columns, ["store_id", "id"]);
        assert_eq!((DATA[0].groups[1].class, DATA[0].groups[1].basis), (Class::Personal, "consent"));
    }
}
