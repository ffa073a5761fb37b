-- Who agreed to which text of the privacy policy, when, from where and how (P-006).
CREATE TABLE policy_acceptances (
    id {int} PRIMARY KEY,
    user_id {int} NOT NULL,
    version {text} NOT NULL,
    accepted_at {int} NOT NULL,
    actor {text} NOT NULL,
    source {text} NOT NULL,
    locale {text} NOT NULL,
    ip_sealed {blob}
) {strict};
CREATE UNIQUE INDEX policy_acceptances_user ON policy_acceptances (user_id, version);
