use super::*;
use audience::consent::ConsentStatus;
use kernel::Timestamp;

fn facts() -> GateFacts {
    GateFacts {
        exists: true,
        has_address: true,
        status: ConsentStatus::Subscribed,
        bounced: false,
        complained: false,
        suppressed: false,
        recent_messages: 0,
        zone: jiff::tz::TimeZone::UTC,
    }
}

fn rules() -> GateRules {
    GateRules { class: MessageClass::Marketing, cap: None, quiet: None }
}

fn check(change: impl FnOnce(&mut GateFacts, &mut GateRules), expected: Decision) {
    let (mut facts, mut rules) = (facts(), rules());
    change(&mut facts, &mut rules);
    assert_eq!(decide(&facts, &rules, Timestamp(0)), expected);
}

#[test]
fn only_a_subscribed_contact_with_an_address_gets_marketing() {
    check(|_, _| {}, Decision::Go);
    check(|f, _| f.status = ConsentStatus::NeverSubscribed, Decision::Never(Reason::NoConsent));
    check(|f, _| f.status = ConsentStatus::Unsubscribed, Decision::Never(Reason::Unsubscribed));
    check(|f, _| f.has_address = false, Decision::Never(Reason::NoAddress));
    check(|f, _| f.exists = false, Decision::Never(Reason::Erased));
}

#[test]
fn suppression_outranks_consent_and_a_complaint_outranks_all() {
    check(|f, _| f.bounced = true, Decision::Never(Reason::Bounced));
    check(|f, _| f.suppressed = true, Decision::Never(Reason::Suppressed));
    check(
        |f, _| {
            f.complained = true;
            f.suppressed = true;
            f.status = ConsentStatus::Unsubscribed;
        },
        Decision::Never(Reason::Complained),
    );
}

#[test]
fn a_receipt_needs_no_marketing_consent_but_respects_suppression() {
    let receipt = |f: &mut GateFacts, r: &mut GateRules| {
        f.status = ConsentStatus::Unsubscribed;
        r.class = MessageClass::Transactional;
        r.cap = Some(0);
    };
    check(receipt, Decision::Go);
    check(
        |f, r| {
            receipt(f, r);
            f.bounced = true;
        },
        Decision::Never(Reason::Bounced),
    );
}

#[test]
fn the_frequency_cap_counts_messages_of_the_period() {
    check(
        |f, r| {
            f.recent_messages = 3;
            r.cap = Some(4);
        },
        Decision::Go,
    );
    check(
        |f, r| {
            f.recent_messages = 4;
            r.cap = Some(4);
        },
        Decision::Never(Reason::FrequencyCap),
    );
}

fn check_quiet(now: &str, zone: &str, hours: (u16, u16), expected: Option<&str>) {
    let mut facts = facts();
    facts.zone = jiff::tz::TimeZone::get(zone).unwrap();
    let mut rules = rules();
    rules.quiet = Some(QuietHours { from_minute: hours.0 * 60, to_minute: hours.1 * 60 });
    let expected = match expected {
        None => Decision::Go,
        Some(at) => Decision::Later(Timestamp::parse(at).unwrap(), Reason::QuietHours),
    };
    assert_eq!(decide(&facts, &rules, Timestamp::parse(now).unwrap()), expected, "{now} {zone}");
}

#[test]
fn quiet_hours_follow_the_contact_not_the_store() {
    check_quiet("2026-03-28T20:30:00Z", "America/Lima", (22, 8), None);
    check_quiet("2026-03-28T21:30:00Z", "Europe/Warsaw", (22, 8), Some("2026-03-29T06:00:00Z"));
    check_quiet("2026-06-01T05:59:00Z", "Europe/Warsaw", (22, 8), Some("2026-06-01T06:00:00Z"));
    check_quiet("2026-06-01T06:00:00Z", "Europe/Warsaw", (22, 8), None);
    check_quiet("2026-06-01T04:00:00Z", "Asia/Shanghai", (12, 14), Some("2026-06-01T06:00:00Z"));
}

#[test]
fn quiet_hours_that_end_in_a_missing_hour_end_when_the_clock_exists_again() {
    // 02:30 does not exist in Berlin on that night; the clock jumps from 02:00 to 03:00.
    let mut rules = rules();
    rules.quiet = Some(QuietHours { from_minute: 60, to_minute: 150 });
    let mut facts = facts();
    facts.zone = jiff::tz::TimeZone::get("Europe/Berlin").unwrap();
    let now = Timestamp::parse("2026-03-29T00:15:00Z").unwrap();
    let at = Timestamp::parse("2026-03-29T01:30:00Z").unwrap();
    assert_eq!(decide(&facts, &rules, now), Decision::Later(at, Reason::QuietHours));
}

#[test]
fn every_reason_is_found_by_its_word() {
    for reason in Reason::ALL {
        assert_eq!(Reason::parse(reason.word()), Some(*reason));
        assert!(reason.sentence().ends_with('.'));
    }
}
