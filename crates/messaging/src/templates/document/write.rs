//! Writes a checked document as MJML.

use super::{Column, Document, Row, Settings, blocks, html};
use serde_json::Value as Json;

/// MJML with places for HTML.
pub struct Layout {
    /// The MJML.
    pub mjml: String,
    /// HTML with Liquid, to be put into the result in order.
    pub pieces: Vec<String>,
}

const PLACE: &str = "<!--piece-";

impl Layout {
    /// Puts the pieces, prepared by `prepare`, into the HTML made from the MJML.
    pub fn put_in_place(&self, html: &str, mut prepare: impl FnMut(&str) -> String) -> String {
        let mut out = String::with_capacity(html.len() * 2);
        let mut rest = html;
        while let Some(index) = rest.find(PLACE) {
            out.push_str(&rest[..index]);
            rest = &rest[index..];
            let end = rest.find("-->").unwrap_or(rest.len());
            let piece = rest[PLACE.len()..end].parse::<usize>().ok().and_then(|n| self.pieces.get(n));
            out.push_str(&piece.map(|p| prepare(p)).unwrap_or_default());
            rest = rest.get(end + 3..).unwrap_or("");
        }
        out.push_str(rest);
        out
    }
}

/// What a block writes to.
pub struct Writer<'d> {
    /// What holds for the whole email.
    pub settings: &'d Settings,
    out: String,
    pieces: Vec<String>,
    /// `css-class` of the present block, so that an editor finds it in the result.
    class: String,
}

impl Writer<'_> {
    /// Begins an element: `<name`, its attributes, `>`. Values are escaped; Liquid in them stays.
    pub fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.start(name, attributes);
        self.out.push('>');
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.out.push('<');
        self.out.push_str(name);
        for (attribute, value) in attributes.iter().filter(|(_, v)| !v.is_empty()) {
            self.out.push_str(&format!(" {attribute}=\"{}\"", html::escape(value)));
        }
        let takes_class = name.starts_with("mj-") && name != "mj-raw" && !self.class.is_empty();
        if takes_class {
            self.out.push_str(&format!(" css-class=\"{}\"", self.class));
        }
    }

    /// Ends an element.
    pub fn close(&mut self, name: &str) {
        self.out.push_str(&format!("</{name}>"));
    }

    /// An element without content.
    pub fn element(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.start(name, attributes);
        self.out.push_str(" />");
    }

    /// An element with text.
    pub fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.open(name, attributes);
        self.out.push_str(&html::escape(text));
        self.close(name);
    }

    /// An element with HTML, which is put there after the layout is made.
    pub fn html(&mut self, name: &str, attributes: &[(&str, &str)], html: String) {
        self.open(name, attributes);
        self.piece(html);
        self.close(name);
    }

    /// HTML of its own in a column; it gets a cell, because columns are tables.
    pub fn raw(&mut self, html: String) {
        let class = self.class.clone();
        self.out.push_str("<mj-raw>");
        self.piece(format!(
            "<tr><td class=\"{class}\" style=\"font-size:{}px\">{html}</td></tr>",
            self.settings.font_size
        ));
        self.out.push_str("</mj-raw>");
    }

    fn piece(&mut self, html: String) {
        self.out.push_str(&format!("{PLACE}{}-->", self.pieces.len()));
        self.pieces.push(html);
    }
}

/// Writes a document. `mark_blocks` gives every block the class `block-ID` and every row `row-ID`.
pub fn document(document: &Document, mark_blocks: bool) -> Layout {
    let settings = &document.settings;
    let mut writer = Writer { settings, out: head(settings), pieces: Vec::new(), class: String::new() };
    for row in &document.rows {
        shown_if(&row.visible_if, &mut writer, |w| write_row(row, mark_blocks, w));
    }
    writer.out.push_str("</mj-body></mjml>");
    Layout { mjml: writer.out, pieces: writer.pieces }
}

fn shown_if(condition: &Option<String>, writer: &mut Writer<'_>, write: impl FnOnce(&mut Writer<'_>)) {
    match condition {
        Some(condition) => {
            writer.out.push_str(&format!("{{% if {condition} %}}"));
            write(writer);
            writer.out.push_str("{% endif %}");
        }
        None => write(writer),
    }
}

fn head(s: &Settings) -> String {
    format!(
        "<mjml><mj-head><mj-attributes><mj-all font-family=\"{font}\" />\
         <mj-text font-size=\"{size}px\" line-height=\"1.5\" color=\"{text}\" padding=\"8px 24px\" />\
         <mj-button font-size=\"{size}px\" font-weight=\"bold\" background-color=\"{button}\" color=\"{button_color}\" \
         border-radius=\"{radius}px\" inner-padding=\"14px 28px\" padding=\"12px 24px\" />\
         <mj-image padding=\"8px 24px\" /><mj-divider padding=\"8px 24px\" border-width=\"1px\" />\
         </mj-attributes>\
         <mj-style inline=\"inline\">p{{margin:0 0 12px}} h1,h2,h3,h4{{margin:0 0 12px;line-height:1.25}} \
         h1{{font-size:32px}} h2{{font-size:24px}} h3{{font-size:20px}} h4{{font-size:17px}} \
         ul,ol{{margin:0 0 12px;padding-left:24px}} a{{color:{link}}} blockquote{{margin:0 0 12px 16px}}</mj-style>\
         </mj-head><mj-body width=\"{width}px\" background-color=\"{background}\">",
        font = s.font,
        size = s.font_size,
        text = s.text_color,
        button = s.button_background,
        button_color = s.button_color,
        radius = s.button_radius,
        link = s.link_color,
        width = s.width,
        background = s.background,
    )
}

fn write_row(row: &Row, mark_blocks: bool, writer: &mut Writer<'_>) {
    let background = row.background.as_deref().unwrap_or(&writer.settings.content_background).to_owned();
    writer.class = if mark_blocks { format!("row-{}", row.id) } else { String::new() };
    writer.open(
        "mj-section",
        &[("background-color", &background), ("padding", &format!("{}px 0", row.padding))],
    );
    writer.class.clear();
    for column in &row.columns {
        write_column(column, mark_blocks, writer);
    }
    writer.close("mj-section");
}

fn write_column(column: &Column, mark_blocks: bool, writer: &mut Writer<'_>) {
    let width = column.width.map(|w| format!("{w}%")).unwrap_or_default();
    writer.class.clear();
    writer.open("mj-column", &[("width", &width)]);
    for block in &column.blocks {
        let field = |name: &str| block.get(name).and_then(Json::as_str);
        let condition = field("visible_if").map(str::to_owned);
        let class = if mark_blocks { format!("block-{}", field("id").unwrap_or("")) } else { String::new() };
        shown_if(&condition, writer, |w| {
            w.class = class;
            if let Some(kind) = blocks::find(field("type").unwrap_or("")) {
                (kind.write)(&blocks::own_fields(block), w);
            }
            w.class.clear();
        });
    }
    writer.close("mj-column");
}
