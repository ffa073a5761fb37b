//! Columns of this feature. A domain is the merchant's, not a person's.

use web::{DataMap, data_map};

pub(super) static DATA: DataMap = data_map! {
    table "sender_domains" {
        none: store_id, id, domain, bounce_host, tracking_host, spf_mechanisms, verified, checked_at, findings,
            next_generation, created_at, updated_at;
    }
    table "dkim_keys" {
        none: store_id, domain_id, selector, generation, algorithm, record, sealed, state, created_at, retire_at;
    }
};
