use super::checks::{Check, CheckContext, Level, Purpose, Required, check, may_launch};
use super::html_import::import;
use super::*;
use kernel::Timestamp;
use proptest::prelude::*;
use serde_json::json;
use std::sync::LazyLock;

const NOW: Timestamp = Timestamp(1_795_424_400_000);

static STORE: LazyLock<StoreView> = LazyLock::new(|| StoreView {
    name: "Tea & Co".into(),
    url: "https://tea.example".into(),
    postal_address: "1 Shop Street\nSingapore 049315".into(),
    currency: "SGD".into(),
    ..StoreView::default()
});
static CAMPAIGN: LazyLock<CampaignView> =
    LazyLock::new(|| CampaignView { name: "Spring".into(), subject: "S".into(), id: "cmp_1".into() });

fn html(source: &str) -> EmailSource {
    EmailSource {
        subject: "Hello {{ contact.first_name | default: 'there' }}".into(),
        preheader: "Ten new things".into(),
        body: Body::Html { source: source.into() },
        text: None,
    }
}

fn mjml(source: &str) -> EmailSource {
    let source =
        format!("<mjml><mj-body><mj-section><mj-column>{source}</mj-column></mj-section></mj-body></mjml>");
    EmailSource { body: Body::Mjml { source }, ..html("") }
}

fn data(contact: ContactView<'_>) -> RenderData<'_> {
    RenderData { contact, store: &STORE, campaign: &CAMPAIGN, now: NOW, extra: None }
}

fn ana() -> ContactView<'static> {
    ContactView {
        first_name: Some("Ana"),
        email: Some("ana@x.example"),
        country: Some("SG"),
        city: Some("São Paulo & more"),
        ..ContactView::EMPTY
    }
}

fn compiled(source: &EmailSource) -> CompiledEmail {
    compile(source, &CompileOptions::default()).unwrap_or_else(|issues| panic!("{}", issues[0]))
}

fn issues(source: &EmailSource, options: &CompileOptions) -> Vec<String> {
    compile(source, options).expect_err("issues").iter().map(ToString::to_string).collect()
}

fn preview(source: &EmailSource) -> Preview {
    compiled(source).render_preview(&data(ana())).unwrap()
}

struct Urls;

impl MessageUrls for Urls {
    fn click(&self, link: u16, out: &mut String) {
        out.push_str(&format!("https://t.example/c/{link}?a=1&b=2"));
    }
    fn open_pixel(&self, out: &mut String) {
        out.push_str("https://t.example/o/1");
    }
    fn unsubscribe(&self, out: &mut String) {
        out.push_str("https://t.example/u/1");
    }
    fn preferences(&self, out: &mut String) {
        out.push_str("https://t.example/p/1");
    }
    fn web_view(&self, out: &mut String) {
        out.push_str("https://t.example/v/1");
    }
    fn countdown(&self, out: &mut String) {
        out.push_str("https://t.example/countdown/");
    }
}

fn decoded(bytes: &[u8]) -> String {
    let mut out = Vec::new();
    let mut i = 0;
    while i < bytes.len() {
        match (bytes[i], bytes.get(i + 1)) {
            (b'=', Some(b'\r')) => i += 3,
            (b'=', _) => {
                let hex = std::str::from_utf8(&bytes[i + 1..i + 3]).unwrap();
                out.push(u8::from_str_radix(hex, 16).unwrap());
                i += 3;
            }
            (byte, _) => {
                out.push(byte);
                i += 1;
            }
        }
    }
    String::from_utf8(out).unwrap().replace("\r\n", "\n")
}

/// Subject, text and HTML of a rendered message, after the rules of a body were checked.
fn sent(email: &CompiledEmail, contact: ContactView<'_>, tracking: Tracking) -> (String, String, String) {
    let (mut subject, mut body) = (String::from("of the last message"), Vec::new());
    let message = Message { urls: &Urls, tracking };
    email.write_subject(&data(contact), message, &mut subject).unwrap();
    email.write_body(&data(contact), message, &mut body).unwrap();
    let body = std::str::from_utf8(&body).unwrap();
    assert!(body.ends_with("\r\n--=_smartpush_part--\r\n") && body.is_ascii());
    for line in body.strip_suffix("\r\n").unwrap().split("\r\n") {
        assert!(line.len() <= 76 && !line.contains(['\r', '\n']) && !line.ends_with(' '), "{line:?}");
        assert!(!line.starts_with('.'), "{line:?}");
    }
    let parts: Vec<&str> = body.split("--=_smartpush_part").collect();
    assert_eq!(parts.len(), 4, "{body}");
    let part = |n: usize| {
        let (headers, content) = parts[n].split_once("\r\n\r\n").unwrap();
        assert!(headers.contains("quoted-printable") && headers.contains("charset=utf-8"));
        decoded(content.strip_suffix("\r\n").unwrap().as_bytes())
    };
    (subject, part(1), part(2))
}

#[test]
fn a_message_is_a_complete_body_with_tracked_links_and_pixel() {
    let email = compiled(&html(
        "<html><body><p>Hi {{ contact.first_name }}</p><a href=\"https://a.example/?x=1&amp;y=2\">A</a>\
         <a href='{{ links.unsubscribe }}'>stop</a><a href=\"mailto:a@b.example\">m</a><a href=\"#top\">t</a></body></html>",
    ));
    let (subject, text, html) = sent(&email, ana(), Tracking::ON);
    assert_eq!(subject, "Hello Ana");
    assert!(html.contains("<p>Hi Ana</p><a href=\"https://t.example/c/0?a=1&amp;b=2\">A</a>"), "{html}");
    assert!(html.contains(
        "<a href='https://t.example/u/1'>stop</a><a href=\"mailto:a@b.example\">m</a><a href=\"#top\">"
    ));
    assert!(
        html.contains("<img src=\"https://t.example/o/1\" width=\"1\"") && html.contains("></body></html>")
    );
    assert_eq!(
        text,
        "Hi Ana\n\nA (https://t.example/c/0?a=1&b=2)stop (https://t.example/u/1)m (a@b.example)t\n"
    );
    assert_eq!(email.links().len(), 1);
    assert_eq!(email.destination(0, &data(ana())).as_deref(), Some("https://a.example/?x=1&y=2"));
    assert_eq!(email.destination(1, &data(ana())), None);
}

#[test]
fn without_permission_there_is_no_pixel_and_links_are_plain() {
    let email = compiled(&html("<body>x<a href=\"https://a.example/?x=1&amp;y=2\">A</a></body>"));
    let (_, text, html) = sent(&email, ana(), Tracking::OFF);
    assert!(
        html.contains("<a href=\"https://a.example/?x=1&amp;y=2\">A</a></body>")
            && !html.contains("t.example"),
        "{html}"
    );
    assert!(text.contains("A (https://a.example/?x=1&y=2)"));
}

#[test]
fn the_preheader_is_hidden_and_in_the_html_only() {
    let mut source = html("<html><body><p>Hi</p></body></html>");
    source.preheader = "For {{ contact.first_name }} <3".into();
    let shown = preview(&source);
    assert!(
        shown.html.contains("<body><div style=\"display:none;")
            && shown.html.contains(">For Ana &lt;3&#847;"),
        "{}",
        shown.html
    );
    assert_eq!((shown.preheader.as_str(), shown.text.as_str()), ("For Ana <3", "Hi\n"));
}

#[test]
fn dynamic_links_are_measured_if_their_host_is_written_out() {
    let email = compiled(&html(
        "<a href=\"https://a.example/{{ contact.city }}?c={{ contact.country | downcase }}#x\">1</a>\
         <a href=\"{{ store.url }}/sale\">2</a>\
         {% for t in contact.tags %}<a href=\"https://a.example/{{ t }}\">3</a>{% endfor %}\
         <a href=\"https://{{ contact.city }}.example/\">4</a><a href=\"{{ contact.site }}\">5</a>\
         <a href=\"{{ contact.site }}/x\">6</a><a href=\"javascript:alert(1)\">7</a><a href=\"java\tscript:alert(1)\">8</a>\
         <a href=\"/sale\">9</a>",
    ));
    assert_eq!(email.links().len(), 2);
    let tags = ["a b".to_owned()];
    let contact = ContactView { tags: &tags, ..ana() };
    assert_eq!(
        email.destination(0, &data(contact)).as_deref(),
        Some("https://a.example/S%C3%A3o%20Paulo%20%26%20more?c=sg#x")
    );
    assert_eq!(email.destination(1, &data(contact)).as_deref(), Some("https://tea.example/sale"));
    let (_, _, html) = sent(&email, contact, Tracking::ON);
    assert!(
        html.contains("c/0?") && html.contains("c/1?") && html.contains("href=\"https://a.example/a%20b\">3"),
        "{html}"
    );
    for n in 4..=8 {
        assert!(html.contains(&format!("<a href=\"#\">{n}</a>")), "{n}: {html}");
    }
    assert_eq!(email.facts().bad_links.len(), 6);
    let (_, _, plain) = sent(&email, contact, Tracking::OFF);
    assert!(
        plain.contains("href=\"https://a.example/S%C3%A3o%20Paulo%20%26%20more?c=sg#x\"")
            && plain.contains("https://tea.example/sale")
    );
}

#[test]
fn utm_parameters_are_added_where_they_are_missing() {
    let utm =
        Utm { source: Some("smartpush".into()), campaign: Some("Spring & sun".into()), ..Utm::default() };
    let options = CompileOptions { utm: Some(utm), ..CompileOptions::default() };
    for (href, expected) in [
        ("https://a.example", "https://a.example?utm_source=smartpush&utm_campaign=Spring%20%26%20sun"),
        (
            "https://a.example/?b=1#top",
            "https://a.example/?b=1&utm_source=smartpush&utm_campaign=Spring%20%26%20sun#top",
        ),
        (
            "https://a.example/?utm_source=me",
            "https://a.example/?utm_source=me&utm_campaign=Spring%20%26%20sun",
        ),
        ("https://a.example/?", "https://a.example/?utm_source=smartpush&utm_campaign=Spring%20%26%20sun"),
        (
            "https://a.example/{{ contact.country }}",
            "https://a.example/SG?utm_source=smartpush&utm_campaign=Spring%20%26%20sun",
        ),
    ] {
        let email = compile(&html(&format!("<a href=\"{href}\">x</a>")), &options).unwrap();
        assert_eq!(email.destination(0, &data(ana())).as_deref(), Some(expected));
    }
}

#[test]
fn values_are_escaped_for_where_they_stand() {
    let attributes = json!({"evil": "\"><script>alert(1)</script>", "css": "red;background:url(//x)", "js": "javascript:alert(1)"});
    let contact = ContactView { attributes: attributes.as_object().unwrap(), ..ana() };
    let source = html(
        "<title>{{ contact.evil }}</title><p title=\"{{ contact.evil }}\" class={{ contact.evil }}>{{ contact.evil }}</p>\
         <!-- {{ contact.evil }} --><p style=\"color:{{ contact.css }}\">x</p><img src=\"{{ contact.js }}\" alt=\"\">\
         <img src=\"https://i.example/{{ contact.evil }}.png\" alt=\"\">{% capture c %}{{ contact.evil }}{% endcapture %}{{ c }}",
    );
    let shown = compiled(&source).render_preview(&data(contact)).unwrap();
    assert!(
        !shown.html.contains("<script")
            && !shown.html.contains("javascript:")
            && !shown.html.contains("url("),
        "{}",
        shown.html
    );
    assert!(shown.html.contains("class=scriptalert1script>"), "{}", shown.html);
    assert!(
        shown.html.contains("style=\"color:redbackgroundurlx\"") && shown.html.contains("<img src=\"\""),
        "{}",
        shown.html
    );
    assert!(shown.html.contains("https://i.example/%22%3E%3Cscript%3Ealert%281%29%3C%2Fscript%3E.png"));
    for place in [
        "<script>var a = {{ contact.first_name }}</script>",
        "<p onclick=\"x('{{ contact.first_name }}')\">x</p>",
    ] {
        let email = compile(&html(place), &CompileOptions::default());
        // Scripts are taken out altogether, whatever stands in them.
        assert!(email.is_ok_and(|e| e.facts().removed.len() == 1), "{place}");
    }
}

#[test]
fn what_runs_is_taken_out() {
    let source = "<p onload=x onclick='y'>a</p><script>s</script><iframe src=x></iframe><form action=/x><input name=a>b</form>\
                  <base href=x><meta http-equiv=Refresh content=0><object></object><img src=\"java\nscript:x\" alt=a>\
                  <a href=x srcdoc=y>c</a><svg onload=alert(1)></svg>";
    let shown = preview(&html(source));
    for bad in
        ["onload", "onclick", "<script", "<iframe", "<form", "<base", "<meta", "<object", "srcdoc", "script:"]
    {
        assert!(!shown.html.contains(bad), "{bad}: {}", shown.html);
    }
    assert!(shown.html.contains("<p>a</p>") && shown.html.contains("b"));
}

#[test]
fn subjects_are_one_line_whatever_is_in_them() {
    let mut source = html("<p>x</p>");
    source.subject = "A {{ contact.first_name }}\r\nBcc: x@y.example\u{0}".into();
    let contact = ContactView { first_name: Some("Ana\r\nBcc: evil@x.example\n\n<b>"), ..ContactView::EMPTY };
    let email = compiled(&source);
    let (subject, ..) = sent(&email, contact, Tracking::OFF);
    assert_eq!(subject, "A Ana Bcc: evil@x.example <b> Bcc: x@y.example");
    let long = "é".repeat(10_000);
    let (subject, ..) =
        sent(&email, ContactView { first_name: Some(&long), ..ContactView::EMPTY }, Tracking::OFF);
    assert_eq!(subject.chars().count(), 500);
}

#[test]
fn style_sheets_move_into_the_elements_and_media_queries_stay() {
    let shown = preview(&html(
        "<html><head><style>p { color: {{ store.color | default: '#123' }} } @media (max-width: 600px) { p { color: red } }</style></head>\
         <body><table><tr>{% for i in (1..2) %}<td><p>{{ i }}</p></td>{% endfor %}</tr></table></body></html>",
    ));
    assert!(
        shown
            .html
            .contains("<td><p style=\"color: #123;\">1</p></td><td><p style=\"color: #123;\">2</p></td>"),
        "{}",
        shown.html
    );
    assert!(shown.html.contains("@media"), "{}", shown.html);
}

#[test]
fn liquid_survives_tables_attributes_and_comments() {
    for (source, expected) in [
        ("<table>{% if true %}<tr><td>a</td></tr>{% endif %}</table><style>a{}</style>", "<td>a</td>"),
        ("<td {% if true %}class=\"a\"{% endif %} width=\"1\">x</td>", "<td class=\"a\" width=\"1\">x</td>"),
        ("<p title=\"{{ contact.first_name | default: \"x > y\" }}\">z</p>", "<p title=\"Ana\">z</p>"),
        ("<p title='{% if 2 > 1 %}yes{% endif %}'>z</p>", "<p title='yes'>z</p>"),
        (
            "<!--[if mso]>{% if true %}<b>{{ contact.first_name }}</b>{% endif %}<![endif]-->x",
            "<!--[if mso]><b>Ana</b><![endif]-->x",
        ),
        ("a {{ '<' }} b < c && d", "a &lt; b < c && d"),
        ("{% comment %}<div>{% endcomment %}x", "x"),
        (
            "{% assign a = 1 %}<!doctype html><html lang=\"fr\"><body>{{ a }}</body></html>",
            "<!doctype html><html lang=\"fr\"><body>",
        ),
    ] {
        let mut source = html(source);
        source.preheader.clear();
        let shown = preview(&source);
        assert!(shown.html.contains(expected), "{expected}\n{}", shown.html);
    }
}

#[test]
fn mjml_becomes_html_with_liquid_in_every_place() {
    let source = "{% assign city = contact.city %}<mjml><mj-head><mj-title>T</mj-title>\
         <mj-style inline=\"inline\">.x { color: #00f }</mj-style></mj-head><mj-body>\
         {% if contact.first_name %}<mj-section>{% if true %}<mj-column>{% for i in (1..2) %}<mj-text><p class=\"x\">Row {{ i }}</p></mj-text>{% endfor %}\
         <mj-button href=\"https://a.example/?a=1&amp;b={{ contact.country }}\">Go {% if true %}now{% endif %}</mj-button>\
         <mj-image src=\"https://a.example/i.png\" /><mj-table>{% for i in (1..2) %}<tr><td>c{{ i }}</td></tr>{% endfor %}</mj-table>\
         </mj-column>{% endif %}</mj-section>{% endif %}\
         <mj-wrapper>{% if nil %}<mj-section><mj-column><mj-text>hidden</mj-text></mj-column></mj-section>{% endif %}</mj-wrapper>\
         {% unless contact.first_name %}<mj-section><mj-column><mj-text>nobody</mj-text></mj-column></mj-section>{% endunless %}\
         </mj-body></mjml>";
    let email = compiled(&EmailSource { body: Body::Mjml { source: source.into() }, ..html("") });
    let shown = email.render_preview(&data(ana())).unwrap();
    for expected in [
        "<title>T</title>",
        "Row 1</p>",
        "Row 2</p>",
        "<td>c1</td></tr>",
        "<tr><td>c2</td>",
        "lang=\"en\"",
        "color: #00f",
    ] {
        assert!(shown.html.contains(expected), "{expected}\n{}", shown.html);
    }
    for unexpected in [">hidden", "nobody", "<!---->"] {
        assert!(!shown.html.contains(unexpected), "{unexpected}\n{}", shown.html);
    }
    assert!(!shown.html.contains("<img ") || shown.html.contains("alt=\"\""));
    assert_eq!(email.destination(0, &data(ana())).as_deref(), Some("https://a.example/?a=1&b=SG"));
    assert!(
        shown.text.contains("Row 1\n\nRow 2") && shown.text.contains("Go now (https://a.example/?a=1&b=SG)"),
        "{}",
        shown.text
    );
    assert!(!shown.text.contains("hidden"));
}

#[test]
fn mistakes_in_mjml_have_a_line() {
    for (source, expected) in [
        (
            mjml("<mj-text>a</mj-text>\n<mj-nonsense>\n</mj-nonsense>"),
            "body, line 2: There is no element mj-nonsense here.",
        ),
        (mjml("<mj-include path=\"/etc/passwd\" />"), "body, line 1: There is no element mj-include here."),
        (
            mjml("<mj-text>a</mj-text>\n<mj-navbar>\n<mj-raw>x</mj-raw></mj-navbar>"),
            "body, line 3: This MJML could not be read",
        ),
    ] {
        let found = issues(&source, &CompileOptions::default());
        assert!(found[0].starts_with(expected), "{found:?}");
    }
}

#[test]
fn markup_too_large_or_too_deep_is_refused_before_a_parser_sees_it() {
    let started = std::time::Instant::now();
    for (source, expected) in [
        (mjml(&"<mj-section>".repeat(20_000)), "nest at most 64 deep"),
        (html(&"<div>".repeat(100_000)), "nest at most 256 deep"),
        (html(&"<div></b>".repeat(50_000)), "nest at most 256 deep"),
        (html(&"<b>".repeat(100_000)), "nest at most 256 deep"),
        (html(&"<p><b>".repeat(50_000)), "nest at most 256 deep"),
        (html(&"x".repeat(600_000)), "at most 512 KiB"),
    ] {
        let found = issues(&source, &CompileOptions::default());
        assert!(found[0].contains(expected), "{found:?}");
    }
    // Wide, unclosed or odd, but harmless.
    for source in [
        "<p>".repeat(30_000),
        "<td>".repeat(30_000),
        "<a ".repeat(30_000),
        "<!--".repeat(30_000),
        "<".repeat(90_000),
    ] {
        let email = compile(&html(&source), &CompileOptions::default());
        assert!(email.is_ok(), "{}: {:?}", &source[..4], email.err());
    }
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}

#[test]
fn strict_mode_names_the_unknown_variable_its_line_and_what_is_meant() {
    let strict = CompileOptions {
        strict: true,
        attributes: Some(["Shoe size".to_owned(), "points".to_owned()].into()),
        ..CompileOptions::default()
    };
    let source = html(
        "<p>\n{{ contact.frist_name }} {{ contact['Shoe size'] }}{{ contact.attributes.points }}\n {{ nam }}{% if store.nope %}{% endif %}</p>",
    );
    assert_eq!(
        issues(&source, &strict),
        [
            "body, line 2, column 4: There is no variable contact.frist_name.",
            "body, line 3, column 5: There is no variable nam.",
            "body, line 3, column 17: There is no variable store.nope.",
        ]
    );
    assert!(issues(&html("{{ contact.firstName }}"), &strict)[0].ends_with("Is contact.first_name meant?"));
    assert!(compile(&source, &CompileOptions::default()).is_ok(), "lenient: it is empty");
    let mut source = html("<p>x</p>");
    source.subject = "{{ nam }}".into();
    assert_eq!(issues(&source, &strict), ["subject, line 1, column 4: There is no variable nam."]);
    let document = json!({"schema": 1, "rows": [{"id": "r", "columns": [{"blocks": [{"id": "b", "type": "text", "html": "{{ nam.x }}"}]}]}]});
    let source = EmailSource { body: Body::Document { document }, ..html("") };
    assert_eq!(
        issues(&source, &strict),
        ["body, /rows/0/columns/0/blocks/0/html: There is no variable nam.x."]
    );
}

#[test]
fn a_preview_names_what_is_missing() {
    let shown = preview(&html(
        "<p>{{ contact.last_name }}\n{{ contact.phone | default: '-' }} {{ contact.last_name }}{% if contact.gender %}{% endif %}</p>",
    ));
    assert_eq!(shown.missing.len(), 1);
    let missing = &shown.missing[0];
    assert_eq!(
        (missing.variable.as_str(), missing.part, missing.line, missing.column),
        ("contact.last_name", Part::Html, 1, 7)
    );
}

#[test]
fn the_text_part_follows_the_html() {
    for (source, expected) in [
        ("<h1>Title</h1><p>One <b>two</b>\n three</p><p>Four</p>", "Title\n\nOne two three\n\nFour\n"),
        ("<ul><li>a</li><li>b</li></ul>c", "- a\n- b\n\nc\n"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc\n"),
        ("<head><title>x</title><style>y</style></head><body>z<script>q</script></body>", "z\n"),
        ("a<br>b<br/>c &amp; d &copy; &#x41;", "a\nb\nc & d © A\n"),
        ("<a href=\"https://a.example\">https://a.example</a>", "https://a.example\n"),
        ("<a href=\"https://a.example\"><img src=x alt=\"Logo\"></a>", "Logo (https://a.example)\n"),
        ("<a href=\"https://a.example\"><img src=x alt=\"\"></a>", "https://a.example\n"),
        ("<div style=\"display: none\">no<div>no</div></div>yes", "yes\n"),
        (
            "{% if contact.city %}<p>in</p>{% else %}<p>out</p>{% endif %}{{ contact.city }}",
            "in\n\nSão Paulo & more\n",
        ),
        ("<table>{% for i in (1..2) %}<tr><td>r{{ i }}</td></tr>{% endfor %}</table>", "r1\nr2\n\n"),
    ] {
        assert_eq!(preview(&html(source)).text, expected, "{source}");
    }
}

#[test]
fn an_own_text_part_shares_the_numbers_of_the_links() {
    let mut source = html("<a href=\"https://a.example/1\">a</a><a href=\"https://a.example/2\">b</a>");
    source.text = Some(
        "See https://a.example/2, or (https://a.example/1). Not https://c.example {{ contact.first_name }}"
            .into(),
    );
    let (_, text, _) = sent(&compiled(&source), ana(), Tracking::ON);
    assert_eq!(
        text,
        "See https://t.example/c/1?a=1&b=2, or (https://t.example/c/0?a=1&b=2). Not https://c.example Ana"
    );
}

#[test]
fn a_runaway_template_stops_for_its_recipient_only() {
    let email = compiled(&html(
        "<p>\n{% if contact.first_name == 'Ana' %}{% for i in (1..900) %}{% for j in (1..900) %}x{% endfor %}{% endfor %}{% endif %}ok</p>",
    ));
    let (message, mut out) = (Message { urls: &Urls, tracking: Tracking::ON }, Vec::new());
    let error = email.write_body(&data(ana()), message, &mut out).unwrap_err();
    assert_eq!(error.code, "steps");
    assert!(
        error.to_string().starts_with("body, line 2, column ") && error.message.contains("50000 steps"),
        "{error}"
    );
    assert!(email.write_body(&data(ContactView::EMPTY), message, &mut out).is_ok());
}

fn levels(source: &EmailSource, store: &StoreView) -> Vec<Check> {
    let denied = ["evil.example".to_owned()];
    let context = CheckContext { store, purpose: Purpose::Marketing, now: NOW, denied_hosts: &denied };
    check(source, &compiled(source), &context)
}

const FOOT: &str = "<p>{{ store.postal_address }}</p><a href=\"{{ links.unsubscribe }}\">Stop</a>";

#[test]
fn marketing_needs_a_way_out_and_an_address() {
    let found = |source: &EmailSource, store: &StoreView| {
        levels(source, store)
            .into_iter()
            .filter(|c| c.level == Level::Error)
            .map(|c| c.code)
            .collect::<Vec<_>>()
    };
    assert!(found(&html(&format!("<p>Hi</p>{FOOT}")), &STORE).is_empty());
    assert_eq!(found(&html("<p>Hi</p>"), &STORE), ["unsubscribe_link", "postal_address"]);
    assert_eq!(
        found(&html(&format!("<p>Hi</p>{{% if contact.tags contains 'x' %}}{FOOT}{{% endif %}}")), &STORE),
        ["unsubscribe_link", "postal_address"],
        "hidden from most"
    );
    assert!(
        found(&html("<p>1 Shop Street, Singapore 049315</p><a href='{{ links.unsubscribe }}'>x</a>"), &STORE)
            .is_empty()
    );
    assert_eq!(found(&html(&format!("<p>Hi</p>{FOOT}")), &StoreView::default()), ["postal_address"]);
    let mut own_text = html(&format!("<p>Hi</p>{FOOT}"));
    own_text.text = Some("Hi".into());
    assert_eq!(found(&own_text, &STORE), ["unsubscribe_link"]);
    let mut service = html("<p>Hi</p>");
    service.subject = "{{ contact.nothing }}".into();
    let context = CheckContext { store: &STORE, purpose: Purpose::Service, now: NOW, denied_hosts: &[] };
    let checks = check(&service, &compiled(&service), &context);
    assert!(!may_launch(&checks) && checks[0].code == "subject");
}

#[test]
fn doubtful_links_and_layouts_are_named() {
    for (piece, code, level) in [
        ("<a href=\"http://a.example\">x</a>", "link_insecure", Level::Warning),
        ("<a href=\"https://192.168.1.1/x\">x</a>", "link_ip", Level::Warning),
        ("<a href=\"https://[2001:db8::1]/x\">x</a>", "link_ip", Level::Warning),
        ("<a href=\"https://3232235777/x\">x</a>", "link_ip", Level::Warning),
        ("<a href=\"https://bit.ly/x\">x</a>", "link_shortener", Level::Warning),
        ("<a href=\"https://user@a.example/x\">x</a>", "link_user", Level::Error),
        ("<a href=\"https://www.evil.example/x\">x</a>", "link_denied", Level::Error),
        ("<a href=\"https://tea.examp1e/x\">x</a>", "link_look_alike", Level::Warning),
        ("<a href=\"https://teа.example/x\">x</a>", "link_look_alike", Level::Warning),
        ("<a href=\"https://b.example\">https://a.example</a>", "link_mismatch", Level::Warning),
        ("<a href=\"https://b.example\">www.a.example</a>", "link_mismatch", Level::Warning),
        ("<a href=\"javascript:x\">x</a>", "link_scheme", Level::Error),
        ("<a href=\"https://{{ contact.city }}\">x</a>", "link_host", Level::Error),
        ("<a href=\"/x\">x</a>", "link_relative", Level::Warning),
        ("<a href=\"https://a.example/?e={{ contact.email }}\">x</a>", "link_personal", Level::Warning),
        ("<img src=\"https://a.example/x.png\">", "image_alt", Level::Warning),
        ("<script>x</script>", "active_content", Level::Warning),
        ("{{ contact.last_name }}", "no_fallback", Level::Warning),
        ("{{ nonsense }}", "unknown_variable", Level::Warning),
    ] {
        let checks = levels(&html(&format!("<p>Hi</p>{FOOT}\n{piece}")), &STORE);
        let found = checks.iter().find(|c| c.code == code);
        assert!(found.is_some_and(|c| c.level == level), "{piece}: {checks:?}");
        assert!(
            checks.iter().filter(|c| c.level != Level::Fine).all(|c| c.code == code),
            "{piece}: {checks:?}"
        );
        if piece.contains("href") && !matches!(code, "link_mismatch" | "link_host" | "link_personal") {
            assert_eq!(found.and_then(|c| c.line), Some(2), "{piece}");
        }
    }
    let good = format!(
        "<p>{{{{ contact.last_name | default: 'x' }}}}{{% if contact.city %}}{{{{ contact.city }}}}{{% endif %}}</p>{FOOT}\
         <a href=\"https://www.tea.example/a\">tea.example</a><img src=\"https://a.example/x.png\" alt=\"\">"
    );
    let checks = levels(&html(&good), &STORE);
    assert!(checks.iter().all(|c| c.level == Level::Fine), "{checks:?}");
    let big = levels(&html(&format!("<p>{}</p>{FOOT}", "x".repeat(110_000))), &STORE);
    assert!(big.iter().any(|c| c.code == "size" && c.level == Level::Warning));
    let mut subject = html(FOOT);
    subject.subject = "You left {{ cart.total }}".into();
    assert!(levels(&subject, &STORE).iter().any(|c| c.code == "sensitive" && c.level == Level::Error));
}

#[test]
fn ready_templates_have_no_issue_and_no_warning() {
    assert_eq!(library::all().len(), 8);
    for ready in library::all() {
        let source = ready.source();
        let strict = CompileOptions {
            strict: true,
            attributes: Some(Default::default()),
            ..CompileOptions::default()
        };
        let email = compile(&source, &strict).unwrap_or_else(|e| panic!("{}: {e:?}", ready.key));
        let context =
            CheckContext { store: &STORE, purpose: Purpose::Marketing, now: NOW, denied_hosts: &[] };
        for check in check(&source, &email, &context) {
            assert_eq!(check.level, Level::Fine, "{}: {}", ready.key, check.message);
        }
        for contact in [ana(), ContactView::EMPTY] {
            let shown = email.render_preview(&data(contact)).unwrap();
            assert!(
                shown.missing.is_empty() && shown.html.len() < 60_000,
                "{}: {:?}",
                ready.key,
                shown.missing
            );
            assert!(
                shown.html.contains("max-width:600px") && shown.html.contains("@media"),
                "{}: responsive",
                ready.key
            );
            assert!(
                shown.html.contains("<title>")
                    && shown.html.contains("lang=\"en\"")
                    && shown.html.contains("role=\"article\"")
            );
            assert!(
                !shown.html.contains("<table>") && !shown.html.contains("fonts.googleapis"),
                "{}",
                ready.key
            );
        }
        assert!(library::find(&ready.key).is_some());
    }
}

#[test]
fn tags_of_other_tools_become_ours() {
    for (theirs, ours) in [
        (
            "[[contact.firstName]] [[contact.email]] [[shopName]]",
            "{{ contact.first_name }} {{ contact.email }} {{ store.name }}",
        ),
        (
            "<a href=\"[[unsubscribe.url]]\">x</a>[[viewEmail]]",
            "<a href=\"{{ links.unsubscribe }}\">x</a>{{ links.web_view }}",
        ),
        ("{{ first_name|default:'there' }}", "{{ contact.first_name | default: 'there' }}"),
        ("{{ person.first_name|default:\"\" }}", "{{ contact.first_name | default: \"\" }}"),
        ("{{ person|lookup:'Shoe size' }}", "{{ contact.shoe_size }}"),
        ("{{ person|lookup:'$first_name' }}", "{{ contact.first_name }}"),
        ("{{ event.extra.line_items.0.product.title }}", "{{ event.extra.line_items[0].product.title }}"),
        ("{{ event|lookup:'$value'|floatformat:2 }}", "{{ event[\"$value\"] | round: 2 }}"),
        ("{% unsubscribe %}", "<a href=\"{{ links.unsubscribe }}\">Unsubscribe</a>"),
        ("{% unsubscribe 'Stop it' %}", "<a href=\"{{ links.unsubscribe }}\">Stop it</a>"),
        ("<a href=\"{% unsubscribe_link %}\">", "<a href=\"{{ links.unsubscribe }}\">"),
        ("<a href=\"{% manage_preferences_link %}\">", "<a href=\"{{ links.preferences }}\">"),
        ("{% web_view 'Web' %}", "<a href=\"{{ links.web_view }}\">Web</a>"),
        (
            "{{ organization.name }}, {{ organization.full_address }}",
            "{{ store.name }}, {{ store.postal_address }}",
        ),
        ("{% current_year %} {% today '%d' %}", "{{ 'now' | date: '%Y' }} {{ 'now' | date: '%d' }}"),
        ("{% coupon_code 'SPRING' %}", "{{ coupon.code }}"),
        (
            "{% if person|lookup:'x' == 'y' and first_name %}a{% elif not person.city %}b{% else %}c{% endif %}",
            "{% if contact.x == 'y' and contact.first_name %}a{% elsif contact.city == blank %}b{% else %}c{% endif %}",
        ),
        (
            "{% for item in event.Items %}{{ item.ProductName|title }}{% endfor %}",
            "{% for item in event.Items %}{{ item.ProductName | capitalize }}{% endfor %}",
        ),
        (
            "{{ customer.first_name | default: 'x' | upcase }}{{ shop.name }}",
            "{{ contact.first_name | default: 'x' | upcase }}{{ store.name }}",
        ),
        ("{{ unsubscribe_link }} {{ open_tracking_block }}", "{{ links.unsubscribe }} "),
        ("{{ event.date|date:'F j, Y' }}", "{{ event.date | date: '%B %-d, %Y' }}"),
        ("a [[ b ]] c", "a [[b]] c"),
        ("{% assign a = 1 %}{{ a }}", "{% assign a = 1 %}{{ a }}"),
    ] {
        let imported = import(&format!("<p>{theirs}</p>")).unwrap();
        assert!(imported.not_converted.is_empty(), "{theirs}: {:?}", imported.not_converted);
        let Body::Html { source } = &imported.source.body else { panic!() };
        assert_eq!(source, &format!("<p>{ours}</p>"));
        assert!(compile(&imported.source, &CompileOptions::default()).is_ok(), "{ours}");
    }
}

#[test]
fn what_has_no_counterpart_is_reported_with_its_line() {
    let imported = import(
        "<title>My mail</title>\n<p>[[contact.shoe]]</p>\n{% catalog 1 %}x{% endcatalog %}{{ a|weird:1 }}",
    )
    .unwrap();
    assert_eq!(imported.source.subject, "My mail");
    let lines: Vec<(u32, &str)> = imported.not_converted.iter().map(|n| (n.line, n.tag.as_str())).collect();
    assert_eq!(
        lines,
        [(2, "[[contact.shoe]]"), (3, "{% catalog 1 %}"), (3, "{% endcatalog %}"), (3, "{{ a|weird:1 }}")]
    );
    assert!(import("no markup").is_err());
    assert!(import(&"<p>".repeat(300_000)).is_err());
}

/// Templates of text, values, conditions and loops over them.
fn template() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[ a-zA-Z0-9.,=é漢\\n]{0,80}",
        Just("{{ contact.first_name | default: 'there' }}".to_owned()),
        Just("{{ contact.city | upcase }}".to_owned()),
        Just("{{ store.name }}".to_owned()),
        Just("<a href=\"https://a.example/?x={{ contact.country }}\">go</a>".to_owned()),
        Just("<a href=\"https://b.example/\">b</a>".to_owned()),
        Just("{% assign n = 3 %}{{ n | plus: 4 }}".to_owned()),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 1..4).prop_map(|v| v.concat()),
            inner.clone().prop_map(|i| format!("{{% if contact.city %}}{i}{{% else %}}no{{% endif %}}")),
            inner.clone().prop_map(|i| format!("{{% for x in (1..3) %}}{i}{{{{ x }}}}{{% endfor %}}")),
            inner.prop_map(|i| format!("{{% capture c %}}{i}{{% endcapture %}}{{{{ c }}}}")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn what_is_sent_decodes_to_what_is_shown(
        source in template(),
        name in proptest::option::of("\\PC{0,60}"),
        city in proptest::option::of("[ -~\n]{0,90}"),
    ) {
        let mut source = html(&format!("<body>{source}</body>"));
        source.preheader.clear();
        let email = compiled(&source);
        let contact = ContactView { first_name: name.as_deref(), city: city.as_deref(), country: Some("SG"), ..ContactView::EMPTY };
        let shown = email.render_preview_with(&data(contact), &Urls).unwrap();
        let (subject, text, html) = sent(&email, contact, Tracking::OFF);
        let normal = |t: &str| t.replace("\r\n", "\n").replace('\r', "\n");
        prop_assert_eq!(&subject, &shown.subject);
        prop_assert_eq!(text, normal(&shown.text));
        prop_assert_eq!(html, normal(&shown.html));
        // With measuring, only links and pixel differ.
        let (_, _, tracked) = sent(&email, contact, Tracking::ON);
        let strip = |t: &str| {
            let mut out = String::new();
            let mut rest = t;
            while let Some(at) = rest.find("href=\"") {
                out.push_str(&rest[..at]);
                rest = rest[at + 6..].split_once('"').unwrap().1;
            }
            out + rest
        };
        let pixel = tracked.find("<img src=\"https://t.example/o/1\"").unwrap();
        let without_pixel = [&tracked[..pixel], tracked[pixel..].split_once('>').unwrap().1].concat();
        prop_assert_eq!(strip(&without_pixel), strip(&normal(&shown.html)));
    }

    #[test]
    fn no_source_makes_the_compiler_panic(source in "(\\PC|[<>{}%\"'=/\\-! a-z\n]|\\{\\{|\\{%|%\\}|\\}\\}|<!--|-->|<a href=\"|<style>|</style>|if |endif |for i in ){0,60}") {
        drop(compile(&html(&source), &CompileOptions { strict: true, ..CompileOptions::default() }));
        drop(compile(&mjml(&source), &CompileOptions::default()));
        drop(import(&source));
    }
}

#[test]
fn what_marketing_lacks_is_put_under_it_but_never_a_way_out_of_the_html() {
    let bodies = [
        Body::Html {
            source: "<html><body><p>Hi</p><a href=\"{{ links.unsubscribe }}\">x</a></body></html>".into(),
        },
        Body::Mjml {
            source:
                "<mjml><mj-body><mj-section><mj-column><mj-text>Hi <a href=\"{{ links.unsubscribe }}\">x</a>\
                </mj-text></mj-column></mj-section></mj-body></mjml>"
                    .into(),
        },
        Body::Document {
            document: serde_json::json!({ "schema": 1, "rows": [{ "id": "a", "columns": [{ "blocks": [
                { "id": "b", "type": "text", "html": "<p>Hi <a href=\"{{ links.unsubscribe }}\">x</a></p>" }] }] }] }),
        },
    ];
    for body in bodies {
        for text in [None, Some("Hi".to_owned())] {
            let source = EmailSource { body: body.clone(), text, ..html("") };
            let context =
                CheckContext { store: &STORE, purpose: Purpose::Marketing, now: NOW, denied_hosts: &[] };
            let has = Required::of(&compiled(&source), &context).unwrap();
            assert!(has.html_link && !has.html_address, "{source:?}");
            let whole = footer::complete(source, has);
            let has = Required::of(&compiled(&whole), &context).unwrap();
            let all = Required { html_link: true, text_link: true, html_address: true, text_address: true };
            assert_eq!(has, all, "{whole:?}");
            assert_eq!(footer::complete(whole.clone(), has), whole, "nothing is added twice");
        }
    }
}
