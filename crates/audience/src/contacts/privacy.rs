//! What contacts hold about people.

/// The columns.
pub(super) static DATA: web::DataMap = web::data_map! {
    table "contacts" {
        none: store_id, ordinal, id, version, updated_at;
        personal: email_bi, phone_bi, wrapped_key, pii
            => purpose "contact by the merchant and serving orders", basis "consent or contract",
            source "the person, the merchant's file or shop, or the API", retention "until erased",
            recipients "none";
        personal: facts
            => purpose "choosing whom to write to, and when", basis "consent or contract",
            source "the person, the merchant's file or shop, or the API", retention "until erased",
            recipients "none";
    }
    table "contact_addresses" {
        none: store_id, ordinal;
        personal: address_bi => purpose "finding the contact by email address or phone number",
            basis "consent or contract", source "the person, the merchant's file or shop, or the API",
            retention "until erased", recipients "none";
    }
    table "contact_external_ids" {
        none: store_id, ordinal;
        personal: external_bi => purpose "finding the contact in another system", basis "contract",
            source "the merchant's shop or file", retention "until erased", recipients "none";
    }
};
