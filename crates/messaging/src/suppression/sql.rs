//! Statements of soft bounces and taken-in reports.

use store::statements;

statements! {
    /// The soft bounces of a contact, of one class.
    FIND_STREAK = "SELECT proofs, first_at, last_at, last_campaign, clean_campaign, clean_at FROM bounce_streaks
        WHERE store_id = $1 AND ordinal = $2 AND class = $3";
    /// Keeps them.
    PUT_STREAK = "INSERT INTO bounce_streaks (store_id, ordinal, class, proofs, first_at, last_at, last_campaign,
        clean_campaign, clean_at) VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, NULL)
        ON CONFLICT (store_id, ordinal, class) DO UPDATE SET proofs = excluded.proofs, first_at = excluded.first_at,
        last_at = excluded.last_at, last_campaign = excluded.last_campaign, clean_campaign = NULL, clean_at = NULL";
    /// Forgets them: the address works, or the contact was erased.
    DELETE_STREAKS = "DELETE FROM bounce_streaks WHERE store_id = $1 AND ordinal {in $2}";
    /// Contacts with soft bounces.
    LIST_STREAK_ORDINALS = "SELECT DISTINCT ordinal FROM bounce_streaks WHERE store_id = $1";
    /// A later campaign was taken; the first such campaign is kept, because its quiet began first.
    SET_CLEAN = "UPDATE bounce_streaks SET clean_campaign = $3, clean_at = $4
        WHERE store_id = $1 AND ordinal {in $2} AND last_campaign <> $3 AND clean_campaign IS NULL";
    /// Notes a report; no row if it was known.
    PUT_MARK = "INSERT INTO feedback_marks (store_id, campaign_id, ordinal, kind, at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (store_id, campaign_id, ordinal, kind) DO NOTHING";
    /// Forgets the reports of an erased contact.
    DELETE_MARKS = "DELETE FROM feedback_marks WHERE store_id = $1 AND ordinal {in $2}";
}
