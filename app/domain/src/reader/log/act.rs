//! From the source's word for an act to the verbs of the domain.

use std::collections::BTreeMap;

use crate::timeline::Verb::{
    self, Call, Config, Delete, Execute, Grant, List, Login, Other, Post, Read, Revoke, Search, Share, Write,
};
use crate::timeline::{Effect, Verb as AnyVerb};

/// So many different actions are remembered.
const REMEMBERED_MAX: usize = 4_096;

/// An action is told by so many of its words.
const WORDS_MAX: usize = 16;

/// What an action means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act {
    /// The verb.
    pub verb: Verb,
    /// What it can change.
    pub effect: Effect,
}

const VERBS: &[(Verb, Effect, &[&str])] = &[
    (
        Login,
        Effect::None,
        &[
            "login",
            "logon",
            "logout",
            "logoff",
            "signin",
            "signout",
            "authenticate",
            "authentication",
            "auth",
            "sso",
            "assume",
            "userloggedin",
        ],
    ),
    (List, Effect::Read, &["list", "enumerate", "glob", "ls", "watch", "index"]),
    (Search, Effect::Read, &["search", "query", "scan", "filter", "grep", "find", "websearch", "select"]),
    (
        Read,
        Effect::Read,
        &[
            "get",
            "head",
            "describe",
            "read",
            "view",
            "access",
            "fetch",
            "download",
            "export",
            "lookup",
            "check",
            "validate",
            "preview",
            "open",
            "webfetch",
            "peek",
            "inspect",
            "show",
            "count",
            "cat",
            "receive",
            "decrypt",
            "print",
            "mailitemsaccessed",
            "playback",
            "clone",
            "pull",
        ],
    ),
    (
        Delete,
        Effect::Destructive,
        &[
            "delete",
            "destroy",
            "purge",
            "terminate",
            "wipe",
            "drop",
            "erase",
            "unlink",
            "trash",
            "rm",
            "deletecollection",
            "release",
        ],
    ),
    (
        Grant,
        Effect::Privilege,
        &["grant", "attach", "authorize", "promote", "elevate", "invite", "consent", "impersonate", "assign", "expand"],
    ),
    (
        Revoke,
        Effect::Privilege,
        &["revoke", "detach", "unassign", "demote", "deauthorize", "suspend", "expire", "lock", "deny"],
    ),
    (Revoke, Effect::Mutating, &["remove", "disassociate", "unlinked", "deregister", "unsubscribe", "disconnect"]),
    (Share, Effect::Mutating, &["share", "send", "forward", "sharing", "unshare"]),
    (Post, Effect::Mutating, &["post", "publish", "comment", "reply", "message", "announce"]),
    (Call, Effect::Mutating, &["invoke", "call", "converse", "chat", "completion", "embed", "embedding"]),
    (
        Execute,
        Effect::Mutating,
        &[
            "run", "start", "stop", "restart", "execute", "exec", "execve", "execveat", "reboot", "launch", "trigger",
            "deploy", "schedule", "bash", "shell", "eval", "connect", "kill", "proxy", "cancel", "retry", "rerun",
            "undelete", "action",
        ],
    ),
    (
        Config,
        Effect::Mutating,
        &[
            "configure",
            "config",
            "enable",
            "disable",
            "activate",
            "deactivate",
            "toggle",
            "setting",
            "settings",
            "reset",
            "unlock",
            "sudo",
        ],
    ),
    (
        Write,
        Effect::Mutating,
        &[
            "create",
            "put",
            "update",
            "modify",
            "set",
            "write",
            "edit",
            "add",
            "upload",
            "copy",
            "patch",
            "insert",
            "change",
            "rename",
            "move",
            "restore",
            "import",
            "register",
            "tag",
            "untag",
            "associate",
            "save",
            "apply",
            "provision",
            "replace",
            "merge",
            "push",
            "append",
            "issue",
            "generate",
            "rotate",
            "transfer",
            "convert",
            "make",
            "notebookedit",
            "multiedit",
            "sync",
            "encrypt",
            "sign",
            "unmodify",
            "mkdir",
            "new",
            "submit",
            "approve",
            "request",
            "accept",
            "archive",
            "unarchive",
            "open_for_writing",
            "extend",
            "subscribe",
        ],
    ),
];

/// Things whose change is a change of privileges.
const PRIVILEGES: &[&str] = &[
    "policy",
    "policies",
    "role",
    "permission",
    "privilege",
    "admin",
    "owner",
    "member",
    "membership",
    "collaborator",
    "acl",
    "iam",
    "key",
    "token",
    "credential",
    "grant",
    "oauth",
    "consent",
    "mfa",
    "factor",
    "scope",
    "entitlement",
    "password",
    "federation",
    "assignment",
    "rolebinding",
    "clusterrolebinding",
    "clusterrole",
    "saml",
    "sso",
    "scim",
    "allowlist",
    "profile",
    "user",
    "trust",
];

/// Pairs of words that name what is logged; alone, the first is enough where the second is empty.
const LOGGING: &[(&str, &str)] = &[
    ("logging", ""),
    ("trail", ""),
    ("audit", "log"),
    ("audit", "logs"),
    ("audit", "policy"),
    ("audit", "stream"),
    ("diagnostic", "settings"),
    ("diagnosticsettings", ""),
    ("flow", "logs"),
    ("flowlogs", ""),
    ("log", "stream"),
    ("log", "sink"),
    ("sink", ""),
    ("sinks", ""),
    ("log", "bucket"),
    ("event", "selectors"),
    ("insight", "selectors"),
    ("detector", ""),
    ("recorder", ""),
    ("log", "group"),
    ("event", "hook"),
    ("eventhook", ""),
    ("log", "streaming"),
    ("adminauditlog", ""),
    ("auditlog", ""),
    ("trace", "export"),
];

/// Whether the words name something that is logged.
fn names_logging(words: &[String]) -> bool {
    let has = |word: &str| words.iter().any(|known| known == word);
    LOGGING.iter().any(|(first, second)| has(first) && (second.is_empty() || has(second)))
}

/// The words of an action, in small letters: `AttachUserPolicy`, `user.session.start`, `DELETE_ROLE`.
fn words(action: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut before = ' ';
    for letter in action.chars() {
        let previous = std::mem::replace(&mut before, letter);
        if !letter.is_ascii_alphanumeric() {
            continue;
        }
        let begins = !previous.is_ascii_alphanumeric() || previous.is_ascii_digit() != letter.is_ascii_digit();
        if begins || (previous.is_ascii_lowercase() && letter.is_ascii_uppercase()) {
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
        VERBS
            .iter()
            .find(|(_, _, known)| known.contains(&word))
            .map(|(verb, effect, _)| Act { verb: *verb, effect: *effect })
    };
    let stems = [word.strip_suffix('s'), word.strip_suffix('d'), word.strip_suffix("ed"), word.strip_suffix("ing")];
    find(word).or_else(|| stems.into_iter().flatten().find_map(find))
}

/// What an action means, by its words. The last part of a dotted name is asked first.
pub fn act(action: &str) -> Act {
    let all = words(action);
    let last = action.rsplit(['.', '/', ':']).next().map(words).unwrap_or_default();
    let ends = ["user.session.start", "user.session.end", "sign in", "sign out"];
    if ends.iter().any(|end| action.to_ascii_lowercase().contains(end))
        || action.to_ascii_lowercase().contains("sign-in")
    {
        return Act { verb: Login, effect: Effect::None };
    }
    let found = last.iter().find_map(|word| lookup(word)).or_else(|| all.iter().find_map(|word| lookup(word)));
    let Some(found) = found else { return Act { verb: Other, effect: Effect::None } };
    let changes = matches!(found.verb, Write | Config | Delete | Revoke | Grant | Execute);
    if changes && names_logging(&all) {
        return Act {
            verb: AnyVerb::LoggingControl,
            effect: if found.verb == Delete { Effect::Destructive } else { Effect::Mutating },
        };
    }
    let names = |word: &str| PRIVILEGES.contains(&word);
    let privilege = all.iter().any(|word| names(word) || word.strip_suffix('s').is_some_and(names));
    match found.verb {
        Write | Config if privilege => Act { verb: Grant, effect: Effect::Privilege },
        Revoke if privilege => Act { verb: Revoke, effect: Effect::Privilege },
        Revoke if found.effect == Effect::Mutating => Act { verb: Delete, effect: Effect::Mutating },
        _ => found,
    }
}

/// Actions that were looked up before; a log has few different ones.
#[derive(Debug, Default)]
pub struct Acts(BTreeMap<String, Act>);

impl Acts {
    /// What an action means.
    pub fn act(&mut self, action: &str) -> Act {
        if let Some(known) = self.0.get(action) {
            return *known;
        }
        let found = act(action);
        if self.0.len() < REMEMBERED_MAX {
            self.0.insert(action.to_string(), found);
        }
        found
    }
}
