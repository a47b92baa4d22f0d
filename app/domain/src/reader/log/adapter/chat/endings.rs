//! How a call ended, by its own fields, by those of its result, and by what is inside that.

use super::*;
use crate::reader::log::adapter::tools::turns_away;

/// Where a result keeps what it gives back.
const GIVEN_BACK: &[&str] = &["content", "response", "output", "result"];

/// Where an error says which it is.
const CODES: &[&str] = &["error_code", "code", "status", "status_code", "statusCode", "type"];

/// Whether something failed, and what was said of it.
pub(super) struct Ended {
    failed: Option<bool>,
    turned_away: bool,
    /// What was said.
    pub(super) said: String,
}

impl Ended {
    fn by_text(said: String) -> Self {
        Self { failed: failed_text(&said), turned_away: false, said }
    }

    fn wrong(error: &Value) -> Self {
        let codes = error.as_object().map(|error| CODES.iter().filter_map(|name| text_of(error, &[name])).collect());
        let codes: Vec<String> = codes.unwrap_or_default();
        let said = match error {
            // What is only a code says itself.
            Value::Object(error) if !TEXTS.iter().chain(&["error"]).any(|name| error.contains_key(*name)) => {
                text_of(error, CODES).unwrap_or_default()
            }
            _ => said_in(error),
        };
        Self { failed: Some(true), turned_away: codes.iter().any(|code| turns_away(code)), said }
    }

    /// The same as the end of a call.
    pub(super) fn ending(&self) -> Ending {
        let ending = Ending::of(&self.said, self.failed);
        if self.turned_away { Ending { outcome: Outcome::Denied, ..ending } } else { ending }
    }
}

/// What is wrong by the `error` of a thing, unless that is a word for yes or no.
fn error_of(object: &Map<String, Value>) -> Option<&Value> {
    object.get("error").filter(|error| !matches!(error, Value::Null | Value::Bool(_)) && *error != "")
}

/// How a call ended that keeps its result beside itself; nothing where it does not say.
pub(super) fn beside(object: &Map<String, Value>, arguments: Option<&Value>) -> Option<Ended> {
    if let Some(error) = error_of(object) {
        return Some(Ended::wrong(error));
    }
    let result = ["result", "response", "output", "resultDisplay"].iter().find_map(|name| object.get(*name));
    let result = result.filter(|result| !result.is_null() && arguments != Some(result));
    let status = text(object, &["status"]).unwrap_or_default();
    let failed = match status {
        "error" | "failed" | "cancelled" => Some(true),
        "success" | "completed" => Some(false),
        _ => None,
    };
    match (result, failed) {
        (Some(result), _) => {
            let told = Ended::by_text(said_in(result));
            Some(Ended { failed: failed.or(told.failed), ..told })
        }
        (None, Some(true)) => Some(Ended { failed, turned_away: false, said: status.to_string() }),
        (None, _) => None,
    }
}

/// How a result says that its call ended.
pub(super) fn of_result(object: &Map<String, Value>) -> Ended {
    if let Some(error) = error_of(object) {
        return Ended::wrong(error);
    }
    let said = ["content", "output", "response", "result", "text", "outputs", "parts"]
        .iter()
        .find_map(|name| object.get(*name).filter(|value| !value.is_null()))
        .map(said_in)
        .unwrap_or_default();
    let flag = ["is_error", "isError", "error", "failed"].iter().find_map(|name| object.get(*name)?.as_bool());
    let failed = flag.or(match (text(object, &["status"]), object.get("success")) {
        (Some("error" | "failed" | "failure" | "incomplete"), _) | (_, Some(Value::Bool(false))) => Some(true),
        (Some("success" | "completed" | "ok"), _) | (_, Some(Value::Bool(true))) => Some(false),
        _ => None,
    });
    let inside = GIVEN_BACK.iter().find_map(|name| object.get(*name)?.as_object()).and_then(inside);
    match (failed, inside) {
        (None | Some(true), Some(inside)) => inside,
        (Some(_), _) => Ended { failed, turned_away: false, said },
        (None, None) => Ended::by_text(said),
    }
}

/// What is inside a result says how it ended: an error of its own type, an error of a program, or the code of its exit. By
/// the pages on the server tools of Anthropic's API and on the function calls of Google's, as known in November 2026.
fn inside(object: &Map<String, Value>) -> Option<Ended> {
    let kind = text(object, &["type"]).unwrap_or_default();
    if let Some(error) = error_of(object) {
        return Some(Ended::wrong(error));
    }
    if kind.ends_with("_error") || object.contains_key("error_code") {
        return Some(Ended::wrong(&Value::Object(object.clone())));
    }
    let code = ["return_code", "exit_code", "exitCode"].iter().find_map(|name| object.get(*name)?.as_i64());
    if let Some(code) = code {
        let streams = if code == 0 { ["stdout", "stderr"] } else { ["stderr", "stdout"] };
        let said = text(object, &streams).map_or_else(|| format!("exit {code}"), str::to_string);
        return Some(Ended { failed: Some(code != 0), turned_away: false, said });
    }
    let is_whole = kind.starts_with("web_") && kind.ends_with("_result");
    is_whole.then(|| Ended { failed: Some(false), turned_away: false, said: said_in(&Value::Object(object.clone())) })
}
