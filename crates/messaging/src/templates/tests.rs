use super::*;

fn options() -> CompileOptions {
    CompileOptions::default()
}

#[test]
fn explore() {
    let mjml = r##"{% assign a = 1 %}{% assign b = 1 %}{% assign c = 1 %}{% assign q = 1 %}{% assign w = 1 %}<mjml><mj-head><mj-title>T {{ campaign.subject }}</mj-title><mj-preview>P {{ contact.first_name }}</mj-preview></mj-head><mj-body>
{% if contact.first_name %}
<mj-section>{% if a %}<mj-column>{% if b %}<mj-text>Hi {% if c %}{{ contact.first_name }}{% endif %} <a href="https://x.example/{{ contact.city }}">go</a></mj-text>{% endif %}
<mj-button href="https://x.example/?a=1&amp;b=2">Go {% if c %}now{% endif %} {{ contact.first_name }}</mj-button>
<mj-image src="https://x.example/i.png" href="{{ store.url }}/x" />
<mj-social><mj-social-element name="facebook" href="https://f.example">FB</mj-social-element></mj-social>
<mj-table>{% for i in (1..2) %}<tr><td>{{ i }}</td></tr>{% endfor %}</mj-table>
<mj-navbar>{% if q %}<mj-navbar-link href="/x">L</mj-navbar-link>{% endif %}</mj-navbar>
</mj-column>{% endif %}</mj-section>
{% endif %}
<mj-wrapper>{% if w %}<mj-section><mj-column><mj-text>w</mj-text></mj-column></mj-section>{% endif %}</mj-wrapper>
</mj-body></mjml>"##;
    let source = EmailSource {
        subject: "Hi {{ contact.first_name }}".into(),
        preheader: "Pre".into(),
        body: Body::Mjml { source: mjml.into() },
        text: None,
    };
    match compile(&source, &options()) {
        Err(e) => {
            for i in e {
                println!("{i}");
            }
        }
        Ok(c) => {
            let (s, k) = (StoreView::default(), CampaignView::default());
            let d = RenderData {
                contact: ContactView { first_name: Some("Ana"), ..ContactView::EMPTY },
                store: &s,
                campaign: &k,
                now: kernel::Timestamp(0),
                extra: None,
            };
            let p = c.render_preview(&d).unwrap();
            println!("{}\n=====\n{}\n{:?}", p.html, p.text, p.missing);
            println!("{:?}", c.links());
        }
    }
}
