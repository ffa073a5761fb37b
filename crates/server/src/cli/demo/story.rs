//! The main job, step by step: people in, people chosen, a message out, an account of it.
//!
//! It may be told again after it was cut short: people already there are updated, and segments of the
//! same name are not made twice.

use super::house::House;
use super::show::Show;
use kernel::{Fault, OrFault, Result};
use messaging::templates::library;
use overview::demo::people;
use overview::demo::things::{POSTAL_ADDRESS, TEMPLATES, segments};
use serde_json::{Value, json};
use std::path::Path;

/// Tells it.
pub async fn tell(house: &House<'_>, show: &Show) -> Result<()> {
    settings(house).await?;
    take_in(house, show).await?;
    choose(house, show).await?;
    send(house, show).await
}

async fn settings(house: &House<'_>) -> Result<()> {
    let patch = json!({ "settings": {
        "postal_address": POSTAL_ADDRESS,
        "time_zone": "Asia/Singapore", "language": "en", "currency": "SGD",
    } });
    house.call("PATCH", "/api/v1/store", &patch).await.map(drop)
}

fn shown(path: &Path) -> std::borrow::Cow<'_, str> {
    path.to_string_lossy()
}

/// A contact file and a suppression list, each as it comes out of another tool.
async fn take_in(house: &House<'_>, show: &Show) -> Result<()> {
    show.heading("People come in");
    let file = house.write("contacts.csv", &people::contact_file())?;
    let wrong = house.file("contacts.errors.csv")?;
    remove(&wrong)?;
    import(house, show, &file, Some(&wrong)).await?;
    let text = std::fs::read_to_string(&wrong).or_fault("read the file of errors")?;
    show.line("Bad rows lose nothing else; each is explained:");
    for line in errors_of(&text) {
        show.answer(&line);
    }
    let list = house.write("suppressions.csv", &people::suppression_file())?;
    import(house, show, &list, None).await
}

fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e).or_fault("remove an old file"),
        _ => Ok(()),
    }
}

async fn import(house: &House<'_>, show: &Show, file: &Path, errors: Option<&Path>) -> Result<()> {
    let (file, errors) = (shown(file), errors.map(shown));
    let mut words = vec!["contacts", "import", &file, "--store", &house.account.store];
    if let Some(errors) = &errors {
        words.extend(["--errors", errors]);
    }
    show.command(&words.join(" "));
    show.answer(&house.command(&words).await?.text);
    Ok(())
}

/// Line, column and reason of each row in the file of errors.
fn errors_of(text: &str) -> Vec<String> {
    text.lines().skip(1).map(|line| line.chars().take(110).collect()).collect()
}

async fn choose(house: &House<'_>, show: &Show) -> Result<()> {
    show.heading("People are chosen");
    let listed = house.call("GET", "/api/v1/segments?limit=50", &Value::Null).await?;
    let known = |name: &str| listed["items"].as_array().into_iter().flatten().any(|s| s["name"] == name);
    for (name, description, rule) in segments() {
        if !known(name) {
            let body = json!({ "name": name, "description": description, "rule": rule });
            house.call("POST", "/api/v1/segments", &body).await?;
        }
    }
    let (_, _, rule) = &segments()[0];
    let file = house.write("segment.json", &serde_json::to_string_pretty(rule).or_fault("write a rule")?)?;
    let words = ["segment", "count", "--store", &house.account.store, &shown(&file)];
    show.command(&words.join(" "));
    show.answer(&house.command(&words).await?.text);
    show.line("Saved segments:");
    let listed = house.call("GET", "/api/v1/segments?limit=50", &Value::Null).await?;
    for segment in listed["items"].as_array().into_iter().flatten() {
        let id = segment["id"].as_str().unwrap_or_default();
        let counted = house.call("POST", &format!("/api/v1/segments/{id}/count"), &Value::Null).await?;
        let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
        show.figure(
            counted["count"].as_u64().unwrap_or(0),
            &text(&segment["name"]),
            &text(&counted["sentence"]),
        );
    }
    Ok(())
}

const CAMPAIGN: &str = r#"# A campaign as `smartpush campaign run` takes it. Send it again, or change it.
name = "News of the month"
channel = "email"
subject = "{{ contact.first_name | default: 'Hello' }}, ten new things from the dye works"
preheader = "Indigo, madder and walnut: what came out of the vats"
from = "Indigo & Wool <news@shop.example>"
reply_to = "care@shop.example"
template = "newsletter.json"
include = [ { all = true } ]
exclude = [ { tag = "wholesale" } ]
relay = "sandbox"
track = { opens = true, clicks = true }
"#;

async fn send(house: &House<'_>, show: &Show) -> Result<()> {
    show.heading("A campaign goes out, into the sandbox");
    for key in TEMPLATES {
        let ready = library::find(key).ok_or_else(|| Fault::new("a template of the library is missing"))?;
        let text = serde_json::to_string_pretty(&ready.document).or_fault("write a template")?;
        house.write(&format!("{key}.json"), &text)?;
    }
    let spec = house.write("newsletter.toml", CAMPAIGN)?;
    let spec = shown(&spec);
    for words in [&["campaign", "plan"][..], &["campaign", "run", "--wait"]] {
        let mut words = words.to_vec();
        words.insert(2, &spec);
        words.extend(["--store", house.account.store.as_str()]);
        show.command(&words.join(" "));
        show.answer(&house.command(&words).await?.text);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_campaign_of_the_story_can_be_read() {
        assert!(CAMPAIGN.parse::<toml::Table>().is_ok());
    }
}
