-- How many members a segment had at the end of a day of the store (days since 1970-01-01 in its time zone),
-- who came and who went since the day counted before. data is the set of members, kept for the two newest
-- days only, to tell the difference.
CREATE TABLE segment_growth (
    store_id {int} NOT NULL,
    segment_id {int} NOT NULL,
    day {int} NOT NULL,
    members {int} NOT NULL,
    entered {int},
    left_members {int},
    data {blob},
    PRIMARY KEY (store_id, segment_id, day)
) {strict};

-- How many contacts a store had, day by day. counted_at is empty between the day's beginning and its count.
CREATE TABLE contact_growth (
    store_id {int} NOT NULL,
    day {int} NOT NULL,
    contacts {int} NOT NULL,
    subscribed_email {int} NOT NULL,
    subscribed_sms {int} NOT NULL,
    counted_at {int},
    PRIMARY KEY (store_id, day)
) {strict};
