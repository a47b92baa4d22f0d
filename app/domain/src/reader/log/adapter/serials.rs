//! The serial numbers of one machine: which are missing?

use crate::reader::log::record::Gap;
use crate::time::Instant;

/// So many open gaps are kept to be filled by late records; beyond, the oldest is final.
const OPEN_GAPS_MAX: usize = 1_024;

/// A serial that goes back while the time goes on by more than this began anew: the machine restarted.
const RESTART_MICROS: i64 = 1_000_000;

#[derive(Debug, Clone)]
struct Open {
    first: u32,
    last: u32,
    from: Option<Instant>,
    to: Option<Instant>,
}

/// Serials in the order in which they come, which need not be theirs. They wrap at 32 bits.
#[derive(Debug, Default)]
pub struct Serials {
    node: String,
    last: Option<(u32, Option<Instant>)>,
    open: Vec<Open>,
}

impl Serials {
    /// Of this machine.
    pub fn of(node: &str) -> Self {
        Self { node: node.into(), ..Self::default() }
    }

    /// Notes a serial; answers gaps that are final.
    pub fn see(&mut self, serial: u32, time: Option<Instant>) -> Option<Gap> {
        let Some((last, last_time)) = self.last else {
            self.last = Some((serial, time));
            return None;
        };
        let ahead = serial.wrapping_sub(last);
        if ahead == 0 {
            return None;
        }
        if ahead < 1 << 31 {
            self.last = Some((serial, time.or(last_time)));
            // Some kernels leave out 0 when they wrap.
            let skips_zero = ahead == 2 && serial == 1;
            if ahead > 1 && !skips_zero {
                self.open.push(Open {
                    first: last.wrapping_add(1),
                    last: serial.wrapping_sub(1),
                    from: last_time,
                    to: time,
                });
            }
            return (self.open.len() > OPEN_GAPS_MAX).then(|| self.open.remove(0)).map(|gap| self.told(&gap));
        }
        let restarted = time.zip(last_time).is_some_and(|(time, last)| time.micros() - last.micros() > RESTART_MICROS);
        if restarted {
            self.last = Some((serial, time));
            let reason = format!(
                "{}The serials begin anew at {serial} after {last}: the machine restarted, and what was lost in between cannot be counted.",
                self.prefix()
            );
            return Some(Gap { from: last_time, to: time, missing: None, reason });
        }
        self.fill(serial, time);
        None
    }

    /// A late record fills a gap, or parts it in two.
    fn fill(&mut self, serial: u32, time: Option<Instant>) {
        let inside = |gap: &Open| serial.wrapping_sub(gap.first) <= gap.last.wrapping_sub(gap.first);
        let Some(place) = self.open.iter().position(inside) else { return };
        let gap = self.open.remove(place);
        let mut place = place;
        if gap.first != serial {
            self.open.insert(place, Open { last: serial.wrapping_sub(1), to: time.or(gap.to), ..gap.clone() });
            place += 1;
        }
        if gap.last != serial {
            self.open.insert(place, Open { first: serial.wrapping_add(1), from: time.or(gap.from), ..gap });
        }
    }

    /// The gaps that stayed open.
    pub fn finish(&mut self) -> Vec<Gap> {
        let open = std::mem::take(&mut self.open);
        open.iter().map(|gap| self.told(gap)).collect()
    }

    fn prefix(&self) -> String {
        if self.node.is_empty() { String::new() } else { format!("{}: ", self.node) }
    }

    fn told(&self, gap: &Open) -> Gap {
        let missing = u64::from(gap.last.wrapping_sub(gap.first)) + 1;
        let what = if missing == 1 {
            format!("serial {} is missing", gap.first)
        } else {
            format!("serials {} to {} are missing", gap.first, gap.last)
        };
        Gap {
            from: gap.from,
            to: gap.to,
            missing: Some(missing),
            reason: format!("{}{what}: records were lost.", self.prefix()),
        }
    }
}
