-- Whether somebody put away the list of first steps; what is done is found out from what there is.
CREATE TABLE setup_marks (
    store_id {int} PRIMARY KEY,
    dismissed_at {int}
) {strict};
