//! What truly happened: who did what in which moment, with harm in it or without.

use domain::Instant;
use domain::vocabulary::Op;

use crate::chance::Chance;
use crate::shape::Shape;

/// The window: two hours from 17:00 on 18 March 2026, in milliseconds of the epoch.
pub const START: i64 = 1_773_853_200_000;
pub const END: i64 = START + 7_200_000;

const MINUTE: i64 = 60_000;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// An operation on what a place holds.
    Do(Op),
    /// Somebody signed in.
    SignIn,
    /// Something was set up that has nothing to do with the place.
    Manage,
    /// Logging was switched off, or narrowed.
    Off,
    /// Logging was switched on again.
    On,
    /// The place got another name.
    Rename,
}

/// One act.
#[derive(Debug, Clone)]
pub struct Act {
    /// Milliseconds of the epoch.
    pub at: i64,
    pub who: &'static str,
    pub deed: Deed,
    /// The place as the source calls it.
    pub place: String,
    /// What of the place; of harm, a word that stands nowhere else.
    pub thing: String,
    pub denied: bool,
    /// Which of the calls that do the same; 0 is the usual one.
    pub way: usize,
    pub harm: bool,
    /// The number that a kernel gives it.
    pub serial: u32,
}

impl Act {
    pub fn new(at: i64, who: &'static str, deed: Deed, place: &str, thing: String) -> Self {
        Self { at, who, deed, place: place.into(), thing, denied: false, way: 0, harm: false, serial: 0 }
    }

    /// The time as most logs write it.
    pub fn stamp(&self) -> String {
        Instant::from_micros(self.at * 1_000).rfc3339()
    }
}

/// The word by which harm is known in a log.
pub const HARM: &str = "qx7harm";

/// A history of one place in the window and around it.
pub fn history(shape: &Shape, op: Op, harm: bool, chance: &mut Chance) -> Vec<Act> {
    let mut acts = Vec::new();
    let mut at = START - 10 * MINUTE;
    while at < END + 10 * MINUTE {
        acts.push(usual(shape, op, at, chance));
        at += chance.between(MINUTE / 2, 4 * MINUTE);
    }
    // What comes every day is there in any case.
    acts.push(Act::new(START + chance.between(0, END - START), "robot", Deed::Do(op), shape.place, "daily".into()));
    if harm {
        for number in 0..=chance.below(2) {
            let at = chance.between(START + 5 * MINUTE, END - 5 * MINUTE);
            let mut act = Act::new(at, "forum-agent", Deed::Do(op), shape.place, format!("{HARM}{number}"));
            act.way = chance.below(6);
            act.harm = true;
            acts.push(act);
        }
    }
    acts.sort_by_key(|act| act.at);
    acts
}

fn usual(shape: &Shape, op: Op, at: i64, chance: &mut Chance) -> Act {
    let thing = format!("t{}", chance.below(50));
    let who = chance.one(&["robot", "ada", "backup"]);
    let mut act = match chance.below(10) {
        0..=3 => Act::new(at, "robot", Deed::Do(op), shape.place, thing),
        4..=5 => Act::new(at, who, Deed::Do(op), shape.other, thing),
        6..=7 => Act::new(at, who, Deed::SignIn, shape.other, thing),
        _ => Act::new(at, who, Deed::Manage, shape.other, thing),
    };
    act.denied = matches!(act.deed, Deed::Do(_)) && chance.percent(5);
    act
}
