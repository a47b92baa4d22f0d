//! Faults of every kind under writes, on both databases. Prints a table of what was acknowledged and what is lost, and
//! ends with 1 when anything is.
//!
//! `chaos BINARY [PERCENT] [SEED]`: with 10, a tenth of all of it.

use std::process::ExitCode;
use std::time::Duration;

use acceptance::chaos::{
    Row, crowd, every_step, full_disk, heading, jumps, kills, lines, postgres_goes_away, random_steps,
};
use acceptance::writers::Size;
use store::testing::Stop;

const SIZE: Size = Size { writers: 10, edits: 20 };

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let program: &'static str = arguments.next().expect("the binary to run, as the first argument").leak();
    let percent: usize = arguments.next().map_or(100, |text| text.parse().expect("a percentage"));
    let seed: u64 = arguments.next().map_or(1, |text| text.parse().expect("a number"));
    let of = |all: usize| (all * percent / 100).max(1);
    let mut whole = true;
    print!("{}", heading());
    let mut add = |row: Row| {
        print!("{}", lines(std::slice::from_ref(&row)));
        whole &= row.is_whole();
    };
    for on_postgres in [false, true] {
        add(kills(program, on_postgres, of(100), seed).await);
        add(every_step(on_postgres).await);
        add(random_steps(on_postgres, of(10_000), seed).await);
        add(jumps(on_postgres, of(100)).await);
        add(crowd(program, on_postgres, Duration::from_secs(20)).await);
    }
    add(full_disk(of(50), seed).await);
    add(postgres_goes_away(program, SIZE, Stop::Fast, of(10)).await);
    add(postgres_goes_away(program, SIZE, Stop::Immediate, of(10)).await);
    if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
