//! The pages as HTML: small, without scripts, cookies or anything from elsewhere; WCAG 2.2 AA.

use super::words::Language;
use audience::consent::Channel;
use std::fmt::Write as _;

/// Whom a page speaks of. Absent parts are left out: the page must work when the database does not.
#[derive(Clone, Default, Debug)]
pub struct Subject {
    /// Name of the store.
    pub store: Option<String>,
    /// The address, masked.
    pub address: Option<String>,
}

/// One choice of the preference centre.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// The channel.
    pub channel: Channel,
    /// Subscribed at present.
    pub subscribed: bool,
}

/// Reasons for leaving, as words of the form.
pub const REASONS: [&str; 4] = ["too-often", "not-relevant", "never-signed-up", "other"];

/// Escapes text for HTML, also inside attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// Writes pages in one language for one subject.
pub struct Writer<'a> {
    /// Language of the page.
    pub language: Language,
    /// Whom it speaks of.
    pub subject: &'a Subject,
}

impl Writer<'_> {
    fn say(&self, id: &str) -> String {
        let store = self.subject.store.as_deref().unwrap_or("");
        let address = self.subject.address.as_deref().unwrap_or("");
        escape(&self.language.say(id, &[("store", store), ("address", address)]))
    }

    /// A sentence with names if they are known, else its plain form.
    fn say_of(&self, id: &str) -> String {
        match (&self.subject.store, &self.subject.address) {
            (Some(_), Some(_)) => self.say(id),
            _ => self.say(&format!("{id}-plain")),
        }
    }

    /// The frame of every page. `path` is its own address, for the choice of language.
    fn page(&self, path: &str, title: &str, body: &str) -> String {
        let mut languages = String::new();
        let join = if path.contains('?') { '&' } else { '?' };
        for language in Language::ALL.into_iter().filter(|l| *l != self.language) {
            let (tag, name, href) =
                (language.tag(), language.name(), escape(&format!("{path}{join}lang={}", language.tag())));
            let _ =
                write!(languages, "<li><a href=\"{href}\" lang=\"{tag}\" hreflang=\"{tag}\">{name}</a></li>");
        }
        format!(
            "<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"robots\" content=\"noindex, nofollow\">\n<title>{title}</title>\n\
             <link rel=\"stylesheet\" href=\"/pages/style.css\">\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{body}</main>\n\
             <nav aria-label=\"{label}\"><ul>{languages}</ul></nav>\n</body>\n</html>\n",
            lang = self.language.tag(),
            label = self.say("language-label"),
        )
    }

    fn button(&self, path: &str, action: &str, label: &str, class: &str) -> String {
        let (path, lang) = (escape(path), self.language.tag());
        format!(
            "<form method=\"post\" action=\"{path}\"><input type=\"hidden\" name=\"lang\" value=\"{lang}\">\
             <button class=\"{class}\" name=\"action\" value=\"{action}\">{label}</button></form>\n"
        )
    }

    /// The question with its one button.
    pub fn unsubscribe(&self, path: &str, preferences: Option<&str>) -> String {
        let body = format!(
            "<p>{}</p>\n<p class=\"soft\">{}</p>\n{}{}",
            self.say_of("unsubscribe-question"),
            self.say("unsubscribe-note"),
            self.button(path, "unsubscribe", &self.say("unsubscribe-button"), ""),
            self.preferences_link(preferences),
        );
        self.page(path, &self.say("unsubscribe-title"), &body)
    }

    fn preferences_link(&self, path: Option<&str>) -> String {
        path.map_or(String::new(), |path| {
            format!("<p><a href=\"{}\">{}</a></p>\n", escape(path), self.say("preferences-link"))
        })
    }

    /// After it, or for somebody who had unsubscribed before: undo, and the optional question why.
    pub fn unsubscribed(&self, path: &str, preferences: Option<&str>) -> String {
        let known = self.subject.store.is_some();
        let body = format!(
            "<p role=\"status\">{}</p>\n<p class=\"soft\">{}</p>\n{}{}{}",
            self.say_of("unsubscribed-text"),
            self.say("unsubscribed-on-its-way"),
            if known {
                self.button(path, "resubscribe", &self.say("undo-button"), "quiet")
            } else {
                String::new()
            },
            if known { self.reasons(path) } else { String::new() },
            self.preferences_link(preferences),
        );
        self.page(path, &self.say("unsubscribed-title"), &body)
    }

    fn reasons(&self, path: &str) -> String {
        let mut choices = String::new();
        for reason in REASONS {
            let label = self.say(&format!("reason-{reason}"));
            let _ = writeln!(
                choices,
                "<label><input type=\"radio\" name=\"reason\" value=\"{reason}\" required> <span>{label}</span></label>"
            );
        }
        format!(
            "<form method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"lang\" value=\"{}\">\
             <fieldset><legend>{}</legend>\n{choices}</fieldset>\
             <button class=\"quiet\" name=\"action\" value=\"reason\">{}</button></form>\n",
            escape(path),
            self.language.tag(),
            self.say("reason-title"),
            self.say("reason-button"),
        )
    }

    /// After the undo.
    pub fn resubscribed(&self, path: &str) -> String {
        let body = format!("<p role=\"status\">{}</p>\n", self.say("resubscribed-text"));
        self.page(path, &self.say("resubscribed-title"), &body)
    }

    /// A page with one sentence.
    pub fn notice(&self, path: &str, title: &str, text: &str) -> String {
        let body = format!("<p role=\"status\">{}</p>\n", self.say(text));
        self.page(path, &self.say(title), &body)
    }

    /// The preference centre.
    pub fn preferences(&self, path: &str, choices: &[Choice], tracking: bool, saved: bool) -> String {
        let mut rows = String::new();
        for choice in choices {
            let name = choice.channel.as_str();
            let label = self.say(&format!("channel-{name}"));
            let checked = if choice.subscribed { " checked" } else { "" };
            let _ = writeln!(
                rows,
                "<label><input type=\"checkbox\" name=\"{name}\" value=\"yes\"{checked}> <span>{label}</span></label>"
            );
        }
        let saved = if saved {
            format!("<p role=\"status\">{}</p>\n", self.say("preferences-saved"))
        } else {
            String::new()
        };
        let body = format!(
            "{saved}<p>{intro}</p>\n<form method=\"post\" action=\"{path}\"><input type=\"hidden\" name=\"lang\" value=\"{lang}\">\
             <fieldset><legend>{channels}</legend>\n{rows}</fieldset>\
             <fieldset><legend>{measuring}</legend>\n<label><input type=\"checkbox\" name=\"tracking\" value=\"yes\"{checked}> \
             <span>{tracking}</span></label></fieldset><button name=\"action\" value=\"save\">{save}</button></form>\n",
            intro = self.say("preferences-intro"),
            path = escape(path),
            lang = self.language.tag(),
            channels = self.say("preferences-channels"),
            measuring = self.say("preferences-tracking"),
            checked = if tracking { " checked" } else { "" },
            tracking = self.say("tracking-label"),
            save = self.say("preferences-button"),
        );
        self.page(path, &self.say("preferences-title"), &body)
    }

    /// The abuse page.
    pub fn abuse(&self, path: &str) -> String {
        let body = format!(
            "<p>{}</p>\n{}",
            self.say("abuse-text"),
            self.button(path, "report", &self.say("abuse-button"), "")
        );
        self.page(path, &self.say("abuse-title"), &body)
    }

    /// For a token that is not one of ours.
    pub fn missing(&self) -> String {
        let body = format!("<p>{}</p>\n", self.say("missing-text"));
        self.page("/pages/missing", &self.say("missing-title"), &body)
    }
}
