//! What the tables of the outbox hold of people: sets of contact numbers, and a test's address.

use web::DataMap;

/// Every column.
pub static DATA: DataMap = web::data_map! {
    table "sends" {
        none: store_id, id, class, state, hold_reason, throttle_per_second, audience, audience_hash, accepted, deferred,
            failed, suppressed, unknown, next_lane, next_chunk, started_at, finished_at, updated_at;
        personal: program
            => purpose "what a campaign said, frozen at launch; the address of a test", basis "contract with the merchant",
               source "the merchant", retention "as long as the campaign", recipients "the campaign's recipients";
    }
    table "send_lanes" {
        none: store_id, send_id, lane, due_at, attempt, size, taken, first_at;
    }
    table "send_sets" {
        none: store_id, send_id, lane;
        personal: recipients
            => purpose "whom a campaign reaches", basis "consent to the channel", source "the merchant's audience",
               retention "as long as the campaign", recipients "none";
    }
    table "send_chunks" {
        none: store_id, send_id, chunk, lane, first_place, size, attempt, worker, fence, lease_until, state, first_ordinal,
            last_ordinal, claimed_at, settled_at;
        personal: outcome
            => purpose "what became of each message, and why", basis "contract with the merchant",
               source "the program and receiving mail servers", retention "as long as the campaign", recipients "none";
    }
    table "due_sends" {
        none: send_id, store_id, due_at;
    }
};
