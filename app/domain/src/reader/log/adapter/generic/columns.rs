//! What columns mean that have no role of their own: the zone of the times beside them, the parts of a request to a web
//! server, and what the name of a column says of its values.

use super::outcome;
use crate::reader::log::adapter::web::{of_status, request_act};
use crate::reader::log::mapping::plain;
use crate::reader::log::party;
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::time::Zone;
use crate::vocabulary::Outcome;

/// The parts of a request, under the names of Caddy, Traefik, AWS WAF, and Google's load balancers.
const METHODS: &[&str] = &[
    "request.method",
    "httprequest.requestmethod",
    "httprequest.httpmethod",
    "requestmethod",
    "http.method",
    "httpmethod",
];
const PATHS: &[&str] = &[
    "request.uri",
    "httprequest.requesturl",
    "httprequest.uri",
    "requestpath",
    "request.url",
    "requesturi",
    "request.path",
    "http.url",
    "http.target",
];
const STATUSES: &[&str] =
    &["httprequest.status", "downstreamstatus", "originstatus", "http.statuscode", "statuscode", "status"];
const ADDRESSES: &[&str] = &[
    "request.remoteip",
    "request.clientip",
    "httprequest.remoteip",
    "httprequest.clientip",
    "clienthost",
    "clientaddr",
];
const USERS: &[&str] = &["clientusername", "request.user", "userid"];
const AGENTS: &[&str] = &["httprequest.useragent", "requestuseragent", "request.headers.useragent"];

/// Where these columns are.
#[derive(Default)]
pub struct Columns {
    request: Option<[Vec<usize>; 6]>,
}

/// The zone of a name, an offset or a place.
pub fn zone_of(text: &str) -> Option<Zone> {
    let text = text.trim();
    Zone::of_log(text).or_else(|| Zone::parse(text).ok())
}

impl Columns {
    /// Among these names.
    pub fn of(names: &[&str]) -> Self {
        let plain: Vec<String> = names.iter().map(|name| plain(name)).collect();
        let all = |wanted: &[&str]| -> Vec<usize> {
            wanted.iter().filter_map(|name| plain.iter().position(|known| known == name)).collect()
        };
        let method = all(METHODS);
        let request =
            (!method.is_empty()).then(|| [method, all(PATHS), all(STATUSES), all(ADDRESSES), all(USERS), all(AGENTS)]);
        Self { request }
    }

    /// Fills in what a request to a web server says.
    pub fn request<'v>(&self, record: &mut LogRecord, value: &dyn Fn(usize) -> Option<&'v str>) {
        let Some(places) = &self.request else { return };
        let get = |part: usize| {
            let found =
                places.get(part)?.iter().find_map(|place| value(*place).map(str::trim).filter(|text| !text.is_empty()));
            found.filter(|text| *text != "-")
        };
        let is_method = |text: &&str| {
            matches!(*text, "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" | "CONNECT" | "TRACE")
        };
        let Some(method) = get(0).filter(is_method) else { return };
        // A firewall tells what it did with the request, and not what was done to a thing.
        let is_stopped = ["BLOCK", "CAPTCHA", "CHALLENGE"].iter().any(|word| record.action.eq_ignore_ascii_case(word));
        record.action = clip(method, NAME_CHARS_MAX);
        record.set_act(request_act(method));
        if let Some(path) = get(1) {
            record.resource = clip(path, TEXT_CHARS_MAX);
        }
        if let Some(status) = get(2) {
            record.outcome = of_status(status);
        }
        if is_stopped {
            record.outcome = Outcome::Denied;
        }
        record.source_address = get(3).map(|address| clip(address, NAME_CHARS_MAX)).or(record.source_address.take());
        if let Some(user) = get(4) {
            record.actor = party::person(user);
        }
        record.tool = get(5).map(|agent| clip(agent, NAME_CHARS_MAX)).or(record.tool.take());
    }
}

/// What a status says, with the name of its column: `allowed` is false where something was denied, and a program's code
/// is 0 where it went well.
pub fn outcome_of(name: &str, value: &str) -> Outcome {
    let no = ["false", "no", "0", "n"].iter().any(|word| value.eq_ignore_ascii_case(word));
    match plain(name).rsplit('.').next().unwrap_or_default() {
        "allowed" | "granted" | "authorized" | "authorised" | "permitted" if no => Outcome::Denied,
        "exitcode" | "returncode" | "exitstatus" | "rc" => match value.parse::<i64>() {
            Ok(0) => Outcome::Success,
            Ok(_) => Outcome::Error,
            Err(_) => outcome(value),
        },
        _ => outcome(value),
    }
}

/// Whether words say that something was not done.
pub fn is_negated(action: &str) -> bool {
    let small = action.to_ascii_lowercase().replace('\u{2019}', "'");
    small.split([' ', '_']).any(|word| matches!(word, "not" | "never" | "cannot") || word.ends_with("n't"))
}
