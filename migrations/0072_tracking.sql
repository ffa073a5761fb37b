-- Where the numbered links of a campaign lead, frozen at launch. url is NULL for a link that is made
-- from the contact's data at click time.
CREATE TABLE campaign_links (
    store_id {int} NOT NULL,
    campaign_id {int} NOT NULL,
    link {int} NOT NULL,
    url {text},
    PRIMARY KEY (store_id, campaign_id, link)
) {strict};

-- Contacts who do not allow measuring (P-075); separate from consent to marketing.
CREATE TABLE tracking_refusals (
    store_id {int} NOT NULL,
    ordinal {int} NOT NULL,
    at {int} NOT NULL,
    PRIMARY KEY (store_id, ordinal)
) {clustered};
