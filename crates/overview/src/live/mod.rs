//! The stream: jobs and campaigns of a store as they go on, as server-sent events.
//!
//! Whoever listens is told the present state first and then every change, at most four times a second for
//! one object; what happened in between is left out, because an event holds the whole state. Changes are
//! read from the database, so it does not matter which process made them: news of this process wakes the
//! stream at once, others' are seen within a second. It tells nothing that the lists do not tell too; of what
//! people do it only tells that there is more.

mod api;
mod model;
#[cfg(test)]
mod tests;
mod watcher;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use web::Feature;

/// Route and service of the stream.
pub fn feature() -> Feature {
    Feature::new("live").streams(api::routes).services(|state| {
        state.insert(Streams::default());
        Ok(())
    })
}

/// Open streams by log-in, so that one does not take all connections.
#[derive(Default)]
struct Streams(Arc<Mutex<HashMap<String, usize>>>);

/// One open stream; closed when dropped.
struct Place {
    all: Arc<Mutex<HashMap<String, usize>>>,
    login: String,
}

impl Streams {
    /// A place for one more, or `None` if the log-in has `most` already.
    fn take(&self, login: &str, most: usize) -> Option<Place> {
        let mut all = self.0.lock().unwrap_or_else(|e| e.into_inner());
        let open = all.entry(login.to_owned()).or_default();
        if *open >= most {
            return None;
        }
        *open += 1;
        Some(Place { all: self.0.clone(), login: login.to_owned() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut all = self.all.lock().unwrap_or_else(|e| e.into_inner());
        if let Some(open) = all.get_mut(&self.login) {
            *open -= 1;
            if *open == 0 {
                all.remove(&self.login);
            }
        }
    }
}
