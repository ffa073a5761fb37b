-- Messages captured instead of sent. summary (subject, addresses) and raw (the whole message) are sealed
-- under the contact's key and become unreadable with its erasure.
CREATE TABLE sandbox_messages (
    store_id {int} NOT NULL,
    id {int} NOT NULL,
    campaign_id {int} NOT NULL,
    ordinal {int} NOT NULL,
    at {int} NOT NULL,
    size {int} NOT NULL,
    summary {blob} NOT NULL,
    raw {blob} NOT NULL,
    PRIMARY KEY (store_id, id)
) {strict};
CREATE INDEX sandbox_messages_contact ON sandbox_messages (store_id, ordinal);
CREATE INDEX sandbox_messages_campaign ON sandbox_messages (store_id, campaign_id, id);
