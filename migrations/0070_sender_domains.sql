-- Domains a store sends from. findings is what DNS said when last asked (JSON).
CREATE TABLE sender_domains (
    store_id {int} NOT NULL,
    id {int} NOT NULL,
    domain {text} NOT NULL,
    bounce_host {text} NOT NULL,
    tracking_host {text} NOT NULL,
    spf_mechanisms {text} NOT NULL,
    verified {int} NOT NULL,
    checked_at {int},
    findings {text} NOT NULL,
    next_generation {int} NOT NULL,
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    PRIMARY KEY (store_id, id)
) {strict};
CREATE UNIQUE INDEX sender_domains_domain ON sender_domains (store_id, domain);
CREATE INDEX sender_domains_tracking ON sender_domains (store_id, tracking_host);

-- Keys that sign for a domain; the private half is sealed under the store's key.
CREATE TABLE dkim_keys (
    store_id {int} NOT NULL,
    domain_id {int} NOT NULL,
    selector {text} NOT NULL,
    generation {int} NOT NULL,
    algorithm {text} NOT NULL,
    record {text} NOT NULL,
    sealed {blob} NOT NULL,
    state {text} NOT NULL,
    created_at {int} NOT NULL,
    retire_at {int},
    PRIMARY KEY (store_id, domain_id, selector)
) {strict};
