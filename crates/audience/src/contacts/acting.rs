//! Who acts, in the words of contacts: origin of what is made, grounds of consent.

use crate::consent::model::{ConsentSource, Grounds};
use crate::contacts::draft::{Existing, UpsertOptions};
use crate::contacts::model::Origin;
use kernel::Timestamp;
use web::Actor;

/// Origin of what an actor makes.
pub fn origin_of(actor: Actor) -> Origin {
    match actor {
        Actor::ApiKey(_) | Actor::System => Origin::Api,
        Actor::User(_) | Actor::Operator => Origin::Manual,
    }
}

/// Grounds of what an actor does without any wording.
pub fn grounds_of(actor: Actor, at: Timestamp) -> Grounds {
    Grounds {
        source: match actor {
            Actor::ApiKey(_) | Actor::System => ConsentSource::Api,
            Actor::User(_) | Actor::Operator => ConsentSource::Manual,
        },
        wording: String::new(),
        wording_version: String::new(),
        at,
        actor: actor.to_string(),
        import: None,
    }
}

/// How an actor's single contact is made.
pub fn options_of(actor: Actor, at: Timestamp) -> UpsertOptions {
    UpsertOptions { existing: Existing::Skip, origin: origin_of(actor), grounds: grounds_of(actor, at) }
}
