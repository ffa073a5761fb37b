//! Filters that work on lists, and those that make them.

use super::{Call, Filtered, as_str};
use crate::templates::liquid::value::{Number, Value};
use crate::templates::model::MAX_LIST;
use std::cmp::Ordering;
use std::collections::HashSet;
use std::rc::Rc;

fn made<'a>(list: Vec<Value<'a>>) -> Filtered<'a> {
    Ok(Value::List(Rc::new(list)))
}

pub fn first<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    Ok(call.input.property("first"))
}

pub fn last<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    Ok(call.input.property("last"))
}

pub fn size<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    Ok(match call.input.property("size") {
        Value::Nil => Value::Int(0),
        size => size,
    })
}

pub fn split<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let text = call.text()?;
    let by = call.argument_text(0).into_owned();
    let pieces: Vec<String> = match by.as_str() {
        "" => text.chars().take(MAX_LIST + 1).map(String::from).collect(),
        " " => text.split_whitespace().take(MAX_LIST + 1).map(str::to_owned).collect(),
        by => text.split(by).take(MAX_LIST + 1).map(str::to_owned).collect(),
    };
    call.meter.list(pieces.len())?;
    call.meter.made(text.len())?;
    let mut list: Vec<Value<'a>> = pieces.into_iter().map(Value::owned).collect();
    while list.last().is_some_and(Value::is_empty) {
        list.pop();
    }
    made(list)
}

pub fn join<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let glue = if call.arguments.is_empty() { " ".to_owned() } else { call.argument_text(0).into_owned() };
    let list = call.list()?;
    let mut out = String::new();
    for (index, value) in list.iter().enumerate() {
        if index > 0 {
            out.push_str(&glue);
        }
        let before = out.len();
        value.print(&mut out);
        call.meter.made(out.len() - before + glue.len())?;
    }
    call.make(out)
}

pub fn reverse<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let mut list = call.list()?;
    list.reverse();
    made(list)
}

pub fn concat<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let mut list = call.list()?;
    if let Some(other) = call.arguments.first() {
        call.meter.list(list.len() + other.list_len().unwrap_or(0))?;
        list.extend(super::members(other));
    }
    made(list)
}

/// A member's property, or the member itself.
fn key<'a>(value: &Value<'a>, property: &str) -> Value<'a> {
    if property.is_empty() { value.clone() } else { value.property(property) }
}

pub fn compact<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let property = call.argument_text(0).into_owned();
    let mut list = call.list()?;
    list.retain(|v| !matches!(key(v, &property), Value::Nil));
    made(list)
}

pub fn map<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let property = call.argument_text(0).into_owned();
    made(call.list()?.iter().map(|v| v.property(&property)).collect())
}

/// Members whose property is true, or equals a value.
pub fn filter_where<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let property = call.argument_text(0).into_owned();
    let wanted = call.arguments.get(1).cloned();
    let mut list = call.list()?;
    list.retain(|v| match &wanted {
        Some(wanted) => v.property(&property).equals(wanted),
        None => v.property(&property).is_true(),
    });
    made(list)
}

pub fn uniq<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let property = call.argument_text(0).into_owned();
    let mut seen = HashSet::new();
    let mut list = call.list()?;
    for value in &list {
        call.meter.made(as_str(&key(value, &property)).len())?;
    }
    list.retain(|v| seen.insert(as_str(&key(v, &property)).to_string()));
    made(list)
}

/// In order; what has no order, and nil, comes last.
pub fn sort<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let property = call.argument_text(0).into_owned();
    let list = call.list()?;
    let mut keyed: Vec<(Value<'a>, Value<'a>)> = list.into_iter().map(|v| (key(&v, &property), v)).collect();
    keyed.sort_by(|(a, _), (b, _)| rank(a).cmp(&rank(b)).then_with(|| a.order(b).unwrap_or(Ordering::Equal)));
    made(keyed.into_iter().map(|(_, v)| v).collect())
}

/// Kinds of values in order, so that a list of several kinds has one order.
fn rank(value: &Value<'_>) -> u8 {
    match value {
        Value::Int(_) | Value::Float(_) => 0,
        Value::Text(..) => 1,
        Value::Time(_) => 2,
        Value::Nil => 4,
        _ => 3,
    }
}

/// In order of their text, large and small letters alike.
pub fn sort_natural<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let property = call.argument_text(0).into_owned();
    let list = call.list()?;
    let mut keyed = Vec::with_capacity(list.len());
    for value in list {
        let text = as_str(&key(&value, &property)).to_lowercase();
        call.meter.made(text.len())?;
        keyed.push((matches!(key(&value, &property), Value::Nil), text, value));
    }
    keyed.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    made(keyed.into_iter().map(|(_, _, v)| v).collect())
}

pub fn sum<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let property = call.argument_text(0).into_owned();
    let mut total = Number::Int(0);
    for value in call.list()? {
        let next = key(&value, &property).to_number().unwrap_or(Number::Int(0));
        total = match (total, next) {
            (Number::Int(a), Number::Int(b)) => {
                a.checked_add(b).map_or(Number::Float(a as f64 + b as f64), Number::Int)
            }
            (a, b) => Number::Float(a.as_f64() + b.as_f64()),
        };
    }
    Ok(total.value())
}

/// Part of a text or list; a negative start counts from the end.
pub fn slice<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let start = call.argument_int(0).unwrap_or(0);
    let count = call.argument_int(1).unwrap_or(1).max(0) as usize;
    let from = |length: usize| {
        let start = if start < 0 { length as i64 + start } else { start };
        usize::try_from(start).ok().filter(|s| *s <= length)
    };
    if call.input.list_len().is_some() {
        let list = call.list()?;
        let Some(skip) = from(list.len()) else { return made(Vec::new()) };
        return made(list.into_iter().skip(skip).take(count).collect());
    }
    let text = call.text()?;
    let Some(skip) = from(text.chars().count()) else { return Ok(Value::Nil) };
    call.make(text.chars().skip(skip).take(count).collect())
}

/// As JSON text.
pub fn json<'a>(call: &mut Call<'_, 'a>) -> Filtered<'a> {
    let json = to_json(&call.input);
    call.make(json.to_string())
}

fn to_json(value: &Value<'_>) -> serde_json::Value {
    match value {
        Value::Bool(b) => (*b).into(),
        Value::Int(n) => (*n).into(),
        Value::Float(n) => (*n).into(),
        Value::Text(s, _) => (**s).into(),
        Value::Time(t) => t.to_string().into(),
        Value::Json(json) => (*json).clone(),
        Value::List(_) | Value::Strings(_) | Value::Range(..) => {
            super::members(value).iter().map(to_json).collect()
        }
        _ => serde_json::Value::Null,
    }
}
