//! A stop as it is sent, before the rules have looked at it.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::template::{Piece, TemplateValues, pieces, secret_name};
use super::{Filled, Header, Hosts, HttpMethod, StopKind, StopSetting, Target};
use crate::draft::{LINE_CHARS_MAX, few, optional};
use crate::spelling::{parse_line, parse_name};
use crate::watch::containment::QUIET_SECONDS;
use crate::{Id, Instant, Refusal, Ruled};

/// The longest quiet time: an hour.
const QUIET_SECONDS_MAX: i64 = 3600;
/// The longest address.
const URL_CHARS_MAX: usize = 2_000;
/// So many headers one request has.
const HEADERS_MAX: usize = 20;
/// The longest value of a header.
const VALUE_CHARS_MAX: usize = 1_000;
/// The longest body.
const TEMPLATE_CHARS_MAX: usize = 20_000;
/// So many agents one stop names.
const AGENTS_MAX: usize = 1_000;

/// Headers that are made here, or would say something else than what is connected to.
const OWN: [&str; 9] = [
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "upgrade",
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
    "user-agent",
];
/// Parts of names of headers whose values are secrets.
const SECRET_HEADERS: [&str; 8] = ["auth", "token", "secret", "key", "cookie", "password", "credential", "signature"];

/// A stop as sent.
#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
pub struct StopSettingDraft {
    /// What it is called.
    #[serde(default)]
    pub name: String,
    /// How it is told.
    pub kind: Option<StopKind>,
    /// How the request asks.
    pub method: Option<HttpMethod>,
    /// Where it goes.
    #[serde(default)]
    pub url: String,
    /// Its headers.
    #[serde(default)]
    pub headers: Vec<Header>,
    /// Its body.
    pub template: Option<String>,
    /// The environment variable with the key of the signature.
    pub secret: Option<String>,
    /// The agents it stops.
    #[serde(default)]
    pub agents: Vec<Id>,
    /// Its quiet time.
    pub quiet_seconds: Option<i64>,
    /// Nothing is sent.
    #[serde(default)]
    pub is_dry_run: bool,
    /// How what it does is undone.
    pub undone_by: Option<String>,
}

impl StopSettingDraft {
    /// The stop that it describes, if it may be so: only to hosts on the list, and with no secret in it.
    pub fn apply(self, id: Id, created_at: Instant, hosts: &Hosts) -> Ruled<StopSetting> {
        let kind = self.kind.unwrap_or(StopKind::Webhook);
        let name = parse_name("name", self.name, "Give the stop a name, such as what it switches off.")?;
        let url = parse_line("url", self.url, URL_CHARS_MAX)?;
        let target = Target::parse(&url).map_err(|sentence| Refusal::field("url", sentence))?;
        hosts.permit(&target).map_err(|sentence| Refusal::field("url", sentence))?;
        let quiet_seconds = self.quiet_seconds.unwrap_or(QUIET_SECONDS);
        if !(1..=QUIET_SECONDS_MAX).contains(&quiet_seconds) {
            return Err(Refusal::field("quiet_seconds", format!("Give a number from 1 to {QUIET_SECONDS_MAX}.")));
        }
        few("agents", self.agents.len(), AGENTS_MAX)?;
        let method = if kind == StopKind::Webhook { HttpMethod::Post } else { self.method.unwrap_or(HttpMethod::Post) };
        let stop = StopSetting {
            id,
            name,
            kind,
            method,
            url,
            headers: headers(self.headers)?,
            template: optional("template", self.template, TEMPLATE_CHARS_MAX)?.unwrap_or_default(),
            secret: secret(kind, self.secret)?,
            agents: self.agents.into_iter().collect::<BTreeSet<_>>().into_iter().collect(),
            quiet_seconds,
            is_dry_run: self.is_dry_run,
            undone_by: optional("undone_by", self.undone_by, LINE_CHARS_MAX)?.unwrap_or_default(),
            created_at,
            retired_at: None,
        };
        refuse_unfillable(&stop)?;
        Ok(stop)
    }
}

/// Fills the request in once, so that what cannot be filled is found now and not when it counts.
fn refuse_unfillable(stop: &StopSetting) -> Ruled<()> {
    let some = || "a".to_string();
    let told = TemplateValues {
        containment: Id::new("a"),
        why: some(),
        rule: some(),
        requested_at: stop.created_at,
        agent: Id::new("a"),
        name: some(),
        identifiers: vec![some()],
        action: "suspend".into(),
    };
    let of = |stop: &StopSetting, field: &str| {
        Filled::of(stop, &told).map(drop).map_err(|sentence| Refusal::field(field, sentence))
    };
    of(&StopSetting { headers: Vec::new(), template: String::new(), ..stop.clone() }, "url")?;
    of(&StopSetting { headers: Vec::new(), ..stop.clone() }, "template")?;
    of(stop, "headers")
}

fn secret(kind: StopKind, name: Option<String>) -> Ruled<Option<String>> {
    let name = name.map(|name| name.trim().to_string()).filter(|name| !name.is_empty());
    match (kind, name) {
        (StopKind::Webhook, None) => Err(Refusal::field(
            "secret",
            "A webhook is signed: name the environment variable that holds its key, such as INQUEST_SECRET_STOP.",
        )),
        (StopKind::Http, Some(_)) => Err(Refusal::field(
            "secret",
            "Only a webhook is signed: name secrets in the headers, as {{secret:INQUEST_SECRET_…}}.",
        )),
        (_, name) => {
            name.map(|name| secret_name(&name)).transpose().map_err(|sentence| Refusal::field("secret", sentence))
        }
    }
}

fn headers(sent: Vec<Header>) -> Ruled<Vec<Header>> {
    few("headers", sent.len(), HEADERS_MAX)?;
    let mut kept: Vec<Header> = Vec::new();
    for (place, header) in sent.into_iter().enumerate() {
        let wrong = |sentence: String| Refusal::field(format!("headers.{place}.value"), sentence);
        let name = header.name.trim().to_ascii_lowercase();
        let value = parse_line(&format!("headers.{place}.value"), header.value, VALUE_CHARS_MAX)?;
        if name.is_empty() && value.is_empty() {
            continue;
        }
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || name.len() > 100 || !name.bytes().all(is_token) {
            return Err(Refusal::field(format!("headers.{place}.name"), "Write the name of a header, such as accept."));
        }
        if OWN.contains(&name.as_str()) || kept.iter().any(|known| known.name == name) {
            return Err(Refusal::field(
                format!("headers.{place}.name"),
                format!("The header {name} is written by Inquest, or stands here twice: leave it out."),
            ));
        }
        let pieces = pieces(&value).map_err(wrong)?;
        let holds_secret = pieces.iter().any(|piece| matches!(piece, Piece::Secret(_)));
        if SECRET_HEADERS.iter().any(|part| name.contains(part)) && !holds_secret {
            return Err(wrong(format!(
                "The value of {name} is a secret, and secrets are never kept here: write {{{{secret:INQUEST_SECRET_…}}}} with the name of an environment variable."
            )));
        }
        if !value.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return Err(wrong(
                "A header is of letters, digits and marks of ASCII: write other text into the body.".into(),
            ));
        }
        kept.push(Header { name, value });
    }
    Ok(kept)
}
