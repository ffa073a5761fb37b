//! Both faces of every condition, and of random rules, give the same answer: on fresh, stale and mixed
//! columns, across blocks, after random edits and erasures.

use super::generate::{Dice, deed, happening, names, person, rule, single};
use super::memory::MemoryStore;
use crate::segments::conditions;
use crate::segments::model::Rule;
use crate::segments::moment::Moment;
use crate::segments::names::Names;
use crate::segments::sample::NOW;

/// Stores tried; each has another seed, which is printed if it fails.
const STORES: u64 = 12;

fn edit(dice: &mut Dice, store: &mut MemoryStore, people: u64, edits: u64) {
    for _ in 0..edits {
        let ordinal = dice.below(people) as u32;
        let changed = if dice.chance(10) { None } else { Some(person(dice)) };
        store.put(ordinal, changed);
    }
    for _ in 0..edits {
        let happening = happening(dice, people as u32);
        store.happen(&happening);
        let (who, (done, _)) = (dice.below(people) as u32, deed(dice));
        store.deeds.entry(who).or_default().push(done);
    }
}

fn check(seed: u64, state: &str, store: &mut MemoryStore, names: &Names, rules: &[Rule]) {
    for rule in rules {
        let by_contacts = store.by_contacts(rule, names, &Moment::at(NOW));
        let by_sets = store.by_sets(rule, names, &Moment::at(NOW));
        assert_eq!(by_sets, by_contacts, "seed {seed}, {state} columns, rule {}", rule.to_json());
    }
}

fn rules(dice: &mut Dice, names: &Names) -> Vec<Rule> {
    let singles = conditions::all().iter().flat_map(|c| [*c; 3]);
    let mut rules: Vec<Rule> = singles.map(|c| single(dice, names, c)).collect();
    rules.extend((0..20).map(|_| rule(dice, names)));
    rules
}

#[test]
fn both_faces_agree_in_every_state_of_the_columns() {
    for seed in 0..STORES {
        let mut dice = Dice(seed);
        let names = names(&mut dice);
        let people = [1, 63, 64, 200, 300][seed as usize % 5];
        let mut store = MemoryStore::new(*dice.pick(&[64, 128, 256]));
        edit(&mut dice, &mut store, people, people * 2);
        let rules = rules(&mut dice, &names);
        check(seed, "no", &mut store, &names, &rules);
        store.compact_all();
        check(seed, "fresh", &mut store, &names, &rules);
        edit(&mut dice, &mut store, people + 70, people / 3);
        check(seed, "some stale", &mut store, &names, &rules);
        let half = (0..store.people.len() as u32).filter(|_| dice.chance(50)).collect();
        store.compact(&half);
        check(seed, "half compacted", &mut store, &names, &rules);
        store.compact_all();
        check(seed, "fresh again", &mut store, &names, &rules);
    }
}

#[test]
fn columns_after_many_compactions_equal_columns_built_at_once() {
    for seed in 100..103 {
        let mut dice = Dice(seed);
        let mut store = MemoryStore::new(64);
        for _ in 0..6 {
            edit(&mut dice, &mut store, 150, 40);
            store.compact_all();
        }
        let mut once = MemoryStore::new(64);
        store.people.iter().zip(0..).for_each(|(person, ordinal)| once.put(ordinal, person.clone()));
        once.compact_all();
        assert_eq!(store.blocks_in_use(), once.blocks_in_use(), "seed {seed}");
    }
}

#[test]
fn an_empty_store_has_no_members() {
    let mut dice = Dice(7);
    let names = names(&mut dice);
    let rules = rules(&mut dice, &names);
    check(7, "empty", &mut MemoryStore::new(64), &names, &rules);
}
