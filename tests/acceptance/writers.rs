//! Many hands: no edit is lost, on one machine or several. `make bench-writers` runs the same with more of everything.

use acceptance::writers::{Disturbance, Size, Tally, one_node, two_nodes};
use store::testing::Stop;

const PROGRAM: &str = env!("CARGO_BIN_EXE_inquest-under-test");
const SIZE: Size = Size { writers: 6, edits: 10 };
const ALL: usize = SIZE.writers * SIZE.edits;

/// Every edit is accounted for, and some were stored.
#[track_caller]
fn is_whole(tally: &Tally) {
    assert!(tally.is_whole(), "{tally}");
    assert_eq!(tally.acknowledged + tally.conflicts + tally.unanswered + tally.turned_away, ALL, "{tally}");
    assert!(tally.acknowledged > ALL / 4, "{tally}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_edit_is_lost_on_one_node() {
    let tally = one_node(PROGRAM, SIZE).await;
    is_whole(&tally);
    assert_eq!(tally.acknowledged + tally.conflicts, ALL, "{tally}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_edit_is_lost_between_two_nodes() {
    let tally = two_nodes(PROGRAM, SIZE, Disturbance::None).await;
    is_whole(&tally);
    assert_eq!(tally.acknowledged + tally.conflicts, ALL, "{tally}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_is_killed_takes_no_edit_with_it() {
    is_whole(&two_nodes(PROGRAM, SIZE, Disturbance::Kill).await);
}

/// A new version on one node after the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_restart_takes_no_edit_with_it() {
    let tally = two_nodes(PROGRAM, SIZE, Disturbance::Roll).await;
    is_whole(&tally);
    assert_eq!(tally.turned_away, 0, "{tally}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_edit_is_lost_when_the_database_is_stopped_and_started() {
    is_whole(&two_nodes(PROGRAM, SIZE, Disturbance::Restart(Stop::Fast)).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_edit_is_lost_when_the_database_crashes() {
    is_whole(&two_nodes(PROGRAM, SIZE, Disturbance::Restart(Stop::Immediate)).await);
}
