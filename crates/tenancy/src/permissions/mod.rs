//! What a person allows the console to use on their device: camera, album, microphone, location (P-033).
//!
//! Each is granted and taken back by itself, and the grant is recorded (P-035). The browser asks too; this is
//! the program's own record, which the server holds uploads to. Everything else works without any (P-034).

mod api;
mod sql;
#[cfg(test)]
mod tests;

use kernel::ids::UserId;
use kernel::{Result, Timestamp};
use store::{Database, params};
use web::Actor;

static DATA: web::DataMap = web::data_map! {
    table "device_permissions" {
        personal: user_id, permission, granted, changed_at => purpose "using a device only as its owner allows",
            basis "consent", source "the person", retention "as long as the log-in", recipients "none";
    }
};

/// Something on a device.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(as = DevicePermission)]
pub enum Permission {
    /// Pictures that are on the device.
    Album,
    /// The camera.
    Camera,
    /// Where the device is, or where a file says it was made.
    Location,
    /// The microphone.
    Microphone,
}

impl Permission {
    /// Every permission.
    pub const ALL: &'static [Permission] =
        &[Permission::Album, Permission::Camera, Permission::Location, Permission::Microphone];

    fn word(self) -> &'static str {
        match self {
            Permission::Album => "album",
            Permission::Camera => "camera",
            Permission::Location => "location",
            Permission::Microphone => "microphone",
        }
    }
}

/// What a person said about a permission, and when.
pub type Said = Option<(bool, Timestamp)>;

/// What a person said about each permission.
pub async fn list(db: &Database, user: UserId) -> Result<Vec<(Permission, Said)>> {
    let rows = db.system().query(&sql::LIST_PERMISSIONS, params![user]).await?;
    let said = |permission: Permission| -> Result<Said> {
        let word = permission.word();
        let row = rows.iter().find(|row| row.text(0).is_ok_and(|w| w == word));
        row.map(|row| Ok((row.flag(1)?, row.time(2)?))).transpose()
    };
    Permission::ALL.iter().map(|p| Ok((*p, said(*p)?))).collect()
}

/// Whether an actor allows something. Keys have no device: what they send was decided by whoever wrote the
/// program. People must have granted it.
pub async fn allows(db: &Database, actor: Actor, permission: Permission) -> Result<bool> {
    let Actor::User(user) = actor else { return Ok(true) };
    let all = list(db, user).await?;
    Ok(all.iter().any(|(p, said)| *p == permission && said.is_some_and(|(granted, _)| granted)))
}

/// Records what a person says about some permissions.
pub async fn set(db: &Database, user: UserId, said: Vec<(Permission, bool)>) -> Result<()> {
    db.system()
        .write(move |tx| {
            let now = tx.now();
            for (permission, granted) in said {
                tx.execute(&sql::PUT_PERMISSION, params![user, permission.word(), granted, now])?;
            }
            Ok(())
        })
        .await
}

/// Routes, statements, columns.
pub fn feature() -> web::Feature {
    web::Feature::new("permissions")
        .routes(api::routes)
        .global_statements(sql::ALL_GLOBAL)
        .personal_data(DATA)
}
