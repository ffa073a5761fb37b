//! Tests of segments: rules, examples, and the agreement of both faces of every condition.

mod behaviour;
mod conformance;
mod engines;
mod examples;
mod generate;
mod memory;
mod rules;
