//! Phone numbers: one form for all (E.164). Pure.
//!
//! A number that is already written with `+` is checked by shape only: whether it exists is found out by
//! sending. A national number is read with the rules of its country.

use crate::contacts::model::Country;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, Region};

/// Digits of E.164 after the `+`.
const DIGITS_MAX: usize = 15;
const DIGITS_MIN: usize = 7;

/// Reads a number as people write it. `country` is the country of numbers without `+`.
/// Errors: a sentence that says what would be right.
pub fn parse(text: &str, country: Option<Country>) -> Result<String, &'static str> {
    // A leading apostrophe is how spreadsheets keep a number from being read as a formula.
    let text = text.trim().trim_start_matches('\'').trim();
    if let Some(number) = international(text) {
        return number;
    }
    let region = country.and_then(|c| Region::from_code(c.as_str()).ok());
    let Some(region) = region else {
        return Err("a phone number begins with + and the country's code, like +6591234567");
    };
    let number = PHONE_NUMBER_UTIL
        .parse(text, Some(region))
        .ok()
        .filter(|n| PHONE_NUMBER_UTIL.is_possible_number(n))
        .ok_or("this is not a phone number of its country; write it like +6591234567")?;
    Ok(PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164).into_owned())
}

/// `Some` if the text is meant as an international number: `+` or `00` in front.
fn international(text: &str) -> Option<Result<String, &'static str>> {
    let rest = text.strip_prefix('+').or_else(|| text.strip_prefix("00"))?;
    let mut number = String::with_capacity(rest.len() + 1);
    number.push('+');
    for c in rest.chars() {
        match c {
            '0'..='9' => number.push(c),
            ' ' | '-' | '(' | ')' | '.' | '/' | '\u{a0}' => {}
            _ => {
                return Some(Err("a phone number has digits only after the +, like +6591234567"));
            }
        }
    }
    let digits = number.len() - 1;
    Some(match (DIGITS_MIN..=DIGITS_MAX).contains(&digits) && !number.starts_with("+0") {
        true => Ok(number),
        false => Err("a phone number has 7 to 15 digits after the + and begins with the country's code"),
    })
}

/// The digits of a text, if it could be part of a phone number: digits and the signs people put between.
pub fn digits_of(text: &str) -> Option<String> {
    let mut digits = String::new();
    for c in text.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '+' | ' ' | '-' | '(' | ')' | '.' | '/' => {}
            _ => return None,
        }
    }
    (digits.len() >= 3).then_some(digits)
}
