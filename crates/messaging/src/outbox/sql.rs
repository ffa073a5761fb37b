//! Statements of the outbox.

use store::{global_statements, statements};

statements! {
    /// Opens a send.
    INSERT_SEND = "INSERT INTO sends (store_id, id, class, program, state, throttle_per_second, audience,
        audience_hash, accepted, deferred, failed, suppressed, unknown, next_lane, next_chunk,
        started_at, updated_at)
        VALUES ($1, $2, $3, $4, 'open', $5, $6, $7, 0, 0, 0, 0, 0, $8, 0, $9, $9)";
    /// Locks a send until commit, so that places in its lanes stand still.
    LOCK_SEND = "SELECT state FROM sends WHERE store_id = $1 AND id = $2 {for_update}";
    /// A send with its sums, without the audience bitmap.
    FIND_SEND = "SELECT state, class, program, hold_reason, throttle_per_second, audience, accepted, deferred,
        failed, suppressed, unknown, started_at, finished_at, updated_at FROM sends
        WHERE store_id = $1 AND id = $2";
    /// Keeps a large set: the recipients of a lane, or one of the frozen sets.
    INSERT_SET = "INSERT INTO send_sets (store_id, send_id, lane, recipients) VALUES ($1, $2, $3, $4)";
    /// A large set.
    FIND_SET = "SELECT recipients FROM send_sets WHERE store_id = $1 AND send_id = $2 AND lane = $3";
    /// Sets of lanes that are gone can go too.
    DELETE_DONE_SETS = "DELETE FROM send_sets WHERE store_id = $1 AND send_id = $2 AND lane >= 0
        AND NOT EXISTS (SELECT 1 FROM send_lanes l WHERE l.store_id = $1 AND l.send_id = $2
            AND l.lane = send_sets.lane)";
    /// Takes the next chunk number of an open send; locks the send until commit.
    TAKE_CHUNK_NUMBER = "UPDATE sends SET next_chunk = next_chunk + 1, deferred = deferred - $3, updated_at = $4
        WHERE store_id = $1 AND id = $2 AND state = 'open' RETURNING next_chunk - 1";
    /// Locks the send and takes lane numbers.
    TAKE_LANE_NUMBERS = "UPDATE sends SET next_lane = next_lane + $3 WHERE store_id = $1 AND id = $2
        RETURNING next_lane - $3";
    /// Adds a chunk's outcome to the sums; answers them with the state.
    ADD_COUNTS = "UPDATE sends SET accepted = accepted + $3, deferred = deferred + $4, failed = failed + $5,
        suppressed = suppressed + $6, unknown = unknown + $7, updated_at = $8
        WHERE store_id = $1 AND id = $2
        RETURNING state, audience, accepted, deferred, failed, suppressed, unknown";
    /// Changes the state from one of two others; the reason is kept for the merchant.
    MOVE_SEND = "UPDATE sends SET state = $3, hold_reason = $4, finished_at = $5, updated_at = $6
        WHERE store_id = $1 AND id = $2 AND state IN ($7, $8)";
    /// Puts the rest of a cancelled send on the suppressed side, so that its sum closes.
    CLOSE_CANCELLED = "UPDATE sends SET suppressed = audience - accepted - failed - unknown, deferred = 0,
        updated_at = $3 WHERE store_id = $1 AND id = $2 AND state = 'cancelled'";
    /// Changes the throttle of a send.
    SET_THROTTLE = "UPDATE sends SET throttle_per_second = $3, updated_at = $4 WHERE store_id = $1 AND id = $2";
    /// Adds a lane.
    INSERT_LANE = "INSERT INTO send_lanes (store_id, send_id, lane, due_at, attempt, size, taken, first_at)
        VALUES ($1, $2, $3, $4, $5, $6, 0, $7)";
    /// The earliest lane with recipients left.
    FIND_NEXT_LANE = "SELECT lane, due_at, attempt, size, taken, first_at FROM send_lanes
        WHERE store_id = $1 AND send_id = $2 AND taken < size ORDER BY due_at, lane LIMIT 1";
    /// Takes places from a lane, if nobody else did.
    TAKE_PLACES = "UPDATE send_lanes SET taken = $4 WHERE store_id = $1 AND send_id = $2 AND lane = $3 AND taken = $5";
    /// The recipients of a lane.
    FIND_LANE = "SELECT attempt, first_at FROM send_lanes WHERE store_id = $1 AND send_id = $2 AND lane = $3";
    /// Lanes that are used up and whose chunks are settled can go.
    DELETE_DONE_LANES = "DELETE FROM send_lanes WHERE store_id = $1 AND send_id = $2 AND taken >= size
        AND NOT EXISTS (SELECT 1 FROM send_chunks c WHERE c.store_id = $1 AND c.send_id = $2
            AND c.lane = send_lanes.lane AND c.state = 'claimed')";
    /// Claims a chunk.
    INSERT_CHUNK = "INSERT INTO send_chunks (store_id, send_id, chunk, lane, first_place, size, attempt, worker, fence,
        lease_until, state, first_ordinal, last_ordinal, claimed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'claimed', $11, $12, $13)";
    /// Prolongs the lease of a claim that is still ours.
    RENEW_CHUNK = "UPDATE send_chunks SET lease_until = $4
        WHERE store_id = $1 AND send_id = $2 AND fence = $3 AND state = 'claimed'";
    /// Settles a claim that is still ours.
    SETTLE_CHUNK = "UPDATE send_chunks SET state = 'settled', outcome = $4, settled_at = $5
        WHERE store_id = $1 AND send_id = $2 AND fence = $3 AND state = 'claimed'
        RETURNING lane, first_place, size, attempt";
    /// A claim by its fencing number.
    FIND_CLAIM = "SELECT chunk, lane, first_place, size, attempt, fence FROM send_chunks
        WHERE store_id = $1 AND send_id = $2 AND fence = $3 AND state = 'claimed'";
    /// A chunk by its fencing number, claimed or settled.
    FIND_CHUNK = "SELECT state FROM send_chunks WHERE store_id = $1 AND send_id = $2 AND fence = $3";
    /// Lanes with recipients left, in order.
    LIST_OPEN_LANES = "SELECT lane, attempt, taken FROM send_lanes
        WHERE store_id = $1 AND send_id = $2 AND taken < size ORDER BY lane";
    /// Gives a lane another number of recipients.
    RESIZE_LANE = "UPDATE send_lanes SET size = $4 WHERE store_id = $1 AND send_id = $2 AND lane = $3";
    /// Replaces a large set.
    UPDATE_SET = "UPDATE send_sets SET recipients = $4 WHERE store_id = $1 AND send_id = $2 AND lane = $3";
    /// Takes the next chunk number whatever the state, for a claim of before a restore.
    TAKE_REDO_NUMBER = "UPDATE sends SET next_chunk = next_chunk + 1, deferred = deferred - $3, updated_at = $4
        WHERE store_id = $1 AND id = $2 RETURNING next_chunk - 1";
    /// Claims whose lease ran out.
    LIST_EXPIRED = "SELECT chunk, lane, first_place, size, attempt, fence FROM send_chunks
        WHERE store_id = $1 AND send_id = $2 AND state = 'claimed' AND lease_until <= $3";
    /// When the first lease of the claims being worked on ends.
    FIND_FIRST_LEASE_END = "SELECT min(lease_until) FROM send_chunks
        WHERE store_id = $1 AND send_id = $2 AND state = 'claimed'";
    /// Outcomes of a send, in order.
    LIST_OUTCOMES = "SELECT chunk, outcome, settled_at FROM send_chunks
        WHERE store_id = $1 AND send_id = $2 AND state = 'settled' AND chunk >= $3 ORDER BY chunk LIMIT $4";
    /// Outcomes that may hold contacts between two ordinals, newest last.
    LIST_OUTCOMES_OF = "SELECT outcome, settled_at, attempt FROM send_chunks WHERE store_id = $1 AND send_id = $2
        AND state = 'settled' AND first_ordinal <= $4 AND last_ordinal >= $3 ORDER BY chunk";
    /// Outcomes of other sends settled lately, for the frequency cap.
    LIST_RECENT_OUTCOMES = "SELECT c.outcome FROM send_chunks c JOIN sends s ON s.store_id = c.store_id AND s.id = c.send_id
        WHERE c.store_id = $1 AND c.settled_at >= $2 AND c.send_id <> $3 AND s.class = 'marketing'";
    /// Some test.
    FIND_TEST = "SELECT id FROM sends WHERE store_id = $1 AND class = 'test' LIMIT 1";
    /// Sums of some sends.
    LIST_COUNTS = "SELECT id, audience, accepted, deferred, failed, suppressed, unknown FROM sends
        WHERE store_id = $1 AND id {in $2}";
    /// Sends, newest first.
    LIST_SENDS = "SELECT id, state, audience, accepted, deferred, failed, suppressed, unknown FROM sends
        WHERE store_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
}

global_statements! {
    /// Notes when a send has work.
    PUT_DUE = "INSERT INTO due_sends (send_id, store_id, due_at) VALUES ($1, $2, $3)
        ON CONFLICT (send_id) DO UPDATE SET due_at = excluded.due_at";
    /// The send has no work any more.
    DELETE_DUE = "DELETE FROM due_sends WHERE send_id = $1";
    /// Sends with work now, over all stores.
    LIST_DUE = "SELECT store_id, send_id FROM due_sends WHERE due_at <= $1 ORDER BY due_at, send_id LIMIT $2";
    /// When the sending lock was set, if it is.
    FIND_SENDING_LOCK = "SELECT value FROM installation WHERE name = 'sending_locked'";
}
