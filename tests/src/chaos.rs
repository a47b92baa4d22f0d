//! Chaos: faults of every kind under writes, and the search for what was acknowledged afterwards.
//!
//! The rule is one: what was answered as done is there after the fault, what was answered as not done is not, and the
//! chain of changes is whole. Every scenario is bounded and touches nothing but temporary folders and the loopback.

mod clock;
mod crowd;
mod dice;
mod disk;
mod kill;
mod line;
mod model;

use std::fmt::Write;
use std::time::Duration;

use store::testing::{Postgres, Stop};
use tokio::task::spawn_blocking;

use crate::writers::{Disturbance, Size, Tally, two_nodes};

pub use clock::jumps;
pub use crowd::crowd;
pub use disk::full_disk;
pub use kill::kills;
pub use model::{every_step, random_steps};

/// What came of one kind of fault.
#[derive(Debug, Default)]
pub struct Row {
    /// Which fault.
    pub fault: String,
    /// On which database.
    pub database: &'static str,
    /// How often it was caused.
    pub runs: usize,
    /// Writes that were answered as done.
    pub acknowledged: usize,
    /// Those of them that are not there.
    pub lost: usize,
    /// Whatever else must not be: what was answered as not done and is there, a broken chain, no recovery.
    pub wrong: Vec<String>,
    /// How long it took.
    pub took: Duration,
}

impl Row {
    /// Whether nothing was lost and nothing is wrong.
    pub fn is_whole(&self) -> bool {
        self.lost == 0 && self.wrong.is_empty() && self.acknowledged > 0
    }
}

/// The names of the columns.
pub fn heading() -> String {
    format!(
        "{:<44} {:<10} {:>6} {:>12} {:>5} {:>6} {:>8}\n",
        "fault", "database", "runs", "acknowledged", "lost", "wrong", "seconds"
    )
}

/// The rows as lines of a table.
pub fn lines(rows: &[Row]) -> String {
    let mut table = String::new();
    for row in rows {
        let Row { fault, database, runs, acknowledged, lost, wrong, took } = row;
        let _ = writeln!(
            table,
            "{fault:<44} {database:<10} {runs:>6} {acknowledged:>12} {lost:>5} {:>6} {:>8.1}",
            wrong.len(),
            took.as_secs_f64()
        );
        for line in wrong.iter().take(10) {
            let _ = writeln!(table, "  {line}");
        }
    }
    table
}

/// Starts a PostgreSQL that keeps what it acknowledges.
pub async fn postgres() -> Postgres {
    spawn_blocking(Postgres::start_durable).await.expect("it runs").expect("PostgreSQL starts")
}

/// PostgreSQL is stopped, or crashes, under the writers of two nodes.
pub async fn postgres_goes_away(program: &'static str, size: Size, how: Stop, runs: usize) -> Row {
    let fault = match how {
        Stop::Fast => "PostgreSQL stopped and started",
        Stop::Immediate => "PostgreSQL crashed and started",
    };
    let mut row = Row { fault: fault.into(), database: "PostgreSQL", runs, ..Row::default() };
    for _ in 0..runs {
        let Tally { acknowledged, missing, wrong, took, .. } =
            two_nodes(program, size, Disturbance::Restart(how)).await;
        row.acknowledged += acknowledged;
        row.lost += missing.len();
        row.wrong.extend(wrong);
        row.took += took;
    }
    row
}
