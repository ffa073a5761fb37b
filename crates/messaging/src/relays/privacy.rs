//! Columns of this feature. A relay is the merchant's; its credentials are sealed.

use web::{DataMap, data_map};

pub(super) static DATA: DataMap = data_map! {
    table "relays" {
        none: store_id, id, name, address, login, authority, helo, connections_max, messages_per_connection_max,
            limits, place, preferred, tested_at, test_passed, test_detail, version, created_at;
    }
};
