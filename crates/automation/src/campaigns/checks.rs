//! What must be right before a marketing campaign may be launched. Pure.

use messaging::outbox::program::Program;
use messaging::templates::CompiledEmail;
use serde::Serialize;
use utoipa::ToSchema;

/// HTML above this is cut by Gmail, and with it the unsubscribe link.
const CLIPPED_BYTES: usize = 100 * 1024;
/// Subjects longer than this are cut by most mail programs.
const SUBJECT_CHARS: usize = 78;

/// How serious a check is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// It cannot be launched.
    Error,
    /// It can, but look.
    Warning,
    /// As it should be.
    Fine,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Check {
    /// Its verdict.
    pub level: Level,
    /// Stable word.
    pub code: &'static str,
    /// A sentence that says what would be right.
    pub message: String,
}

impl Check {
    /// It cannot be launched.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Check { level: Level::Error, code, message: message.into() }
    }

    /// It can, but look.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Check { level: Level::Warning, code, message: message.into() }
    }

    /// As it should be.
    pub fn fine(code: &'static str, message: impl Into<String>) -> Self {
        Check { level: Level::Fine, code, message: message.into() }
    }
}

/// Checks the content of a program.
pub fn check(program: &Program) -> Vec<Check> {
    let compiled = match program.compile() {
        Ok(compiled) => compiled,
        Err(e) => return vec![Check::error("template", e.to_string())],
    };
    let mut checks = vec![unsubscribe(&compiled), postal_address(program, &compiled), subject(program)];
    checks.extend(size(&compiled));
    checks.extend(unguarded(&compiled));
    checks
}

fn reads(compiled: &CompiledEmail, name: &str) -> bool {
    compiled.variables().any(|v| v.path == name)
}

/// One-click and visible (RFC 8058, CAN-SPAM, CASL).
fn unsubscribe(compiled: &CompiledEmail) -> Check {
    if reads(compiled, "links.unsubscribe") || reads(compiled, "links.preferences") {
        Check::fine("unsubscribe", "There is an unsubscribe link.")
    } else {
        Check::error("unsubscribe", "Put an unsubscribe link into the message: {{ links.unsubscribe }}.")
    }
}

/// A postal address in the body (CAN-SPAM, CASL).
fn postal_address(program: &Program, compiled: &CompiledEmail) -> Check {
    let address = program.store.postal_address.trim();
    if address.is_empty() {
        let message = "Set a postal address in the store's settings or in the campaign; the law wants it in every message.";
        return Check::error("postal_address", message);
    }
    let written = serde_json::to_string(&program.source).is_ok_and(|source| source.contains(address));
    if reads(compiled, "store.postal_address") || reads(compiled, "shop.postal_address") || written {
        Check::fine("postal_address", "The postal address is in the message.")
    } else {
        Check::error("postal_address", "Put the postal address into the message: {{ store.postal_address }}.")
    }
}

fn subject(program: &Program) -> Check {
    let subject = program.source.subject.trim();
    if subject.is_empty() {
        return Check::error("subject", "Write a subject.");
    }
    let lower = subject.to_lowercase();
    if lower.starts_with("re:") || lower.starts_with("fwd:") || lower.starts_with("fw:") {
        return Check::warning(
            "subject",
            "A subject that pretends to be a reply or a forward deceives the reader.",
        );
    }
    if subject.chars().count() > SUBJECT_CHARS {
        return Check::warning("subject", "The subject is longer than most mail programs show.");
    }
    Check::fine("subject", "The subject is set.")
}

fn size(compiled: &CompiledEmail) -> Vec<Check> {
    let facts = compiled.facts();
    let mut checks = Vec::new();
    if facts.html_bytes > CLIPPED_BYTES {
        let kib = facts.html_bytes / 1024;
        checks.push(Check::warning(
            "size",
            format!("The HTML has {kib} KiB; Gmail cuts messages above 100 KiB."),
        ));
    }
    if facts.images_without_alt > 0 {
        let n = facts.images_without_alt;
        checks.push(Check::warning("alt", format!("{n} images have no description (alt).")));
    }
    for link in &facts.bad_links {
        checks.push(Check::error("link", format!("This link cannot be used: {}", link.address)));
    }
    checks
}

/// Personal values without a fall-back leave gaps for whoever lacks them.
fn unguarded(compiled: &CompiledEmail) -> Vec<Check> {
    let mut names: Vec<&str> = compiled
        .variables()
        .filter(|v| v.printed && v.about_recipient && !v.has_default)
        .map(|v| v.path.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .map(|name| {
            let message =
                format!("{name} has no fall-back for contacts who lack it: {{{{ {name} | default: '…' }}}}.");
            Check::warning("fallback", message)
        })
        .collect()
}
