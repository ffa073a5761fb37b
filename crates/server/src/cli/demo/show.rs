//! How the demo looks on a terminal: headings, commands, what they answer. No colours elsewhere.

use super::account::{Account, EMAIL};
use super::house::Sights;
use crate::cli::context::print_line;
use crate::config::Config;
use std::io::IsTerminal;

const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const PLAIN: &str = "\x1b[0m";

/// Where the demo prints.
pub struct Show {
    colours: bool,
}

impl Show {
    /// On standard output; with colours if that is a terminal.
    pub fn new() -> Self {
        Show { colours: std::io::stdout().is_terminal() }
    }

    fn styled(&self, style: &str, text: &str) -> String {
        if self.colours { format!("{style}{text}{PLAIN}") } else { text.to_owned() }
    }

    /// Begins a part.
    pub fn heading(&self, text: &str) {
        print_line("");
        print_line(&self.styled(BOLD, text));
    }

    /// A line of the story.
    pub fn line(&self, text: &str) {
        print_line(&format!("  {text}"));
    }

    /// A command, as one would type it.
    pub fn command(&self, words: &str) {
        print_line(&format!("  {}", self.styled(DIM, &format!("$ smartpush {words}"))));
    }

    /// What a command answered.
    pub fn answer(&self, text: &str) {
        for line in text.lines() {
            print_line(&format!("    {line}"));
        }
    }

    /// Number, name and remark in columns.
    pub fn figure(&self, number: u64, name: &str, remark: &str) {
        let line = format!("{:>9}  {name:<28} {remark}", grouped(number));
        self.answer(line.trim_end());
    }

    /// Where to look, printed when the server answers.
    pub fn addresses(&self, config: &Config, account: &Account, sights: &Sights) {
        let base = config.http().public_url;
        self.heading(&format!("Ready: {base}"));
        let rows = [
            ("The console", Some(format!("{base}/console/"))),
            ("The API, described", Some(format!("{base}/docs"))),
            (
                "A message in the sandbox",
                sights.message.as_ref().map(|id| format!("{base}/api/v1/sandbox/messages/{id}")),
            ),
            ("As its reader sees it", sights.web_view.clone()),
            ("Its unsubscribe page", sights.unsubscribe.clone()),
            ("Log-in", Some(format!("{EMAIL}   {}", account.password))),
            ("Key of the API", Some(account.api_key.clone())),
            ("Both are kept in", Some(config.data_dir.join("demo.txt").display().to_string())),
        ];
        for (name, value) in rows {
            if let Some(value) = value {
                self.line(&format!("{name:<26} {value}"));
            }
        }
        if let Some(id) = &sights.message {
            self.heading("Try");
            self.line(&format!(
                "curl -H 'Authorization: Bearer {}' {base}/api/v1/sandbox/messages/{id}",
                account.api_key
            ));
            self.line(&format!("smartpush --data {} campaign status", config.data_dir.display()));
        }
        self.heading("Ctrl-C ends it; the next start keeps the store.");
    }
}

/// `5,400`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted() {
        assert_eq!([0, 12, 999, 5_400, 1_234_567].map(grouped), ["0", "12", "999", "5,400", "1,234,567"]);
    }
}
