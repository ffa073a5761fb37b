//! Contacts on the command line: in from a file, shown, out again.

use crate::cli::{json, set_up, smartpush};

#[test]
fn contacts_come_in_are_shown_and_leave_again() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let made = set_up(&data);
    let store = made["store"].as_str().unwrap();
    let file = dir.path().join("people.csv");
    let text = "email,phone,first_name,accepts_email_marketing,country,tags\n\
        ana@shop.example,+6591234567,=Ana,yes,SG,\"vip, new\"\n\
        bob@shop.example,,Bob,no,DE,\n";
    std::fs::write(&file, text).unwrap();
    let import = ["contacts", "import", file.to_str().unwrap(), "--store", store, "--json"];
    assert_eq!(json(&smartpush(&data, &import), 0)["created"], 2);

    let shown =
        json(&smartpush(&data, &["contacts", "show", "--store", store, "Ana@shop.example", "--json"]), 0);
    assert_eq!(shown["first_name"], "=Ana");
    assert_eq!(
        (shown["statuses"]["email"].as_str(), shown["statuses"]["sms"].as_str()),
        (Some("subscribed"), Some("never_subscribed"))
    );
    assert_eq!(shown["consent"][0]["source"], "import");
    assert_eq!(shown["country"], "SG");
    let by_phone =
        json(&smartpush(&data, &["contacts", "show", "--store", store, "+65 9123 4567", "--json"]), 0);
    assert_eq!(by_phone["id"], shown["id"]);
    let absent =
        json(&smartpush(&data, &["contacts", "show", "--store", store, "eve@shop.example", "--json"]), 1);
    assert_eq!(absent["error"]["code"], "not_found");
    json(&smartpush(&data, &["contacts", "show", "--store", store, "nonsense", "--json"]), 2);

    let out = dir.path().join("out.csv");
    let out_name = out.to_str().unwrap();
    let export = ["contacts", "export", "--store", store, "-o", out_name, "--json"];
    assert_eq!(json(&smartpush(&data, &export), 0)["rows"], 2);
    let written = std::fs::read_to_string(&out).unwrap();
    assert!(written.contains("'=Ana") && written.contains("'+6591234567"), "{written}");
    assert_eq!(json(&smartpush(&data, &export), 1)["error"]["code"], "conflict");
    let again = ["contacts", "import", out_name, "--store", store, "--json"];
    let again = json(&smartpush(&data, &again), 0);
    assert_eq!((again["created"].as_u64(), again["errors"].as_u64()), (Some(0), Some(0)), "{again}");
    let lines = smartpush(&data, &["contacts", "export", "--store", store, "--format", "jsonl"]);
    assert_eq!(String::from_utf8_lossy(&lines.stdout).lines().count(), 2);
    json(&smartpush(&data, &["contacts", "export", "--store", store, "--json"]), 2);
    let audit = json(&smartpush(&data, &["audit", "verify", "--json"]), 0);
    assert_eq!(audit["intact"], true);
}
