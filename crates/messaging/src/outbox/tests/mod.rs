mod ledger;
mod running;
