//! What the suppression list holds about people: keyed hashes.

/// The columns.
pub(super) static DATA: web::DataMap = web::data_map! {
    table "suppressions" {
        none: store_id, channel, reason, id, at, source, ordinal;
        personal: address_bi => purpose "never writing again to who said no", basis "legal obligation",
            source "the person, a mail server, or the merchant", retention "as long as the store",
            recipients "none";
        personal: actor => purpose "prove who recorded it", basis "legal obligation", source "the program",
            retention "as long as the store", recipients "none";
    }
};
