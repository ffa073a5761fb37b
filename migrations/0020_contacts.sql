-- People a store knows. The row order is the order of ordinals; few indexes, because a random key costs
-- an import more than everything else. wrapped_key is destroyed by erasure and the rest goes with it.
CREATE TABLE contacts (
    store_id {int} NOT NULL,
    ordinal {int} NOT NULL,
    id {int} NOT NULL,
    version {int} NOT NULL,
    updated_at {int} NOT NULL,
    email_bi {blob},
    phone_bi {blob},
    facts {blob} NOT NULL,
    wrapped_key {blob},
    pii {blob},
    PRIMARY KEY (store_id, ordinal)
) {clustered};
CREATE UNIQUE INDEX contacts_id ON contacts (store_id, id);

-- Whose an address is, one row for each email address and phone number, as keyed hashes; the kind is hashed too,
-- so that they never meet. A table and not indexes of contacts, so that a batch can write its hashes in their
-- order: each page is touched once, however many there are.
CREATE TABLE contact_addresses (
    store_id {int} NOT NULL,
    address_bi {blob} NOT NULL,
    ordinal {int} NOT NULL,
    PRIMARY KEY (store_id, address_bi)
) {clustered};

-- Ids that other systems gave to contacts, as keyed hashes; the readable form is sealed with the contact.
CREATE TABLE contact_external_ids (
    store_id {int} NOT NULL,
    external_bi {blob} NOT NULL,
    ordinal {int} NOT NULL,
    PRIMARY KEY (store_id, external_bi)
) {clustered};
CREATE INDEX contact_external_ids_contact ON contact_external_ids (store_id, ordinal);
