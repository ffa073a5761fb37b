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

    assert_eq!(shown["decisions"], serde_json::json!([]), "nothing was launched yet");

    std::fs::write(dir.path().join("letter.html"), "<p>Hi</p><a href=\"{{ links.unsubscribe }}\">Stop</a>")
        .unwrap();
    let spec = dir.path().join("spring.toml");
    let text = "name = \"Spring\"\nchannel = \"email\"\nsubject = \"Hi\"\nfrom = \"Shop <news@shop.example>\"\n\
        template = \"letter.html\"\ninclude = [ { all = true } ]\nrelay = \"sandbox\"\n\
        postal_address = \"1 Shop Street, Singapore\"\n";
    std::fs::write(&spec, text).unwrap();
    let run = ["campaign", "run", spec.to_str().unwrap(), "--store", store, "--wait", "--json"];
    let sent = json(&smartpush(&data, &run), 0);
    assert_eq!(
        (sent["accepted"].as_u64(), sent["reasons"]["no_consent"].as_u64()),
        (Some(1), Some(1)),
        "{sent}"
    );
    for (email, outcome, reason) in [
        ("ana@shop.example", "accepted", serde_json::Value::Null),
        ("bob@shop.example", "suppressed", "no_consent".into()),
    ] {
        let shown = json(&smartpush(&data, &["contacts", "show", "--store", store, email, "--json"]), 0);
        let decision = &shown["decisions"][0];
        assert_eq!(
            (&decision["campaign"], &decision["name"]),
            (&sent["campaign"], &"Spring".into()),
            "{shown}"
        );
        assert_eq!((&decision["outcome"], &decision["reason"]), (&outcome.into(), &reason), "{shown}");
    }

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
