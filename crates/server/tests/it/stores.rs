//! Stores and their settings.

use crate::harness::for_each_engine;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn an_account_has_several_stores_and_names_the_one_it_works_in() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        let cookie = app.log_in(&owner.email).await;
        assert_eq!(app.get("/api/v1/store").cookie(&cookie).send().await.expect(200)["name"], "Flowers");
        let wanted = json!({ "name": "Books", "settings": { "currency": "EUR", "quiet_hours": { "from": "22:00", "to": "08:00" } } });
        let made = app.post("/api/v1/stores", wanted).cookie(&cookie).send().await.expect(201);
        assert_eq!((&made["settings"]["currency"], &made["settings"]["time_zone"]), (&json!("EUR"), &json!("UTC")));
        let which = app.get("/api/v1/store").cookie(&cookie).send().await;
        assert_eq!(which.problem(400), "bad_request", "with two stores one has to be named");
        let id = made["id"].as_str().unwrap();
        let by_header = app.get("/api/v1/store").cookie(&cookie).header("x-store", id).send().await.expect(200);
        let by_query = app.get(&format!("/api/v1/store?store={id}")).cookie(&cookie).send().await.expect(200);
        assert_eq!((&by_header["name"], &by_query["name"]), (&json!("Books"), &json!("Books")));
        let list = app.get("/api/v1/stores").cookie(&cookie).send().await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 2);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_do_not_overwrite_each_other() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        let read = app.get("/api/v1/store").key(&owner.key).send().await;
        read.expect(200);
        assert_eq!(read.header("etag"), "\"1\"");
        let patch = |body| app.call("PATCH", "/api/v1/store").json(body).key(&owner.key);
        let first = patch(json!({ "name": "Roses" })).header("if-match", "\"1\"").send().await;
        assert_eq!((first.header("etag"), &first.expect(200)["name"]), ("\"2\"", &json!("Roses")));
        let second = patch(json!({ "name": "Tulips" })).header("if-match", "\"1\"").send().await;
        assert_eq!(second.problem(412), "precondition_failed");
        assert_eq!(app.get("/api/v1/store").key(&owner.key).send().await.expect(200)["name"], "Roses");
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_changed_emptied_and_checked_one_by_one() {
    for_each_engine(|app| async move {
        let owner = app.owner("ana@shop.example").await?;
        let patch = |body| app.call("PATCH", "/api/v1/store").json(body).key(&owner.key).send();
        let settings = json!({ "settings": { "postal_address": "1 Shop Street, Singapore", "track_opens": false,
            "frequency_cap": { "messages": 3, "days": 7 }, "time_zone": "Asia/Singapore" } });
        let changed = patch(settings).await.expect(200);
        assert_eq!(changed["settings"]["time_zone"], "Asia/Singapore");
        let emptied = patch(json!({ "settings": { "frequency_cap": null } })).await.expect(200);
        assert_eq!(emptied["settings"]["frequency_cap"], json!(null));
        assert_eq!(emptied["settings"]["postal_address"], "1 Shop Street, Singapore", "what is absent stays");
        let wrong = patch(json!({ "name": "", "settings": { "time_zone": "Mars/Base", "language": "!" } })).await.expect(422);
        let pointers: Vec<&str> = wrong["errors"].as_array().unwrap().iter().filter_map(|e| e["pointer"].as_str()).collect();
        assert_eq!(pointers, ["/name", "/settings/time_zone", "/settings/language"]);
        let unknown = patch(json!({ "settings": { "colour": "red" } })).await.expect(422);
        assert_eq!(unknown["errors"][0]["code"], "unknown_field");
        let log = app.get("/api/v1/audit").key(&owner.key).send().await;
        assert_eq!(log.expect(200)["items"][0]["details"]["changed"], json!(["frequency_cap"]));
        assert!(!log.text().contains("Shop Street"), "values stay out of the audit log");
        Ok(())
    })
    .await;
}
