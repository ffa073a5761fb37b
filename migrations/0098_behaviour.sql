-- What visitors did, as columns for segments, without identity: one row per name, UTC day, part of the day and column
-- (0: rows, 1: columns that few rows have, else the keyed hash of a property's path). last_seq is the position of the
-- part's last event in the log; generation is drawn anew whenever the row is written.
CREATE TABLE behaviour_parts (
    store_id {int} NOT NULL,
    name_no {int} NOT NULL,
    day {int} NOT NULL,
    part {int} NOT NULL,
    column_id {int} NOT NULL,
    last_seq {int} NOT NULL,
    generation {int} NOT NULL,
    data {blob} NOT NULL,
    PRIMARY KEY (store_id, name_no, day, part, column_id)
) {strict};

-- Which contact each visitor is, for segments: one row per block of visitors.
CREATE TABLE visitor_blocks (
    store_id {int} NOT NULL,
    block_no {int} NOT NULL,
    generation {int} NOT NULL,
    data {blob} NOT NULL,
    PRIMARY KEY (store_id, block_no)
) {strict};

-- In which form parts and blocks of visitors were written; 0: they have to be built.
ALTER TABLE segment_watermarks ADD COLUMN behaviour_layout {int} NOT NULL DEFAULT 0;
