-- The media library. Files lie in the data folder under the hash of their public copy. Names, alternative
-- texts, places and references to consents are sealed under the store's key.
CREATE TABLE media (
    store_id {int} NOT NULL,
    id {int} NOT NULL,
    kind {text} NOT NULL,
    content_type {text} NOT NULL,
    extension {text} NOT NULL,
    hash {blob} NOT NULL,
    bytes {int} NOT NULL,
    thumbnail_bytes {int} NOT NULL,
    width {int},
    height {int},
    words_sealed {blob} NOT NULL,
    personal_content {int} NOT NULL,
    captured_at {int},
    uploaded_at {int} NOT NULL,
    uploaded_by {text} NOT NULL,
    attestation {text} NOT NULL,
    PRIMARY KEY (store_id, id)
) {strict};
CREATE INDEX media_hash ON media (store_id, hash);
