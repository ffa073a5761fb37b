//! Columns of visitors and their events. What somebody did is sealed in the log under the visitor's key; erasing
//! the contact destroys that key (P-123).

/// What is kept.
pub(super) static DATA: web::DataMap = web::data_map! {
    table "visitors" {
        none: store_id, no, created_at;
        personal: identity_bi, wrapped_key => purpose "tell visitors of a shop apart",
            basis "legitimate interest, or consent where the law asks for it",
            source "the visitor's browser or the shop's server", retention "until erased", recipients "none";
    }
    table "visitor_links" {
        none: store_id, from_seq, linked_at;
        personal: visitor, ordinal => purpose "know which contact a visitor is", basis "contract",
            source "the visitor or the shop", retention "until erased or taken back", recipients "none";
    }
    table "visitor_events" {
        none: store_id, seq;
        personal: visitor => purpose "show what a contact did", basis "contract", source "the log of events",
            retention "until erased", recipients "none";
    }
    table "event_names" {
        none: store_id, no, name_bi, kind, name, happened, created_at;
    }
    table "event_messages" {
        none: store_id, received_day;
        personal: message_bi => purpose "take a message once", basis "contract",
            source "the client, as a keyed hash", retention "seven days", recipients "none";
    }
    table "event_refusals" {
        none: store_id, no, at, kind, reason;
    }
};
