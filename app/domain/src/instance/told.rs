//! The changes of the instance in words.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{InstanceChange, InstanceNoun, RefusedCount, RefusedSignIn};
use crate::access::{Role, Scope};
use crate::agent::told::shown;
use crate::counted::{and, counted};
use crate::history::FieldChange;
use crate::time::{Zone, show_instant};
use crate::watch::{AlertState, Decided, RuleKind};
use crate::{Id, Instant, Person};

/// How many characters of a key's id are told.
const KEY_CHARS: usize = 12;

/// What the accounts are called now.
pub type Names = BTreeMap<Id, String>;

/// A change as a sentence, in two parts: who did it, and what was done. Nobody did what has no first part.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeSentence {
    /// Who did it.
    pub who: Option<Person>,
    /// What was done: `disabled the account of Rita`.
    pub act: String,
    /// Where what it is about is shown.
    pub place: Option<String>,
}

impl ChangeSentence {
    /// The whole sentence.
    pub fn sentence(&self) -> String {
        match &self.who {
            Some(who) => format!("{} {}", who.spoken(), self.act),
            None => self.act.clone(),
        }
    }
}

/// Tells a change.
pub fn tell(change: &InstanceChange, names: &Names) -> ChangeSentence {
    let act = match (change.noun, change.kind.as_str()) {
        (InstanceNoun::SignIn, _) => return ChangeSentence { who: None, act: sign_in(change, names), place: None },
        (_, "begun") => "began to keep decisions about alerts in this log".into(),
        (InstanceNoun::Account, _) => account(change),
        (InstanceNoun::Token, _) => token(change, names),
        (InstanceNoun::Invitation, _) => invitation(change),
        (InstanceNoun::SigningKey, _) => signing_key(change),
        (InstanceNoun::Stop, _) => thing(change, "the way to stop agents", "retired_at", "retired"),
        (InstanceNoun::Source, _) if !change.is_new() && change.altered("digest") => {
            format!("gave the source “{}” a new token", change.text("name"))
        }
        (InstanceNoun::Source, _) => thing(change, "the source", "closed_at", "closed"),
        (InstanceNoun::WatchSetting, _) => match RuleKind::parse(change.id.as_str()) {
            Ok(rule) => format!("set the rule “{}”", rule.label()),
            Err(_) => "set who is told of alerts".into(),
        },
        (InstanceNoun::AlertStep, _) => alert(change),
    };
    let found = (change.kind == "found").then(|| format!("found what was there before this log: {act}"));
    ChangeSentence { who: Some(change.actor.clone()), act: found.unwrap_or(act), place: place(change) }
}

fn place(change: &InstanceChange) -> Option<String> {
    if change.kind == "begun" {
        return None;
    }
    match change.noun {
        InstanceNoun::Account => Some(format!("/people#user-{}", change.id)),
        InstanceNoun::Stop => Some(format!("/watch/stops/{}", change.id)),
        InstanceNoun::Source => Some(format!("/watch/sources/{}", change.id)),
        InstanceNoun::WatchSetting if RuleKind::parse(change.id.as_str()).is_ok() => Some("/watch/rules".into()),
        InstanceNoun::WatchSetting => Some("/watch/notices".into()),
        InstanceNoun::AlertStep => Some(format!("/watch/alerts/{}", change.text("alert_id"))),
        InstanceNoun::Token | InstanceNoun::Invitation | InstanceNoun::SignIn | InstanceNoun::SigningKey => None,
    }
}

fn account(change: &InstanceChange) -> String {
    let (name, is_own) = (change.text("name"), change.actor.id == change.id);
    let role = |side: &Value| role_of(side.get("role").and_then(Value::as_str).unwrap_or_default()).to_string();
    if change.is_new() {
        let role = role(&change.after);
        return if is_own {
            format!("opened their account as {role}")
        } else {
            format!("opened an account for {name} as {role}")
        };
    }
    let whose = if is_own { "their".to_string() } else { format!("{name}’s") };
    let mut acts = Vec::new();
    if change.altered("role") {
        acts.push(format!("changed {whose} role from {} to {}", role(&change.before), role(&change.after)));
    }
    if change.altered("disabled_at") {
        let act = if change.came("disabled_at") { "disabled" } else { "enabled" };
        acts.push(format!("{act} the account of {name}"));
    }
    if change.altered("password_hash") {
        acts.push(format!("changed {whose} password"));
    }
    if change.altered("name") {
        let was = change.before.get("name").and_then(Value::as_str).unwrap_or_default();
        acts.push(format!("changed {} name from “{was}” to “{name}”", if is_own { "their" } else { "somebody’s" }));
    }
    for (column, what) in [("zone", "time zone"), ("theme", "colours"), ("email", "address")] {
        if change.altered(column) {
            acts.push(format!("set {whose} {what} to {}", change.text(column)));
        }
    }
    if change.altered("mail") {
        acts.push(format!("turned {whose} mail {}", change.text("mail")));
    }
    and(&acts)
}

fn role_of(word: &str) -> &str {
    Role::parse(word).map_or(word, |role| role.label())
}

fn token(change: &InstanceChange, names: &Names) -> String {
    let (name, owner) = (change.text("name"), Id::new(change.text("user_id")));
    let is_own = owner == change.actor.id;
    let owner = names.get(&owner).map_or("somebody", String::as_str);
    if change.is_new() {
        let scope = change.text("scope");
        let mut act =
            format!("made the token “{name}” with scope {}", Scope::parse(scope).map_or(scope, |scope| scope.label()));
        let agent = change.text("agent");
        if !agent.is_empty() {
            act += &format!(", used by the agent {agent}");
        }
        return if is_own { act } else { format!("{act}, for {owner}") };
    }
    let of = if is_own { String::new() } else { format!(" of {owner}") };
    let act = if change.came("revoked_at") { "revoked" } else { "changed" };
    format!("{act} the token “{name}”{of}")
}

fn invitation(change: &InstanceChange) -> String {
    let (email, role) = (change.text("email"), role_of(change.text("role")));
    match change.kind.as_str() {
        "deleted" => format!("withdrew the invitation of {email}"),
        _ if change.is_new() => format!("invited {email} as {role}"),
        _ => format!("accepted the invitation of {email} as {role}"),
    }
}

fn signing_key(change: &InstanceChange) -> String {
    let key: String = change.id.as_str().chars().take(KEY_CHARS).collect();
    if change.came("retired_at") {
        format!("retired the signing key {key}…")
    } else {
        format!("began to sign with the key {key}…")
    }
}

/// Something with a name that is added, changed, and given up in the end.
fn thing(change: &InstanceChange, what: &str, ended: &str, end: &str) -> String {
    let name = change.text("name");
    if change.is_new() {
        return format!("added {what} “{name}”");
    }
    if change.came(ended) {
        return format!("{end} {what} “{name}”");
    }
    format!("changed {} of {what} “{name}”", and(&altered(change)))
}

fn alert(change: &InstanceChange) -> String {
    let decided = serde_json::from_str::<Decided>(change.text("body"));
    let (act, reason) = match &decided {
        Ok(Decided::Assigned { to: Some(to), .. }) => return format!("assigned an alert to {}", to.name),
        Ok(Decided::Assigned { to: None, .. }) => return "assigned an alert to nobody".into(),
        Ok(Decided::Step(step)) => (step.state, step.reason.as_str()),
        Err(_) => return "decided about an alert".into(),
    };
    let act = match act {
        AlertState::Open => "reopened an alert",
        AlertState::Acknowledged => "acknowledged an alert",
        AlertState::Muted => "muted an alert",
        AlertState::FalseAlarm => "called an alert a false alarm",
        AlertState::Closed => "closed an alert",
    };
    if reason.is_empty() { act.into() } else { format!("{act}: {reason}") }
}

fn sign_in(change: &InstanceChange, names: &Names) -> String {
    let name = |id: &Id| names.get(id).map_or("somebody", String::as_str).to_string();
    if let Ok(refused) = serde_json::from_value::<RefusedSignIn>(change.after.clone()) {
        let who = refused.account.as_ref().map_or_else(String::new, |id| format!(" as {}", name(id)));
        return format!("A sign-in{who} from {} was refused: {}", refused.network, refused.because.label());
    }
    let Ok(counted_up) = serde_json::from_value::<RefusedCount>(change.after.clone()) else {
        return "Sign-ins were refused".into();
    };
    let tried: Vec<String> = counted_up.accounts.iter().map(|(id, count)| format!("{} ({count})", name(id))).collect();
    let act = if counted_up.count == 1 { "was" } else { "were" };
    let mut sentence =
        format!("{} {act} refused within the hour beside those told", counted(counted_up.count, "more sign-in"));
    if !tried.is_empty() {
        sentence += &format!("; tried altogether: {}", and(&tried));
    }
    sentence
}

/// Columns that say nothing to a reader: names of rows, digests, and when a row was written.
const SILENT: [&str; 5] = ["id", "folded", "digest", "created_at", "token_at"];

/// The fields that an edit altered, of what has more than its sentence says.
pub fn fields(change: &InstanceChange, zone: &Zone) -> Vec<FieldChange> {
    let is_told = matches!(change.noun, InstanceNoun::Stop | InstanceNoun::Source | InstanceNoun::WatchSetting);
    if !is_told || change.kind != "edited" {
        return Vec::new();
    }
    let (before, after) = (document(change, &change.before), document(change, &change.after));
    let side = |side: &Value, name: &str| side.get(name).map(|value| show(name, value, zone)).unwrap_or_default();
    let field = |name: &str| FieldChange { field: words(name), before: side(&before, name), after: side(&after, name) };
    names_of(&before, &after).iter().map(|name| field(name)).filter(|field| field.before != field.after).collect()
}

/// What the altered fields are called.
fn altered(change: &InstanceChange) -> Vec<String> {
    let (before, after) = (document(change, &change.before), document(change, &change.after));
    let differs = |name: &String| before.get(name) != after.get(name);
    names_of(&before, &after).into_iter().filter(differs).map(|name| words(&name)).collect()
}

/// The row; of a setting, what is in its one column.
fn document(change: &InstanceChange, side: &Value) -> Value {
    if change.noun != InstanceNoun::WatchSetting {
        return side.clone();
    }
    let body = side.get("body").and_then(Value::as_str).unwrap_or_default();
    serde_json::from_str(body).unwrap_or(Value::Null)
}

fn names_of(before: &Value, after: &Value) -> Vec<String> {
    let keys = |side: &Value| side.as_object().map(|side| side.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
    let mut names: Vec<String> = [keys(before), keys(after)].concat();
    names.retain(|name| !SILENT.contains(&name.as_str()));
    names.sort();
    names.dedup();
    names
}

fn words(column: &str) -> String {
    column.replace('_', " ")
}

fn show(column: &str, value: &Value, zone: &Zone) -> String {
    match value {
        Value::Number(number) if column.ends_with("_at") => {
            number.as_i64().map(|at| show_instant(Instant::from_micros(at), zone)).unwrap_or_default()
        }
        // Lists are kept as JSON in a column of text.
        Value::String(text) if text.starts_with(['[', '{']) => {
            serde_json::from_str(text).map_or_else(|_| text.clone(), |value| shown(&value))
        }
        value => shown(value),
    }
}

#[cfg(test)]
mod tests;
