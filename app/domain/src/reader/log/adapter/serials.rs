//! The serial numbers of one machine: which are missing, whatever the order of the file?
//!
//! The numbers are sorted by their times before gaps are judged. A file may be newest first, joined of parts, or hold
//! a part twice. Where numbers and times do not agree, there is more than one machine, or a boot beside another, and
//! nothing is known of what is missing.

use crate::reader::log::record::MissingRecords;
use crate::time::Instant;

/// So many numbers of a machine are sorted at a time; beyond, the earlier ones are judged as they are.
const SORTED_MAX: usize = 1 << 20;

/// So many of them stay to be sorted with those that come.
const KEPT: usize = SORTED_MAX / 8;

/// So many gaps wait to be filled by late records; beyond, the oldest is final.
const OPEN_GAPS_MAX: usize = 1_024;

/// Records may be so late among their neighbours. A serial that goes back while the time goes on by more than this
/// began anew.
const LATE_MICROS: i64 = 1_000_000;

/// So many records there are at most before the daemon that writes them is up.
const BOOT_MAX: u32 = 10_000;

/// A serial this close to the end of its 32 bits may be followed by a small one.
const WRAP: u32 = 1 << 20;

#[derive(Debug, Clone)]
struct Open {
    first: u32,
    last: u32,
    from: i64,
    to: i64,
}

/// What is known of the serials of one machine.
#[derive(Debug, Default)]
pub struct Serials {
    node: String,
    /// Times and serials that are not judged yet.
    waiting: Vec<(i64, u32)>,
    first: Option<(i64, u32)>,
    last: Option<(i64, u32)>,
    open: Vec<Open>,
    /// The greatest serial of each boot that ended.
    ended: Vec<u32>,
    found: Vec<MissingRecords>,
    mixed: bool,
    /// The earliest and the latest time there is.
    extent: Option<(i64, i64)>,
}

/// Where the records of one machine end before those of another, or begin after them: whether it logged then is not known.
pub fn apart<'a>(machines: impl Iterator<Item = &'a Serials> + Clone) -> Vec<MissingRecords> {
    let extents = machines.clone().filter_map(|machine| machine.extent);
    let Some((first, last)) = extents.reduce(|all, one| (all.0.min(one.0), all.1.max(one.1))) else {
        return Vec::new();
    };
    let gap = |from: i64, to: i64, reason: String| MissingRecords {
        from: Some(Instant::from_micros(from)),
        to: Some(Instant::from_micros(to)),
        missing: None,
        reason,
    };
    let of = |machine: &'a Serials| {
        let (begins, ends) = machine.extent?;
        let name = if machine.node.is_empty() { "the machine without a name" } else { &machine.node };
        let late = (begins > first).then(|| {
            gap(first, begins, format!("The records of {name} begin here, after those of another machine: whether it was logged before is not known."))
        });
        let early = (ends < last).then(|| {
            gap(ends, last, format!("The records of {name} end here, before those of another machine: whether it was still logged is not known."))
        });
        Some(late.into_iter().chain(early))
    };
    machines.filter_map(of).flatten().collect()
}

impl Serials {
    /// Of this machine.
    pub fn of(node: &str) -> Self {
        Self { node: node.into(), ..Self::default() }
    }

    /// Notes a serial and its time. Without a time it has no place among the others.
    pub fn see(&mut self, serial: u32, time: Option<Instant>) {
        let Some(time) = time else {
            self.mixed = true;
            return;
        };
        if self.waiting.len() == SORTED_MAX {
            self.judge(KEPT);
        }
        self.waiting.push((time.micros(), serial));
        let micros = time.micros();
        self.extent = Some(self.extent.map_or((micros, micros), |(first, last)| (first.min(micros), last.max(micros))));
    }

    /// Whether serials of several machines or boots are mixed so that they cannot be told apart; known at the end.
    pub fn is_mixed(&self) -> bool {
        self.mixed
    }

    /// The gaps, in the order of their times.
    pub fn finish(&mut self) -> Vec<MissingRecords> {
        self.judge(0);
        let open = std::mem::take(&mut self.open);
        let mut gaps = std::mem::take(&mut self.found);
        gaps.extend(open.iter().map(|gap| self.told(gap)));
        gaps.sort_by_key(|gap| (gap.from, gap.to));
        gaps
    }

    /// Judges the earliest, but for so many.
    fn judge(&mut self, kept: usize) {
        let mut sorted = std::mem::take(&mut self.waiting);
        // Of one moment, those before the wrap come first.
        sorted.sort_unstable_by_key(|(time, serial)| (*time, serial.wrapping_add(WRAP)));
        sorted.dedup();
        let rest = sorted.split_off(sorted.len().saturating_sub(kept));
        for (time, serial) in sorted {
            self.next(time, serial);
        }
        self.waiting = rest;
    }

    fn next(&mut self, time: i64, serial: u32) {
        let Some((last_time, last)) = self.last else {
            (self.first, self.last) = (Some((time, serial)), Some((time, serial)));
            return;
        };
        // It was judged before that this would come.
        if time < last_time {
            self.mixed |= !self.fill(serial, time);
            return;
        }
        let late = time - last_time <= LATE_MICROS;
        let ahead = serial.wrapping_sub(last);
        match ahead {
            // Another record has the same number: of another machine, or of another boot.
            0 => self.mixed = true,
            1..0x8000_0000 if serial > last || ahead <= WRAP => self.advance(time, serial, last_time, last, ahead),
            _ if late => self.mixed |= !self.fill(serial, time),
            // A number far above those of now belongs to an earlier time.
            _ if serial > last => self.mixed = true,
            // A boot begins near one: what goes back to a number above is of another machine.
            _ => {
                self.mixed |= serial > BOOT_MAX || self.open.iter().any(|gap| (gap.first..=gap.last).contains(&serial));
                self.restart(time, serial, last_time, last);
            }
        }
    }

    fn advance(&mut self, time: i64, serial: u32, last_time: i64, last: u32, ahead: u32) {
        // A boot that goes on behind another was never over: two machines take turns.
        self.mixed |= ahead > 1 && self.ended.iter().any(|ended| (last..=serial).contains(ended));
        self.last = Some((time, serial));
        // Some kernels leave out 0 when they wrap.
        let skips_zero = ahead == 2 && serial == 1 && last == u32::MAX;
        if ahead > 1 && !skips_zero {
            self.open.push(Open {
                first: last.wrapping_add(1),
                last: serial.wrapping_sub(1),
                from: last_time,
                to: time,
            });
        }
        if self.open.len() > OPEN_GAPS_MAX {
            let oldest = self.open.remove(0);
            self.found.push(self.told(&oldest));
        }
    }

    fn restart(&mut self, time: i64, serial: u32, last_time: i64, last: u32) {
        self.last = Some((time, serial));
        if self.ended.len() < OPEN_GAPS_MAX {
            self.ended.push(last);
        } else {
            self.mixed = true;
        }
        // What the boot before left open stays open.
        let open = std::mem::take(&mut self.open);
        let told: Vec<MissingRecords> = open.iter().map(|gap| self.told(gap)).collect();
        self.found.extend(told);
        let reason = format!(
            "{}The serials begin anew at {serial} after {last}: the machine restarted, and what was lost in between cannot be counted.",
            self.prefix()
        );
        let (from, to) = (Some(Instant::from_micros(last_time)), Some(Instant::from_micros(time)));
        self.found.push(MissingRecords { from, to, missing: None, reason });
    }

    /// A late record fills a gap, or parts it in two; answers whether it had a place.
    fn fill(&mut self, serial: u32, time: i64) -> bool {
        let inside = |gap: &Open| {
            serial.wrapping_sub(gap.first) <= gap.last.wrapping_sub(gap.first)
                && (gap.from.saturating_sub(LATE_MICROS)..=gap.to.saturating_add(LATE_MICROS)).contains(&time)
        };
        let Some(place) = self.open.iter().position(inside) else {
            // Before the first of all nothing was judged to be missing.
            return self.begins(serial, time);
        };
        let gap = self.open.remove(place);
        let mut place = place;
        if gap.first != serial {
            self.open.insert(place, Open { last: serial.wrapping_sub(1), to: time, ..gap.clone() });
            place += 1;
        }
        if gap.last != serial {
            self.open.insert(place, Open { first: serial.wrapping_add(1), from: time, ..gap });
        }
        true
    }

    /// Takes a serial for the first of all, where the first come in any order; answers whether it can be.
    fn begins(&mut self, serial: u32, time: i64) -> bool {
        let Some((first_time, first)) = self.first.filter(|_| self.ended.is_empty()) else { return false };
        let before = first.wrapping_sub(serial);
        if !(1..0x8000_0000).contains(&before) || time.saturating_sub(first_time) > LATE_MICROS {
            return false;
        }
        self.first = Some((first_time, serial));
        if before > 1 {
            let (first, last) = (serial.wrapping_add(1), first.wrapping_sub(1));
            self.open.insert(0, Open { first, last, from: first_time, to: time });
        }
        true
    }

    fn prefix(&self) -> String {
        if self.node.is_empty() { String::new() } else { format!("{}: ", self.node) }
    }

    fn told(&self, gap: &Open) -> MissingRecords {
        let missing = u64::from(gap.last.wrapping_sub(gap.first)) + 1;
        let what = if missing == 1 {
            format!("serial {} is missing", gap.first)
        } else {
            format!("serials {} to {} are missing", gap.first, gap.last)
        };
        MissingRecords {
            from: Some(Instant::from_micros(gap.from.min(gap.to))),
            to: Some(Instant::from_micros(gap.from.max(gap.to))),
            missing: Some(missing),
            reason: format!("{}{what}: records were lost.", self.prefix()),
        }
    }
}
