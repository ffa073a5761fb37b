//! What the tables of campaigns hold of people: the author's address and whatever the merchant writes.

use web::DataMap;

/// Every column.
pub static DATA: DataMap = web::data_map! {
    table "campaigns" {
        none: store_id, id, name, state, version, settings, signing, scheduled_at, launch_job, launched_at, archived_at,
            created_at, updated_at;
        personal: content
            => purpose "the words and the sender of a campaign", basis "contract with the merchant",
               source "the merchant", retention "as long as the store", recipients "the campaign's recipients";
    }
};
