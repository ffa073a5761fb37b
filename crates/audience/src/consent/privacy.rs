//! What the ledger holds about people.

/// The columns.
pub(super) static DATA: web::DataMap = web::data_map! {
    table "consent_entries" {
        none: store_id, ordinal, id, channel, change, source, wording, wording_version, at, import_id;
        personal: actor => purpose "prove who recorded it", basis "legal obligation", source "the program",
            retention "as long as the store", recipients "none";
        personal: ip_sealed, proof_sealed => purpose "prove consent", basis "legal obligation",
            source "the person or the merchant", retention "readable until the contact is erased",
            recipients "none";
    }
    table "consent_batches" {
        none: store_id, id, channel, change, source, wording, wording_version, at, import_id, ordinal_min,
            ordinal_max, members;
        personal: actor => purpose "prove who recorded it", basis "legal obligation", source "the program",
            retention "as long as the store", recipients "none";
    }
};
