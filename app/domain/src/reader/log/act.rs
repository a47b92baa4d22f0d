//! From the source's word for an act to the verbs of the domain.

use std::collections::BTreeMap;

use crate::vocabulary::{Effect, Verb};

/// So many different actions are remembered.
const REMEMBERED_MAX: usize = 4_096;

/// An action is told by so many of its words.
const WORDS_MAX: usize = 16;

/// Whether an act gives a thing another name or another place, by its words.
pub fn is_renaming(action: &str) -> bool {
    const WORDS: &[&str] = &["rename", "renamed", "transfer", "transferred", "move", "moved", "migrate", "migrated"];
    // Most acts are none of these, and are told by a part of the word.
    const PARTS: &[&[u8]] = &[b"renam", b"transf", b"mov", b"migrat"];
    let has = |part: &&[u8]| action.as_bytes().windows(part.len()).any(|found| found.eq_ignore_ascii_case(part));
    PARTS.iter().any(has) && words(action).iter().any(|word| WORDS.contains(&word.as_str()))
}

/// What an action means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act {
    /// The verb.
    pub verb: Verb,
    /// What it can change.
    pub effect: Effect,
}

impl Act {
    /// Of both.
    pub const fn new(verb: Verb, effect: Effect) -> Self {
        Self { verb, effect }
    }
}

/// What the source's verbs mean, in their base form.
const VERBS: &[(Verb, Effect, &str)] = &[
    (
        Verb::Login,
        Effect::None,
        "login logon logout logoff signin signout authenticate authentication auth sso assume userloggedin",
    ),
    (Verb::List, Effect::Read, "list enumerate glob ls watch index"),
    (Verb::Search, Effect::Read, "search query scan filter grep find websearch select"),
    (
        Verb::Read,
        Effect::Read,
        "get head describe read view access fetch download export lookup check validate preview open webfetch peek \
         inspect show count cat receive decrypt print mailitemsaccessed playback clone pull",
    ),
    (Verb::Delete, Effect::Destructive, "delete destroy purge terminate wipe drop erase unlink trash rm release"),
    (Verb::Grant, Effect::Privilege, "grant attach authorize promote elevate invite consent impersonate assign expand"),
    (
        Verb::Revoke,
        Effect::Privilege,
        "revoke detach unassign demote deauthorize suspend expire lock deny invalidate restrict ban block",
    ),
    (Verb::Revoke, Effect::Mutating, "remove disassociate deregister unsubscribe disconnect uninstall leave"),
    (Verb::Share, Effect::Mutating, "share send sent forward sharing unshare"),
    (Verb::Post, Effect::Mutating, "post publish comment reply message announce"),
    (Verb::Call, Effect::Mutating, "invoke call converse chat completion embed embedding"),
    (
        Verb::Execute,
        Effect::Mutating,
        "run start stop restart execute exec execve execveat reboot launch trigger deploy schedule bash shell eval \
         connect kill proxy cancel retry rerun undelete action",
    ),
    (
        Verb::Config,
        Effect::Mutating,
        "configure config enable disable activate deactivate toggle setting settings reset unlock sudo install enroll \
         unenroll",
    ),
    (
        Verb::Write,
        Effect::Mutating,
        "create put update modify set write written overwrite overwritten edit add upload copy patch insert change rename move restore import \
         register tag untag associate save apply provision replace merge push append issue generate rotate transfer \
         convert make notebookedit multiedit sync encrypt sign mkdir new submit approve request accept archive \
         unarchive extend subscribe",
    ),
];

/// Words that are things as often as acts: they count only where nothing else is said.
const VAGUE: &str = "authentication auth sso setting settings config access request index action message chat";

/// Things whose change is a change of privileges.
const PRIVILEGES: &str = "policy policies role permission privilege admin owner member membership collaborator acl iam \
     key token credential grant oauth consent mfa factor scope entitlement password federation assignment rolebinding \
     clusterrolebinding clusterrole saml sso scim allowlist profile user trust";

/// One or two words that name what is logged.
const LOGGING: &[&str] = &[
    "logging",
    "trail",
    "audit log",
    "audit logs",
    "audit policy",
    "audit configuration",
    "audit config",
    "audit rule",
    "audit rules",
    "audit stream",
    "diagnostic settings",
    "diagnosticsettings",
    "flow logs",
    "flowlogs",
    "log stream",
    "log streaming",
    "log sink",
    "sink",
    "log bucket",
    "log group",
    "event selectors",
    "insight selectors",
    "detector",
    "recorder",
    "event hook",
    "eventhook",
    "adminauditlog",
    "auditlog",
];

/// Sign-ins that no single word tells.
const SIGN_INS: &[&str] = &[
    "user.session.start",
    "user.session.end",
    "sign in",
    "sign out",
    "sign-in",
    "sign-out",
    "logged in",
    "logged out",
    "logged_in",
    "logged_out",
    "log in",
    "log out",
];

fn has(list: &str, word: &str) -> bool {
    list.split(' ').any(|known| known == word)
}

/// The words of an action, in small letters: `AttachUserPolicy`, `user.session.start`, `DELETE_ROLE`.
pub(crate) fn words(action: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut before = ' ';
    for letter in action.chars() {
        let previous = std::mem::replace(&mut before, letter);
        if !letter.is_ascii_alphanumeric() {
            continue;
        }
        let kind_changes = previous.is_ascii_digit() != letter.is_ascii_digit();
        let hump = previous.is_ascii_lowercase() && letter.is_ascii_uppercase();
        if !previous.is_ascii_alphanumeric() || kind_changes || hump {
            if found.len() == WORDS_MAX {
                break;
            }
            found.push(String::new());
        }
        if let Some(word) = found.last_mut() {
            word.push(letter.to_ascii_lowercase());
        }
    }
    found
}

fn lookup(word: &str) -> Option<Act> {
    let find = |word: &str| {
        VERBS.iter().find(|(.., known)| has(known, word)).map(|(verb, effect, _)| Act::new(*verb, *effect))
    };
    let stems = [word.strip_suffix('s'), word.strip_suffix('d'), word.strip_suffix("ed"), word.strip_suffix("ing")];
    // `transferred` is `transfer`, `stopped` is `stop`.
    let doubled = [word.strip_suffix("ed"), word.strip_suffix("ing")].into_iter().flatten().filter_map(undoubled);
    find(word).or_else(|| stems.into_iter().flatten().chain(doubled).find_map(find))
}

/// A word without the last of two equal consonants at its end.
fn undoubled(word: &str) -> Option<&str> {
    let [.., before, last] = word.as_bytes() else { return None };
    (before == last && !b"aeious".contains(last)).then(|| word.get(..word.len() - 1)).flatten()
}

/// What an action means, by its words. The last part of a dotted name is asked first, and its clearer words before the vague.
pub fn act(action: &str) -> Act {
    let small = action.to_ascii_lowercase();
    if SIGN_INS.iter().any(|sign_in| small.contains(sign_in)) {
        return Act::new(Verb::Login, Effect::None);
    }
    let all = words(action);
    let last = action.rsplit(['.', '/', ':']).next().map(words).unwrap_or_default();
    let clear = |words: &[String]| words.iter().filter(|word| !has(VAGUE, word)).find_map(|word| lookup(word));
    let vague = || all.iter().find_map(|word| lookup(word));
    let Some(found) = clear(&last).or_else(|| clear(&all)).or_else(vague) else {
        return Act::new(Verb::Other, Effect::None);
    };
    let changes =
        matches!(found.verb, Verb::Write | Verb::Config | Verb::Delete | Verb::Revoke | Verb::Grant | Verb::Execute);
    if changes && names_logging(&all) {
        let effect = if found.verb == Verb::Delete { Effect::Destructive } else { Effect::Mutating };
        return Act::new(Verb::LoggingControl, effect);
    }
    let privilege =
        |word: &String| has(PRIVILEGES, word) || word.strip_suffix('s').is_some_and(|word| has(PRIVILEGES, word));
    match found.verb {
        Verb::Write | Verb::Config if all.iter().any(privilege) => Act::new(Verb::Grant, Effect::Privilege),
        Verb::Revoke if all.iter().any(privilege) => Act::new(Verb::Revoke, Effect::Privilege),
        Verb::Revoke if found.effect == Effect::Mutating => Act::new(Verb::Delete, Effect::Mutating),
        _ => found,
    }
}

fn names_logging(words: &[String]) -> bool {
    LOGGING.iter().any(|name| name.split(' ').all(|part| words.iter().any(|word| word == part)))
}

/// Actions that were looked up before; a log has few different ones.
#[derive(Debug, Default)]
pub struct Acts(BTreeMap<String, Act>);

impl Acts {
    /// What an action means, by its words.
    pub fn act(&mut self, action: &str) -> Act {
        self.remembered(action, act)
    }

    /// What an action means, found in this way where it was not looked up before.
    pub fn remembered(&mut self, action: &str, find: impl FnOnce(&str) -> Act) -> Act {
        if let Some(known) = self.0.get(action) {
            return *known;
        }
        let found = find(action);
        if self.0.len() < REMEMBERED_MAX {
            self.0.insert(action.to_string(), found);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_told_by_their_words() {
        let rows = [
            ("GetSecretValue", Verb::Read, Effect::Read),
            ("ListAccessKeys", Verb::List, Effect::Read),
            ("AttachUserPolicy", Verb::Grant, Effect::Privilege),
            ("CreateAccessKey", Verb::Grant, Effect::Privilege),
            ("AddPermission20150331v2", Verb::Grant, Effect::Privilege),
            ("RemovePermission", Verb::Revoke, Effect::Privilege),
            ("DELETE_ROLE", Verb::Delete, Effect::Destructive),
            ("user.session.start", Verb::Login, Effect::None),
            ("user.authentication.auth_via_mfa", Verb::Login, Effect::None),
            ("pref.two_factor_auth_changed", Verb::Grant, Effect::Privilege),
            ("login.failed", Verb::Login, Effect::None),
            ("storage.objects.get", Verb::Read, Effect::Read),
            ("Microsoft.Compute/virtualMachines/start/action", Verb::Execute, Effect::Mutating),
            ("MICROSOFT.INSIGHTS/DIAGNOSTICSETTINGS/DELETE", Verb::LoggingControl, Effect::Destructive),
            ("ekm_logging_config_set", Verb::LoggingControl, Effect::Mutating),
            ("system.log_stream.lifecycle.deactivate", Verb::LoggingControl, Effect::Mutating),
            ("change_calendar_acls", Verb::Grant, Effect::Privilege),
            ("repo.access", Verb::Read, Effect::Read),
            ("owner_transferred", Verb::Grant, Effect::Privilege),
            ("user_logged_in", Verb::Login, Effect::None),
            ("run.stopped", Verb::Execute, Effect::Mutating),
            ("completely novel", Verb::Other, Effect::None),
        ];
        for (action, verb, effect) in rows {
            assert_eq!(act(action), Act::new(verb, effect), "{action}");
        }
    }
}
