//! What the media library holds about people: words and places, sealed; the files themselves are public by
//! their purpose, or kept from the public until there is a consent (P-036).

/// The columns.
pub(super) static DATA: web::DataMap = web::data_map! {
    table "media" {
        none: store_id, id, kind, content_type, extension, hash, bytes, thumbnail_bytes, width, height,
            personal_content, captured_at, uploaded_at, attestation;
        sensitive: words_sealed => purpose "finding files again, and showing where they were made", basis "consent",
            source "whoever uploads, or the file", retention "until the item is removed", recipients "none";
        personal: uploaded_by => purpose "prove who stated that the file may be used", basis "legal obligation",
            source "the program", retention "until the item is removed", recipients "none";
    }
};
