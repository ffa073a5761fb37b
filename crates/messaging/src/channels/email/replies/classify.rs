//! From evidence to a class: asks the catalogue in order and applies the two rules above it.

use super::model::{BounceClass, Classified, NextStep, Permanence, Person, SiteAction};
use super::rules::{self, Provider, Rule};
use crate::channels::email::smtp::{ConnectError, Enhanced, NotSent, Reply, Stage};

/// Text that is looked at; the rest of a long reply adds nothing.
const TEXT_BYTES_MAX: usize = 2_048;

/// What is known about a refusal.
#[derive(Clone, Debug)]
pub struct Evidence<'a> {
    /// Where it was said; [`Stage::Rcpt`] for what a DSN reports.
    pub stage: Stage,
    /// Basic code; 0 if there is none (a DSN without diagnostic code).
    pub code: u16,
    /// Enhanced code, if told.
    pub enhanced: Option<Enhanced>,
    /// The words.
    pub text: &'a str,
    /// Host that said so, or the recipient's domain: recognises the provider.
    pub site: Option<&'a str>,
}

impl<'a> Evidence<'a> {
    /// A reply to our own command.
    pub fn of(stage: Stage, reply: &'a Reply<'_>, site: Option<&'a str>) -> Self {
        Evidence { stage, code: reply.code, enhanced: reply.enhanced, text: &reply.text, site }
    }

    /// What a delivery status notification says of one recipient (RFC 3464): its `Status`, the text of
    /// `Diagnostic-Code` after `smtp;`, and `Remote-MTA` or the recipient's domain.
    pub fn dsn(status: Option<Enhanced>, diagnostic: &'a str, site: Option<&'a str>) -> Self {
        let told = Reply::of_text(diagnostic);
        let code = told.as_ref().map_or(0, |r| r.code);
        // The remote server's own code is more exact than the reporter's summary.
        let enhanced = told.and_then(|r| r.enhanced).or(status);
        Evidence { stage: Stage::Rcpt, code, enhanced, text: diagnostic, site }
    }
}

/// Says what a refusal means.
pub fn classify(evidence: &Evidence<'_>) -> Classified {
    let words = normalise(evidence.text);
    let enhanced = evidence.enhanced.or_else(|| Enhanced::find(evidence.text).filter(|e| e.class != 2));
    let case = Case { evidence, enhanced, words: &words, provider: Provider::of(evidence.site, &words) };
    let (class, rule) = case.ask(rules::TIERS).unwrap_or((case.fallback(), "none"));
    let (class, rule) = match class.spec().person {
        Person::None => (class, rule),
        Person::Suppress | Person::Soft => case.ask(&[rules::SAFEGUARDS]).unwrap_or((class, rule)),
    };
    restrain(Classified::of(case.in_stage(class), case.permanence(), rule), evidence)
}

/// Says what a failed connection means.
pub fn classify_connect(error: &ConnectError, site: Option<&str>) -> Classified {
    match error {
        ConnectError::Unreachable { .. } => {
            Classified::of(BounceClass::Transient, Permanence::Transient, "connect.unreachable")
        }
        ConnectError::Refused { stage, reply } => classify(&Evidence::of(*stage, reply, site)),
        ConnectError::Configuration(_) => {
            Classified::of(BounceClass::ConfigAuth, Permanence::Transient, "connect.configuration")
        }
    }
}

/// Says what a message that certainly was not sent needs; `None` if it was withheld on purpose.
pub fn classify_not_sent(why: &NotSent) -> Option<Classified> {
    let permanent = |class, rule| Classified::of(class, Permanence::Permanent, rule);
    Some(match why {
        NotSent::Withheld => return None,
        NotSent::Broken { .. } | NotSent::ServerClosing => {
            Classified::of(BounceClass::Transient, Permanence::Transient, "connection.lost")
        }
        NotSent::TooLarge { .. } => permanent(BounceClass::Content, "relay.size"),
        NotSent::NeedsEightBit => permanent(BounceClass::Content, "relay.8bitmime"),
        NotSent::NeedsSmtpUtf8 => permanent(BounceClass::Content, "relay.smtputf8"),
        NotSent::BadAddress => permanent(BounceClass::Content, "address.unwritable"),
    })
}

/// Lower case, one space between words and one at each end, so that rules can say ` spf `.
fn normalise(text: &str) -> String {
    let mut end = text.len().min(TEXT_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut words = String::with_capacity(end + 2);
    words.push(' ');
    for word in text[..end].split_whitespace() {
        words.push_str(&word.to_lowercase());
        words.push(' ');
    }
    words
}

struct Case<'a> {
    evidence: &'a Evidence<'a>,
    enhanced: Option<Enhanced>,
    words: &'a str,
    provider: Option<Provider>,
}

impl Case<'_> {
    /// The first rule that fits.
    fn ask(&self, tiers: &[&[Rule]]) -> Option<(BounceClass, &'static str)> {
        let found = tiers.iter().flat_map(|tier| tier.iter()).find(|rule| self.fits(rule));
        found.map(|rule| (rule.class, rule.id))
    }

    fn fits(&self, rule: &Rule) -> bool {
        (rule.provider.is_none() || rule.provider == self.provider)
            && (rule.codes.is_empty() || rule.codes.contains(&self.evidence.code))
            && (rule.enhanced.is_empty()
                || self.enhanced.is_some_and(|e| rule.enhanced.iter().any(|range| range.contains(e))))
            && (rule.text.is_empty() || rule.text.iter().any(|t| self.words.contains(t)))
    }

    fn permanence(&self) -> Permanence {
        let class = match self.evidence.code {
            0 => self.enhanced.map_or(5, |e| e.class),
            code => (code / 100) as u8,
        };
        if class == 4 { Permanence::Transient } else { Permanence::Permanent }
    }

    fn fallback(&self) -> BounceClass {
        match self.permanence() {
            Permanence::Transient => BounceClass::Transient,
            Permanence::Permanent => BounceClass::Unclassified,
        }
    }

    /// Before RCPT nothing was said about a recipient: what sounds like one is about our sender address.
    fn in_stage(&self, class: BounceClass) -> BounceClass {
        use BounceClass as B;
        let about_person = class.spec().person != Person::None;
        match self.evidence.stage {
            Stage::Mail if about_person && self.permanence() == Permanence::Permanent => B::ConfigAuth,
            stage if stage < Stage::Rcpt && about_person => B::Transient,
            _ => class,
        }
    }
}

/// Nobody is suppressed on words alone.
fn restrain(mut verdict: Classified, evidence: &Evidence<'_>) -> Classified {
    let coded = evidence.code != 0 || evidence.enhanced.is_some();
    if verdict.person == Person::Suppress && !coded {
        verdict.person = Person::Soft;
        verdict.next = NextStep::Fail;
        verdict.site = SiteAction::Review;
    }
    verdict
}
