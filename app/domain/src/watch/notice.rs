//! Who is told of alerts, by what, and how often at most.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::stop::{Hosts, Target, secret_name};
use super::{Alert, LIST_MAX, Level, Response};
use crate::mail::Mail;
use crate::spelling::{parse_line, shown_text};
use crate::time::{Zone, show_moment};
use crate::{Id, Instant, Refusal, Ruled};

/// So many notices within an hour at most, unless somebody says otherwise.
const PER_HOUR: u32 = 20;
/// The most that may be said.
const PER_HOUR_MAX: u32 = 1_000;
/// What was withheld is told together, so long after the first of it.
pub const WITHHELD_SECONDS: i64 = 600;
/// The longest address, in characters.
const URL_CHARS_MAX: usize = 2_000;
/// So many of what was withheld are listed.
const LISTED_MAX: usize = 10;

/// Who is told of alerts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct NoticeSetting {
    /// Alerts below this level are told to nobody.
    pub level: Level,
    /// The accounts that get mail.
    #[serde(default)]
    pub people: Vec<Id>,
    /// Where a signed webhook (Standard Webhooks) is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook_url: Option<String>,
    /// The environment variable with the key of its signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook_secret: Option<String>,
    /// So many alerts are told within an hour; what is more is withheld and told together, with its count.
    pub per_hour: u32,
}

impl Default for NoticeSetting {
    fn default() -> Self {
        Self { level: Level::Warning, people: Vec::new(), webhook_url: None, webhook_secret: None, per_hour: PER_HOUR }
    }
}

/// A change of who is told: what is not sent stays as it is.
#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
pub struct NoticeDraft {
    /// Alerts below this level are told to nobody.
    pub level: Option<Level>,
    /// The accounts that get mail.
    pub people: Option<Vec<Id>>,
    /// Where a signed webhook is sent; empty for nowhere.
    pub webhook_url: Option<String>,
    /// The environment variable with the key of its signature.
    pub webhook_secret: Option<String>,
    /// So many alerts are told within an hour.
    pub per_hour: Option<u32>,
}

impl NoticeDraft {
    /// The setting after the change. `hosts` are those to which this instance may send.
    pub fn apply(self, old: &NoticeSetting, hosts: &Hosts) -> Ruled<NoticeSetting> {
        let mut people = self.people.unwrap_or_else(|| old.people.clone());
        people.retain(|id| !id.as_str().trim().is_empty());
        people.sort();
        people.dedup();
        if people.len() > LIST_MAX {
            return Err(Refusal::field("people", format!("Name at most {LIST_MAX} people.")));
        }
        let text = |field: &str, sent: Option<String>, old: &Option<String>| match sent {
            None => Ok(old.clone()),
            Some(text) => parse_line(field, text, URL_CHARS_MAX).map(|text| Some(text).filter(|text| !text.is_empty())),
        };
        let url = text("webhook_url", self.webhook_url, &old.webhook_url)?;
        let secret = text("webhook_secret", self.webhook_secret, &old.webhook_secret)?;
        if let Some(url) = &url {
            let wrong = |sentence: String| Refusal::field("webhook_url", sentence);
            hosts.permit(&Target::parse(url).map_err(wrong)?).map_err(wrong)?;
            secret_name(secret.as_deref().unwrap_or_default())
                .map_err(|sentence| Refusal::field("webhook_secret", sentence))?;
        }
        let per_hour = self.per_hour.unwrap_or(old.per_hour);
        if !(1..=PER_HOUR_MAX).contains(&per_hour) {
            return Err(Refusal::field("per_hour", format!("Give a number from 1 to {PER_HOUR_MAX}.")));
        }
        Ok(NoticeSetting {
            level: self.level.unwrap_or(old.level),
            people,
            webhook_url: url,
            webhook_secret: secret,
            per_hour,
        })
    }
}

impl NoticeSetting {
    /// Whether people are told of an alert at all.
    pub fn is_told(&self, alert: &Alert, now: Instant) -> bool {
        let is_asked = !self.people.is_empty() || self.webhook_url.is_some();
        is_asked && alert.level >= self.level && alert.response >= Response::Alert && !alert.is_quiet(now)
    }
}

/// The letter about one alert.
pub fn mail(alert: &Alert, zone: &Zone, url: &str) -> Mail {
    let subject = format!("[{}] {}: {}", alert.level.label(), alert.name, alert.rule.label());
    let mut body = format!("{}\n\n", shown_text(&alert.why));
    body += &format!("Agent: {}\n", shown_text(&alert.name));
    if !alert.resource.is_empty() {
        body += &format!("Resource: {}\n", shown_text(&alert.resource));
    }
    body += &format!("First act: {}\nActs so far: {}\n", show_moment(alert.first.at, zone), alert.count);
    body += &format!("\n{url}/watch#alert-{}\n", alert.id);
    Mail::told(&subject, body)
}

/// The letter about alerts that were withheld.
pub fn withheld_mail(alerts: &[Alert], per_hour: u32, url: &str) -> Mail {
    Mail::told(&format!("{} further alerts", alerts.len()), format!("{}\n\n{url}/watch\n", withheld(alerts, per_hour)))
}

/// What was withheld, in words.
fn withheld(alerts: &[Alert], per_hour: u32) -> String {
    let mut text = format!(
        "{} alerts were not told one by one, because more than {per_hour} came within an hour. They are in the list of alerts.\n",
        alerts.len()
    );
    for alert in alerts.iter().take(LISTED_MAX) {
        text += &format!("\n- [{}] {}: {}", alert.level.label(), shown_text(&alert.name), alert.rule.label());
    }
    if alerts.len() > LISTED_MAX {
        text += &format!("\nand {} more.", alerts.len() - LISTED_MAX);
    }
    text
}

/// The body of a webhook about one alert.
pub fn payload(alert: &Alert, at: Instant, url: Option<&str>) -> String {
    let link = url.map(|url| format!("{url}/watch#alert-{}", alert.id));
    json!({
        "type": "alert.raised",
        "timestamp": at.rfc3339(),
        "data": {
            "alert": alert.id, "rule": alert.rule.word(), "level": alert.level.word(), "why": alert.why,
            "agent": { "id": alert.agent, "name": alert.name }, "resource": alert.resource, "count": alert.count,
            "first_at": alert.first.at.rfc3339(), "url": link,
        },
    })
    .to_string()
}

/// The body of a webhook about alerts that were withheld.
pub fn withheld_payload(alerts: &[Alert], per_hour: u32, at: Instant) -> String {
    let ids: Vec<&Id> = alerts.iter().map(|alert| &alert.id).collect();
    json!({
        "type": "alerts.withheld",
        "timestamp": at.rfc3339(),
        "data": { "count": alerts.len(), "alerts": ids, "why": withheld(alerts, per_hour) },
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts() -> Hosts {
        Hosts::parse("hooks.example.org").expect("a list")
    }

    #[test]
    fn a_webhook_goes_to_a_listed_host_and_names_its_key() {
        let old = NoticeSetting::default();
        let field = |draft: NoticeDraft| draft.apply(&old, &hosts()).err().and_then(|refusal| refusal.field);
        let to = |url: &str, secret: &str| NoticeDraft {
            webhook_url: Some(url.into()),
            webhook_secret: Some(secret.into()),
            ..NoticeDraft::default()
        };
        assert_eq!(field(to("https://hooks.example.org/a", "INQUEST_SECRET_ALERTS")), None);
        assert_eq!(field(to("https://elsewhere.org/a", "INQUEST_SECRET_ALERTS")).as_deref(), Some("webhook_url"));
        assert_eq!(field(to("https://hooks.example.org/a", "whsec_c2VjcmV0")).as_deref(), Some("webhook_secret"));
        assert_eq!(field(to("", "")), None, "nowhere");
        let many = NoticeDraft { per_hour: Some(0), ..NoticeDraft::default() };
        assert_eq!(field(many).as_deref(), Some("per_hour"));
    }

    #[test]
    fn what_is_not_sent_stays() {
        let first = NoticeDraft { people: Some(vec!["b".into(), "a".into(), "a".into()]), ..NoticeDraft::default() };
        let set = first.apply(&NoticeSetting::default(), &hosts()).expect("settled");
        assert_eq!(set.people, ["a".into(), "b".into()]);
        let second = NoticeDraft { level: Some(Level::Critical), ..NoticeDraft::default() };
        let set = second.apply(&set, &hosts()).expect("settled");
        assert_eq!((set.level, set.people.len(), set.per_hour), (Level::Critical, 2, PER_HOUR));
    }
}
