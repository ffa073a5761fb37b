//! Rules of passwords. Pure.

use kernel::EmailAddress;
use web::Errors;

/// Fewest characters.
pub const LENGTH_MIN: usize = 12;
/// Most characters.
pub const LENGTH_MAX: usize = 128;
/// Fewest different characters.
const DIFFERENT_MIN: usize = 5;
/// A word of the context counts from this length on.
const CONTEXT_LENGTH_MIN: usize = 4;

/// Long passwords that everybody tries first. Short ones fail by length already.
const COMMON: &[&str] = &[
    "1234567890ab",
    "1q2w3e4r5t6y",
    "abcdefghijkl",
    "abcd12345678",
    "administrator",
    "changemeplease",
    "correcthorse",
    "correcthorsebatterystaple",
    "iloveyou1234",
    "letmein12345",
    "password1234",
    "password12345",
    "password123456",
    "passwordpassword",
    "qwerty123456",
    "qwertyuiop12",
    "qwertyuiop123",
    "qwertyuiopasdf",
    "superman1234",
    "trustno1trustno1",
    "welcome12345",
    "zaq12wsxcde3",
    "1qaz2wsx3edc",
    "q1w2e3r4t5y6",
    "asdfghjkl123",
];

/// Notes what is wrong with a password. `context` holds words that must not be its main part: the
/// address, the store's name.
pub fn check_password(errors: &mut Errors, pointer: &str, password: &str, context: &[&str]) {
    let count = password.chars().count();
    if count < LENGTH_MIN {
        errors.add(
            pointer,
            "too_short",
            format!("A password has at least {LENGTH_MIN} characters; any will do."),
        );
        return;
    }
    if count > LENGTH_MAX {
        errors.add(pointer, "too_long", format!("A password has at most {LENGTH_MAX} characters."));
        return;
    }
    if is_common(password) {
        errors.add(pointer, "too_common", "This password is among the first that are tried. Take another.");
    } else if is_context(password, context) {
        let detail =
            "The password is little more than the product's, the store's or your own name. Take another.";
        errors.add(pointer, "context_word", detail);
    }
}

fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    let different: std::collections::HashSet<char> = lower.chars().collect();
    different.len() < DIFFERENT_MIN || COMMON.contains(&lower.as_str()) || is_run(&lower)
}

/// `123456789012`, `abcdefghijklm`: each character follows the one before.
fn is_run(text: &str) -> bool {
    let points: Vec<u32> = text.chars().map(u32::from).collect();
    let steps = points.windows(2).filter(|w| w[1].abs_diff(w[0]) <= 1 || (w[0] == 57 && w[1] == 48)).count();
    steps + 2 >= points.len()
}

/// True if less than eight characters are left when the words of the context are taken out.
fn is_context(password: &str, context: &[&str]) -> bool {
    let mut rest = password.to_lowercase();
    let fixed = ["smartpush", "smartcart"].map(str::to_owned);
    let words = context.iter().map(|w| w.to_lowercase()).chain(fixed);
    let mut found = false;
    for word in words.filter(|w| w.chars().count() >= CONTEXT_LENGTH_MIN) {
        if rest.contains(&word) {
            rest = rest.replace(&word, "");
            found = true;
        }
    }
    found && rest.chars().count() < 8
}

/// The words of a person's context: address, its parts, name of the store.
pub fn context_of<'a>(email: &'a EmailAddress, store: &'a str) -> Vec<&'a str> {
    let mut words = vec![email.as_str(), email.local(), email.domain(), store];
    words.extend(email.domain().split('.'));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(password: &str, expected: &str) {
        let email = EmailAddress::parse("merchant@flowers.example").unwrap();
        let mut errors = Errors::new();
        check_password(&mut errors, "/password", password, &context_of(&email, "Tulip Heaven"));
        let code = errors.finish().err().map(|e| e.problem().unwrap().errors[0].code).unwrap_or("fine");
        assert_eq!(code, expected, "{password}");
    }

    #[test]
    fn passwords_that_are_tried_first_are_refused() {
        check("a much longer phrase", "fine");
        check("密码安全很重要的一句话呢啊", "fine");
        check("short", "too_short");
        check(&"x1y2z3".repeat(30), "too_long");
        check("aaaaaaaaaaaa", "too_common");
        check("123456789012", "too_common");
        check("QwertyUiop123", "too_common");
        check("smartpush2026", "context_word");
        check("Merchant@Flowers.example1", "context_word");
        check("tulip heaven!", "context_word");
        check("smartpush and a whole sentence", "fine");
    }
}
