//! Places that are few: so many for everybody together, and a share of them for each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Places for everybody, of which nobody gets more than a share.
pub struct Quota {
    all_max: usize,
    each_max: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by: HashMap<String, usize>,
}

/// Whose places are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// Whoever asks has all that one may have.
    Share,
    /// There is no place left for anybody.
    Everybody,
}

/// Places that are taken; dropped, they are free again.
pub struct Place {
    of: Arc<Quota>,
    who: String,
    count: usize,
}

impl Quota {
    /// So many places, and so many of them at most for each.
    pub fn new(all_max: usize, each_max: usize) -> Arc<Self> {
        Arc::new(Self { all_max, each_max, taken: Mutex::default() })
    }

    /// Takes places for somebody.
    pub fn take(self: &Arc<Self>, who: &str, count: usize) -> Result<Place, Full> {
        let mut place = Place { of: self.clone(), who: who.to_string(), count: 0 };
        place.grow(count)?;
        Ok(place)
    }

    /// How many places are taken.
    pub fn taken(&self) -> usize {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).all
    }
}

impl Place {
    /// Takes some more for the same.
    pub fn grow(&mut self, count: usize) -> Result<(), Full> {
        let mut taken = self.of.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all + count > self.of.all_max {
            return Err(Full::Everybody);
        }
        let mine = taken.by.get(&self.who).copied().unwrap_or_default();
        if mine + count > self.of.each_max {
            return Err(Full::Share);
        }
        if count > 0 {
            taken.all += count;
            taken.by.insert(self.who.clone(), mine + count);
            self.count += count;
        }
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.of.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= self.count;
        let left = taken.by.get(&self.who).copied().unwrap_or_default().saturating_sub(self.count);
        if left == 0 {
            taken.by.remove(&self.who);
        } else {
            taken.by.insert(self.who.clone(), left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_gets_more_than_a_share_and_all_of_it_comes_back() {
        let quota = Quota::new(5, 3);
        let mut first = quota.take("a", 2).expect("a place");
        assert_eq!(first.grow(2), Err(Full::Share));
        first.grow(1).expect("one more");
        let second = quota.take("b", 2).expect("a place");
        assert_eq!(quota.take("c", 1).err(), Some(Full::Everybody));
        assert_eq!(quota.taken(), 5);
        drop((first, second));
        assert_eq!(quota.taken(), 0);
        assert!(quota.taken.lock().expect("a lock").by.is_empty(), "nobody is remembered who has nothing");
        quota.take("a", 3).expect("places");
    }
}
