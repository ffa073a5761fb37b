//! Segments: rules over contacts, saved or not, and who satisfies them.
//!
//! A rule is a tree of conditions ([`model`]); conditions are a catalogue ([`conditions`]), each with two
//! faces: over the whole store as a set on compact columns, and for one contact in memory. The engine
//! ([`engine`], [`evaluate`]) is exact at any moment. This feature writes to nobody and decides nothing
//! about sending; who asks gets a bitmap of contact ordinals.

pub mod answers;
mod api;
pub mod audience;
pub mod behaviour;
pub mod columns;
pub mod compact;
pub mod conditions;
mod did;
pub mod engagement;
pub mod engine;
pub mod evaluate;
mod fact_word;
mod field_kind;
pub mod growth;
mod jobs;
mod lookup;
mod message_touch;
pub mod model;
pub mod moment;
pub mod names;
mod privacy;
mod property_filter;
pub mod sample;
pub mod saved;
pub mod schema;
mod snapshot;
pub mod spec;
mod sql;
mod tail;
mod text_test;
mod words;

pub use answers::{
    check_names, count, count_at_once, count_each, evaluate, evaluate_in, explain, holds_in, resolve,
    resolve_in, sentence,
};
pub use audience::{AudienceTerm, all_of};
pub use compact::{compact, refresh};
pub use model::Rule;

/// Routes, statements, the compactor, columns.
pub fn feature() -> web::Feature {
    web::Feature::new("segments")
        .routes(api::routes)
        .statements(sql::ALL)
        .statements(growth::ALL)
        .statements(behaviour::sql::ALL)
        .jobs(|state| vec![Box::new(jobs::CountJob { vault: state.vault().clone() })])
        .task(jobs::COMPACTOR)
        .task(jobs::COUNTER)
        .services(|state| {
            state.insert(saved::SegmentUsers::default());
            Ok(())
        })
        .personal_data(privacy::DATA)
}

#[cfg(test)]
mod tests;
