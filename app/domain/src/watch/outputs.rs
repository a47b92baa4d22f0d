//! What agents wrote that no person said yes to, and who read it.

use std::collections::{HashMap, VecDeque};

use crate::Instant;

/// So many resources are remembered, the newest.
const OUTPUTS_MAX: usize = 10_000;

/// So many readings of one agent are remembered, the newest.
const READINGS_MAX: usize = 16;

/// So many agents are remembered.
const READERS_MAX: usize = 10_000;

/// Something that an agent wrote.
#[derive(Debug, Clone)]
struct Output {
    by: String,
    at: Instant,
}

/// That an agent read what another one wrote.
#[derive(Debug, Clone)]
pub(super) struct OutputRead {
    /// What it read.
    pub(super) resource: String,
    /// Who wrote it.
    pub(super) by: String,
    at: Instant,
}

/// What agents wrote that no person said yes to, and who read it.
#[derive(Debug, Default)]
pub(super) struct Outputs {
    written: HashMap<String, Output>,
    /// The resources in the order in which they were first written.
    order: VecDeque<String>,
    readings: HashMap<String, VecDeque<OutputRead>>,
}

impl Outputs {
    /// An agent wrote; a person's yes makes it nobody's unconfirmed output.
    pub(super) fn write(&mut self, resource: &str, by: &str, at: Instant, is_confirmed: bool) {
        if is_confirmed {
            self.written.remove(resource);
            return;
        }
        let output = Output { by: by.to_string(), at };
        if self.written.insert(resource.to_string(), output).is_none() {
            self.order.push_back(resource.to_string());
        }
        while self.order.len() > OUTPUTS_MAX {
            let Some(oldest) = self.order.pop_front() else { break };
            self.written.remove(&oldest);
        }
    }

    /// An agent read.
    pub(super) fn read(&mut self, resource: &str, reader: &str, at: Instant) {
        let Some(output) = self.written.get(resource).filter(|output| output.by != reader && output.at <= at) else {
            return;
        };
        if self.readings.len() >= READERS_MAX && !self.readings.contains_key(reader) {
            self.readings.clear();
        }
        let readings = self.readings.entry(reader.to_string()).or_default();
        readings.push_back(OutputRead { resource: resource.to_string(), by: output.by.clone(), at });
        while readings.len() > READINGS_MAX {
            readings.pop_front();
        }
    }

    /// The last that an agent read of another one's unconfirmed output, within the time before.
    pub(super) fn behind(&self, actor: &str, at: Instant, micros: i64) -> Option<&OutputRead> {
        let readings = self.readings.get(actor)?;
        readings.iter().rev().find(|reading| reading.at <= at && at.micros() - reading.at.micros() <= micros)
    }
}
