//! Sends what would stop a server to a server of its own, and prints what each case costs everybody else: the answer,
//! the most memory of the process, the longest wait for `/healthz`, and how long writes to another incident take.
//! Nothing leaves this machine, and everything has an end. Exits with 1 where a bound is broken.
//!
//! `attack BINARY [WORDS]`: only the cases whose line has these words.

use std::process::ExitCode;

use acceptance::Binary;
use acceptance::attack::{Case, HEALTH_MAX, MEMORY_MAX, Stage, WRITES_MAX, cases};
use store::testing::Postgres;

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let program: &'static str = arguments.next().expect("the binary to attack, as the first argument").leak();
    let words = arguments.next().unwrap_or_default();
    println!(
        "Bounds: memory {MEMORY_MAX} MB, /healthz {} ms, 95 of 100 writes to another incident {} ms",
        HEALTH_MAX.as_millis(),
        WRITES_MAX.as_millis()
    );
    let mut broken = run("SQLite", &words, &|| Binary::new(program)).await;
    let postgres = Postgres::start().expect("PostgreSQL starts");
    let url = postgres.create_database("attack").await.expect("a database");
    broken += run("PostgreSQL", &words, &|| Binary::on(program, &url)).await;
    if broken == 0 {
        println!("Everything held.");
        return ExitCode::SUCCESS;
    }
    println!("{broken} cases broke a bound.");
    ExitCode::FAILURE
}

/// Runs the cases one after the other, on a new server after one that did not survive.
async fn run(database: &str, words: &str, binary: &dyn Fn() -> Binary) -> usize {
    println!("\n{database}");
    println!("{:<42} {:<10} {:>6} {:>8} {:>8} {:>8}  answers", "case", "by", "MB", "healthz", "p95", "slowest");
    let line = |case: &Case| format!("{database} {} {}", case.what, case.who);
    let (mut stage, mut broken) = (Stage::set(binary()).await, 0);
    // After the server was started, which has to raise its own.
    server::connections::raise_file_limit();
    for case in cases().iter().filter(|case| line(case).contains(words)) {
        let cost = case.run(&stage).await;
        let bounds = cost.broken();
        println!(
            "{:<42} {:<10} {:>6} {:>5} ms {:>5} ms {:>5} ms  {}{}",
            case.what,
            case.who,
            cost.megabytes,
            cost.health.as_millis(),
            cost.writes.as_millis(),
            cost.write.as_millis(),
            cost.answer,
            if bounds.is_empty() { String::new() } else { format!("  BROKEN: {}", bounds.join(", ")) }
        );
        broken += usize::from(!bounds.is_empty());
        // What broke a bound shall not be counted for the next case as well.
        if !bounds.is_empty() && database == "SQLite" {
            drop(stage);
            stage = Stage::set(binary()).await;
        }
    }
    println!("data folder: {} MB", stage.megabytes_on_disk());
    broken
}
