//! The activity reports of Google Workspace.

use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::act::Acts;
use crate::reader::log::pairs::Pairs;
use crate::reader::log::party;
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::stamp::read_stamp;
use crate::reader::log::wire::{Many, Text, json, wire};
use crate::timeline::{Outcome, Verb};

wire! {
    Activity<'a> {
        id: Id<'a> = "id", actor: Actor<'a> = "actor", address: Text<'a> = "ipAddress", events: Many<Event<'a>, 4096> = "events", name: Text<'a> = "name",
        kind: Text<'a> = "type", parameters: Pairs<'a> = "parameters",
    }
    Id<'a> { at: Text<'a> = "time", application: Text<'a> = "applicationName", unique: Text<'a> = "uniqueQualifier" }
    Actor<'a> { email: Text<'a> = "email", id: Text<'a> = "profileId", key: Text<'a> = "key" }
    Event<'a> { name: Text<'a> = "name", kind: Text<'a> = "type", parameters: Pairs<'a> = "parameters" }
}

const RESOURCES: &[&str] = &[
    "doc_title",
    "doc_id",
    "target_user",
    "user_email",
    "USER_EMAIL",
    "ROLE_NAME",
    "GROUP_EMAIL",
    "group_id",
    "SETTING_NAME",
    "APPLICATION_NAME",
    "app_name",
    "client_id",
    "DOMAIN_NAME",
    "ORG_UNIT_NAME",
    "calendar_id",
    "affected_email_address",
    "resource_name",
];

/// Reads activities; one that lists several events is a record for each.
#[derive(Default)]
pub struct GoogleWorkspace {
    acts: Acts,
}

impl Adapter for GoogleWorkspace {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let activity: Activity = json(piece.bytes)?;
        let known = [&activity.id.application, &activity.id.at, &activity.actor.email, &activity.name]
            .iter()
            .any(|text| text.get().is_some());
        if !known && activity.events.0.is_empty() {
            return Err(Wrong::Foreign);
        }
        if activity.events.0.is_empty() {
            out.record(self.record(piece, &activity, &activity.name, &activity.kind, &activity.parameters));
        }
        for event in &activity.events.0 {
            out.record(self.record(piece, &activity, &event.name, &event.kind, &event.parameters));
        }
        Ok(Taken::Read)
    }
}

impl GoogleWorkspace {
    fn record(
        &mut self,
        piece: &Piece<'_>,
        activity: &Activity<'_>,
        name: &Text<'_>,
        kind: &Text<'_>,
        parameters: &Pairs<'_>,
    ) -> LogRecord {
        let mut record = LogRecord::at(piece.raw);
        record.set_time(read_stamp(activity.id.at.or_empty(), None));
        let who = activity.actor.email.get().or(activity.actor.key.get()).unwrap_or_default();
        record.actor = party::named(who).with_id(activity.actor.id.get());
        record.action = clip(name.get().or(kind.get()).unwrap_or_default(), NAME_CHARS_MAX);
        record.set_act(self.acts.act(&record.action));
        let application = activity.id.application.get().unwrap_or_default();
        record.resource = clip(parameters.get(RESOURCES).unwrap_or(application), TEXT_CHARS_MAX);
        // The report lists what was done; sign-ins that were refused say so in their name.
        let small = record.action.to_ascii_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| small.contains(word));
        record.outcome = if says(&["denied", "blocked", "rejected", "disallowed"])
            || (record.verb == Verb::Login && says(&["fail"]))
        {
            Outcome::Denied
        } else if says(&["failure", "failed", "_error"]) {
            Outcome::Error
        } else if record.action.is_empty() {
            Outcome::Unknown
        } else {
            Outcome::Success
        };
        record.error = parameters
            .get(&["login_failure_type", "LOGIN_FAILURE_REASON", "failure_reason", "error_code", "error_message"])
            .map(|error| clip(error, TEXT_CHARS_MAX));
        record.source_address = activity.address.owned(NAME_CHARS_MAX);
        record.id = activity.id.unique.owned(NAME_CHARS_MAX);
        record.tool = Some(clip(application, NAME_CHARS_MAX)).filter(|tool| !tool.is_empty());
        record
    }
}
