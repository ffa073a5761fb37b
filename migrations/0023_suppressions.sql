-- Addresses that must not be used, by channel, as keyed hashes. reason: 0 bounced, 1 complained,
-- 2 suppressed by the merchant, 3 unsubscribed and erased since. ordinal: the contact, until it is erased.
CREATE TABLE suppressions (
    store_id {int} NOT NULL,
    channel {int} NOT NULL,
    address_bi {blob} NOT NULL,
    reason {int} NOT NULL,
    id {int} NOT NULL,
    at {int} NOT NULL,
    source {int} NOT NULL,
    actor {text} NOT NULL,
    ordinal {int},
    PRIMARY KEY (store_id, channel, address_bi, reason)
) {clustered};
CREATE UNIQUE INDEX suppressions_id ON suppressions (store_id, id);
CREATE INDEX suppressions_contact ON suppressions (store_id, ordinal) WHERE ordinal IS NOT NULL;
