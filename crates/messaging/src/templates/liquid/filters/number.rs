//! Filters that calculate. Whole numbers stay whole; what would overflow becomes a decimal number.

use super::{Call, Filtered};
use crate::templates::liquid::value::{Number, Value};

fn both<'a>(
    call: &Call<'_, 'a>,
    whole: impl FnOnce(i64, i64) -> Option<i64>,
    decimal: impl FnOnce(f64, f64) -> f64,
) -> Value<'a> {
    let (a, b) = (call.number(), call.argument_number(0));
    if let (Number::Int(a), Number::Int(b)) = (a, b)
        && let Some(result) = whole(a, b)
    {
        return Value::Int(result);
    }
    Value::Float(decimal(a.as_f64(), b.as_f64()))
}

pub fn plus<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    Ok(both(call, i64::checked_add, |a, b| a + b))
}

pub fn minus<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    Ok(both(call, i64::checked_sub, |a, b| a - b))
}

pub fn times<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    Ok(both(call, i64::checked_mul, |a, b| a * b))
}

/// Rounds down for whole numbers, as Ruby does; by zero it has no value.
pub fn divided_by<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    if call.argument_number(0).as_f64() == 0.0 {
        return Ok(Value::Nil);
    }
    let floor = |a: i64, b: i64| {
        let quotient = a.checked_div(b)?;
        Some(if a % b != 0 && (a < 0) != (b < 0) { quotient - 1 } else { quotient })
    };
    Ok(both(call, floor, |a, b| a / b))
}

/// Has the sign of the divisor, as in Ruby; by zero it has no value.
pub fn modulo<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    if call.argument_number(0).as_f64() == 0.0 {
        return Ok(Value::Nil);
    }
    let floor = |a: i64, b: i64| {
        let rest = a.checked_rem(b)?;
        Some(if rest != 0 && (rest < 0) != (b < 0) { rest + b } else { rest })
    };
    Ok(both(call, floor, |a, b| ((a % b) + b) % b))
}

pub fn at_least<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    Ok(both(call, |a, b| Some(a.max(b)), f64::max))
}

pub fn at_most<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    Ok(both(call, |a, b| Some(a.min(b)), f64::min))
}

fn rounded<'a>(call: &Call<'_, 'a>, round: impl FnOnce(f64) -> f64) -> Filtered<'a> {
    Ok(match call.number() {
        Number::Int(n) => Value::Int(n),
        Number::Float(n) => Value::Int(round(n) as i64),
    })
}

pub fn ceil<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    rounded(call, f64::ceil)
}

pub fn floor<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    rounded(call, f64::floor)
}

pub fn abs<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    Ok(match call.number() {
        Number::Int(n) => Value::Int(n.saturating_abs()),
        Number::Float(n) => Value::Float(n.abs()),
    })
}

/// To a number of decimals; without one to a whole number.
pub fn round<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let digits = call.argument_int(0).unwrap_or(0).clamp(0, 12) as i32;
    match (call.number(), digits) {
        (_, 0) => rounded(call, f64::round),
        (Number::Int(n), _) => Ok(Value::Int(n)),
        (Number::Float(n), digits) => {
            let scale = 10_f64.powi(digits);
            Ok(Value::Float((n * scale).round() / scale))
        }
    }
}
