//! What a report hands out whole, on both engines.

use crate::harness::{Owner, TestApp, for_each_engine};
use serde_json::{Value, json};

/// A campaign to one contact who agreed, launched.
async fn launched(app: &TestApp, owner: &Owner) -> String {
    let settings = json!({ "settings": { "postal_address": "1 Shop Street, Singapore" } });
    app.call("PATCH", "/api/v1/store").json(settings).key(&owner.key).send().await.expect(200);
    let consent = json!({ "email": "subscribed", "wording": "News please" });
    let contact = json!({ "email": "bo@people.example", "first_name": "=Bo, \"B\"", "consent": consent });
    app.post("/api/v1/contacts", contact).key(&owner.key).send().await.expect(201);
    let html = "<p>Hi {{ contact.first_name }}</p><a href=\"https://shop.example/tea\">Tea</a> \
                <a href=\"https://shop.example/pots?for={{ contact.country }}\">Pots</a>\
                <p>{{ store.postal_address }}</p><a href=\"{{ links.unsubscribe }}\">Stop</a>";
    let content = json!({ "subject": "News", "from": "news@shop.example", "body": { "format": "html", "source": html } });
    let body = json!({ "name": "Spring", "content": content, "settings": { "include": [{ "all": true }] } });
    let made = app.post("/api/v1/campaigns", body).key(&owner.key).send().await.expect(201);
    let path = format!("/api/v1/campaigns/{}", made["id"].as_str().unwrap());
    app.get(&format!("{path}/report/html")).key(&owner.key).send().await.expect(409);
    app.post(&format!("{path}/launch"), json!({ "audience": 1 })).key(&owner.key).send().await.expect(200);
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn the_message_of_a_report_has_numbers_in_place_of_addresses() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        let path = launched(&app, &owner).await;
        let page = app.get(&format!("{path}/report/html")).key(&owner.key).send().await;
        let html = page.text();
        assert!(page.header("content-security-policy").ends_with("sandbox"), "it can do nothing");
        assert!(html.contains("Hi Ana"), "an invented contact: {html}");
        for (number, label) in [(0, "Tea"), (1, "Pots")] {
            assert!(html.contains(&format!("<a href=\"#\" data-link=\"{number}\">{label}</a>")), "{html}");
        }
        for absent in ["shop.example", "/c/", "/u/", "/o/"] {
            assert!(!html.contains(absent), "{absent}: {html}");
        }
        let report = app.get(&format!("{path}/report")).key(&owner.key).send().await.expect(200);
        assert_eq!(report["links"][0]["link"], 0);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_people_behind_a_figure_leave_as_a_file_and_that_is_recorded() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        let path = launched(&app, &owner).await;
        let file = app.get(&format!("{path}/report/people.csv?figure=audience")).key(&owner.key).send().await;
        assert_eq!((file.status, file.header("content-type")), (200, "text/csv; charset=utf-8"));
        let lines: Vec<String> = file.text().lines().map(str::to_owned).collect();
        assert_eq!(lines[0], "id,email,phone,first_name,last_name,outcome,reason,code,at");
        let line = ",bo@people.example,,\"'=Bo, \"\"B\"\"\",,open,,,";
        assert!(lines[1].ends_with(line), "no formula: {}", lines[1]);
        assert_eq!(lines.len(), 2);
        let none = app.get(&format!("{path}/report/people.csv?figure=clicked")).key(&owner.key).send().await;
        assert_eq!(none.text().lines().count(), 1);
        let reader = app.key_with(&owner, &["reports:read"]).await?;
        let refused = app.get(&format!("{path}/report/people.csv")).key(&reader).send().await;
        assert_eq!(refused.problem(403), "forbidden", "reading is not taking out");
        let log = app.get("/api/v1/audit").key(&owner.key).send().await.expect(200);
        let actions: Vec<&Value> = log["items"].as_array().unwrap().iter().map(|e| &e["action"]).collect();
        assert!(actions.contains(&&json!("report.people_exported")), "{actions:?}");
        Ok(())
    })
    .await;
}
