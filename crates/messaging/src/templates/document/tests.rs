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
