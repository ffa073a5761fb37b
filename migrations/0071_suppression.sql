-- Soft bounces in a row, per contact and kind of soft rule. clean_campaign: a later campaign that was
-- taken and has not bounced so far; once that is old enough the row begins anew.
CREATE TABLE bounce_streaks (
    store_id {int} NOT NULL,
    ordinal {int} NOT NULL,
    class {int} NOT NULL,
    proofs {int} NOT NULL,
    first_at {int} NOT NULL,
    last_at {int} NOT NULL,
    last_campaign {int} NOT NULL,
    clean_campaign {int},
    clean_at {int},
    PRIMARY KEY (store_id, ordinal, class)
) {clustered};

-- Which reports about a message were taken in, so that a report that comes twice counts once.
CREATE TABLE feedback_marks (
    store_id {int} NOT NULL,
    campaign_id {int} NOT NULL,
    ordinal {int} NOT NULL,
    kind {int} NOT NULL,
    at {int} NOT NULL,
    PRIMARY KEY (store_id, campaign_id, ordinal, kind)
) {clustered};
CREATE INDEX feedback_marks_contact ON feedback_marks (store_id, ordinal);
