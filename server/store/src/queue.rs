//! Whose turn it is: of those who write to one incident, this process lets one at a time go to the database.
//!
//! The others wait here, holding nothing. So many writers of one incident take one connection and not all of them,
//! and a writer of another incident waits for one of them and not for all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::{Error, Result};

/// Writers of one incident that wait at most. A write takes some 10 ms, so the last of them waits less than a second.
const WAITING_MAX: usize = 64;

/// How long one waits at most, when writes are slower than that.
const WAIT_MAX: Duration = Duration::from_secs(8);

/// The queues of the incidents that are written to now, by number.
#[derive(Default, Clone)]
pub(crate) struct Queues(Arc<Mutex<HashMap<i64, Queue>>>);

struct Queue {
    turn: Arc<Semaphore>,
    /// Who waits, and whose turn it is.
    places: usize,
}

/// One's turn. It ends when this is dropped.
pub(crate) struct Turn {
    _turn: OwnedSemaphorePermit,
    _place: Place,
}

/// A place in a queue; the last to leave takes the queue away.
struct Place {
    queues: Queues,
    number: i64,
}

impl Queues {
    /// Waits for one's turn at an incident.
    pub(crate) async fn take(&self, number: i64) -> Result<Turn> {
        let (place, queue) = self.place(number)?;
        let turn = timeout(WAIT_MAX, queue.acquire_owned()).await;
        let turn = turn.map_err(|_| Error::Busy(format!("a turn at incident {number} took too long").into()))?;
        Ok(Turn { _turn: turn.map_err(Error::internal)?, _place: place })
    }

    fn place(&self, number: i64) -> Result<(Place, Arc<Semaphore>)> {
        let mut queues = self.of_all();
        let queue = queues.entry(number).or_insert_with(|| Queue { turn: Arc::new(Semaphore::new(1)), places: 0 });
        if queue.places > WAITING_MAX {
            return Err(Error::Busy(format!("{WAITING_MAX} writers wait for incident {number}").into()));
        }
        queue.places += 1;
        Ok((Place { queues: self.clone(), number }, queue.turn.clone()))
    }

    fn of_all(&self) -> MutexGuard<'_, HashMap<i64, Queue>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut queues = self.queues.of_all();
        let left = queues.get_mut(&self.number).map_or(0, |queue| {
            queue.places -= 1;
            queue.places
        });
        if left == 0 {
            queues.remove(&self.number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_at_a_time_and_nothing_is_left_behind() {
        let queues = Queues::default();
        let first = queues.take(7).await.expect("the first turn");
        let other = timeout(Duration::from_secs(1), queues.take(8)).await;
        assert!(matches!(other, Ok(Ok(_))), "another incident has a turn of its own");
        assert!(timeout(Duration::from_millis(20), queues.take(7)).await.is_err(), "the second waits");
        drop(first);
        let again = timeout(Duration::from_secs(1), queues.take(7)).await;
        drop(again.expect("in time").expect("a turn"));
        drop(other);
        assert!(queues.of_all().is_empty());
    }

    #[tokio::test]
    async fn a_queue_that_is_too_long_takes_nobody_else() {
        let queues = Queues::default();
        let first = queues.take(7).await.expect("the first turn");
        let waiting: Vec<_> = (0..WAITING_MAX).map(|_| queues.place(7).expect("a place")).collect();
        assert!(matches!(queues.take(7).await, Err(Error::Busy(_))));
        drop((first, waiting));
        assert!(queues.take(7).await.is_ok());
    }
}
