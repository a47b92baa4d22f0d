//! What a statement of SQL does, by its words.

use crate::reader::log::act::{Act, act};
use crate::vocabulary::{Effect, Verb};

/// So much of a statement is looked at.
const BYTES_MAX: usize = 64 << 10;

/// What a text of one or several statements does: the gravest of them.
pub fn statement_act(text: &str) -> Act {
    let mut end = text.len().min(BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let found = statements(&text[..end]).into_iter().map(|words| of_words(&words));
    found.max_by_key(|act| weight(*act)).unwrap_or(Act::new(Verb::Other, Effect::None))
}

/// The tables that a statement names, as it writes them.
pub fn tables(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for words in statements(&text[..text.floor_char_boundary(BYTES_MAX)]) {
        let small: Vec<String> = words.iter().map(|word| word.to_ascii_lowercase()).collect();
        for (at, word) in small.iter().enumerate() {
            let mut next = at + 1;
            match word.as_str() {
                "from" | "into" | "join" | "table" | "view" | "using" => {}
                "update" | "truncate" | "copy" if at == 0 => {}
                "on" if matches!(small[0].as_str(), "grant" | "revoke" | "create") => {}
                _ => continue,
            }
            while small.get(next).is_some_and(|word| {
                matches!(
                    word.as_str(),
                    "table" | "only" | "if" | "not" | "exists" | "lateral" | "into" | "from" | "overwrite"
                )
            }) {
                next += 1;
            }
            let Some(name) = words.get(next).filter(|name| is_name(name)) else { continue };
            let name = name.replace(['"', '`'], "");
            if !found.contains(&name) && found.len() < 8 {
                found.push(name);
            }
        }
    }
    found
}

/// Whether a text is a statement, and not a question or a word that begins like one: `delete from`, `drop table`, and so
/// on; `show` and the like are as often something else.
pub fn is_statement(text: &str) -> bool {
    const FIRST: &[&str] = &[
        "select", "insert", "update", "delete", "merge", "upsert", "replace", "truncate", "drop", "alter", "create",
        "grant", "revoke", "with", "explain", "copy", "call",
    ];
    const THINGS: &[&str] = &[
        "table",
        "view",
        "materialized",
        "index",
        "database",
        "schema",
        "role",
        "user",
        "function",
        "procedure",
        "trigger",
        "sequence",
        "temp",
        "temporary",
        "unique",
        "or",
        "external",
        "policy",
        "system",
        "extension",
        "type",
        "if",
    ];
    let Some(words) = statements(&text[..text.floor_char_boundary(BYTES_MAX)]).into_iter().next() else { return false };
    let small: Vec<String> = words.iter().map(|word| word.to_ascii_lowercase()).collect();
    let Some(first) = small.first().filter(|first| FIRST.contains(&first.as_str())) else { return false };
    let next = small.get(1).map_or("", String::as_str);
    let has = |word: &str| small.iter().any(|known| known == word);
    match first.as_str() {
        "select" => has("from") || small.len() == 2 || text.contains('(') || text.contains('*'),
        "insert" | "replace" | "merge" | "upsert" => next == "into" || next == "overwrite",
        "update" => has("set"),
        "delete" => next == "from",
        "truncate" => small.len() > 1,
        "drop" | "alter" | "create" => THINGS.contains(&next),
        "grant" | "revoke" => has("to") || has("from"),
        "with" => has("as") && has("select"),
        "explain" => ["select", "delete", "update", "insert", "analyze", "with"].contains(&next),
        "copy" => has("from") || has("to"),
        "call" => text.contains('('),
        _ => false,
    }
}

/// The first table that a statement names, inside of what it was run on: `prod` and `hr.users` are `prod/hr/users`.
pub fn place(within: &[&str], table: &str) -> String {
    let table = table.replace('.', "/");
    let parts = within.iter().copied().chain([table.as_str()]).map(|part| part.trim_end_matches('/'));
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
}

fn is_name(word: &str) -> bool {
    word.starts_with(|first: char| first.is_alphabetic() || matches!(first, '_' | '"' | '`' | '[' | '@'))
        && !matches!(word.to_ascii_lowercase().as_str(), "select" | "set" | "values" | "where")
}

/// Which of two acts is the graver.
fn weight(act: Act) -> u8 {
    match (act.effect, act.verb) {
        (Effect::Destructive, _) => 5,
        (Effect::Privilege, _) => 4,
        (Effect::Mutating, Verb::Config) => 2,
        (Effect::Mutating, _) => 3,
        (Effect::Read, _) => 1,
        (Effect::None, _) => 0,
    }
}

/// What the first words of a statement mean, and whether others in it change something.
fn of_words(words: &[String]) -> Act {
    let small: Vec<String> = words.iter().map(|word| word.to_ascii_lowercase()).collect();
    let Some(first) = small.first() else { return Act::new(Verb::Other, Effect::None) };
    let has = |word: &str| small.iter().any(|known| known == word);
    let (verb, effect) = match first.as_str() {
        // `explain analyze delete …` deletes; a part behind `with` may, too.
        "with" | "explain" | "prepare" | "declare" => {
            let inner = ["delete", "truncate", "drop", "merge", "update", "insert"].into_iter().find(|word| has(word));
            let runs = first != "explain" || has("analyze");
            match inner {
                Some("delete" | "truncate" | "drop") if runs => (Verb::Delete, Effect::Destructive),
                Some(_) if runs => (Verb::Write, Effect::Mutating),
                _ => (Verb::Read, Effect::Read),
            }
        }
        "select" if has("into") => (Verb::Write, Effect::Mutating),
        "select" | "table" | "values" | "fetch" | "desc" | "describe" | "get" => (Verb::Read, Effect::Read),
        "show" | "list" | "ls" => (Verb::List, Effect::Read),
        "copy" if has("from") && !has("stdout") && !has("to") => (Verb::Write, Effect::Mutating),
        "copy" if has("program") => (Verb::Execute, Effect::Mutating),
        "copy" | "unload" => (Verb::Read, Effect::Read),
        "delete" | "truncate" | "drop" | "remove" | "rm" | "undrop" => (Verb::Delete, Effect::Destructive),
        "grant" => (Verb::Grant, Effect::Privilege),
        "revoke" => (Verb::Revoke, Effect::Privilege),
        "create" | "alter"
            if ["role", "user", "policy", "group"]
                .iter()
                .any(|word| small.get(1).is_some_and(|known| known == word)) =>
        {
            (Verb::Grant, Effect::Privilege)
        }
        "alter"
            if has("system") && small.iter().any(|word| word.starts_with("log_") || word.starts_with("pgaudit")) =>
        {
            (Verb::LoggingControl, Effect::Mutating)
        }
        "alter" if has("drop") => (Verb::Delete, Effect::Destructive),
        "insert" | "update" | "merge" | "alter" | "create" | "comment" | "vacuum" | "reindex" | "replace"
        | "upsert" | "refresh" | "cluster" | "analyze" | "import" | "put" | "lock" | "optimize" => {
            (Verb::Write, Effect::Mutating)
        }
        "set" | "reset" if small.iter().any(|word| word.starts_with("log_") || word.starts_with("pgaudit")) => {
            (Verb::LoggingControl, Effect::Mutating)
        }
        "set" | "reset" | "use" | "discard" => (Verb::Config, Effect::None),
        "begin" | "commit" | "rollback" | "start" | "end" | "savepoint" | "release" | "abort" | "close"
        | "deallocate" | "listen" | "unlisten" | "checkpoint" | "move" => (Verb::Other, Effect::None),
        "call" | "do" | "execute" | "exec" | "load" | "notify" => (Verb::Execute, Effect::Mutating),
        word => return act(word),
    };
    Act { verb, effect }
}

/// The words of each statement, without comments and without what is in quotes.
fn statements(text: &str) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let length = letter.len_utf8();
        let past = |mark: &str, from: usize| {
            rest.get(from..).and_then(|tail| tail.find(mark)).map(|at| from + at + mark.len())
        };
        let mut ends = true;
        let mut taken = length;
        match letter {
            '-' if rest.starts_with("--") => taken = past("\n", 0).unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => taken = past("*/", 2).unwrap_or(rest.len()),
            '\'' => taken = past("'", 1).unwrap_or(rest.len()),
            '$' if rest.starts_with("$$") => taken = past("$$", 2).unwrap_or(rest.len()),
            '"' | '`' => {
                let closed = past(&letter.to_string(), 1).unwrap_or(rest.len());
                word.push_str(&rest[..closed]);
                (taken, ends) = (closed, false);
            }
            _ if letter.is_alphanumeric() || matches!(letter, '_' | '.' | '@' | '[' | ']') => {
                word.push(letter);
                ends = false;
            }
            _ => {}
        }
        if ends && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter == ';' && !words.is_empty() {
            all.push(std::mem::take(&mut words));
        }
        rest = &rest[taken..];
    }
    if !word.is_empty() {
        words.push(word);
    }
    if !words.is_empty() {
        all.push(words);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_what_they_do() {
        let rows = [
            ("SELECT * FROM users", Verb::Read, Effect::Read, "users"),
            ("select 1; DROP TABLE \"Users\"", Verb::Delete, Effect::Destructive, "Users"),
            ("WITH gone AS (DELETE FROM a RETURNING *) SELECT * FROM gone", Verb::Delete, Effect::Destructive, "a"),
            ("/* why */ update shop.orders set n = 'DELETE FROM x'", Verb::Write, Effect::Mutating, "shop.orders"),
            ("EXPLAIN SELECT 1 FROM t", Verb::Read, Effect::Read, "t"),
            ("EXPLAIN ANALYZE DELETE FROM t", Verb::Delete, Effect::Destructive, "t"),
            ("SELECT * INTO copy FROM t", Verb::Write, Effect::Mutating, "copy"),
            ("GRANT ALL ON t TO eve", Verb::Grant, Effect::Privilege, "t"),
            ("CREATE ROLE eve SUPERUSER", Verb::Grant, Effect::Privilege, ""),
            ("ALTER SYSTEM SET log_statement = 'none'", Verb::LoggingControl, Effect::Mutating, ""),
            ("COPY t TO STDOUT", Verb::Read, Effect::Read, "t"),
            ("COPY t FROM STDIN", Verb::Write, Effect::Mutating, "t"),
            ("COMMIT", Verb::Other, Effect::None, ""),
            ("", Verb::Other, Effect::None, ""),
        ];
        for (text, verb, effect, table) in rows {
            assert_eq!(statement_act(text), Act::new(verb, effect), "{text}");
            assert_eq!(tables(text).first().map_or("", String::as_str), table, "{text}");
        }
    }
}
