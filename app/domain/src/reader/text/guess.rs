//! Guesses about who did what, from the first words of a line.

use crate::vocabulary::PrincipalKind;

/// What the first words of a line suggest.
pub struct Guess {
    pub actor: String,
    pub actor_kind: PrincipalKind,
    pub verb: Option<&'static str>,
    pub kind: &'static str,
}

/// An actor is named within so many words, or not at all.
const ACTOR_WORDS_MAX: usize = 6;

/// What was done is said within so many words.
const VERB_WORDS_MAX: usize = 12;

const AGENTS: &[&str] = &["agent", "bot", "ai", "assistant", "copilot", "chatbot", "llm", "model"];

const SYSTEMS: &[&str] = &[
    "monitoring",
    "monitor",
    "alert",
    "alerting",
    "alarm",
    "service",
    "system",
    "pipeline",
    "firewall",
    "scanner",
    "cron",
    "scheduler",
    "detector",
    "siem",
    "edr",
    "watchdog",
    "server",
    "pagerduty",
];

const HUMANS: &[&str] = &[
    "engineer",
    "user",
    "analyst",
    "developer",
    "employee",
    "colleague",
    "admin",
    "administrator",
    "operator",
    "manager",
    "team",
    "sre",
    "responder",
    "customer",
    "asker",
    "invoker",
    "researcher",
    "reviewer",
    "director",
    "owner",
    "person",
    "people",
    "on-call",
    "oncall",
    "someone",
    "somebody",
    "we",
    "i",
    "he",
    "she",
    "they",
    "staff",
    "commander",
    "lead",
];

/// Things that begin a line and do not act.
const THINGS: &[&str] = &[
    "access",
    "permission",
    "response",
    "post",
    "data",
    "credential",
    "token",
    "log",
    "sev",
    "impact",
    "guidance",
    "root",
    "review",
    "call",
    "page",
    "time",
    "note",
    "fix",
    "change",
    "rollback",
    "deployment",
    "status",
    "update",
    "severity",
    "error",
    "job",
    "cause",
    "no",
    "all",
];

const ADVERBS: &[&str] = &[
    "then", "also", "again", "now", "has", "had", "have", "is", "was", "were", "are", "been", "not", "never", "still",
    "later",
];

/// The base forms of verbs: the word of the vocabulary, the kind of event, and the verbs that mean it.
const VERBS: &[(Option<&str>, &str, &[&str])] = &[
    (Some("post"), "message", &["post", "publish", "reply", "answer", "comment", "announce"]),
    (
        None,
        "message",
        &["ask", "tell", "told", "say", "said", "notify", "report", "message", "warn", "inform", "request"],
    ),
    (Some("call"), "action", &["invoke", "call"]),
    (Some("write"), "action", &["write", "wrote", "create", "edit", "update", "add", "upload", "commit"]),
    (Some("delete"), "action", &["delete", "remove", "wipe", "drop", "purge", "erase"]),
    (Some("grant"), "grant", &["grant", "escalate", "elevate", "escalation"]),
    (Some("revoke"), "containment", &["revoke", "rescind", "withdraw"]),
    (Some("share"), "message", &["share", "send", "sent", "forward", "email", "leak", "expose"]),
    (Some("login"), "access", &["login", "authenticate"]),
    (
        Some("execute"),
        "action",
        &["execute", "run", "ran", "act", "apply", "deploy", "trigger", "launch", "follow", "start", "restart"],
    ),
    (
        Some("config"),
        "action",
        &["configure", "reconfigure", "misconfigure", "change", "modify", "set", "disable", "enable"],
    ),
    (
        Some("read"),
        "access",
        &["read", "open", "view", "access", "gain", "see", "saw", "download", "copy", "analyze", "analyse"],
    ),
    (Some("list"), "access", &["list", "enumerate"]),
    (Some("search"), "access", &["search", "query"]),
    (None, "alert", &["alert", "fire", "page", "detect", "flag", "alarm", "notice"]),
    (None, "decision", &["decide", "approve", "declare", "classify", "confirm", "reject", "acknowledge"]),
    (None, "stop", &["stop", "kill", "halt", "abort", "pause", "terminate", "shut"]),
    (None, "containment", &["contained", "isolate", "block", "mitigate", "resolve", "quarantine", "restore"]),
];

/// Guesses the actor, its kind, the verb and the kind of event.
pub fn guess(body: &str) -> Guess {
    let words: Vec<&str> = body.split_whitespace().take(VERB_WORDS_MAX).map(bare).collect();
    let (verb, kind) = words.iter().find_map(|word| verb(word)).unwrap_or((None, "note"));
    let (actor, actor_kind) = speaker(body)
        .or_else(|| subject(&words))
        .or_else(|| noun(&words))
        .unwrap_or((String::new(), PrincipalKind::Unknown));
    Guess { actor, actor_kind, verb, kind }
}

fn bare(word: &str) -> &str {
    word.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '@')
}

/// `Dana: stop the agent`.
fn speaker(body: &str) -> Option<(String, PrincipalKind)> {
    let (name, rest) = body.split_once(':')?;
    let words: Vec<&str> = name.split_whitespace().map(bare).collect();
    let short = words.len() <= 4 && rest.starts_with(' ') && !words.iter().any(|word| verb(word).is_some());
    classify(&words).filter(|_| short).map(|kind| (name.trim().into(), kind))
}

/// The words before the first verb, if they name somebody.
fn subject(words: &[&str]) -> Option<(String, PrincipalKind)> {
    let last = words.len().min(ACTOR_WORDS_MAX + 1);
    let at = (1..last).find(|at| {
        let word = words[*at].to_lowercase();
        verb(&word).is_some()
            || (word.len() > 3
                && (word.ends_with('s') || word.ends_with("ed"))
                && !is_noun(&word)
                && classify(&words[..*at]).is_some())
    })?;
    let adverb = |word: &&&str| ADVERBS.contains(&word.to_lowercase().as_str()) || word.ends_with("ly");
    let trailing = words[..at].iter().rev().take_while(adverb).count();
    let phrase = &words[..at - trailing];
    classify(phrase).map(|kind| (phrase.join(" "), kind))
}

/// `Engineer A on leave`: a role, and the letter or number that tells one from another.
fn noun(words: &[&str]) -> Option<(String, PrincipalKind)> {
    let names = |word: &&str| kind(&word.to_lowercase()).is_some();
    let first = words.iter().take(4).position(names)?;
    let at = first + words[first + 1..].iter().take_while(|word| names(word)).count();
    let label = |word: &&&str| {
        word.len() <= 2 && word.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit())
    };
    let end = at + 1 + usize::from(words.get(at + 1).filter(label).is_some());
    let phrase = &words[..end];
    let adjectives = phrase.iter().all(|word| verb(word).is_none());
    classify(phrase).filter(|_| adjectives && first < 3).map(|kind| (phrase.join(" "), kind))
}

/// What a phrase names: by its last noun, else by any, else a name in capitals. `None` when it names nobody.
fn classify(phrase: &[&str]) -> Option<PrincipalKind> {
    let articles = ["the", "a", "an", "our", "my", "one", "another"];
    let lower: Vec<String> = phrase.iter().map(|word| word.to_lowercase()).collect();
    let words: Vec<&str> = lower.iter().map(String::as_str).filter(|word| !articles.contains(word)).collect();
    if let ["incident" | "outage"] = words[..] {
        return Some(PrincipalKind::Unknown);
    }
    let head = words.iter().rev().find(|word| word.len() > 2 || **word == "ai" || **word == "we" || **word == "i");
    if let Some(kind) = head.and_then(|head| kind(head)).or_else(|| words.iter().find_map(|word| kind(word))) {
        return Some(kind);
    }
    let capital = |word: &&str| word.starts_with('@') || word.starts_with(char::is_uppercase);
    let name = !phrase.is_empty() && phrase.len() <= 3 && words.len() == phrase.len() && phrase.iter().all(capital);
    let acts = |word: &&str| !is_thing(word) && verb(word).is_none() && !word.ends_with("tion");
    (name && words.iter().all(acts)).then_some(PrincipalKind::Human)
}

fn kind(word: &str) -> Option<PrincipalKind> {
    let is = |list: &[&str]| list.iter().any(|known| word == *known || word.strip_suffix('s') == Some(known));
    match () {
        () if is(AGENTS) || (word.len() > 4 && word.ends_with("bot")) => Some(PrincipalKind::Agent),
        () if is(SYSTEMS) => Some(PrincipalKind::System),
        () if is(HUMANS) => Some(PrincipalKind::Human),
        () => None,
    }
}

fn is_noun(word: &str) -> bool {
    kind(word).is_some() || is_thing(word)
}

fn is_thing(word: &str) -> bool {
    THINGS.iter().any(|thing| word == *thing || word.strip_suffix('s') == Some(thing))
}

/// The verb of the vocabulary and the kind of event a word suggests.
fn verb(word: &str) -> Option<(Option<&'static str>, &'static str)> {
    let word = word.to_lowercase();
    VERBS
        .iter()
        .find(|(_, _, bases)| bases.iter().any(|base| inflects(&word, base)))
        .map(|(verb, kind, _)| (*verb, *kind))
}

/// Whether a word is a form of a verb: stops, stopped, stopping, publishes, applied, invoking.
fn inflects(word: &str, base: &str) -> bool {
    let ends = |stem: &str, endings: &[&str]| word.strip_prefix(stem).is_some_and(|end| endings.contains(&end));
    let (short, last) = base.split_at(base.len() - 1);
    ends(base, &["", "s", "es", "ed", "d", "ing"])
        || (last == "e" && ends(short, &["ing"]))
        || (last == "y" && ends(short, &["ies", "ied"]))
        || word
            .strip_prefix(base)
            .and_then(|end| end.strip_prefix(last))
            .is_some_and(|end| ["ed", "ing"].contains(&end))
}
