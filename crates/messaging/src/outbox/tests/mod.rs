mod ledger;
mod making;
mod running;
