-- Columns of contacts' facts for segments, without identity: one row per column and block of ordinals,
-- bit-sliced. generation is drawn anew whenever the row is written, so that a cached block is known by it.
CREATE TABLE attribute_blocks (
    store_id {int} NOT NULL,
    column_key {text} NOT NULL,
    block_no {int} NOT NULL,
    generation {int} NOT NULL,
    data {blob} NOT NULL,
    PRIMARY KEY (store_id, column_key, block_no)
) {strict};
CREATE INDEX attribute_blocks_number ON attribute_blocks (store_id, block_no, column_key, generation);

-- Who did what with messages: one roaring bitmap of ordinals per kind, campaign (0: any), link (-1: any)
-- and UTC day.
CREATE TABLE engagement_sets (
    store_id {int} NOT NULL,
    touch {int} NOT NULL,
    campaign_id {int} NOT NULL,
    link {int} NOT NULL,
    day {int} NOT NULL,
    data {blob} NOT NULL,
    PRIMARY KEY (store_id, touch, campaign_id, link, day)
) {strict};

-- How far blocks and sets have read the log, and who is bringing them forward now.
CREATE TABLE segment_watermarks (
    store_id {int} PRIMARY KEY,
    seq {int} NOT NULL,
    layout {int} NOT NULL,
    block_bits {int} NOT NULL,
    claim {int} NOT NULL,
    lease_until {int} NOT NULL,
    compacted_at {int} NOT NULL
) {strict};
