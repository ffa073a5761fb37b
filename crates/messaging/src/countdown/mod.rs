//! Countdowns in emails: a picture that tells, whenever it is opened, how long it still is.
//!
//! Its address holds an instant and two colours and nothing else: nothing personal, nothing that could be
//! made to say anything, so it needs no signature, and every reader of a campaign asks for the same one.
//! Mailboxes play no scripts, so the picture is an animation of the next minute. Loading it is not counted
//! as an open.

mod api;
pub mod model;
#[cfg(test)]
mod tests;

use web::Feature;

/// The public route.
pub fn feature() -> Feature {
    Feature::new("countdown").routes(api::routes).services(|state| {
        state.insert(api::Gallery::default());
        Ok(())
    })
}
