//! The messages of a Slack export: the JSON files inside its archive.

use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::definition::{LogFormat, Watched};
use crate::reader::log::logging::Family;
use crate::reader::log::party;
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX};
use crate::reader::log::sign::Sign;
use crate::reader::log::stamp::read_stamp;
use crate::reader::log::wire::{Text, json, wire};
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, Outcome, Verb};

wire! {
    Message<'a> {
        kind: Text<'a> = "type", subtype: Text<'a> = "subtype", at: Text<'a> = "ts", user: Text<'a> = "user", text: Text<'a> = "text",
        bot: Text<'a> = "bot_id", username: Text<'a> = "username", profile: Profile<'a> = "user_profile", bot_profile: Profile<'a> = "bot_profile",
        thread: Text<'a> = "thread_ts", id: Text<'a> = "client_msg_id", channel: Text<'a> = "channel",
    }
    Profile<'a> { real: Text<'a> = "real_name", display: Text<'a> = "display_name", name: Text<'a> = "name" }
}

/// Reads messages.
pub struct SlackExport;

impl LogFormat for SlackExport {
    const SIGNS: &'static [Sign] = &[
        Sign::Start(b"PK\x03\x04"),
        Sign::Record(30, |record| {
            record.has("ts")
                && (record.text("type") == "message" || record.any(&["client_msg_id", "user_profile", "bot_id"]))
        }),
    ];
    const LISTS: &'static [&'static str] = &["messages"];
    const FAMILY: Option<Family> = Some(Family::Any);
    const WATCHED: Watched = Watched::Not;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(Self)
    }
}

impl Adapter for SlackExport {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let message: Message = json(piece.bytes)?;
        if message.at.get().is_none() && message.text.get().is_none() {
            return Err(Wrong::Foreign);
        }
        if message.kind.get().is_some_and(|kind| kind != "message") {
            return Ok(Taken::Skipped);
        }
        let mut record = LogRecord::at(piece.raw);
        record.set_time(read_stamp(message.at.or_empty(), None));
        let profiles = [&message.profile, &message.bot_profile];
        let named =
            profiles.iter().find_map(|profile| profile.real.get().or(profile.display.get()).or(profile.name.get()));
        let name = named.or(message.username.get()).or(message.user.get()).or(message.bot.get()).unwrap_or_default();
        record.actor = party::person(name).with_id(message.bot.get().or(message.user.get()));
        let automatic = message.bot.get().is_some() || message.subtype.is("bot_message");
        if automatic && record.actor.kind == PrincipalKind::Human {
            record.actor.kind = PrincipalKind::Service;
        }
        record.action = message.subtype.owned(NAME_CHARS_MAX).unwrap_or_else(|| "message".into());
        let note = !automatic
            && message
                .subtype
                .get()
                .is_some_and(|subtype| !["thread_broadcast", "me_message", "file_share"].contains(&subtype));
        (record.verb, record.effect) = if note { (Verb::Other, Effect::None) } else { (Verb::Post, Effect::Mutating) };
        record.outcome = Outcome::Success;
        record.resource = message.channel.owned(NAME_CHARS_MAX).unwrap_or_default();
        record.message = message.text.owned(TEXT_CHARS_MAX).unwrap_or_default();
        record.session = message.thread.owned(NAME_CHARS_MAX);
        record.id = message.id.owned(NAME_CHARS_MAX);
        out.record(record);
        Ok(Taken::Read)
    }
}
