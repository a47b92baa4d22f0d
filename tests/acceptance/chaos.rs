//! Chaos in small: every kind of fault, a few times. `make chaos` runs the same with more of everything.

use acceptance::chaos::{Row, every_step, full_disk, jumps, kills, random_steps};

const PROGRAM: &str = env!("CARGO_BIN_EXE_inquest-under-test");

#[track_caller]
fn is_whole(row: &Row) {
    assert!(row.is_whole(), "{row:#?}");
    assert!(row.runs > 0, "no fault struck: {row:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_steps_on_a_failing_disk_lose_nothing() {
    is_whole(&random_steps(false, 600, 11).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_steps_over_a_breaking_line_lose_nothing() {
    is_whole(&random_steps(true, 300, 12).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_at_every_step_of_every_write_loses_nothing() {
    is_whole(&every_step(false).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_breaks_at_every_message_loses_nothing() {
    is_whole(&every_step(true).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_is_full_recovers_by_itself() {
    is_whole(&full_disk(3, 13).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_jumps_loses_nothing() {
    is_whole(&jumps(false, 10).await);
}

/// What the dead server did not answer is sent again under its key, and is there once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_loses_nothing() {
    is_whole(&kills(PROGRAM, false, 3, 14).await);
}
