//! Links to the store's other channels, as words or with pictures the store hosts. No pictures of
//! other houses are loaded: they would learn who opens the mail.

use super::{ALIGNMENTS, Block, Checker, Writer, center};
use crate::templates::document::html;
use serde::{Deserialize, Serialize};

/// Links to other channels.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Social {
    /// In order.
    links: Vec<SocialLink>,
    /// `left`, `center` or `right`.
    #[serde(default = "center")]
    align: String,
}

/// One channel.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SocialLink {
    /// Its name, shown or read out.
    name: String,
    /// Where it leads.
    href: String,
    /// Address of a picture to show in place of the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    icon: Option<String>,
}

impl Block for Social {
    const KIND: &'static str = "social";
    const TITLE: &'static str = "Social links";

    fn check(&self, checker: &mut Checker) {
        checker.word("/align", &self.align, ALIGNMENTS);
        checker.count("/links", self.links.len(), 1..=12);
        for (index, link) in self.links.iter().take(12).enumerate() {
            checker.within(&format!("/links/{index}"), |c| {
                c.required_text("/name", &link.name, 60);
                c.address("/href", &link.href);
                if let Some(icon) = &link.icon {
                    c.image("/icon", icon);
                }
            });
        }
    }

    fn write(&self, writer: &mut Writer<'_>) {
        let link = |l: &SocialLink| {
            let name = html::escape(&l.name);
            let shown = match &l.icon {
                Some(icon) => format!(
                    "<img src=\"{}\" alt=\"{name}\" width=\"24\" height=\"24\" style=\"border:0;vertical-align:middle\">",
                    html::escape(icon)
                ),
                None => name,
            };
            format!("<a href=\"{}\">{shown}</a>", html::escape(&l.href))
        };
        let links: Vec<String> = self.links.iter().map(link).collect();
        writer.html("mj-text", &[("align", &self.align)], links.join(" &nbsp;·&nbsp; "));
    }

    fn examples() -> Vec<Self> {
        let link = |name: &str, icon: Option<&str>| SocialLink {
            name: name.into(),
            href: format!("https://social.example/{name}"),
            icon: icon.map(str::to_owned),
        };
        vec![
            Social { links: vec![link("One", None)], align: center() },
            Social {
                links: vec![link("One", None), link("Two", Some("https://shop.example/two.png"))],
                align: "left".into(),
            },
        ]
    }
}
