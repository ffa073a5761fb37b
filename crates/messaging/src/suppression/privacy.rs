//! Columns of this feature.

use web::{DataMap, data_map};

pub(super) static DATA: DataMap = data_map! {
    table "bounce_streaks" {
        none: store_id, ordinal, class;
        personal: proofs, first_at, last_at, last_campaign, clean_campaign, clean_at =>
            purpose "stop writing to addresses that do not work", basis "legitimate interest",
            source "receiving mail servers", retention "until the address works, is suppressed or is erased",
            recipients "none";
    }
    table "feedback_marks" {
        none: store_id, campaign_id, ordinal;
        personal: kind, at => purpose "count a report once", basis "legitimate interest",
            source "receiving mail servers and the person", retention "until the contact is erased",
            recipients "none";
    }
};
