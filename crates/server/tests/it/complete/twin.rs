//! Every operation with an id in its path is called by the twin store with ids of the first: 404.

use super::examples::{Operation, fill, operations};
use crate::harness::{Call, Owner, TestApp, for_each_engine};
use kernel::Result;
use messaging::outbox::ledger;
use roaring::RoaringBitmap;
use serde_json::json;
use std::collections::BTreeMap;

/// Ids of the first store, one of each kind, by the prefix of the kind. A new kind gets a line here.
async fn objects(app: &TestApp, owner: &Owner) -> Result<BTreeMap<&'static str, String>> {
    let store = app.scoped(owner.store);
    let mut made = BTreeMap::new();
    let job = store.write(|tx| tx.enqueue("test.nothing", &json!({}), tx.now())).await?;
    made.insert("job", job.to_string());
    let keys = app.get("/api/v1/keys").key(&owner.key).send().await.expect(200);
    made.insert("key", keys["items"][0]["id"].as_str().unwrap_or_default().to_owned());
    let cookie = app.log_in(&owner.email).await;
    let session = app.get("/api/v1/session").cookie(&cookie).send().await.expect(200);
    made.insert("ses", session["id"].as_str().unwrap_or_default().to_owned());
    let relays = app.get("/api/v1/relays").key(&owner.key).send().await.expect(200);
    made.insert("rly", relays["items"][0]["id"].as_str().unwrap_or_default().to_owned());
    let segment = json!({ "name": "All", "rule": { "condition": "everybody" } });
    let segment = app.post("/api/v1/segments", segment).key(&owner.key).send().await.expect(201);
    made.insert("seg", segment["id"].as_str().unwrap_or_default().to_owned());
    let contact = json!({ "email": "bo@people.example", "tags": ["vip"] });
    let contact = app.post("/api/v1/contacts", contact).key(&owner.key).send().await.expect(201);
    made.insert("con", contact["id"].as_str().unwrap_or_default().to_owned());
    let file = app.call("POST", "/api/v1/imports").key(&owner.key).raw("text/csv", "email\na@shop.example\n");
    made.insert("imp", file.send().await.expect(201)["import"]["id"].as_str().unwrap_or_default().to_owned());
    let attribute = json!({ "name": "size", "type": "integer", "class": "fact", "purpose": "fit" });
    let export = json!({ "format": "csv", "select": { "all": true } });
    let content = json!({ "subject": "Hi", "from": "news@shop.example", "body": { "format": "html", "source": "<p>Hi</p>" } });
    for (kind, path, body) in [
        ("atr", "/api/v1/attributes", attribute),
        (
            "cmp",
            "/api/v1/campaigns",
            json!({ "name": "Spring", "content": content, "settings": { "include": [{ "all": true }] } }),
        ),
        ("dom", "/api/v1/domains", json!({ "domain": "shop.example" })),
        ("tpl", "/api/v1/templates", json!({ "name": "Letter", "ready": "welcome" })),
        (
            "blk",
            "/api/v1/saved-blocks",
            json!({ "name": "Head", "row": { "id": "r1", "columns": [{ "blocks": [] }] } }),
        ),
        ("viw", "/api/v1/views", json!({ "list": "contacts", "name": "All", "query": "", "shared": true })),
        ("sup", "/api/v1/suppressions", json!({ "email": "gone@people.example" })),
    ] {
        let object = app.post(path, body).key(&owner.key).send().await.expect(201);
        made.insert(kind, object["id"].as_str().unwrap_or_default().to_owned());
    }
    let export = app.post("/api/v1/exports", export).key(&owner.key).send().await.expect(202);
    made.insert("exp", export["id"].as_str().unwrap_or_default().to_owned());
    launched(app, owner, made["cmp"].parse().expect("the id of a campaign")).await?;
    let tags = app.get("/api/v1/tags").key(&owner.key).send().await.expect(200);
    made.insert("tag", tags["items"][0]["id"].as_str().unwrap_or_default().to_owned());
    made.insert("med", uploaded(app, owner).await);
    made.insert("msg", captured(app, owner).await?);
    store::queue::run_due_jobs(&app.t.db, &std::sync::Arc::new(app.app.jobs())).await?;
    Ok(made)
}

/// Opens the send of a campaign to the first contact, so that it has a report and decisions.
async fn launched(app: &TestApp, owner: &Owner, id: kernel::ids::CampaignId) -> Result<()> {
    let store = app.scoped(owner.store);
    let keys = app.app.state.vault().keys(store.db(), store.scope()).await?;
    let public = automation::campaigns::PublicAddress { url: app.app.state.http().public_url.clone() };
    let open = store.write(move |tx| {
        let campaign = automation::campaigns::sql::get(tx, id)?;
        let program = automation::campaigns::launch::program(tx, &keys, &campaign, &public)?;
        let send = ledger::NewSend {
            id,
            class: messaging::gate::MessageClass::Marketing,
            program: json!(program),
            throttle_per_second: 0,
            excluded: RoaringBitmap::new(),
            lanes: vec![(kernel::Timestamp(0), RoaringBitmap::from_iter([0]))],
        };
        ledger::open_send(tx, &send)
    });
    open.await.map(drop)
}

/// A picture in the media library of the first store.
async fn uploaded(app: &TestApp, owner: &Owner) -> String {
    let mut body = b"--edge\r\nContent-Disposition: form-data; name=\"attestation\"\r\n\r\n1\r\n--edge\r\n\
        Content-Disposition: form-data; name=\"file\"; filename=\"dot.gif\"\r\n\r\n"
        .to_vec();
    body.extend(b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;");
    body.extend(b"\r\n--edge--\r\n");
    let form =
        app.call("POST", "/api/v1/media").key(&owner.key).raw("multipart/form-data; boundary=edge", body);
    form.send().await.expect(201)["id"].as_str().unwrap_or_default().to_owned()
}

/// A message in the sandbox of the first store.
async fn captured(app: &TestApp, owner: &Owner) -> Result<String> {
    let store = app.scoped(owner.store);
    let keys = app.app.state.vault().keys(store.db(), store.scope()).await?;
    store
        .write(move |tx| {
            let raw = b"Subject: hi\r\n\r\nhi\r\n".to_vec();
            let message =
                messaging::sandbox::Captured { campaign: kernel::ids::CampaignId(0), ordinal: 0, raw };
            messaging::sandbox::capture(tx, &keys, &[message])
        })
        .await?;
    let listed = app.get("/api/v1/sandbox/messages").key(&owner.key).send().await.expect(200);
    Ok(listed["items"][0]["id"].as_str().unwrap_or_default().to_owned())
}

fn call<'a>(app: &'a TestApp, operation: &Operation, made: &BTreeMap<&str, String>) -> Call<'a> {
    let path = fill(operation, |name, prefix| match prefix {
        Some(prefix) => made
            .get(prefix)
            .cloned()
            .unwrap_or_else(|| panic!("{}: no object of kind {prefix}", operation.id)),
        None if name == "version" => "1".into(),
        None => format!("no-{name}"),
    });
    let call = app.call(&operation.method, &path);
    match &operation.body {
        Some((kind, body)) => call.raw(kind, body.to_string()),
        None => call,
    }
}

fn with_ids() -> impl Iterator<Item = Operation> {
    operations().into_iter().filter(|o| !o.public && o.parameters.iter().any(|(_, prefix)| prefix.is_some()))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_twin_finds_nothing_of_the_first_store() {
    for_each_engine(|app| async move {
        let first = app.owner("ana@shop.example").await?;
        let twin = app.owner("twin@shop.example").await?;
        let made = objects(&app, &first).await?;
        let cookie = app.log_in(&twin.email).await;
        for operation in with_ids() {
            let by_person = call(&app, &operation, &made).cookie(&cookie).send().await;
            assert_eq!(by_person.problem(404), "not_found", "{} as a person", operation.id);
            if operation.scope.is_some() {
                let by_key = call(&app, &operation, &made).key(&twin.key).send().await;
                assert_eq!(by_key.problem(404), "not_found", "{} with a key", operation.id);
                let intruding =
                    call(&app, &operation, &made).key(&twin.key).header("x-store", &first.store.to_string());
                assert_eq!(
                    intruding.send().await.problem(404),
                    "not_found",
                    "{} naming the store",
                    operation.id
                );
            }
        }
        let own = app.log_in(&first.email).await;
        for operation in with_ids().filter(|o| o.method == "get") {
            let answer = call(&app, &operation, &made).cookie(&own).send().await;
            assert_eq!(answer.status, 200, "{} for its owner: {}", operation.id, answer.text());
        }
        Ok(())
    })
    .await;
}
