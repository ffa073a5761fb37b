//! The catalogue against a corpus of real-shape replies, and the rules that stand above it.

use super::rules::{Provider, Rule, SAFEGUARDS, TIERS};
use super::*;
use crate::channels::email::smtp::{Cause, ConnectError, Enhanced, NotSent, Reply, Stage};
use kernel::Timestamp;
use proptest::prelude::*;
use std::collections::{BTreeSet, HashSet};

const CORPUS: &str = include_str!("corpus.txt");

struct Example {
    line: usize,
    class: BounceClass,
    next: &'static str,
    stage: Stage,
    site: Option<&'static str>,
    reply: Reply<'static>,
}

fn stage_of(word: &str) -> Stage {
    [Stage::Banner, Stage::Ehlo, Stage::Auth, Stage::Mail, Stage::Rcpt, Stage::Data, Stage::Dot]
        .into_iter()
        .find(|s| s.word() == word)
        .unwrap_or_else(|| panic!("no stage {word}"))
}

fn corpus() -> Vec<Example> {
    let lines = CORPUS.lines().enumerate().filter(|(_, l)| !l.starts_with('#') && !l.is_empty());
    lines
        .map(|(at, text)| {
            let parts: Vec<&'static str> = text.splitn(5, " | ").collect();
            let [class, next, stage, site, reply] = parts[..] else { panic!("line {}: {text}", at + 1) };
            Example {
                line: at + 1,
                class: BounceClass::parse(class).unwrap_or_else(|| panic!("line {}: class {class}", at + 1)),
                next,
                stage: stage_of(stage),
                site: (site != "-").then_some(site),
                reply: Reply::of_text(&reply.replace("\\n", "\n"))
                    .unwrap_or_else(|| panic!("line {}", at + 1)),
            }
        })
        .collect()
}

fn word_of(next: NextStep) -> &'static str {
    match next {
        NextStep::RetryAfter(_) => "retry",
        NextStep::Fail => "fail",
        NextStep::Suppress => "suppress",
        NextStep::PauseSender(_) => "pause",
        NextStep::Ignore => "ignore",
    }
}

#[test]
fn the_whole_corpus_is_understood() {
    let corpus = corpus();
    assert!(corpus.len() >= 150, "{}", corpus.len());
    let mut wrong = Vec::new();
    for example in &corpus {
        let got = classify(&Evidence::of(example.stage, &example.reply, example.site));
        if (got.class, word_of(got.next)) != (example.class, example.next) {
            wrong.push(format!(
                "line {}: {} {} by {}",
                example.line,
                got.class.word(),
                word_of(got.next),
                got.rule
            ));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn all_rules() -> impl Iterator<Item = &'static Rule> {
    TIERS.iter().chain([&SAFEGUARDS]).flat_map(|tier| tier.iter())
}

#[test]
fn every_rule_has_an_example() {
    let used: HashSet<&str> =
        corpus().iter().map(|e| classify(&Evidence::of(e.stage, &e.reply, e.site)).rule).collect();
    let unused: Vec<_> = all_rules().map(|r| r.id).filter(|id| !used.contains(id)).collect();
    assert!(unused.is_empty(), "no line of the corpus reaches {unused:?}");
}

#[test]
fn rules_have_distinct_names_and_words_that_can_match() {
    let mut names = BTreeSet::new();
    for rule in all_rules() {
        assert!(names.insert(rule.id), "{} twice", rule.id);
        assert!(!(rule.codes.is_empty() && rule.enhanced.is_empty() && rule.text.is_empty()), "{}", rule.id);
        for text in rule.text {
            assert_eq!(*text, text.to_lowercase(), "{}", rule.id);
            assert!(!text.contains("  ") && !text.trim().is_empty(), "{}", rule.id);
        }
    }
}

#[test]
fn providers_reuse_registered_codes_with_another_meaning() {
    let verdict = |site, text: &str| {
        let reply = Reply::of_text(text).unwrap();
        let verdict = classify(&Evidence::of(Stage::Dot, &reply, site));
        (verdict.class, verdict.rule)
    };
    // Gmail's x.7.27 is SPF; IANA's is a sender domain with a null MX. Both are our set-up.
    assert_eq!(verdict(Some("gmail.com"), "550 5.7.27 no").1, "google.authentication");
    assert_eq!(verdict(Some("shop.example"), "550 5.7.27 no").1, "code.authentication");
    assert_eq!(verdict(Some("gmail.com"), "421 4.7.29 no").1, "google.authentication");
    assert_eq!(verdict(None, "550 5.7.30 REQUIRETLS needed").1, "code.authentication");
    // Exchange's 5.1.10 is an unknown recipient; RFC 7505's is a domain that takes no mail.
    assert_eq!(
        verdict(Some("x.mail.protection.outlook.com"), "550 5.1.10 no").0,
        BounceClass::InvalidRecipient
    );
    assert_eq!(verdict(Some("shop.example"), "550 5.1.10 no").0, BounceClass::BadDomain);
    // Yahoo's 5.7.9 is DMARC; IANA's is a weak log-in mechanism.
    assert_eq!(verdict(Some("yahoo.com"), "554 5.7.9 no").1, "yahoo.dmarc");
    assert_eq!(verdict(None, "554 5.7.9 no").1, "code.credentials");
}

#[test]
fn providers_are_recognised_by_whole_labels() {
    assert_eq!(Provider::of(Some("gmail-smtp-in.l.GOOGLE.com."), " "), Some(Provider::Google));
    assert_eq!(Provider::of(Some("notgmail.com"), " "), None);
    assert_eq!(Provider::of(Some("gmail.com.evil.example"), " "), None);
    assert_eq!(Provider::of(None, " hello - gsmtp "), Some(Provider::Google));
}

#[test]
fn a_status_notification_is_read_by_its_diagnostic_code_first() {
    let status = Some(Enhanced::new(5, 0, 0));
    let verdict =
        classify(&Evidence::dsn(status, "550 5.1.1 <a@b.example>: user unknown", Some("b.example")));
    assert_eq!((verdict.class, verdict.person), (BounceClass::InvalidRecipient, Person::Suppress));
    let verdict = classify(&Evidence::dsn(Some(Enhanced::new(5, 2, 2)), "mailbox problem", None));
    assert_eq!((verdict.class, verdict.person), (BounceClass::MailboxFull, Person::Soft));
    let verdict = classify(&Evidence::dsn(Some(Enhanced::new(4, 4, 1)), "connection timed out", None));
    assert_eq!((verdict.class, verdict.person), (BounceClass::Transient, Person::None));
}

#[test]
fn nobody_is_suppressed_on_words_alone() {
    let verdict = classify(&Evidence::dsn(None, "Your message could not be delivered: no such user", None));
    assert_eq!((verdict.class, verdict.person), (BounceClass::InvalidRecipient, Person::Soft));
    assert_eq!((verdict.next, verdict.site), (NextStep::Fail, SiteAction::Review));
}

#[test]
fn failures_without_a_reply_have_a_next_step_too() {
    let unreachable = ConnectError::Unreachable { stage: Stage::Connect, cause: Cause::Timeout };
    assert!(matches!(classify_connect(&unreachable, None).next, NextStep::RetryAfter(0)));
    let config = classify_connect(&ConnectError::Configuration("no STARTTLS".into()), None);
    assert!(matches!(config.next, NextStep::PauseSender(_)));
    let refused =
        ConnectError::Refused { stage: Stage::Auth, reply: Reply::of_text("535 5.7.8 wrong").unwrap() };
    assert_eq!(classify_connect(&refused, None).class, BounceClass::ConfigAuth);
    assert_eq!(classify_not_sent(&NotSent::Withheld), None);
    let lost = classify_not_sent(&NotSent::ServerClosing).unwrap();
    assert_eq!((lost.permanence, lost.person), (Permanence::Transient, Person::None));
    let big = classify_not_sent(&NotSent::TooLarge { bytes_max: 1 }).unwrap();
    assert_eq!((big.class, big.next, big.person), (BounceClass::Content, NextStep::Fail, Person::None));
}

#[test]
fn classes_survive_their_numbers_and_words() {
    for (number, spec) in model::CLASSES.iter().enumerate() {
        assert_eq!(usize::from(spec.class.number()), number);
        assert_eq!(BounceClass::of_number(number as u8), spec.class);
        assert_eq!(BounceClass::parse(spec.word), Some(spec.class));
        assert_eq!(serde_json::to_value(spec.class).unwrap(), spec.word);
    }
    assert_eq!(BounceClass::of_number(250), BounceClass::Unclassified);
}

const MINUTE: i64 = 60_000;
const START: Timestamp = Timestamp(1_795_424_400_000);

/// Minutes between tries without jitter, until it is given up.
fn waits(schedule: Schedule, wait_min_ms: i64) -> Vec<i64> {
    let (mut now, mut made, mut waits) = (START, 1, Vec::new());
    while let Some(at) = schedule.next_try(Attempts { made, first_at: START }, now, wait_min_ms, 0.5) {
        waits.push(at.since(now) / MINUTE);
        (now, made) = (at, made + 1);
    }
    waits
}

#[test]
fn campaigns_back_off_as_written_and_stop_at_48_hours() {
    let all = waits(Schedule::Campaign, 0);
    assert_eq!(all[..9], [5, 15, 30, 60, 120, 240, 360, 360, 360]);
    assert!(all.iter().sum::<i64>() <= 48 * 60 && all.iter().sum::<i64>() > 42 * 60);
    let transactional = waits(Schedule::Transactional, 0);
    assert_eq!(transactional[..9], [1, 5, 15, 30, 60, 120, 240, 480, 480]);
    assert!(transactional.iter().sum::<i64>() <= 5 * 24 * 60);
}

#[test]
fn a_class_can_ask_for_more_patience_and_fewer_tries() {
    let settle = |text: &str, made| {
        let reply = Reply::of_text(text).unwrap();
        let verdict = classify(&Evidence::of(Stage::Rcpt, &reply, None));
        Schedule::Campaign.settle(&verdict, Attempts { made, first_at: START }, START, 0.5)
    };
    assert_eq!(settle("450 4.7.1 greylisted", 1), Verdict::RetryAt(START.plus_ms(5 * MINUTE)));
    assert_eq!(settle("421 4.7.0 too many connections", 1), Verdict::RetryAt(START.plus_ms(15 * MINUTE)));
    assert_eq!(settle("451 content is spam", 1), Verdict::RetryAt(START.plus_ms(240 * MINUTE)));
    assert!(matches!(settle("554 5.7.1 relay access denied", 1), Verdict::RetryAt(_)));
    assert_eq!(settle("554 5.7.1 relay access denied", 2), Verdict::Fail);
    assert_eq!(settle("550 5.1.1 user unknown", 1), Verdict::Suppress);
    assert_eq!(settle("552 5.2.2 mailbox full", 1), Verdict::Fail);
    assert!(matches!(settle("550 5.7.26 unauthenticated", 1), Verdict::PauseSender(_)));
}

#[test]
fn soft_proofs_add_up_as_written() {
    assert_eq!(
        BounceClass::MailboxFull.soft_rule().map(|r| (r.proofs, r.suppress_days)),
        Some((5, Some(90)))
    );
    assert_eq!(BounceClass::BadDomain.soft_rule().map(|r| (r.proofs, r.over_hours)), Some((2, 24)));
    assert_eq!(BounceClass::Policy.soft_rule(), None);
    for spec in &model::CLASSES {
        assert_eq!(spec.person == Person::Soft, spec.class.soft_rule().is_some(), "{}", spec.word);
    }
}

proptest! {
    #[test]
    fn jitter_spreads_and_keeps_promises(made in 1_u32..12, wait_min in 0_i64..10_000_000, chance in 0.0_f64..1.0) {
        let attempts = Attempts { made, first_at: START };
        let at = Schedule::Campaign.next_try(attempts, START, wait_min, chance).unwrap();
        let plain = Schedule::Campaign.next_try(attempts, START, wait_min, 0.5).unwrap();
        let (wait, middle) = (at.since(START) as f64, plain.since(START) as f64);
        prop_assert!(wait >= wait_min as f64);
        prop_assert!(wait <= middle * 1.2 + 1.0 && wait >= middle * 0.8 - 1.0);
    }

    #[test]
    fn what_is_wrong_with_the_sender_never_suppresses_a_person(
        code in prop::sample::select(vec![421_u16, 450, 451, 452, 530, 535, 550, 551, 552, 553, 554]),
        class in prop::sample::select(vec![4_u8, 5]), subject in 0_u16..8, detail in 0_u16..40,
        words in prop::collection::vec(prop::sample::select(vec!["user unknown", "spf", "dmarc", "sender address rejected",
            "spamhaus", "mailbox", "no such user", "relay access denied", "greylisted", "policy", "does not exist"]), 0..4),
        site in prop::sample::select(vec![None, Some("gmail.com"), Some("outlook.com"), Some("yahoo.com"), Some("qq.com"), Some("163.com")]),
        stage in prop::sample::select(vec![Stage::Banner, Stage::Ehlo, Stage::Auth, Stage::Mail, Stage::Rcpt, Stage::Dot]),
    ) {
        let text = words.join(" ");
        let enhanced = Some(Enhanced { class, subject, detail });
        let verdict = classify(&Evidence { stage, code, enhanced, text: &text, site });
        use BounceClass as B;
        if matches!(verdict.class, B::ConfigAuth | B::Blocklisted | B::Policy | B::Routing | B::RateLimited | B::Greylist | B::Content) {
            prop_assert_eq!(verdict.person, Person::None);
        }
        if stage < Stage::Rcpt {
            prop_assert_eq!(verdict.person, Person::None, "nothing was said of a recipient yet");
        }
        if verdict.person == Person::Suppress {
            prop_assert_eq!(verdict.next, NextStep::Suppress);
            prop_assert!(code >= 500 && !text.contains("spf") && !text.contains("dmarc") && !text.contains("spamhaus")
                && !text.contains("sender address"), "{:?}", verdict);
        }
    }

    #[test]
    fn any_text_gets_a_verdict(text in "\\PC{0,400}", code in 200_u16..600) {
        let verdict = classify(&Evidence { stage: Stage::Rcpt, code, enhanced: None, text: &text, site: None });
        prop_assert!(!verdict.rule.is_empty());
    }
}
