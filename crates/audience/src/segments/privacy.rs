//! What segments hold about people: copies of facts and of who did what, by ordinal, without identity.

/// The columns.
pub(super) static DATA: web::DataMap = web::data_map! {
    table "attribute_blocks" {
        none: store_id, column_key, block_no, generation;
        personal: data => purpose "choosing whom to write to", basis "consent or contract",
            source "the facts of contacts", retention "until the contact is erased", recipients "none";
    }
    table "behaviour_parts" {
        none: store_id, name_no, day, part, column_id, last_seq, generation;
        personal: data => purpose "choosing whom to write to", basis "consent or legitimate interest",
            source "events of the shop", retention "until the store is closed; an erased visitor's number means nobody",
            recipients "none";
    }
    table "visitor_blocks" {
        none: store_id, block_no, generation;
        personal: data => purpose "choosing whom to write to", basis "consent or legitimate interest",
            source "links of visitors", retention "until the contact is erased", recipients "none";
    }
    table "engagement_sets" {
        none: store_id, touch, campaign_id, link, day;
        personal: data => purpose "choosing whom to write to", basis "consent or legitimate interest",
            source "sending and tracking", retention "until the store is closed; an erased contact's number means nobody",
            recipients "none";
    }
    table "segment_watermarks" {
        none: store_id, seq, layout, block_bits, claim, lease_until, compacted_at, behaviour_layout;
    }
    table "segments" {
        none: store_id, id, version, name, description, rule, members, counted_at, archived_at, created_at, updated_at;
    }
    table "segment_versions" {
        none: store_id, segment_id, version, name, description, rule, saved_at;
        personal: actor => purpose "prove who did what", basis "legitimate interest", source "the program",
            retention "until the store is closed", recipients "none";
    }
    table "segment_growth" {
        none: store_id, segment_id, day, members, entered, left_members;
        personal: data => purpose "telling who came and who went", basis "consent or legitimate interest",
            source "the facts of contacts", retention "two counted days; an erased contact's number means nobody",
            recipients "none";
    }
    table "contact_growth" {
        none: store_id, day, contacts, subscribed_email, subscribed_sms, counted_at;
    }
    table "segment_references" {
        none: store_id, target_id, segment_id;
    }
};
