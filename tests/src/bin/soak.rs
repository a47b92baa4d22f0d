//! Lets 200 readers, 20 writers, imports and open pages work on a server for half an hour. Exits with 1 where
//! anything was refused, or where more than a tenth is held in memory than after the first sixth of the time.
//!
//! `soak BINARY [MINUTES]`

use std::process::ExitCode;
use std::time::Duration;

use acceptance::{Binary, soak};

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let program: &'static str = arguments.next().expect("the binary, as the first argument").leak();
    let minutes: u64 = arguments.next().map_or(30, |text| text.parse().expect("minutes, as a number"));
    let seen = soak::run(Binary::new(program), Duration::from_secs(60 * minutes.clamp(1, 120))).await;
    println!("{minutes} min on SQLite: {}", soak::line(&seen));
    if soak::holds(&seen) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
