//! The throttle of a send that runs.

use super::super::ledger;
use super::super::runner::RunEnd;
use super::running::{SEND, dispatcher, never, open_throttled, people, sums};
use std::sync::Arc;
use testkit::for_each_engine;
use testkit::smtp_sink::{Act, Gate, Script, SmtpSink, Verb, When};

#[tokio::test(flavor = "multi_thread")]
async fn a_throttle_lifted_within_a_chunk_lets_the_send_go_on_at_once() {
    for_each_engine(|t| async move {
        // At one a second this would take longer than any test may.
        let keys = people(&t, 2_000).await?;
        open_throttled(&t, 2_000, 1).await?;
        let gate = Gate::closed();
        let sink = SmtpSink::with(Script::new().on(Verb::Dot, When::Nth(2), Act::Wait(gate.clone()))).await;
        let (_keep, stop) = never();
        let dispatcher = Arc::new(dispatcher(&t, &sink, 4, keys).await?);
        let (runner, store) = (dispatcher.clone(), t.a.clone());
        let run = tokio::spawn(async move { runner.run_to_end(&store, SEND, stop).await });
        gate.reached().await;
        assert!(sink.count() <= 2, "one a second");
        t.a.write(|tx| ledger::set_throttle(tx, SEND, 0)).await?;
        gate.open();
        assert_eq!(run.await.expect("the run ends")?, RunEnd::Over);
        assert_eq!(sums(&t).await?.1.accepted, 1_800);
        Ok(())
    })
    .await;
}
