//! Statements of parts and of who visitors are.

use store::statements;

statements! {
    /// What there is of some columns of a name's parts, by day.
    LIST_PART_KEYS = "SELECT day, part, column_id, generation FROM behaviour_parts
        WHERE store_id = $1 AND name_no = $2 AND day >= $3 AND day <= $4 AND column_id {in $5}
        ORDER BY day, part, column_id";
    /// One column of a part.
    FIND_COLUMN = "SELECT data FROM behaviour_parts
        WHERE store_id = $1 AND name_no = $2 AND day = $3 AND part = $4 AND column_id = $5";
    /// Parts of a day with the position of their last row, newest first.
    LIST_DAY = "SELECT part, last_seq FROM behaviour_parts
        WHERE store_id = $1 AND name_no = $2 AND day = $3 AND column_id = 0 ORDER BY part DESC";
    /// Every column of a part.
    LIST_COLUMNS = "SELECT column_id, data FROM behaviour_parts
        WHERE store_id = $1 AND name_no = $2 AND day = $3 AND part = $4";
    /// Removes a part and all after it.
    DELETE_FROM = "DELETE FROM behaviour_parts WHERE store_id = $1 AND name_no = $2 AND day = $3 AND part >= $4";
    /// Writes a column.
    INSERT_COLUMN = "INSERT INTO behaviour_parts (store_id, name_no, day, part, column_id, last_seq, generation, data)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// Removes all parts of a store, before they are built anew.
    DELETE_PARTS = "DELETE FROM behaviour_parts WHERE store_id = $1";

    /// Which blocks of visitors there are.
    LIST_VISITOR_BLOCKS = "SELECT block_no, generation FROM visitor_blocks WHERE store_id = $1";
    /// One block of visitors.
    FIND_VISITOR_BLOCK = "SELECT data FROM visitor_blocks WHERE store_id = $1 AND block_no = $2";
    /// Writes a block of visitors.
    PUT_VISITOR_BLOCK = "INSERT INTO visitor_blocks (store_id, block_no, generation, data) VALUES ($1, $2, $3, $4)
        ON CONFLICT (store_id, block_no) DO UPDATE SET generation = excluded.generation, data = excluded.data";
    /// Removes all blocks of visitors, before they are built anew.
    DELETE_VISITOR_BLOCKS = "DELETE FROM visitor_blocks WHERE store_id = $1";

    /// Calls of a kind after a position of the log.
    LIST_CALLS = "SELECT seq, at, kind, ordinal, campaign_id, body FROM events
        WHERE store_id = $1 AND seq > $2 AND kind = $3 ORDER BY seq";
    /// Numbers of the names of a kind of call.
    LIST_NAME_NUMBERS = "SELECT no FROM event_names WHERE store_id = $1 AND kind = $2";
    /// Links of a range of visitors.
    LIST_LINKS_BETWEEN = "SELECT visitor, from_seq, ordinal FROM visitor_links
        WHERE store_id = $1 AND visitor >= $2 AND visitor < $3 ORDER BY visitor, from_seq";
}
