//! A clock that jumps: back by years, before 1970, and far ahead.

use std::time::Instant;

use domain::Instant as Time;
use store::{Clock, Settings};
use tempfile::TempDir;

use super::dice::Dice;
use super::model::{Breaker, Model};
use super::{Row, postgres};

const DAY: i64 = 24 * 3600;

/// Where it jumps to, one after another, in days from the start.
const JUMPS: [i64; 10] = [1, -1, -400, 3650, -7300, -21_000, 0, 36_500, -25_000, 0];

/// Writes under a clock that jumps so many times.
pub async fn jumps(on_postgres: bool, jumps: usize) -> Row {
    let begun = Instant::now();
    let dir = TempDir::new().expect("a temporary folder");
    let clock = Clock::frozen(Time::parse("2026-03-18T17:00:00Z").expect("a time"));
    let mut settings = Settings { clock: clock.clone(), ..Settings::in_dir(dir.path()) };
    let mut server = None;
    if on_postgres {
        let server = server.insert(postgres().await);
        settings.database_url = Some(server.create_database("clock").await.expect("a database"));
    }
    let database = if on_postgres { "PostgreSQL" } else { "SQLite" };
    let mut model = Model::new("the clock jumps", database, settings.clone(), Breaker::Other).await;
    let (mut dice, mut at) = (Dice::new(3), 0);
    for jump in 0..jumps {
        let to = JUMPS[jump % JUMPS.len()] * DAY;
        clock.advance_seconds(to - at);
        at = to;
        for _ in 0..10 {
            if !model.write(&mut dice).await {
                model.row.wrong.push(format!("a write failed {} days from the start", to / DAY));
            }
        }
        model.row.runs += 1;
    }
    // Secrets and sessions expire by the clock: it ends where it began.
    clock.advance_seconds(-at);
    let row = model.end(begun).await;
    drop(server);
    row
}
