//! The plan for a file nobody has said anything about: by the headings its program writes, then by usual
//! words, then by the values.

use super::guess::looks_like_card;
use super::{
    ColumnPlan, Confidence, DateOrder, Field, InsidePlan, MappingIn, Plan, Sample, Target, normalise_heading,
};
use crate::attributes::model::{check_name, name_from_heading};
use crate::imports::formats::{self, Format, Meaning};
use crate::imports::reader::Layout;
use kernel::{Code, Problem, Result};
use std::collections::{BTreeMap, HashSet};

/// Makes a plan. `given` is what the merchant says; it wins. Problems: it names columns that are not
/// there, or no column tells contacts apart.
pub fn propose(file_name: &str, layout: &Layout, samples: &[Sample], given: &MappingIn) -> Result<Plan> {
    let headings: Vec<String> = layout.columns.iter().map(|c| normalise_heading(c)).collect();
    let format = match &given.format {
        Some(word) => formats::find(word)?,
        None => formats::detect(&headings, file_name),
    };
    let mut plan = Plan {
        format: format.word.to_owned(),
        columns: Vec::with_capacity(layout.columns.len()),
        everyone: format.everyone(file_name, &headings),
        consent_words: format.consent_words.iter().map(|(w, v)| ((*w).to_owned(), *v)).collect(),
        default_country: None,
        tags: Vec::new(),
        existing: given.existing,
    };
    given.apply_options(&mut plan)?;
    let mut names = Names::default();
    for (i, heading) in layout.columns.iter().enumerate() {
        let empty = Sample::default();
        let sample = samples.get(i).unwrap_or(&empty);
        let column = match given.column(heading) {
            Some(choice) => ColumnPlan {
                target: choice.target(heading, sample)?,
                confidence: Confidence::Given,
                ..blank_column(heading, date_order(given, &plan, sample))
            },
            None => {
                let blank = blank_column(heading, date_order(given, &plan, sample));
                propose_column(blank, &headings[i], format, sample, given.ignore_others)
            }
        };
        names.take(&column)?;
        let mut column = names.distinct(column, i);
        if column.target == (Target::Field { field: Field::Json }) {
            column.inside = look_inside(sample, &mut names);
        }
        plan.columns.push(column);
    }
    given.check_columns(&layout.columns)?;
    if !plan.identifies() {
        by_values(&mut plan, samples);
    }
    refuse_without_identity(&plan)?;
    Ok(plan)
}

fn refuse_without_identity(plan: &Plan) -> Result<()> {
    if plan.identifies() {
        return Ok(());
    }
    let mut headings: Vec<&str> = plan.columns.iter().take(8).map(|c| c.heading.as_str()).collect();
    if plan.columns.len() > headings.len() {
        headings.push("…");
    }
    Err(Problem::new(
        Code::Validation,
        format!(
            "No column of this file holds email addresses or phone numbers. Name one “email” or “phone”, or map it. Its columns are: {}.",
            headings.join(", ")
        ),
    )
    .into())
}

fn blank_column(heading: &str, dates: DateOrder) -> ColumnPlan {
    ColumnPlan {
        heading: heading.to_owned(),
        target: Target::Ignore,
        confidence: Confidence::Guessed,
        note: None,
        dates,
        inside: Vec::new(),
        attribute_no: None,
    }
}

/// Order of dates: as the merchant says for the file, else as the values say.
fn date_order(given: &MappingIn, plan: &Plan, sample: &Sample) -> DateOrder {
    given.dates.unwrap_or_else(|| sample.date_order(plan.default_country.as_deref()))
}

fn propose_column(
    mut column: ColumnPlan,
    normalised: &str,
    format: &Format,
    sample: &Sample,
    ignore_others: bool,
) -> ColumnPlan {
    if let Some((meaning, confidence)) = format.meaning(normalised) {
        column.confidence = confidence;
        column.target = meaning_to_target(meaning, &column.heading, normalised, sample);
        return column;
    }
    if ignore_others {
        column.note = Some("Left out: the mapping does not name it.".into());
        return column;
    }
    propose_attribute(column, normalised, sample)
}

fn meaning_to_target(meaning: Meaning, heading: &str, normalised: &str, sample: &Sample) -> Target {
    match meaning {
        Meaning::Field(field) => Target::Field { field },
        Meaning::Consent(channel, role) => Target::Consent { channel, role },
        Meaning::ExternalId(system) => Target::ExternalId { system: system.to_owned() },
        Meaning::Tags => Target::Tags,
        Meaning::Ignore => Target::Ignore,
        Meaning::Attribute(class) => {
            let value_type = sample.value_type();
            let name = name_from_heading(heading).unwrap_or_else(|| normalised.to_owned());
            Target::Attribute { name, value_type, class }
        }
    }
}

/// An unknown column becomes a custom attribute, unless it must not be kept at all (P-201).
fn propose_attribute(mut column: ColumnPlan, normalised: &str, sample: &Sample) -> ColumnPlan {
    if sample.card_share() > 0.02 {
        column.note = Some("Left out: these look like payment card numbers, which are not kept here.".into());
        return column;
    }
    let name = name_from_heading(&column.heading).unwrap_or_default();
    let name = match check_name(&name) {
        Ok(()) => name,
        Err(_) if name.is_empty() => String::new(),
        // A second column for a field of every contact.
        Err(_) if check_name(&format!("file_{name}")).is_ok() => format!("file_{name}"),
        Err(reason) => {
            column.note = Some(format!("Left out: {reason}."));
            return column;
        }
    };
    let value_type = sample.value_type();
    column.target = Target::Attribute { name, value_type, class: sample.class(normalised, value_type) };
    column
}

/// Most attributes taken from a column of JSON objects.
const INSIDE_MAX: usize = 100;

/// The keys of a column of JSON objects that may be kept, each as an attribute.
fn look_inside(sample: &Sample, names: &mut Names) -> Vec<InsidePlan> {
    let mut inside = Vec::new();
    for (key, sample) in sample.inside().into_iter().take(INSIDE_MAX) {
        let normalised = normalise_heading(&key);
        let column = propose_attribute(blank_column(&key, DateOrder::Ymd), &normalised, &sample);
        if let Target::Attribute { name, value_type, class } = names.distinct(column, inside.len()).target {
            inside.push(InsidePlan { key, name, value_type, class, attribute_no: None });
        }
    }
    inside
}

/// Without a telling heading, the first column of addresses or numbers is taken for what it holds.
fn by_values(plan: &mut Plan, samples: &[Sample]) {
    for (field, share) in
        [(Field::Email, Sample::email_share as fn(&Sample) -> f64), (Field::Phone, Sample::phone_share)]
    {
        let found = plan
            .columns
            .iter_mut()
            .zip(samples)
            .find(|(c, s)| share(s) > 0.5 && c.confidence == Confidence::Guessed);
        if let Some((column, _)) = found {
            column.target = Target::Field { field };
            column.note = None;
        }
    }
}

/// Names of attributes given out so far.
#[derive(Default)]
struct Names {
    taken: HashSet<String>,
}

impl Names {
    /// Checks a column the merchant mapped: two columns can't become one attribute.
    fn take(&mut self, column: &ColumnPlan) -> Result<()> {
        let Target::Attribute { name, .. } = &column.target else { return Ok(()) };
        if column.confidence == Confidence::Given {
            if let Err(reason) = check_name(name) {
                return Err(
                    Problem::field(pointer(&column.heading), "name", format!("“{name}”: {reason}.")).into()
                );
            }
            if self.taken.contains(name) {
                let detail = format!("Two columns can't both become the attribute “{name}”.");
                return Err(Problem::field(pointer(&column.heading), "twice", detail).into());
            }
        }
        Ok(())
    }

    /// Gives an attribute a name no other column has.
    fn distinct(&mut self, mut column: ColumnPlan, index: usize) -> ColumnPlan {
        if let Target::Attribute { name, .. } = &mut column.target {
            if name.is_empty() {
                *name = format!("column_{}", index + 1);
            }
            let base = name.clone();
            let mut n = 2;
            while !self.taken.insert(name.clone()) {
                let end = base.len().min(crate::attributes::model::NAME_MAX - 5);
                *name = format!("{}_{n}", &base[..end]);
                n += 1;
            }
        }
        column
    }
}

/// JSON pointer of a column in a mapping (RFC 6901).
pub(super) fn pointer(heading: &str) -> String {
    format!("/columns/{}", heading.replace('~', "~0").replace('/', "~1"))
}

/// The tags, country and words a mapping gives, by name; kept here for their order in the plan.
pub(super) fn lower_words<V: Copy>(words: &BTreeMap<String, V>) -> impl Iterator<Item = (String, V)> {
    words.iter().map(|(w, v)| (w.trim().to_lowercase(), *v))
}

/// True if a value must never be stored, whatever its column is called (P-201, PCI DSS 3.2).
pub(in crate::imports) fn is_forbidden_value(text: &str) -> bool {
    text.len() >= 13 && looks_like_card(text)
}
