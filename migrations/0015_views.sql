-- Saved views of lists. The query is sealed under the store's key: it may hold what was searched for.
CREATE TABLE saved_views (
    store_id {int} NOT NULL,
    id {int} NOT NULL,
    list {text} NOT NULL,
    name {text} NOT NULL,
    query_sealed {blob} NOT NULL,
    columns {text} NOT NULL,
    shared {int} NOT NULL,
    owner {text} NOT NULL,
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    PRIMARY KEY (store_id, id)
) {strict};
CREATE INDEX saved_views_list ON saved_views (store_id, list, id);
