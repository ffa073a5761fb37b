//! Questions about what was done, on both engines, in every state that parts can be in: none, whole, behind the log,
//! left behind by a compactor that died, of another form.

use super::engines::{Pair, random_edits};
use super::generate::{Dice, names, person, single};
use crate::segments::compact::compact_in_blocks;
use crate::segments::conditions;
use crate::segments::model::Rule;
use crate::segments::tail::Watermark;
use store::params;
use testkit::for_each_engine;

const BLOCK_BITS: u32 = 64;

store::statements! {
    /// Puts the watermark back, as if whoever wrote the parts had died before moving it.
    PUT_BACK = "UPDATE segment_watermarks SET seq = $2 WHERE store_id = $1";
    /// Says that parts are of another form.
    VOID_PARTS = "UPDATE segment_watermarks SET behaviour_layout = 0 WHERE store_id = $1";
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_is_counted_exactly_in_every_state_of_the_parts() {
    for_each_engine(|t| async move {
        let mut dice = Dice(11);
        let names = names(&mut dice);
        let mut pair = Pair::new(&t, &t.a, &names).await?;
        pair.add((0..60).map(|_| person(&mut dice)).collect()).await?;
        let asked = ["event", "sequence", "event", "page_viewed", "screen_viewed"];
        let asked = asked.map(|id| conditions::find(id).expect("it is in the catalogue"));
        let rules: Vec<Rule> = (0..100).map(|no| single(&mut dice, &names, asked[no % 5])).collect();
        pair.visit(&mut dice, 60).await?;
        pair.check("no parts", &names, &rules).await?;
        compact_in_blocks(&pair.store, &pair.keys, BLOCK_BITS).await?.expect("nobody else is at it");
        pair.check("whole parts", &names, &rules).await?;
        pair.visit(&mut dice, 40).await?;
        pair.check("parts and a tail", &names, &rules).await?;
        for round in 0..3 {
            let before = pair.store.read(Watermark::find).await?.seq;
            compact_in_blocks(&pair.store, &pair.keys, BLOCK_BITS).await?.expect("nobody else is at it");
            pair.store.write(move |tx| tx.execute(&PUT_BACK, params![before])).await?;
            pair.check(&format!("rows too many, {round}"), &names, &rules).await?;
            random_edits(&mut dice, &mut pair, 5).await?;
            pair.check(&format!("rows too many and more in the log, {round}"), &names, &rules).await?;
            compact_in_blocks(&pair.store, &pair.keys, BLOCK_BITS).await?.expect("nobody else is at it");
            pair.check(&format!("taken in again, {round}"), &names, &rules).await?;
        }
        pair.store.execute(&VOID_PARTS, params![]).await?;
        pair.check("parts of another form", &names, &rules).await?;
        compact_in_blocks(&pair.store, &pair.keys, BLOCK_BITS).await?.expect("nobody else is at it");
        pair.check("built anew", &names, &rules).await?;
        pair.check_holds(&names, &rules).await
    })
    .await;
}
