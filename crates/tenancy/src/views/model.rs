//! What a saved view may be. Pure.

use kernel::Timestamp;
use kernel::ids::SavedViewId;
use web::Errors;

/// Most views of one list in a store.
pub const VIEWS_MAX: usize = 200;
/// Longest name, in characters.
pub const NAME_MAX: usize = 80;
/// Longest query string, in characters.
pub const QUERY_MAX: usize = 8_000;
/// Most columns.
pub const COLUMNS_MAX: usize = 100;
/// Longest name of a column, in characters.
pub const COLUMN_MAX: usize = 100;

macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident => $word:literal;)*) => {
        /// A list that can have views.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[schema(as = ViewedList)]
        pub enum List { $($(#[$doc])* $name),* }

        impl List {
            /// The word in JSON and in the database.
            pub fn word(self) -> &'static str {
                match self { $(List::$name => $word),* }
            }

            /// The list with a word.
            pub fn parse(word: &str) -> Option<List> {
                match word { $($word => Some(List::$name),)* _ => None }
            }
        }
    };
}

lists! {
    /// The audit log.
    Audit => "audit";
    /// Campaigns.
    Campaigns => "campaigns";
    /// Contacts.
    Contacts => "contacts";
    /// Sender domains.
    Domains => "domains";
    /// Exports.
    Exports => "exports";
    /// Imports.
    Imports => "imports";
    /// Background jobs.
    Jobs => "jobs";
    /// The media library.
    Media => "media";
    /// Captured messages.
    Sandbox => "sandbox";
    /// Segments.
    Segments => "segments";
    /// The suppression list.
    Suppressions => "suppressions";
    /// Tags.
    Tags => "tags";
    /// Templates.
    Templates => "templates";
}

/// What is written of a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Its name.
    pub name: String,
    /// The list's query string, without `?`.
    pub query: String,
    /// Columns to show, in order; empty for the usual ones.
    pub columns: Vec<String>,
    /// True if everybody in the store sees it.
    pub shared: bool,
}

impl Draft {
    /// Notes what is not valid.
    pub fn check(&self, errors: &mut Errors) {
        errors.line("/name", self.name.trim(), 1..=NAME_MAX);
        errors.line("/query", &self.query, 0..=QUERY_MAX);
        if self.query.starts_with('?') {
            errors.add("/query", "not_valid", "A query string without the question mark.");
        }
        errors.number("/columns", self.columns.len() as i64, 0..=COLUMNS_MAX as i64);
        for (index, column) in self.columns.iter().take(COLUMNS_MAX).enumerate() {
            errors.line(&format!("/columns/{index}"), column, 1..=COLUMN_MAX);
        }
    }
}

/// A saved view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Its id.
    pub id: SavedViewId,
    /// Its list.
    pub list: List,
    /// What it says.
    pub draft: Draft,
    /// Whose it is: an actor.
    pub owner: String,
    /// When it last changed.
    pub updated_at: Timestamp,
}
