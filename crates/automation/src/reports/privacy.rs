//! What the tables of reports hold: who opened and clicked, as bitmaps of contact numbers.

use web::DataMap;

/// Every column.
pub static DATA: DataMap = web::data_map! {
    table "report_hours" {
        none: store_id, campaign_id, kind, hour, happened;
    }
    table "report_people" {
        none: store_id, campaign_id, kind, link, happened, people_count;
        personal: people
            => purpose "how a campaign did, and who was interested", basis "permission to measure",
               source "the contact's mail program", retention "as long as the campaign", recipients "none";
    }
};
