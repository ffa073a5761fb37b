mod ledger;
mod making;
mod running;
mod throttle;
