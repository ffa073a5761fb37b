use super::ast::Escape;
use super::evaluate::{Message, render};
use super::{lexer, parser};
use crate::templates::data::*;
use crate::templates::model::*;
use kernel::Timestamp;
use serde_json::json;

const NOW: Timestamp = Timestamp(1_795_424_400_000);

fn store() -> StoreView {
    StoreView {
        name: "Tea & Co".into(),
        url: "https://tea.example".into(),
        currency: "USD".into(),
        time_zone: "America/New_York".into(),
        ..StoreView::default()
    }
}

fn run(source: &str, part: Part) -> Result<String, String> {
    let attributes = json!({
        "size": "XL", "points": 1250, "Shoe size": 42, "rate": 2.5, "vip": true, "none": null,
        "list": ["b", "a", "C", "a"], "items": [{"t": "x", "n": 2}, {"t": "y", "n": 1, "ok": true}, {"t": "z"}],
        "map": {"k": {"deep": "yes"}}, "html": "<b>&</b>"
    });
    let extra = json!({"products": [{"title": "Cup", "price": 1999}, {"title": "Pot", "price": 250}]});
    let tags = ["vip".to_owned(), "new".to_owned()];
    let campaign = CampaignView { name: "Spring".into(), ..CampaignView::default() };
    let store = store();
    let data = RenderData {
        contact: ContactView {
            first_name: Some("Ana"),
            last_name: Some("O'Neil <i>"),
            email: Some("ana@x.example"),
            country: Some("SG"),
            birthday: Some("1990-05-01"),
            phone: Some(""),
            tags: &tags,
            attributes: attributes.as_object().unwrap(),
            ..ContactView::EMPTY
        },
        store: &store,
        campaign: &campaign,
        now: NOW,
        extra: extra.as_object(),
    };
    let escape = if part == Part::Html { Escape::Html } else { Escape::None };
    let tokens = lexer::lex(source, part).map_err(|e| e.to_string())?;
    let program = parser::parse(&tokens, part, escape, false).map_err(|e| e.to_string())?;
    let mut out = String::new();
    let message = Message { urls: &PreviewUrls, tracking: Tracking::OFF };
    render(&program, &data, message, None, &mut out).map_err(|e| e.to_string())?;
    Ok(out)
}

#[track_caller]
fn check(source: &str, expected: &str) {
    assert_eq!(run(source, Part::Text).as_deref(), Ok(expected), "{source}");
}

#[track_caller]
fn check_html(source: &str, expected: &str) {
    assert_eq!(run(source, Part::Html).as_deref(), Ok(expected), "{source}");
}

#[track_caller]
fn refused(source: &str, expected: &str) {
    let shown: String = source.chars().take(200).collect();
    let error = run(source, Part::Text).expect_err(&shown);
    assert!(error.contains(expected), "{shown}: {error}");
}

#[test]
fn outputs_print_values_as_liquid_does() {
    for (source, expected) in [
        ("Hello {{ contact.first_name }}!", "Hello Ana!"),
        ("{{contact.first_name}}{{ '' }}{{ nil }}", "Ana"),
        ("{{ customer.first_name }} {{ profile.first_name }} {{ person.first_name }}", "Ana Ana Ana"),
        ("{{ contact.name }}", "Ana O'Neil <i>"),
        ("{{ contact.size }} {{ contact.attributes.size }} {{ contact['Shoe size'] }}", "XL XL 42"),
        ("{{ contact[\"map\"].k['deep'] }}", "yes"),
        ("{% assign key = 'size' %}{{ contact[key] }}{{ contact.attributes[key] }}", "XLXL"),
        (
            "{{ contact.tags }} {{ contact.tags.first }} {{ contact.tags[1] }} {{ contact.tags[-1] }}",
            "vipnew vip new new",
        ),
        ("{{ contact.tags.size }} {{ contact.size.size }}", "2 2"),
        ("{{ shop.name }} {{ store.name }} {{ campaign.name }}", "Tea & Co Tea & Co Spring"),
        ("{{ products[0].title }} {{ products.last.title }}", "Cup Pot"),
        ("{{ contact.nothing }}{{ contact.nothing.deeper }}{{ unknown.thing }}", ""),
        ("{{ true }} {{ false }} {{ 1 }} {{ -2 }} {{ 1.50 }} {{ 3.0 }}", "true false 1 -2 1.5 3.0"),
        ("{{ (1..3) }} {{ \"it's\" }} {{ 'say \"hi\"' }}", "1..3 it's say \"hi\""),
        (
            "{{ links.unsubscribe }} {{ links.preferences }} {{ links.web_view }}",
            "#unsubscribe #preferences #web_view",
        ),
        ("a { b } %} }} {", "a { b } %} }} {"),
        ("{{ contact.items.0.t }}{{ contact.items[1].t }}", "xy"),
        ("", ""),
        ("{{}}{{ }}", ""),
    ] {
        check(source, expected);
    }
}

#[test]
fn only_nil_and_false_are_false() {
    for (value, is_true) in [
        ("nil", false),
        ("false", false),
        ("contact.nothing", false),
        ("contact.none", false),
        ("contact.phone", false),
        ("true", true),
        ("0", true),
        ("''", true),
        ("contact.tags", true),
        ("'false'", true),
        ("empty", true),
    ] {
        check(
            &format!("{{% if {value} %}}yes{{% else %}}no{{% endif %}}"),
            if is_true { "yes" } else { "no" },
        );
    }
}

#[test]
fn conditions_compare_as_liquid_does() {
    for (condition, holds) in [
        ("1 == 1.0", true),
        ("1 == '1'", false),
        ("'a' == 'a'", true),
        ("'a' != 'b'", true),
        ("'a' <> 'b'", true),
        ("2 > 1", true),
        ("2 >= 2", true),
        ("1 < 2.5", true),
        ("2 <= 1", false),
        ("'b' > 'a'", true),
        ("nil < 1", false),
        ("nil > 1", false),
        ("nil == contact.nothing", true),
        ("1 < 'a'", false),
        ("'hello' contains 'ell'", true),
        ("'hello' contains 'x'", false),
        ("contact.tags contains 'vip'", true),
        ("contact.tags contains 'vi'", false),
        ("nil contains 'a'", false),
        ("'a1' contains 1", true),
        ("'' == empty", true),
        ("contact.tags == empty", false),
        ("'  ' == blank", true),
        ("nil == blank", true),
        ("nil == empty", false),
        ("false == blank", true),
        ("contact.phone == blank", true),
        ("true and false or true", true),
        ("false and false or true", false),
        ("true or false and false", true),
        ("false or true and true", true),
        ("true and true and false", false),
        ("contact.points > 1000 and contact.vip", true),
        ("contact.country == 'SG' or contact.country == 'MY'", true),
        ("contact.first_name == contact.last_name", false),
        ("contact.rate == 2.5", true),
        ("contact.map contains 'k'", true),
    ] {
        check(&format!("{{% if {condition} %}}T{{% else %}}F{{% endif %}}"), if holds { "T" } else { "F" });
        check(
            &format!("{{% unless {condition} %}}T{{% else %}}F{{% endunless %}}"),
            if holds { "F" } else { "T" },
        );
    }
}

#[test]
fn branches_choose_the_first_that_holds() {
    for (source, expected) in [
        ("{% if false %}a{% elsif true %}b{% elsif true %}c{% else %}d{% endif %}", "b"),
        ("{% if false %}a{% elsif nil %}b{% else %}d{% endif %}", "d"),
        ("{% case contact.country %}{% when 'MY' %}m{% when 'SG', 'HK' %}s{% else %}e{% endcase %}", "s"),
        ("{% case contact.country %} ignored {% when 'A' or 'SG' %}s{% endcase %}", "s"),
        ("{% case 7 %}{% when 1 %}one{% else %}e{% endcase %}", "e"),
        ("{% case 'x' %}{% when 'y' %}{% endcase %}", ""),
        (
            "{% if true %}{% if false %}a{% else %}{% unless false %}b{% endunless %}{% endif %}{% endif %}",
            "b",
        ),
    ] {
        check(source, expected);
    }
}

#[test]
fn loops_walk_as_liquid_does() {
    for (source, expected) in [
        ("{% for t in contact.tags %}{{ t }},{% endfor %}", "vip,new,"),
        ("{% for i in (1..3) %}{{ i }}{% endfor %}", "123"),
        ("{% for i in (1..5) reversed %}{{ i }}{% endfor %}", "54321"),
        ("{% for i in (1..9) limit:2 offset:3 %}{{ i }}{% endfor %}", "45"),
        ("{% for i in (1..9) reversed limit: 2, offset: 3 %}{{ i }}{% endfor %}", "54"),
        (
            "{% for i in (1..6) limit:2 %}{{ i }}{% endfor %}-{% for i in (1..6) offset:continue %}{{ i }}{% endfor %}",
            "12-3456",
        ),
        ("{% for x in contact.nothing %}a{% else %}none{% endfor %}", "none"),
        ("{% for x in '' %}a{% else %}none{% endfor %}{% for x in 'ab' %}[{{ x }}]{% endfor %}", "none[ab]"),
        (
            "{% for i in (1..9) %}{% if i == 3 %}{% continue %}{% endif %}{% if i > 5 %}{% break %}{% endif %}{{ i }}{% endfor %}",
            "1245",
        ),
        (
            "{% for i in (1..3) %}{{ forloop.index }}{{ forloop.index0 }}{{ forloop.rindex }}{{ forloop.rindex0 }}{{ forloop.first }}{{ forloop.last }} {% endfor %}{{ forloop.index }}",
            "1032truefalse 2121falsefalse 3210falsetrue ",
        ),
        (
            "{% for i in (1..2) %}{% for j in (1..2) %}{{ forloop.parentloop.index }}{{ j }}/{{ forloop.length }} {% endfor %}{% endfor %}",
            "11/2 12/2 21/2 22/2 ",
        ),
        ("{% for p in products %}{{ p.title }}={{ p.price | money }};{% endfor %}", "Cup=$19.99;Pot=$2.50;"),
        ("{% for pair in contact.map %}{{ pair[0] }}:{{ pair[1].deep }}{% endfor %}", "k:yes"),
        ("{% assign i = 9 %}{% for i in (1..2) %}{{ i }}{% endfor %}{{ i }}", "129"),
        ("{% for i in (1..2) %}{% assign last = i %}{% endfor %}{{ last }}", "2"),
        ("{% for i in (1..2) %}{% for j in (1..3) %}{% break %}{% endfor %}{{ i }}{% endfor %}", "12"),
        ("{% for i in (3..1) %}x{% else %}none{% endfor %}", "none"),
    ] {
        check(source, expected);
    }
}

#[test]
fn variables_and_counters() {
    for (source, expected) in [
        ("{% assign a = 'x' | append: 'y' %}{{ a }}", "xy"),
        ("{% capture a %}{{ contact.first_name }}!{% endcapture %}{{ a }}{{ a.size }}", "Ana!4"),
        ("{% capture 'a' %}z{% endcapture %}{{ a }}", "z"),
        ("{% assign contact = 'me' %}{{ contact }}{{ contact.size }}", "me2"),
        ("{{ a }}{% assign a = 1 %}{{ a }}", "1"),
        ("{% if true %}{% assign a = 1 %}{% endif %}{{ a }}", "1"),
        (
            "{% increment n %}{% increment n %}{% decrement n %}{% assign n = 9 %}{% increment n %}{{ n }}",
            "01119",
        ),
        ("{% decrement m %}{% decrement m %}", "-1-2"),
        ("{% for i in (1..4) %}{% cycle 'a', 'b', 'c' %}{% endfor %}", "abca"),
        ("{% cycle 'g': 1, 2 %}{% cycle 'h': 1, 2 %}{% cycle 'g': 1, 2 %}", "112"),
        ("{% assign list = 'a,b' | split: ',' %}{{ list[1] }}{{ list.first }}{{ list.size }}", "ba2"),
    ] {
        check(source, expected);
    }
}

#[test]
fn whitespace_comments_raw_and_liquid() {
    for (source, expected) in [
        ("a {{- 1 -}} b", "a1b"),
        ("a {%- if true -%} b {%- endif -%} c", "abc"),
        ("a {%- comment -%} x {% comment %}y{% endcomment %} {%- endcomment -%} b", "ab"),
        ("{% raw %}{{ x }} {% if %}{% endraw %}!", "{{ x }} {% if %}!"),
        ("a {%- raw -%} {{ x }} {%- endraw -%} b", "a{{ x }}b"),
        ("{% # a note %}x{%# another %}", "x"),
        ("{% comment %}{% if %}{% nonsense %}{{ {% endcomment %}x", "x"),
        (
            "{% liquid\n assign a = 1\n # note\n if a == 1\n echo 'one'\n echo a | plus: 1\n endif\n%}.",
            "one2.",
        ),
        ("{% echo contact.first_name | upcase %}", "ANA"),
        ("{%if true%}y{%endif%}", "y"),
        ("{{contact.first_name|upcase|append:'!'}}", "ANA!"),
        ("line\n  {%- assign a = 1 %}\nnext", "line\nnext"),
    ] {
        check(source, expected);
    }
}

#[test]
fn text_filters() {
    for (expression, expected) in [
        ("'a Bc' | upcase", "A BC"),
        ("'A Bc' | downcase", "a bc"),
        ("'my TITLE' | capitalize", "My title"),
        ("'  a b ' | strip | append: '|'", "a b|"),
        ("'  a ' | lstrip", "a "),
        ("'  a ' | rstrip", "  a"),
        ("'<a href=\"x\">&' | escape", "&lt;a href=&quot;x&quot;&gt;&amp;"),
        ("\"it's\" | h", "it&#39;s"),
        ("'1 < 2 &amp; 3' | escape_once", "1 &lt; 2 &amp; 3"),
        ("'<p>Hi <b>you</b><!-- no --></p><style>a{}</style><SCRIPT>x</SCRIPT>' | strip_html", "Hi you"),
        ("'Ground control to Major Tom.' | truncate: 20", "Ground control to..."),
        ("'Ground control to Major Tom.' | truncate: 25, ', and so on'", "Ground control, and so on"),
        ("'Ground control' | truncate: 18, ''", "Ground control"),
        ("'Ground control' | truncate: 6, ''", "Ground"),
        ("'Ground control to Major Tom.' | truncatewords: 3", "Ground control to..."),
        ("'Ground control to Major Tom.' | truncatewords: 3, '--'", "Ground control to--"),
        ("'one two' | truncatewords: 3", "one two"),
        ("'a-b-a' | replace: 'a', 'x'", "x-b-x"),
        ("'a-b-a' | replace_first: 'a', 'x'", "x-b-a"),
        ("'a-b-a' | remove: 'a'", "-b-"),
        ("'a-b-a' | remove_first: 'a'", "-b-a"),
        ("'b' | append: 'c' | prepend: 'a'", "abc"),
        ("'a b&c/ü' | url_encode", "a+b%26c%2F%C3%BC"),
        ("'a+b%26%C3%BC%' | url_decode", "a b&ü%"),
        ("5 | append: 'x'", "5x"),
        ("nil | upcase", ""),
        ("'日本語' | truncate: 2, '…'", "日…"),
        ("'ß' | upcase", "SS"),
    ] {
        check(&format!("{{{{ {expression} }}}}"), expected);
    }
    check("{{ \"a\nb\" | strip_newlines }}", "ab");
}

#[test]
fn default_replaces_what_is_absent() {
    for (expression, expected) in [
        ("contact.nothing | default: 'there'", "there"),
        ("contact.phone | default: 'there'", "there"),
        ("'' | default: 'x'", "x"),
        ("false | default: 'x'", "x"),
        ("false | default: 'x', allow_false: true", "false"),
        ("0 | default: 'x'", "0"),
        ("' ' | default: 'x'", " "),
        ("contact.first_name | default: 'x'", "Ana"),
        ("contact.nothing | default: contact.first_name", "Ana"),
        ("contact.nothing | upcase | default: 'x'", "x"),
        ("contact.nothing | default: ''", ""),
    ] {
        check(&format!("{{{{ {expression} }}}}"), expected);
    }
}

#[test]
fn number_filters() {
    for (expression, expected) in [
        ("4 | plus: 2", "6"),
        ("4 | minus: 6", "-2"),
        ("3 | times: 2.5", "7.5"),
        ("'3' | times: '2'", "6"),
        ("16 | divided_by: 4", "4"),
        ("5 | divided_by: 3", "1"),
        ("-5 | divided_by: 3", "-2"),
        ("20 | divided_by: 7.0", "2.857142857142857"),
        ("5 | divided_by: 0", ""),
        ("3 | modulo: 2", "1"),
        ("-3 | modulo: 2", "1"),
        ("183.357 | modulo: 12 | round: 3", "3.357"),
        ("5 | modulo: 0", ""),
        ("1.2 | round", "1"),
        ("2.7 | round", "3"),
        ("183.357 | round: 2", "183.36"),
        ("1.2 | ceil", "2"),
        ("2.0 | ceil", "2"),
        ("'3.5' | floor", "3"),
        ("-17 | abs", "17"),
        ("'-19.86' | abs", "19.86"),
        ("4 | at_least: 5", "5"),
        ("4 | at_most: 3", "3"),
        ("'abc' | plus: 1", "1"),
        ("nil | plus: 1", "1"),
        // Beyond whole numbers it goes on as a decimal number.
        ("9223372036854775807 | plus: 1", "9223372036854776000"),
        ("1.5 | plus: 1.5", "3.0"),
    ] {
        check(&format!("{{{{ {expression} }}}}"), expected);
    }
}

#[test]
fn list_filters() {
    for (expression, expected) in [
        ("'a,b,c' | split: ',' | join: '-'", "a-b-c"),
        ("'a,b,,' | split: ',' | size", "2"),
        ("'abc' | split: '' | join", "a b c"),
        ("contact.list | first", "b"),
        ("contact.list | last", "a"),
        ("contact.list | size", "4"),
        ("'abc' | size", "3"),
        ("5 | size", "0"),
        ("contact.list | sort | join", "C a a b"),
        ("contact.list | sort_natural | join", "a a b C"),
        ("contact.list | uniq | join", "b a C"),
        ("contact.list | reverse | join", "a C a b"),
        ("contact.items | map: 't' | join: ','", "x,y,z"),
        ("contact.items | where: 'ok' | map: 't'", "y"),
        ("contact.items | where: 't', 'z' | size", "1"),
        ("contact.items | sort: 'n' | map: 't' | join", "y x z"),
        ("contact.items | map: 'n' | compact | sum", "3"),
        ("contact.items | sum: 'n'", "3"),
        ("contact.list | concat: contact.tags | join", "b a C a vip new"),
        ("'Liquid' | slice: 0", "L"),
        ("'Liquid' | slice: 2, 5", "quid"),
        ("'Liquid' | slice: -3, 2", "ui"),
        ("'abc' | slice: 9", ""),
        ("contact.list | slice: 1, 2 | join", "a C"),
        ("contact.list | json", "[\"b\",\"a\",\"C\",\"a\"]"),
        ("'a\"b' | json", "\"a\\\"b\""),
        ("nil | json", "null"),
        ("contact.map | json", "{\"k\":{\"deep\":\"yes\"}}"),
        ("contact.tags | join: ', '", "vip, new"),
        ("nil | join", ""),
    ] {
        check(&format!("{{{{ {expression} }}}}"), expected);
    }
}

#[test]
fn dates_are_shown_in_the_stores_zone() {
    for (expression, expected) in [
        ("'now' | date: '%Y-%m-%d %H:%M'", "2026-11-23 04:00"),
        ("'today' | date: '%B %-d, %Y'", "November 23, 2026"),
        ("contact.birthday | date: '%d/%m'", "01/05"),
        ("'2026-03-01T23:30:00Z' | date: '%a %e %b %l:%M %p'", "Sun  1 Mar  6:30 PM"),
        ("'2026-03-01 10:15' | date: '%H.%M'", "10.15"),
        ("1795424400 | date: '%Y'", "2026"),
        ("'1795424400' | date: '%j'", "327"),
        ("'not a date' | date: '%Y'", "not a date"),
        ("nil | date: '%Y'", ""),
        ("'now' | date: ''", "now"),
        ("'2026-03-01' | date: '%q %% 100'", "1 % 100"),
        ("'Mon, 02 Mar 2026 10:00:00 +0000' | date: '%H'", "05"),
        ("'2026-03-01' | date: '%999999d'", "2026-03-01"),
    ] {
        check(&format!("{{{{ {expression} }}}}"), expected);
    }
}

#[test]
fn money_follows_the_stores_currency() {
    for (expression, expected) in [
        ("1999 | money", "$19.99"),
        ("113465 | money", "$1,134.65"),
        ("1999 | money_with_currency", "$19.99 USD"),
        ("2000 | money_without_trailing_zeros", "$20"),
        ("2050 | money_without_trailing_zeros", "$20.50"),
        ("19.5 | money", "$19.50"),
        ("'19.99' | money", "$19.99"),
        ("'1999' | money", "$19.99"),
        ("-500 | money", "-$5.00"),
        ("1999 | money_without_currency", "19.99"),
        ("nil | money", ""),
        ("'abc' | money", ""),
        ("123456789 | money", "$1,234,567.89"),
    ] {
        check(&format!("{{{{ {expression} }}}}"), expected);
    }
}

#[test]
fn html_is_escaped_and_stays_escaped() {
    for (source, expected) in [
        ("<b>{{ contact.last_name }}</b>", "<b>O&#39;Neil &lt;i&gt;</b>"),
        ("{{ contact.html }}", "&lt;b&gt;&amp;&lt;/b&gt;"),
        ("{{ contact.html | escape }}", "&lt;b&gt;&amp;&lt;/b&gt;"),
        ("{{ contact.html | escape | escape }}", "&lt;b&gt;&amp;&lt;/b&gt;"),
        ("{{ contact.html | upcase }}", "&lt;B&gt;&amp;&lt;/B&gt;"),
        ("{{ contact.html | escape | upcase }}", "&amp;LT;B&amp;GT;&amp;AMP;&amp;LT;/B&amp;GT;"),
        (
            "{% capture a %}<u>{{ contact.html }}</u>{% endcapture %}{{ a }}",
            "<u>&lt;b&gt;&amp;&lt;/b&gt;</u>",
        ),
        ("{% capture a %}<u>{% endcapture %}{{ a | append: contact.html }}", "<u>&lt;b&gt;&amp;&lt;/b&gt;"),
        ("{% capture a %}x{% endcapture %}{{ a | replace: 'x', contact.html }}", "&lt;b&gt;&amp;&lt;/b&gt;"),
        ("{{ \"a\n<b>\" | newline_to_br }}", "a<br />\n&lt;b&gt;"),
        ("{{ contact.html | strip_html }}", "&amp;"),
        ("{{ contact.html | json }}", "&quot;&lt;b&gt;&amp;&lt;/b&gt;&quot;"),
        ("{% cycle contact.html %}", "&lt;b&gt;&amp;&lt;/b&gt;"),
        ("{{ store.name }}", "Tea &amp; Co"),
    ] {
        check_html(source, expected);
    }
}

#[test]
fn mistakes_are_named_with_their_place() {
    for (source, expected) in [
        ("a\n  {{ contact.first_name", "line 2, column 3: This {{ is never closed"),
        ("{% if x", "line 1, column 1: This {% is never closed"),
        ("x\n{% if true %}\ny", "line 2, column 7: This if is never closed: {% endif %} is missing."),
        ("{% for i in (1..2) %}", "endfor"),
        ("{% endif %}", "endif stands here without the tag"),
        ("{% else %}", "else stands here without the tag"),
        ("{% if true %}{% endfor %}{% endif %}", "endfor stands here without"),
        ("{% nonsense %}", "There is no tag nonsense"),
        ("{{ 'a' | upcse }}", "column 10: There is no filter upcse. Is upcase meant?"),
        ("{{ 'a' | raw }}", "always escaped"),
        ("{{ 'a' | append }}", "append takes 1 value after a colon"),
        ("{{ 'a' | upcase: 1 }}", "upcase takes no value"),
        ("{{ 'a }}", "no closing '"),
        ("{{ a b }}", "column 6: Here before b, the end is expected."),
        ("{{ | upcase }}", "a value is expected"),
        ("{{ a. }}", "a name after the dot is expected"),
        ("{{ a[1 }}", "] is expected"),
        ("{% if %}x{% endif %}", "a value is expected"),
        ("{% if a = 1 %}x{% endif %}", "before =, the end is expected"),
        ("{% if a | size %}x{% endif %}", "takes no filters"),
        ("{% assign %}", "the name of a variable is expected"),
        ("{% assign a 1 %}", "= and a value is expected"),
        ("{% for i of x %}{% endfor %}", "in, as in"),
        ("{% for i in x sideways %}{% endfor %}", "limit:, offset: and reversed"),
        ("{% break %}", "inside a for loop"),
        ("{% include 'x' %}", "stand alone"),
        ("{% render 'x' %}", "stand alone"),
        ("{% raw %}", "endraw"),
        ("{% comment %}", "endcomment"),
        ("{{ a ~ b }}", "Liquid has no sign '~'"),
        ("{% %}", "a tag has a name"),
    ] {
        let error = run(source, Part::Text).expect_err(source);
        assert!(error.to_lowercase().contains(&expected.to_lowercase()), "{source}: {error}");
    }
}

#[test]
fn template_bombs_stop_early_and_name_limit_and_line() {
    let started = std::time::Instant::now();
    let nested = |n: usize| format!("{}x{}", "{% for i in (1..9) %}".repeat(n), "{% endfor %}".repeat(n));
    for (source, expected) in [
        ("\n{% for i in (1..1000000000) %}x{% endfor %}".to_owned(), "line 2, column 13: A range has at most 1000 members"),
        ("{% for i in (1..9223372036854775807) %}x{% endfor %}".to_owned(), "at most 1000 members"),
        ("{{ (-9223372036854775807..9223372036854775807) }}".to_owned(), "at most 1000 members"),
        (nested(12), "more than 50000 steps"),
        ("{% for i in (1..1000) %}\n{% for j in (1..1000) %}\n{{ i }}\n{% endfor %}{% endfor %}".to_owned(), "more than 50000 steps. Is a loop too long?"),
        (nested(40), "Blocks nest at most 32 deep"),
        ("{% if true %}".repeat(30_000), "Blocks nest at most 32 deep"),
        (format!("{{% assign a = 'x' %}}{}", "{% assign a = a | append: a %}".repeat(40)), "more than 512 KiB of text"),
        (format!("{{% assign a = 'xxxxxxxxxx' %}}{}{{{{ a }}}}", "{% assign a = a | replace: 'x', a %}".repeat(40)), "more than 512 KiB of text"),
        ("{% assign a = 'x' %}{% for i in (1..18) %}{% assign a = a | append: a %}{% endfor %}{% for i in (1..1000) %}{% capture b %}{{ a }}{% endcapture %}{% endfor %}".to_owned(), "KiB of text"),
        ("{% assign a = 'x' %}{% for i in (1..18) %}{% assign a = a | append: a %}{% endfor %}{% for i in (1..1000) %}{{ a }}{% endfor %}".to_owned(), "The result is longer than 512 KiB"),
        ("{% assign a = 'x' %}{% for i in (1..18) %}{% assign a = a | append: a %}{% endfor %}{{ a | split: '' | size }}".to_owned(), "at most 10000 members"),
        (format!("{{{{ a{}1{} }}}}", "[a".repeat(5_000), "]".repeat(5_000)), "nest at most 8 deep"),
        (format!("{{{{ {}1{} }}}}", "(".repeat(5_000), "..2)".repeat(5_000)), "nest at most 8 deep"),
        ("x".repeat(MAX_SOURCE_BYTES + 1), "at most 512 KiB"),
    ] {
        refused(&source, expected);
    }
    // Harmless, however odd.
    for source in [
        "{{ env }}{{ self }}{{ contact.__class__ }}{{ range }}{{ namespace }}".to_owned(),
        format!("{{{{ 'a' {} }}}}", "| upcase ".repeat(5_000)),
        format!("{{% if a {} %}}{{% endif %}}", "or b ".repeat(5_000)),
        format!("{{% if a %}}{}{{% endif %}}", "{% elsif b %}".repeat(5_000)),
        "{% comment %}".repeat(5_000) + &"{% endcomment %}".repeat(5_000),
        "{ ".repeat(100_000),
        "{{ 'a' | date: '%9d%9d' }}".to_owned(),
    ] {
        assert!(run(&source, Part::Text).is_ok(), "{}", &source[..50]);
    }
    assert!(started.elapsed().as_secs() < 20, "all of them together in {:?}", started.elapsed());
}
