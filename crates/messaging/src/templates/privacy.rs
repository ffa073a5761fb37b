//! Columns of this feature. A template is the merchant's text; recipients come into it only while it
//! renders, and nothing rendered is kept here.

use web::{DataMap, data_map};

pub(super) static DATA: DataMap = data_map! {
    table "templates" {
        none: store_id, id, name, format, subject, version, created_at, updated_at;
    }
    table "template_versions" {
        none: store_id, template_id, version, source, saved_at, saved_by;
    }
};
