//! The media library: pictures, sound, video and text that the store shows in messages (P-031 to P-036).
//!
//! A file is recognised by its content, taken apart, and only a cleaned public copy is kept; what it said
//! about time and place becomes fields, the place only with permission. Copies lie in the data folder under
//! their hash, so an address can be kept for ever. It does not decide who uses an item: emails hold
//! addresses, and deleting an item breaks them, which the console says before.

mod api;
pub mod files;
pub mod formats;
pub mod model;
mod privacy;
mod public;
pub mod sql;
mod take;
#[cfg(test)]
mod tests;
pub mod token;

use web::Feature;

/// What the operator configures.
#[derive(Clone, Copy, Debug)]
pub struct MediaSettings {
    /// Most bytes of one store's files.
    pub quota_bytes: u64,
}

impl Default for MediaSettings {
    fn default() -> Self {
        MediaSettings { quota_bytes: 1024 * 1024 * 1024 }
    }
}

/// Routes, statements, services, columns.
pub fn feature() -> Feature {
    Feature::new("media")
        .routes(api::routes)
        .routes(public::routes)
        .streams(api::streams)
        .statements(sql::ALL)
        .services(|state| {
            if state.service::<MediaSettings>().is_none() {
                state.insert(MediaSettings::default());
            }
            state.insert(take::Workshop::default());
            Ok(())
        })
        .personal_data(privacy::DATA)
}
