//! Columns of this feature. Opens and clicks themselves are events of the log.

use web::{DataMap, data_map};

pub(super) static DATA: DataMap = data_map! {
    table "campaign_links" {
        none: store_id, campaign_id, link, url;
    }
    table "tracking_refusals" {
        none: store_id, ordinal;
        personal: at => purpose "not to measure who does not want it", basis "legal obligation",
            source "the person", retention "until the contact is erased", recipients "none";
    }
};
