//! Twenty writers, fifty edits each, on one incident over HTTP: on one node with SQLite, and on two nodes with one
//! PostgreSQL, undisturbed, with one of them killed, restarted one after the other, and with the database restarted in
//! the middle. Ends with 1 when an edit is missing.
//!
//! `writers BINARY [WRITERS] [EDITS]`

use std::process::ExitCode;

use acceptance::writers::{Disturbance, Size, Tally, one_node, two_nodes};
use store::testing::Stop;

const WRITERS: usize = 20;
const EDITS: usize = 50;

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let program: &'static str = arguments.next().expect("the binary to run, as the first argument").leak();
    let mut number = |default| arguments.next().map_or(default, |text| text.parse().expect("a number"));
    let size = Size { writers: number(WRITERS), edits: number(EDITS) };
    println!("{} writers, {} edits each", size.writers, size.edits);
    let mut whole = true;
    let mut say = |what: &str, tally: Tally| {
        println!("{what}: {tally}");
        whole &= tally.is_whole();
    };
    say("one node on SQLite", one_node(program, size).await);
    for (what, disturbance) in [
        ("two nodes on PostgreSQL", Disturbance::None),
        ("two nodes, one of them killed", Disturbance::Kill),
        ("two nodes, restarted one after the other", Disturbance::Roll),
        ("two nodes, PostgreSQL stopped and started", Disturbance::Restart(Stop::Fast)),
        ("two nodes, PostgreSQL crashed and started", Disturbance::Restart(Stop::Immediate)),
    ] {
        say(what, two_nodes(program, size, disturbance).await);
    }
    if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
