//! Every feature, one line each, from the bottom up. Routes, statements, jobs, consumers, services,
//! tasks and the DataMap are collected from here and nowhere else.

use web::Feature;

/// All features in the order in which their services are made.
pub fn features() -> Vec<Feature> {
    vec![
        // web, tenancy
        web::idempotency::feature(),
        tenancy::installation::feature(),
        tenancy::accounts::feature(),
        tenancy::access::feature(),
        tenancy::policy::feature(),
        tenancy::permissions::feature(),
        tenancy::stores::feature(),
        tenancy::audit::feature(),
        tenancy::jobs::feature(),
        tenancy::views::feature(),
        // audience
        audience::attributes::feature(),
        audience::consent::feature(),
        audience::contacts::feature(),
        audience::events::feature(),
        audience::exports::feature(),
        audience::imports::feature(),
        audience::segments::feature(),
        audience::suppressions::feature(),
        audience::tags::feature(),
        // messaging
        messaging::relays::feature(),
        messaging::domains::feature(),
        messaging::feedback::feature(),
        messaging::outbox::feature(),
        messaging::sandbox::feature(),
        messaging::suppression::feature(),
        messaging::tracking::feature(),
        messaging::templates::feature(),
        messaging::saved_blocks::feature(),
        messaging::countdown::feature(),
        messaging::media::feature(),
        // automation
        automation::activity::feature(),
        automation::campaigns::feature(),
        automation::reports::feature(),
        // onsite
        onsite::collect::feature(),
        onsite::pages::feature(),
        // overview
        overview::checks::feature(),
        overview::demo::feature(),
        overview::home::feature(),
        overview::live::feature(),
        overview::search::feature(),
        overview::setup::feature(),
        overview::timeline::feature(),
    ]
}
