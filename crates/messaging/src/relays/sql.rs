//! Statements of relays.

use store::statements;

statements! {
    /// Makes a relay; preferring it is a second step.
    INSERT_RELAY = "INSERT INTO relays (store_id, id, name, address, login, authority, helo, connections_max,
        messages_per_connection_max, limits, place, preferred, version, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 1, $12)";
    /// One relay.
    FIND_RELAY = "SELECT id, name, address, login, authority, helo, connections_max, messages_per_connection_max,
        limits, place, preferred, tested_at, test_passed, test_detail, version, created_at
        FROM relays WHERE store_id = $1 AND id = $2";
    /// The relays of a store in its order; few (see RELAYS_MAX).
    LIST_RELAYS = "SELECT id, name, address, login, authority, helo, connections_max, messages_per_connection_max,
        limits, place, preferred, tested_at, test_passed, test_detail, version, created_at
        FROM relays WHERE store_id = $1 ORDER BY place, id";
    /// Changes a relay; what a test found before says nothing any more.
    UPDATE_RELAY = "UPDATE relays SET name = $3, address = $4, login = $5, authority = $6, helo = $7,
        connections_max = $8, messages_per_connection_max = $9, limits = $10, place = $11, tested_at = NULL,
        test_passed = NULL, test_detail = NULL, version = version + 1 WHERE store_id = $1 AND id = $2";
    /// Prefers one relay and no other.
    PREFER_RELAY = "UPDATE relays SET preferred = CASE WHEN id = $2 THEN 1 ELSE 0 END WHERE store_id = $1";
    /// Keeps what a test found.
    SET_TEST = "UPDATE relays SET tested_at = $3, test_passed = $4, test_detail = $5
        WHERE store_id = $1 AND id = $2 AND version = $6";
    /// Removes a relay and its credentials.
    DELETE_RELAY = "DELETE FROM relays WHERE store_id = $1 AND id = $2";
}
