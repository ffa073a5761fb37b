//! Statements of segments, their columns and their sets.

use store::statements;

statements! {
    /// Versions of the blocks of a column.
    LIST_GENERATIONS = "SELECT block_no, generation FROM attribute_blocks
        WHERE store_id = $1 AND column_key = $2 ORDER BY block_no";
    /// One block.
    FIND_BLOCK = "SELECT data FROM attribute_blocks WHERE store_id = $1 AND column_key = $2 AND block_no = $3";
    /// Columns that have a block of this number, and its versions.
    LIST_BLOCK_COLUMNS = "SELECT column_key, generation FROM attribute_blocks
        WHERE store_id = $1 AND block_no = $2 ORDER BY column_key";
    /// Writes a block.
    PUT_BLOCK = "INSERT INTO attribute_blocks (store_id, column_key, block_no, generation, data)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (store_id, column_key, block_no)
        DO UPDATE SET generation = excluded.generation, data = excluded.data";
    /// Removes a block nobody has a value in.
    DELETE_BLOCK = "DELETE FROM attribute_blocks WHERE store_id = $1 AND column_key = $2 AND block_no = $3";
    /// Removes all blocks of a store, before its columns are built anew.
    DELETE_BLOCKS = "DELETE FROM attribute_blocks WHERE store_id = $1";

    /// Sets that answer a question about messages.
    LIST_SETS = "SELECT day, data FROM engagement_sets
        WHERE store_id = $1 AND touch = $2 AND campaign_id = $3 AND link = $4 AND day >= $5 ORDER BY day";
    /// One set.
    FIND_SET = "SELECT data FROM engagement_sets
        WHERE store_id = $1 AND touch = $2 AND campaign_id = $3 AND link = $4 AND day = $5";
    /// Writes a set.
    PUT_SET = "INSERT INTO engagement_sets (store_id, touch, campaign_id, link, day, data)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (store_id, touch, campaign_id, link, day)
        DO UPDATE SET data = excluded.data";

    /// How far columns and sets have read the log.
    FIND_WATERMARK = "SELECT seq, layout, block_bits, compacted_at, behaviour_layout FROM segment_watermarks WHERE store_id = $1";
    /// Makes the watermark of a store that has none.
    INSERT_WATERMARK = "INSERT INTO segment_watermarks (store_id, seq, layout, block_bits, claim, lease_until,
        compacted_at, behaviour_layout) VALUES ($1, 0, 0, $2, 0, 0, 0, 0) ON CONFLICT (store_id) DO NOTHING";
    /// Takes the right to bring columns forward, if nobody has it.
    CLAIM_WATERMARK = "UPDATE segment_watermarks SET claim = $2, lease_until = $3
        WHERE store_id = $1 AND lease_until <= $4";
    /// Prolongs the right; no row if somebody else has it now. Locks the row until commit.
    RENEW_CLAIM = "UPDATE segment_watermarks SET lease_until = $3 WHERE store_id = $1 AND claim = $2";
    /// Declares the columns unusable until they are built anew.
    VOID_WATERMARK = "UPDATE segment_watermarks SET layout = 0, block_bits = $2 WHERE store_id = $1";
    /// Moves the watermark and gives the right back.
    MOVE_WATERMARK = "UPDATE segment_watermarks SET seq = $3, layout = $4, claim = 0, lease_until = 0,
        compacted_at = $5, behaviour_layout = $6 WHERE store_id = $1 AND claim = $2";
    /// Gives the right back without moving.
    RELEASE_CLAIM = "UPDATE segment_watermarks SET claim = 0, lease_until = 0 WHERE store_id = $1 AND claim = $2";
    /// Events of some kinds after the watermark, as far as the snapshot sees the log.
    LIST_TAIL = "SELECT seq, at, kind, ordinal, campaign_id, body FROM events
        WHERE store_id = $1 AND seq > $2 AND kind {in $3} ORDER BY seq";
    /// What happened to one contact's messages, newest first.
    LIST_HISTORY = "SELECT seq, at, kind, ordinal, campaign_id, body FROM events
        WHERE store_id = $1 AND ordinal = $2 ORDER BY seq DESC LIMIT $3";

    /// One saved segment.
    FIND_SEGMENT = "SELECT id, version, name, description, rule, members, counted_at, archived_at, created_at, updated_at
        FROM segments WHERE store_id = $1 AND id = $2";
    /// Saved segments, newest first.
    LIST_SEGMENTS = "SELECT id, version, name, description, rule, members, counted_at, archived_at, created_at, updated_at
        FROM segments WHERE store_id = $1 AND id < $2 AND (archived_at IS NULL) = (CAST($3 AS {int}) = 0) ORDER BY id DESC LIMIT $4";
    /// Segments that are not archived, newest first, without their rules.
    LIST_NAMES = "SELECT id, name, description FROM segments
        WHERE store_id = $1 AND archived_at IS NULL ORDER BY id DESC LIMIT $2";
    /// Number of segments that are not archived.
    COUNT_SEGMENTS = "SELECT count(*) FROM segments WHERE store_id = $1 AND archived_at IS NULL";
    /// Adds a segment.
    INSERT_SEGMENT = "INSERT INTO segments (store_id, id, version, name, description, rule, members, counted_at,
        archived_at, created_at, updated_at) VALUES ($1, $2, 1, $3, $4, $5, NULL, NULL, NULL, $6, $6)";
    /// Changes a segment whose version is still the one that was read.
    UPDATE_SEGMENT = "UPDATE segments SET version = version + 1, name = $4, description = $5, rule = $6,
        members = NULL, counted_at = NULL, updated_at = $7 WHERE store_id = $1 AND id = $2 AND version = $3";
    /// Archives a segment, or takes it back.
    ARCHIVE_SEGMENT = "UPDATE segments SET archived_at = $3, updated_at = $4 WHERE store_id = $1 AND id = $2";
    /// Remembers the last count.
    PUT_COUNT = "UPDATE segments SET members = $4, counted_at = $5 WHERE store_id = $1 AND id = $2 AND version = $3";
    /// Keeps a version.
    INSERT_VERSION = "INSERT INTO segment_versions (store_id, segment_id, version, name, description, rule, saved_at,
        actor) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// Versions of a segment, newest first.
    LIST_VERSIONS = "SELECT version, name, description, rule, saved_at, actor FROM segment_versions
        WHERE store_id = $1 AND segment_id = $2 AND version < $3 ORDER BY version DESC LIMIT $4";
    /// Notes that a rule refers to a segment.
    INSERT_REFERENCE = "INSERT INTO segment_references (store_id, target_id, segment_id) VALUES ($1, $2, $3)";
    /// Forgets what a segment referred to.
    DELETE_REFERENCES = "DELETE FROM segment_references WHERE store_id = $1 AND segment_id = $2";
    /// Segments, not archived, whose rules refer to a segment.
    LIST_REFERRERS = "SELECT s.id, s.name FROM segment_references r
        JOIN segments s ON s.store_id = r.store_id AND s.id = r.segment_id AND s.archived_at IS NULL
        WHERE r.store_id = $1 AND r.target_id = $2 ORDER BY s.id";
}
