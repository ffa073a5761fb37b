//! Filters for amounts, as Shopify's: a whole number is in minor units (cents), a decimal number or
//! text with a point is in major units, an object `{amount_minor, currency}` carries its own currency.

use super::{Call, Filtered};
use crate::templates::liquid::value::{Number, Value};
use kernel::money::{Currency, Money};

/// With symbol: `$1,134.65`.
pub fn money<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    formatted(call, |parts| parts.with_symbol(&parts.amount))
}

/// With symbol and code: `$1,134.65 USD`.
pub fn money_with_currency<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    formatted(call, |parts| match symbol(&parts.code) {
        Some(_) => format!("{} {}", parts.with_symbol(&parts.amount), parts.code),
        None => parts.with_symbol(&parts.amount),
    })
}

/// Without symbol: `1,134.65`.
pub fn money_without_currency<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    formatted(call, |parts| parts.amount.clone())
}

/// `$20` for `$20.00`, but `$20.50`.
pub fn money_without_trailing_zeros<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    formatted(call, |parts| {
        let short = match parts.amount.split_once('.') {
            Some((whole, decimals)) if decimals.bytes().all(|b| b == b'0') => whole,
            _ => &parts.amount,
        };
        parts.with_symbol(short)
    })
}

struct Parts {
    amount: String,
    code: String,
}

impl Parts {
    fn with_symbol(&self, amount: &str) -> String {
        match symbol(&self.code) {
            Some(symbol) => match amount.strip_prefix('-') {
                Some(positive) => format!("-{symbol}{positive}"),
                None => format!("{symbol}{amount}"),
            },
            None => format!("{amount} {}", self.code),
        }
    }
}

fn formatted<'a>(call: &mut Call<'_, 'a>, write: impl FnOnce(&Parts) -> String) -> Filtered<'a> {
    let Some(money) = amount(&call.input, &call.data.store.currency) else { return Ok(Value::Nil) };
    let parts = Parts { amount: grouped(&money.to_decimal()), code: money.currency.code().to_owned() };
    call.make(write(&parts))
}

fn amount(value: &Value<'_>, store_currency: &str) -> Option<Money> {
    let currency = match value.property("currency") {
        Value::Text(code, _) => Currency::parse(&code)?,
        _ => Currency::parse(store_currency).or_else(|| Currency::parse("USD"))?,
    };
    let number = match value.property("amount_minor") {
        Value::Nil => value.to_number()?,
        minor => minor.to_number()?,
    };
    let decimal_text = matches!(value, Value::Text(text, _) if text.contains('.'));
    let minor = match number {
        Number::Int(n) if !decimal_text => n,
        other => (other.as_f64() * 10_f64.powi(currency.exponent() as i32)).round() as i64,
    };
    Some(Money { minor, currency })
}

/// Commas between thousands.
fn grouped(decimal: &str) -> String {
    let (sign, rest) = decimal.strip_prefix('-').map_or(("", decimal), |r| ("-", r));
    let (whole, fraction) = rest.split_once('.').map_or((rest, None), |(w, f)| (w, Some(f)));
    let mut out = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

fn symbol(code: &str) -> Option<&'static str> {
    Some(match code {
        "USD" | "CAD" | "AUD" | "NZD" | "SGD" | "MXN" => "$",
        "HKD" => "HK$",
        "TWD" => "NT$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" | "CNY" => "¥",
        "KRW" => "₩",
        "INR" => "₹",
        "BRL" => "R$",
        "THB" => "฿",
        "VND" => "₫",
        "PHP" => "₱",
        "ILS" => "₪",
        "TRY" => "₺",
        "UAH" => "₴",
        "MYR" => "RM",
        "ZAR" => "R",
        "IDR" => "Rp",
        _ => return None,
    })
}
