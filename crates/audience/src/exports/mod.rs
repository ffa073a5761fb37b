//! Exports: contacts as a file to take away.
//!
//! A job writes the file into the data folder, sealed in frames under the store's key, so that a copied
//! disk gives nothing away; it is opened while it is downloaded and removed after two days. Every export
//! and every download stands in the audit log. Reading files in belongs to imports.

mod api;
mod frames;
mod jobs;
pub mod model;
mod privacy;
pub mod sql;
pub mod write;

#[cfg(test)]
mod tests;

pub use model::{Format, neutralise, restore};
pub use write::{Order, write_contacts};

/// Routes, statements, jobs, columns.
pub fn feature() -> web::Feature {
    web::Feature::new("exports")
        .routes(api::routes)
        .streams(api::streams)
        .statements(sql::ALL)
        .jobs(|state| {
            let dir = jobs::folder(state.data_dir());
            vec![
                Box::new(jobs::ExportJob { vault: state.vault().clone(), dir: dir.clone() }),
                Box::new(jobs::ExpireJob { dir }),
            ]
        })
        .personal_data(privacy::DATA)
}
