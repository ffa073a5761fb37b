//! Statements of the sandbox.

use store::statements;

statements! {
    /// Keeps a message.
    INSERT_MESSAGE = "INSERT INTO sandbox_messages (store_id, id, campaign_id, ordinal, at, size, summary, raw)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// Number of messages.
    COUNT_MESSAGES = "SELECT count(*) FROM sandbox_messages WHERE store_id = $1";
    /// Removes the oldest messages.
    DELETE_OLDEST = "DELETE FROM sandbox_messages WHERE store_id = $1 AND id IN (
        SELECT s.id FROM sandbox_messages s WHERE s.store_id = $1 ORDER BY s.id LIMIT $2)";
    /// Messages before one, newest first.
    LIST_MESSAGES = "SELECT id, campaign_id, ordinal, at, size, summary FROM sandbox_messages
        WHERE store_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    /// The same of one campaign.
    LIST_CAMPAIGN_MESSAGES = "SELECT id, campaign_id, ordinal, at, size, summary FROM sandbox_messages
        WHERE store_id = $1 AND campaign_id = $4 AND id < $2 ORDER BY id DESC LIMIT $3";
    /// The same of one contact.
    LIST_CONTACT_MESSAGES = "SELECT id, campaign_id, ordinal, at, size, summary FROM sandbox_messages
        WHERE store_id = $1 AND ordinal = $4 AND id < $2 ORDER BY id DESC LIMIT $3";
    /// One message.
    FIND_MESSAGE = "SELECT id, campaign_id, ordinal, at, size, summary, raw FROM sandbox_messages
        WHERE store_id = $1 AND id = $2";
    /// Empties the sandbox.
    DELETE_ALL = "DELETE FROM sandbox_messages WHERE store_id = $1";
    /// Removes the messages of erased contacts.
    DELETE_OF_CONTACTS = "DELETE FROM sandbox_messages WHERE store_id = $1 AND ordinal {in $2}";
}
