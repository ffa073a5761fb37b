//! What other features can tell about one contact, for the page that shows everything of a contact.
//!
//! The server lists the sections; a feature that knows something of contacts implements one.

use crate::contacts::sql::StoredContact;
use kernel::Result;
use serde_json::Value;
use store::{StoreKeys, Tx};

/// One part of everything that is known of a contact.
pub trait ContactSection: Send + Sync {
    /// Key of the part in JSON, for example `consent`.
    fn name(&self) -> &'static str;

    /// The part, for this contact.
    fn show(&self, tx: &mut Tx<'_>, keys: &StoreKeys, contact: &StoredContact) -> Result<Value>;
}
