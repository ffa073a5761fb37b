//! The names a template can read without setting them: a closed list of objects and their fields.

/// An object at the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Root {
    /// The recipient; also `customer`, `profile`, `person`.
    Contact,
    /// The recipient's custom attributes (`contact.attributes`).
    Attributes,
    /// The shop; also `shop`.
    Store,
    /// The campaign.
    Campaign,
    /// Addresses of this message.
    Links,
    /// An object the message brings along.
    Extra(&'static str),
}

/// Objects a flow or transactional message may bring along.
pub const EXTRA_ROOTS: &[&str] =
    &["cart", "content", "coupon", "event", "order", "orders", "product", "products", "recommendations"];

/// Those of them that the privacy policy calls sensitive: never in subjects or addresses.
const SENSITIVE_ROOTS: &[&str] = &["cart", "event", "order", "orders"];

impl Root {
    /// The object a first name means.
    pub fn find(name: &str) -> Option<Root> {
        Some(match name {
            "contact" | "customer" | "profile" | "person" => Root::Contact,
            "store" | "shop" => Root::Store,
            "campaign" => Root::Campaign,
            "links" => Root::Links,
            other => Root::Extra(EXTRA_ROOTS.iter().find(|r| **r == other)?),
        })
    }

    /// True if its values belong to the recipient.
    pub fn is_about_recipient(self) -> bool {
        match self {
            Root::Contact | Root::Attributes => true,
            Root::Extra(name) => SENSITIVE_ROOTS.contains(&name),
            _ => false,
        }
    }

    /// True for orders, carts and browsing.
    pub fn is_sensitive(self) -> bool {
        matches!(self, Root::Extra(name) if SENSITIVE_ROOTS.contains(&name))
    }
}

macro_rules! fields {
    ($($variant:ident = $root:ident $name:literal),* $(,)?) => {
        /// A known field, read without walking.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Field {
            $(#[doc = concat!("`", $name, "`.")] $variant),*
        }

        impl Field {
            /// The field of an object.
            pub fn find(root: Root, name: &str) -> Option<Field> {
                match (root, name) {
                    $((Root::$root, $name) => Some(Field::$variant),)*
                    _ => None,
                }
            }
        }

        /// Every field as it is written in a template.
        pub const FIELDS: &[(Root, &str)] = &[$((Root::$root, $name)),*];
    };
}

fields! {
    FirstName = Contact "first_name",
    LastName = Contact "last_name",
    Name = Contact "name",
    Email = Contact "email",
    Phone = Contact "phone",
    Company = Contact "company",
    Address = Contact "address",
    Country = Contact "country",
    Region = Contact "region",
    City = Contact "city",
    Postcode = Contact "postcode",
    Language = Contact "language",
    Birthday = Contact "birthday",
    Gender = Contact "gender",
    TimeZone = Contact "time_zone",
    Tags = Contact "tags",
    ContactAttributes = Contact "attributes",
    StoreName = Store "name",
    StoreUrl = Store "url",
    StoreAddress = Store "postal_address",
    StoreCurrency = Store "currency",
    StoreTimeZone = Store "time_zone",
    StoreLogo = Store "logo_url",
    CampaignName = Campaign "name",
    CampaignSubject = Campaign "subject",
    CampaignId = Campaign "id",
    Unsubscribe = Links "unsubscribe",
    Preferences = Links "preferences",
    WebView = Links "web_view",
    Countdown = Links "countdown",
}

impl Root {
    /// Its first name.
    pub fn word(self) -> &'static str {
        match self {
            Root::Contact => "contact",
            Root::Attributes => "contact.attributes",
            Root::Store => "store",
            Root::Campaign => "campaign",
            Root::Links => "links",
            Root::Extra(name) => name,
        }
    }
}

/// The name of the custom attribute a path such as `contact.size` or `contact["Shoe size"]` reads.
pub fn attribute_name(path: &str) -> &str {
    let after_root = path.find(['.', '[']).map_or("", |i| &path[i..]);
    let rest = after_root.strip_prefix(".attributes").filter(|r| !r.is_empty()).unwrap_or(after_root);
    if let Some(quoted) = rest.strip_prefix("[\"") {
        return quoted.split_once("\"]").map_or(quoted, |(name, _)| name);
    }
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    rest.split(['.', '[']).next().unwrap_or(rest)
}
