use super::blocks::BLOCKS;
use super::*;
use crate::templates::{
    Body, CampaignView, CompileOptions, ContactView, EmailSource, RenderData, StoreView, compile,
};
use serde_json::json;

fn with_block(block: Json) -> Json {
    let mut block = block;
    block["id"] = "b1".into();
    json!({"schema": 1, "rows": [{"id": "r1", "columns": [{"blocks": [block]}]}]})
}

fn source(document: Json) -> EmailSource {
    EmailSource {
        subject: "S".into(),
        preheader: String::new(),
        body: Body::Document { document },
        text: None,
    }
}

fn render(document: Json) -> crate::templates::Preview {
    let options = CompileOptions { strict: true, mark_blocks: true, ..CompileOptions::default() };
    let compiled = compile(&source(document), &options).unwrap_or_else(|e| panic!("{e:?}"));
    let store =
        StoreView { name: "Tea & Co".into(), url: "https://tea.example".into(), ..StoreView::default() };
    let campaign = CampaignView::default();
    let tags = ["vip".to_owned()];
    let contact = ContactView { first_name: Some("Ana \"A\" <b>"), tags: &tags, ..ContactView::EMPTY };
    let data =
        RenderData { contact, store: &store, campaign: &campaign, now: kernel::Timestamp(0), extra: None };
    compiled.render_preview(&data).unwrap()
}

#[test]
fn the_list_of_blocks_is_sorted_and_distinct() {
    assert!(BLOCKS.windows(2).all(|pair| pair[0].kind < pair[1].kind));
}

#[test]
fn every_block_passes_its_checks_compiles_and_survives_a_round_trip() {
    for kind in BLOCKS {
        let examples = (kind.examples)();
        assert!(examples.len() >= 2, "{}", kind.kind);
        for example in examples {
            let document = with_block(example);
            let read = read(&document).unwrap_or_else(|e| panic!("{}: {e:?}", kind.kind));
            let again = serde_json::to_value(&read).unwrap();
            let preview = render(document);
            assert_eq!(render(again).html, preview.html, "{}", kind.kind);
            assert!(preview.html.contains("block-b1"), "{}: the editor finds the block", kind.kind);
            assert!(
                !preview.html.contains("fonts.googleapis"),
                "{}: nothing is loaded from elsewhere",
                kind.kind
            );
            assert!(
                !preview.html.contains("<b>\"") && !preview.html.contains("piece-"),
                "{}: {}",
                kind.kind,
                preview.html
            );
            assert!(!preview.html.contains("{{") && !preview.text.contains("{{"), "{}", kind.kind);
        }
    }
}

#[test]
fn every_block_refuses_unknown_fields_and_wrong_shapes() {
    for kind in BLOCKS {
        let mut example = (kind.examples)().remove(0);
        example["surprise"] = 1.into();
        let issues = read(&with_block(example)).unwrap_err();
        assert_eq!(issues[0].pointer.as_deref(), Some("/rows/0/columns/0/blocks/0"), "{}", kind.kind);
        assert!(issues[0].message.contains("surprise"), "{}: {}", kind.kind, issues[0].message);
    }
}

#[test]
fn issues_point_to_the_field() {
    for (block, pointer, code) in [
        (json!({"type": "nonsense"}), "/rows/0/columns/0/blocks/0/type", "unknown_block"),
        (
            json!({"type": "button", "label": "", "href": "https://a.example"}),
            "/rows/0/columns/0/blocks/0/label",
            "required",
        ),
        (
            json!({"type": "button", "label": "x", "href": "javascript:alert(1)"}),
            "/rows/0/columns/0/blocks/0/href",
            "address",
        ),
        (
            json!({"type": "button", "label": "x", "href": "/sale"}),
            "/rows/0/columns/0/blocks/0/href",
            "address",
        ),
        (
            json!({"type": "button", "label": "{{ x", "href": "https://a.example"}),
            "/rows/0/columns/0/blocks/0/label",
            "unclosed",
        ),
        (
            json!({"type": "button", "label": "x", "href": "https://a.example", "color": "red;}"}),
            "/rows/0/columns/0/blocks/0/color",
            "color",
        ),
        (json!({"type": "text", "html": "{% if x %}"}), "/rows/0/columns/0/blocks/0/html", "unclosed"),
        (json!({"type": "text", "html": "<div>".repeat(65)}), "/rows/0/columns/0/blocks/0/html", "too_deep"),
        (json!({"type": "text", "html": "x".repeat(70_000)}), "/rows/0/columns/0/blocks/0/html", "too_long"),
        (
            json!({"type": "text", "html": "x", "visible_if": "a %}{% if b"}),
            "/rows/0/columns/0/blocks/0/visible_if",
            "condition",
        ),
        (
            json!({"type": "text", "html": "x", "visible_if": "a =="}),
            "/rows/0/columns/0/blocks/0/visible_if",
            "syntax",
        ),
        (json!({"type": "spacer", "height": 9_000}), "/rows/0/columns/0/blocks/0/height", "out_of_range"),
        (
            json!({"type": "image", "src": "data:text/html,x", "alt": ""}),
            "/rows/0/columns/0/blocks/0/src",
            "address",
        ),
        (
            json!({"type": "coupon", "code": "A", "button_label": "Use"}),
            "/rows/0/columns/0/blocks/0/href",
            "required",
        ),
        (json!({"type": "menu", "items": []}), "/rows/0/columns/0/blocks/0/items", "out_of_range"),
    ] {
        let issues = read(&with_block(block.clone())).expect_err(&block.to_string());
        assert!(
            issues.iter().any(|i| i.pointer.as_deref() == Some(pointer) && i.code == code),
            "{block}: {issues:?}"
        );
    }
}

#[test]
fn the_frame_of_a_document_is_checked() {
    let row = json!({"id": "r1", "columns": [{"blocks": []}]});
    for (document, pointer) in [
        (json!({}), "/schema"),
        (json!({"schema": 2, "rows": []}), "/schema"),
        (json!({"schema": 1, "rows": []}), "/rows"),
        (json!({"schema": 1, "rows": [row], "more": 1}), ""),
        (json!({"schema": 1, "rows": [row, row]}), "/rows/1/id"),
        (json!({"schema": 1, "rows": [{"id": "r 1", "columns": [{"blocks": []}]}]}), "/rows/0/id"),
        (json!({"schema": 1, "rows": [{"id": "r", "columns": []}]}), "/rows/0/columns"),
        (
            json!({"schema": 1, "rows": [{"id": "r", "columns": [{"width": 60, "blocks": []}, {"width": 60, "blocks": []}]}]}),
            "/rows/0/columns",
        ),
        (json!({"schema": 1, "rows": [row], "settings": {"width": 5000}}), "/settings/width"),
        (json!({"schema": 1, "rows": [row], "settings": {"background": "url(x)"}}), "/settings/background"),
        (json!({"schema": 1, "rows": [row], "settings": {"font": "\"><script>"}}), "/settings/font"),
    ] {
        let issues = read(&document).expect_err(&document.to_string());
        assert!(issues.iter().any(|i| i.pointer.as_deref() == Some(pointer)), "{document}: {issues:?}");
    }
}

#[test]
fn rows_and_blocks_are_shown_on_condition() {
    let row = |id: &str, condition: &str, text: &str| {
        json!({"id": id, "visible_if": condition, "columns": [{"blocks": [
            {"id": format!("{id}b"), "type": "text", "html": format!("<p>{text}</p>")},
            {"id": format!("{id}c"), "type": "text", "html": format!("<p>{text}-inner</p>"), "visible_if": "contact.city"},
        ]}]})
    };
    let preview = render(json!({"schema": 1, "rows": [
        row("r1", "contact.tags contains 'vip'", "for-vip"),
        row("r2", "contact.tags contains 'staff' or contact.city > 1", "for-staff"),
    ]}));
    for part in [&preview.html, &preview.text] {
        assert!(
            part.contains("for-vip") && !part.contains("for-staff") && !part.contains("-inner"),
            "{part}"
        );
    }
}

#[test]
fn text_blocks_keep_liquid_and_lose_what_runs() {
    let html = "<p onclick=\"x()\" style=\"color:red;position:fixed\">Hi {{ contact.first_name | default: \"you\" }}\
                <script>alert(1)</script><img src=x onerror=alert(1)><a href=\"javascript:alert(1)\">a</a>\
                {% if 2 > 1 %}<em>yes</em>{% endif %}<svg onload=alert(1)></svg><style>p{}</style></p>";
    let preview = render(with_block(json!({"type": "text", "html": html})));
    assert!(
        preview.html.contains("Hi Ana &quot;A&quot; &lt;b&gt;<a style=\"color: #1d4ed8;\">a</a><em>yes</em>"),
        "{}",
        preview.html
    );
    for bad in ["alert", "onclick", "onerror", "position", "svg", "<script"] {
        assert!(!preview.html.contains(bad), "{bad}");
    }
}

#[test]
fn the_catalogue_says_what_the_checks_say() {
    for spec in spec::catalogue().items {
        let kind = blocks::find(spec.kind).unwrap();
        let full = (kind.examples)().into_iter().max_by_key(|e| e.as_object().unwrap().len()).unwrap();
        for field in &spec.fields {
            let issue = |value: Json| {
                let mut block = full.clone();
                block[&field.name] = value;
                let pointer = format!("/rows/0/columns/0/blocks/0/{}", field.name);
                match read(&with_block(block)) {
                    Ok(_) => false,
                    Err(issues) => issues.iter().any(|i| i.pointer.as_deref() == Some(pointer.as_str())),
                }
            };
            let place = format!("{}.{}", spec.kind, field.name);
            let whole = full[&field.name].clone();
            let (minimum, maximum) =
                (field.minimum.unwrap_or(0) as usize, field.maximum.unwrap_or(0) as usize);
            let bad: Vec<Json> = match field.input {
                "number" => vec![json!(maximum + 1)],
                "list" => vec![json!([]), json!(vec![whole[0].clone(); maximum + 1])],
                "color" => vec![json!("red")],
                "choice" => vec![json!("nowhere")],
                "text" if minimum > 0 => vec![json!(""), json!("x".repeat(maximum + 1))],
                "text" | "html" => vec![json!("x".repeat(maximum + 1))],
                "address" | "image" => {
                    vec![json!("/relative"), json!(format!("https://{}", "x".repeat(maximum)))]
                }
                "time" => vec![json!("tomorrow")],
                "flag" => {
                    assert!(whole.is_boolean(), "{place}: nothing checks it and it is no flag");
                    vec![]
                }
                other => panic!("{place}: {other} is not tried here"),
            };
            assert!(!issue(whole), "{place}: the example is good");
            bad.into_iter().for_each(|value| assert!(issue(value.clone()), "{place}: {value} is refused"));
            let mut without = full.clone();
            without.as_object_mut().unwrap().remove(&field.name);
            let needed = read(&with_block(without)).is_err();
            let depends = spec.kind == "coupon" && field.name == "href";
            assert!(needed == field.required || depends, "{place}: required is {}", field.required);
        }
    }
}

#[test]
fn the_catalogue_knows_lists_defaults_and_the_frame() {
    let catalogue = spec::catalogue();
    let menu = catalogue.items.iter().find(|b| b.kind == "menu").unwrap();
    let items = menu.fields.iter().find(|f| f.name == "items").unwrap();
    assert_eq!(
        (items.input, items.minimum, items.maximum, items.required),
        ("list", Some(1), Some(10), true)
    );
    let names: Vec<_> = items.fields.iter().map(|f| (f.name.as_str(), f.input, f.required)).collect();
    assert_eq!(names, [("label", "text", true), ("href", "address", true)]);
    let align = menu.fields.iter().find(|f| f.name == "align").unwrap();
    assert_eq!(
        (align.default.clone(), align.choices.clone()),
        (json!("center"), vec!["left", "center", "right"])
    );
    let width = catalogue.settings.iter().find(|f| f.name == "width").unwrap();
    assert_eq!((width.default.clone(), width.minimum, width.maximum), (json!(600), Some(320), Some(900)));
    assert!(catalogue.settings.iter().all(|f| f.input != "flag"), "every setting is checked");
    let row: Vec<_> = catalogue.row.iter().map(|f| (f.name.as_str(), f.input)).collect();
    assert_eq!(row, [("background", "color"), ("padding", "number"), ("visible_if", "condition")]);
}

#[test]
fn an_editor_finds_rows_and_blocks_by_class() {
    let preview = render(with_block(json!({"type": "text", "html": "<p>Hi</p>"})));
    assert!(preview.html.contains("row-r1") && preview.html.contains("block-b1"));
    let plain = compile(
        &source(with_block(json!({"type": "text", "html": "<p>Hi</p>"}))),
        &CompileOptions::default(),
    );
    let store = StoreView::default();
    let campaign = CampaignView::default();
    let data = RenderData {
        contact: ContactView::EMPTY,
        store: &store,
        campaign: &campaign,
        now: kernel::Timestamp(0),
        extra: None,
    };
    assert!(
        !plain.unwrap().render_preview(&data).unwrap().html.contains("row-r1"),
        "a mail that is sent has none"
    );
}
