-- What has changed lately, and what still goes on: read every second by whoever watches a store.
CREATE INDEX jobs_changed ON jobs (store_id, updated_at);
CREATE INDEX campaigns_changed ON campaigns (store_id, updated_at);
CREATE INDEX sends_unfinished ON sends (store_id, id) WHERE finished_at IS NULL;
