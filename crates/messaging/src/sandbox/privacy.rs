//! Columns of this feature.

use web::{DataMap, data_map};

pub(super) static DATA: DataMap = data_map! {
    table "sandbox_messages" {
        none: store_id, id, campaign_id, ordinal, at, size;
        sensitive: summary, raw => purpose "let the merchant see what would be sent", basis "legitimate interest",
            source "rendered from the contact's data", retention "the newest 10,000, until erased", recipients "none";
    }
};
