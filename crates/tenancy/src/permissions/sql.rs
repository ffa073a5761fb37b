//! Statements on device permissions.

store::global_statements! {
    /// What a person said.
    LIST_PERMISSIONS = "SELECT permission, granted, changed_at FROM device_permissions WHERE user_id = $1";
    /// Records what a person says; saying the same again keeps the time.
    PUT_PERMISSION = "INSERT INTO device_permissions (user_id, permission, granted, changed_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (user_id, permission) DO UPDATE SET granted = excluded.granted, changed_at = excluded.changed_at
        WHERE device_permissions.granted <> excluded.granted";
}
