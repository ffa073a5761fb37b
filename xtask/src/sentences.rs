//! The sentences the server says to people, gathered from its sources for the console's translations.
//!
//! The sources stay in plain English; what a sentence is called in other languages is the console's business
//! (`console/src/locales/sentences`, docs/decisions/0102). A hole of a format string is written `{0}`, `{1}`, …
//! in its order. Gathered are rather too many than too few: a sentence nobody sees costs a line of translation,
//! a missing one stays English on a Chinese screen. Logs, faults and tests are left out.

use crate::tidy::{is_test_file, rust_files};
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::path::Path;
use syn::punctuated::Punctuated;
use syn::visit::Visit;

const FILE: &str = "docs/api/sentences.json";

/// Sources whose sentences no screen shows as they are: documents in English, the command line, and what the
/// console says in its own words by a code.
const ELSEWHERE: &[&str] = &[
    "crates/audience/src/segments/conditions/",
    "crates/audience/src/segments/schema.rs",
    "crates/automation/src/campaigns/decisions.rs",
    "crates/messaging/src/channels/email/replies/",
    "crates/messaging/src/domains/check.rs",
    "crates/messaging/src/domains/dmarc.rs",
    "crates/messaging/src/domains/spf.rs",
    "crates/messaging/src/gate/",
    "crates/messaging/src/templates/document/blocks/",
    "crates/messaging/src/templates/library",
    "crates/messaging/src/tracking/",
    "crates/onsite/src/pages/",
    "crates/overview/src/demo/",
    "crates/overview/src/home/",
    "crates/overview/src/setup/",
    "crates/server/",
    "crates/store/",
    "crates/testkit/",
    "crates/web/src/docs/",
    "crates/web/src/openapi.rs",
];

/// Sources whose reasons are written as parts of a sentence, without a capital and a full stop.
const PHRASES: &[&str] =
    &["crates/audience/src/contacts/", "crates/audience/src/imports/", "crates/kernel/src/email.rs"];

/// Macros whose first string is a format string.
const FORMATS: &[&str] = &["format", "format_args", "write", "writeln"];

/// Macros that hold ordinary expressions.
const LISTS: &[&str] = &["vec", "matches"];

/// Writes [`FILE`] anew.
pub(crate) fn write() -> Result<()> {
    std::fs::write(FILE, document()?)?;
    Ok(())
}

/// Refuses a stale [`FILE`].
pub(crate) fn check() -> Result<()> {
    if std::fs::read_to_string(FILE).unwrap_or_default() != document()? {
        bail!("{FILE} is stale: run `cargo run -p xtask -- sentences`, then translate what is new");
    }
    Ok(())
}

fn document() -> Result<String> {
    let mut said = Said::default();
    for path in rust_files(Path::new("crates"))? {
        let name = path.to_string_lossy();
        if is_test_file(&path) || name.ends_with("testing.rs") {
            continue;
        }
        let parsed = syn::parse_file(&std::fs::read_to_string(&path)?).with_context(|| name.to_string())?;
        let is_in = |folders: &[&str]| folders.iter().any(|start| name.starts_with(start));
        Gather { said: &mut said, elsewhere: is_in(ELSEWHERE), phrases: is_in(PHRASES), why: false }
            .visit_file(&parsed);
    }
    Ok(format!(
        "{{\n  \"sentences\": {},\n  \"reasons\": {}\n}}\n",
        json_list(&said.sentences),
        json_list(&said.reasons)
    ))
}

fn json_list(texts: &BTreeSet<String>) -> String {
    let lines: Vec<String> = texts.iter().map(|text| format!("    {}", json_text(text))).collect();
    format!("[\n{}\n  ]", lines.join(",\n"))
}

fn json_text(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

/// What was found.
#[derive(Default)]
struct Said {
    /// Sentences, and parts of them.
    sentences: BTreeSet<String>,
    /// What conditions of segments say of one contact.
    reasons: BTreeSet<String>,
}

struct Gather<'a> {
    said: &'a mut Said,
    elsewhere: bool,
    phrases: bool,
    why: bool,
}

impl Gather<'_> {
    fn note(&mut self, text: String) {
        if self.why {
            if is_reason(&text) {
                self.said.reasons.insert(text);
            }
        } else if !self.elsewhere && (is_sentence(&text) || self.phrases && is_phrase(&text)) {
            self.said.sentences.insert(text);
        }
    }
}

impl<'ast> Visit<'ast> for Gather<'_> {
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !item.attrs.iter().any(|a| a.path().is_ident("cfg")) {
            syn::visit::visit_item_mod(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        let before = self.why;
        self.why = before || function.sig.ident == "why";
        syn::visit::visit_impl_item_fn(self, function);
        self.why = before;
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        let syn::Expr::Path(path) = &*call.func else { return syn::visit::visit_expr_call(self, call) };
        if !path.path.segments.iter().any(|s| s.ident == "Fault") {
            syn::visit::visit_expr_call(self, call);
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        match call.method == "expect" || call.method == "doing" {
            true => self.visit_expr(&call.receiver),
            false => syn::visit::visit_expr_method_call(self, call),
        }
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.note(text.value());
    }

    fn visit_macro(&mut self, one: &'ast syn::Macro) {
        let is = |names: &[&str]| names.iter().any(|name| one.path.is_ident(name));
        if !is(FORMATS) && !is(LISTS) {
            return;
        }
        let Ok(parts) = one.parse_body_with(Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated) else {
            return;
        };
        let mut template_seen = !is(FORMATS);
        for part in &parts {
            match part {
                syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) if !template_seen => {
                    template_seen = true;
                    self.note(with_numbered_holes(&text.value()));
                }
                other => self.visit_expr(other),
            }
        }
    }
}

/// A format string with its holes numbered and its doubled braces single.
fn with_numbered_holes(format: &str) -> String {
    let mut text = String::new();
    let mut holes = 0;
    let mut rest = format.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '{' | '}' if rest.peek() == Some(&c) => {
                rest.next();
                text.push(c);
            }
            '{' => {
                rest.by_ref().find(|c| *c == '}');
                text.push_str(&format!("{{{holes}}}"));
                holes += 1;
            }
            _ => text.push(c),
        }
    }
    text
}

/// True for what is written as a sentence: several words, a capital or a value first, a full stop or a value last.
fn is_sentence(text: &str) -> bool {
    let first = text.chars().next().unwrap_or(' ');
    let words = text.split_whitespace().filter(|w| w.starts_with(|c: char| c.is_alphabetic())).count();
    (first.is_uppercase() || first == '{' || first == '“')
        && !text.contains('\n')
        && match text.chars().next_back() {
            Some('.' | '?' | '!') => words >= 2,
            Some('}') => words >= 4,
            _ => false,
        }
}

/// True for what is written as part of a sentence: an article or the like, and at least two words more.
fn is_phrase(text: &str) -> bool {
    const FIRST: &[&str] = &["a", "an", "consent", "gender", "text", "the", "this"];
    let mut words = text.split(' ');
    let first = words.next().unwrap_or_default();
    FIRST.contains(&first) && words.count() >= 2
}

/// True for what a condition says of a contact: something with a value, or several words.
fn is_reason(text: &str) -> bool {
    text.contains("{0}") || text.split(' ').filter(|word| word.starts_with(char::is_alphabetic)).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_numbered_and_doubled_braces_are_braces() {
        assert_eq!(with_numbered_holes("{a} of {b:?}: write {{ {a} }}"), "{0} of {1}: write { {2} }");
    }

    #[test]
    fn a_sentence_has_words_a_capital_and_an_end() {
        assert!(is_sentence("A store has at most {0} tags."));
        assert!(is_sentence("{0} fields need attention; the first: {1}"));
        assert!(!is_sentence("select id from contact where {0}"));
        assert!(!is_sentence("Europe/Warsaw"));
        assert!(!is_sentence("Newsletter."));
        assert!(is_phrase("a PDF document"));
        assert!(!is_phrase("a file"));
        assert!(!is_phrase("united states of america"));
    }

    #[test]
    fn literals_of_logs_faults_and_tests_are_left_out_and_reasons_kept_apart() {
        let source = r#"
            fn a() { info!("It went on well."); Fault::new("Could not do it at all."); }
            fn b() -> Problem { Problem::conflict(format!("The {what} is gone.")) }
            impl A { fn why(&self) -> String { format!("country is {}", self.b("values")) } }
            #[cfg(test)] mod tests { const A: &str = "It is only a test."; }
        "#;
        let mut said = Said::default();
        let file = syn::parse_file(source).unwrap();
        Gather { said: &mut said, elsewhere: false, phrases: false, why: false }.visit_file(&file);
        assert_eq!(said.sentences.into_iter().collect::<Vec<_>>(), ["The {0} is gone."]);
        assert_eq!(said.reasons.into_iter().collect::<Vec<_>>(), ["country is {0}"]);
    }
}
