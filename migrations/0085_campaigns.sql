-- A campaign: what is said, to whom, when. After launch its send (same id) holds what became of it.
CREATE TABLE campaigns (
    store_id {int} NOT NULL,
    id {int} NOT NULL,
    name {text} NOT NULL,
    state {text} NOT NULL,
    version {int} NOT NULL,
    content {text} NOT NULL,
    settings {text} NOT NULL,
    signing {text},
    scheduled_at {int},
    launch_job {int},
    launched_at {int},
    archived_at {int},
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    PRIMARY KEY (store_id, id)
) {strict};
