//! Statements of tracking.

use store::statements;

statements! {
    /// Freezes where a link leads.
    INSERT_LINK = "INSERT INTO campaign_links (store_id, campaign_id, link, url) VALUES ($1, $2, $3, $4)";
    /// Unfreezes the links of a campaign that is launched anew.
    DELETE_LINKS = "DELETE FROM campaign_links WHERE store_id = $1 AND campaign_id = $2";
    /// Where the links of a campaign lead.
    LIST_LINKS = "SELECT link, url FROM campaign_links WHERE store_id = $1 AND campaign_id = $2 ORDER BY link";
    /// Notes that a contact does not allow measuring.
    PUT_REFUSAL = "INSERT INTO tracking_refusals (store_id, ordinal, at) VALUES ($1, $2, $3)
        ON CONFLICT (store_id, ordinal) DO NOTHING";
    /// Allows measuring again, or forgets the refusals of erased contacts.
    DELETE_REFUSALS = "DELETE FROM tracking_refusals WHERE store_id = $1 AND ordinal {in $2}";
    /// Who of some contacts does not allow measuring.
    LIST_REFUSALS_OF = "SELECT ordinal FROM tracking_refusals WHERE store_id = $1 AND ordinal {in $2}";
    /// Everybody who does not allow measuring.
    LIST_REFUSALS = "SELECT ordinal FROM tracking_refusals WHERE store_id = $1";
    /// When the chunks that may hold a contact were settled.
    LIST_HAND_OFFS = "SELECT outcome, settled_at FROM send_chunks WHERE store_id = $1 AND send_id = $2
        AND state = 'settled' AND first_ordinal <= $3 AND last_ordinal >= $3";
}
