//! A red team against the proofs: true histories with harm in them are written down as each source does, then lost,
//! reordered, cut, doubled, moved in time, mixed, narrowed, renamed or switched off; an eager person accepts what the log
//! proposes, two review by queries that people use, and both sign. Where harm happened, none of it may end as a verified
//! no-op; where none did and the log is whole, nearly all have to.
//!
//! `RUNS=10000 SEED=1 cargo test --release -p domain --test proof -- --nocapture` prints the table; `make proof` does.
//! `FORMAT=csv RUN=17` repeats one run and tells what came of it.

mod chance;
mod history;
mod people;
mod shape;
mod table;
mod tamper;

use chance::Chance;
use domain::verdict::Verdict;
use shape::{Shape, Whole};
use table::Row;
use tamper::Tamper;

/// So many runs of each format are made with the other tests.
const RUNS: u64 = 240;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}

#[test]
fn no_harm_ends_as_a_verified_no_op_and_true_ones_do() {
    let (runs, seed, one) = (number("RUNS").unwrap_or(RUNS), number("SEED").unwrap_or(1), number("RUN"));
    let wanted = std::env::var("FORMAT").ok();
    println!("seed {seed}, {runs} runs of each format: half with harm, half without");
    let mut rows = Vec::new();
    for shape in shape::all().iter().filter(|shape| wanted.as_deref().is_none_or(|name| name == shape.name)) {
        let mut row = Row::of(shape.name);
        for run in one.map_or(0..runs, |one| one..one + 1) {
            play(shape, seed, run, &mut row, one.is_some());
        }
        rows.push(row);
    }
    table::print(&rows);
    for row in &rows {
        assert!(
            row.false_no_ops.is_empty(),
            "{}: harm ended as a verified no-op in the runs {:?}",
            row.name,
            row.false_no_ops
        );
        assert!(row.holds(), "{}: only {} of {} true no-ops are eligible", row.name, row.eligible, row.whole);
    }
}

/// One run: even ones have harm in them, odd ones have none.
fn play(shape: &Shape, seed: u64, run: u64, row: &mut Row, tell: bool) {
    let mixed = shape.name.bytes().fold(seed, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let mut chance = Chance::of(mixed.wrapping_mul(1_000_003).wrapping_add(run));
    let harm = run.is_multiple_of(2);
    let op = *chance.one(shape.ops);
    let acts = history::history(shape, op, harm, &mut chance);
    let tamper = if harm { *chance.one(&Tamper::ALL) } else { Tamper::harmless(shape, &mut chance) };
    let mut acts = acts;
    // In a log the agent may go by another name than in the incident.
    if chance.percent(20) {
        acts.iter_mut().filter(|act| act.harm).for_each(|act| act.who = "svc-42");
    }
    let delivered = tamper::deliver(shape, acts, tamper, &mut chance);
    let papers = !harm || shape.whole == Whole::Attested && chance.percent(50);
    let outcome = people::work(shape, op, &delivered, papers, !harm, &mut chance);
    let verdict = &outcome.judgement;
    if tell {
        println!(
            "{tamper:?} {op} papers {papers} signed {} refused {:?}\n{}",
            outcome.signed, outcome.refused, delivered.text
        );
        println!("{:?} {:#?}\n{:#?}", verdict.verdict, verdict.gates, delivered.beside);
    }
    if harm {
        row.harmed(run, tamper, verdict);
    } else {
        row.unharmed(run, verdict.eligible && verdict.verdict == Verdict::VerifiedNoOp, verdict);
    }
}
