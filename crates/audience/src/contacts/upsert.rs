//! Turning drafts into contacts, many in one transaction.
//!
//! All look-ups of a batch are lists; drafts are then joined in memory, in order, so that two drafts of
//! one person in a batch meet as they would in two batches. Rows that can't be joined are values, not
//! errors: the rest of the batch goes on.

use crate::contacts::batch::Batch;
use crate::contacts::draft::{PreparedDraft, UpsertOptions};
use crate::contacts::sql;
use kernel::Result;
use kernel::ids::ContactId;
use store::{StoreKeys, Tx};

/// Most drafts in one batch.
pub const BATCH_MAX: usize = 50_000;

/// Why a draft could not be joined.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Conflict {
    /// Its email address belongs to one contact and its phone number or external id to another.
    TwoContacts(ContactId, ContactId),
    /// Its phone number belongs to a contact who has another email address.
    PhoneOfAnother(ContactId),
}

impl Conflict {
    /// A sentence for the error file.
    pub fn sentence(self) -> &'static str {
        match self {
            Conflict::TwoContacts(..) => {
                "the email address belongs to one contact and the phone number or external id to another"
            }
            Conflict::PhoneOfAnother(_) => "the phone number belongs to a contact with another email address",
        }
    }
}

/// What became of one draft.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RowOutcome {
    /// A new contact.
    Created(ContactId),
    /// A known contact learnt something.
    Updated(ContactId),
    /// A known contact knew it all, or was to be skipped.
    Unchanged(ContactId),
    /// It could not be joined.
    Conflict(Conflict),
}

/// What became of a batch.
#[derive(Clone, Default, Debug)]
pub struct BatchOutcome {
    /// One for each draft, in order.
    pub rows: Vec<RowOutcome>,
    /// New contacts.
    pub created: u64,
    /// Drafts that changed a known contact.
    pub updated: u64,
    /// Drafts that changed nothing.
    pub unchanged: u64,
    /// Drafts that could not be joined.
    pub conflicts: u64,
    /// Statuses "subscribed" that the rules refused.
    pub subscriptions_refused: u64,
}

/// Creates and changes contacts as drafts say, records consent and appends the events. At most
/// [`BATCH_MAX`] drafts.
pub fn upsert_batch(
    tx: &mut Tx<'_>,
    keys: &StoreKeys,
    drafts: Vec<PreparedDraft>,
    options: &UpsertOptions,
) -> Result<BatchOutcome> {
    sql::lock(tx)?;
    let mut batch = Batch::load(tx, keys, &drafts, options)?;
    for draft in drafts {
        batch.join(draft)?;
    }
    batch.write(tx)
}
