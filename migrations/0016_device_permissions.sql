-- What a person allows the console to use on their device; no row is "not asked yet".
CREATE TABLE device_permissions (
    user_id {int} NOT NULL,
    permission {text} NOT NULL,
    granted {int} NOT NULL,
    changed_at {int} NOT NULL,
    PRIMARY KEY (user_id, permission)
) {strict};
