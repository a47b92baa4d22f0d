//! Who is taken in: so many connections, and so many of one address. Where there are more, the one that rested
//! longest makes room, so that half requests and forgotten connections keep nobody out.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::pulse::Pulse;

/// The connections that are open.
pub(super) struct Gate {
    all_max: usize,
    each_max: usize,
    behind_proxy: bool,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    last: u64,
    connections: HashMap<u64, (Option<IpAddr>, Arc<Pulse>)>,
    by: HashMap<IpAddr, usize>,
}

/// A connection that was taken in. Dropped, its place is free.
pub(super) struct Entry {
    gate: Arc<Gate>,
    number: u64,
    /// Its pulse.
    pub(super) pulse: Arc<Pulse>,
}

impl Gate {
    pub(super) fn new(all_max: usize, each_max: usize, behind_proxy: bool) -> Self {
        Self { all_max, each_max, behind_proxy, open: Mutex::default() }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a connection in, if there is room or somebody makes it.
    pub(super) fn enter(self: &Arc<Self>, from: IpAddr) -> Option<Entry> {
        let counted = (!self.behind_proxy).then(|| counted(from)).flatten();
        let mut open = self.open();
        let of_address = counted.map_or(0, |ip| open.by.get(&ip).copied().unwrap_or_default());
        if of_address >= self.each_max && !open.make_room(|ip| ip == counted) {
            return None;
        }
        if open.connections.len() >= self.all_max && !open.make_room(|_| true) {
            return None;
        }
        open.last += 1;
        let (number, pulse) = (open.last, Pulse::new());
        open.connections.insert(number, (counted, pulse.clone()));
        if let Some(ip) = counted {
            *open.by.entry(ip).or_default() += 1;
        }
        Some(Entry { gate: self.clone(), number, pulse })
    }
}

impl Open {
    /// Asks the connection that rested longest to leave. Its place counts as free at once.
    fn make_room(&mut self, of: impl Fn(Option<IpAddr>) -> bool) -> bool {
        let resting = self.connections.iter().filter(|(_, (ip, _))| of(*ip));
        let longest = resting.filter_map(|(number, (_, pulse))| Some((pulse.has_rested()?, *number))).max();
        let Some((_, number)) = longest else { return false };
        if let Some(pulse) = self.forget(number) {
            pulse.ask_to_leave();
        }
        true
    }

    fn forget(&mut self, number: u64) -> Option<Arc<Pulse>> {
        let (ip, pulse) = self.connections.remove(&number)?;
        if let Some(ip) = ip {
            let left = self.by.get(&ip).copied().unwrap_or_default().saturating_sub(1);
            if left == 0 {
                self.by.remove(&ip);
            } else {
                self.by.insert(ip, left);
            }
        }
        Some(pulse)
    }
}

impl Entry {
    /// Whether three quarters of all places are taken.
    pub(super) fn is_crowded(&self) -> bool {
        self.gate.open().connections.len() * 4 > self.gate.all_max * 3
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.gate.open().forget(self.number);
    }
}

/// The address that connections are counted by. This machine itself may be a proxy for everybody; of the newer
/// addresses everybody has many, and they share their first half.
fn counted(ip: IpAddr) -> Option<IpAddr> {
    match ip.to_canonical() {
        IpAddr::V4(Ipv4Addr::LOCALHOST) | IpAddr::V6(Ipv6Addr::LOCALHOST) => None,
        IpAddr::V4(ip) => Some(ip.into()),
        IpAddr::V6(ip) => Some(Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    const THERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));

    #[test]
    fn who_rests_makes_room_and_who_is_answered_does_not() {
        let gate = Arc::new(Gate::new(4, 2, false));
        let first = gate.enter(HERE).expect("room");
        let answered = super::super::pulse::Answering::begin(&first.pulse);
        let _second = gate.enter(HERE).expect("room");
        let third = gate.enter(HERE).expect("the second makes room");
        let _answered_too = super::super::pulse::Answering::begin(&third.pulse);
        assert!(gate.enter(HERE).is_none(), "both are being answered");
        drop(answered);
        assert!(gate.enter(HERE).is_some(), "now the first one rests");
        assert!(gate.enter(THERE).is_some() && gate.enter(IpAddr::V4(Ipv4Addr::LOCALHOST)).is_some());
    }

    #[test]
    fn places_come_back() {
        let gate = Arc::new(Gate::new(10, 10, false));
        let entries: Vec<Entry> = (0..10).filter_map(|_| gate.enter(HERE)).collect();
        assert!(entries.len() == 10 && entries[0].is_crowded());
        drop(entries);
        assert!(gate.open().connections.is_empty() && gate.open().by.is_empty());
        assert_eq!(
            counted("2001:db8::1".parse().expect("an address")),
            counted("2001:db8::2".parse().expect("another"))
        );
    }
}
