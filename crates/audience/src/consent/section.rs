//! The consent history as a part of everything that is known of a contact.

use crate::consent::api::ConsentEntryOut;
use crate::consent::sql::list_history;
use crate::contacts::StoredContact;
use crate::contacts::section::ContactSection;
use kernel::{OrFault, Result};
use serde_json::Value;
use store::{StoreKeys, Tx};

/// Section `consent`: the history, newest first.
pub struct ConsentSection;

impl ContactSection for ConsentSection {
    fn name(&self) -> &'static str {
        "consent"
    }

    fn show(&self, tx: &mut Tx<'_>, keys: &StoreKeys, contact: &StoredContact) -> Result<Value> {
        let key = contact.key(keys)?;
        let history = list_history(tx, contact.ordinal)?;
        let shown: Vec<ConsentEntryOut> =
            history.into_iter().map(|entry| ConsentEntryOut::open(entry, &key)).collect::<Result<_>>()?;
        serde_json::to_value(shown).or_fault("write the history of consent")
    }
}
