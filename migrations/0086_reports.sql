-- What happened to a campaign's messages, counted by hour since launch. Kept by a consumer of the log.
CREATE TABLE report_hours (
    store_id {int} NOT NULL,
    campaign_id {int} NOT NULL,
    kind {text} NOT NULL,
    hour {int} NOT NULL,
    happened {int} NOT NULL,
    PRIMARY KEY (store_id, campaign_id, kind, hour)
) {clustered};

-- Who opened, clicked and so on: one bitmap a kind, and one a clicked link (link -1: the whole message).
CREATE TABLE report_people (
    store_id {int} NOT NULL,
    campaign_id {int} NOT NULL,
    kind {text} NOT NULL,
    link {int} NOT NULL,
    happened {int} NOT NULL,
    people {blob} NOT NULL,
    PRIMARY KEY (store_id, campaign_id, kind, link)
) {strict};
