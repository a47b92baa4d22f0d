use serde_json::{Value, json};

use super::{Names, fields, tell};
use crate::instance::{InstanceChange, InstanceNoun};
use crate::time::Zone;
use crate::watch::{AlertState, Decided};
use crate::{Id, Instant, Person, Stamp};

fn change(noun: InstanceNoun, id: &str, kind: &str, before: Value, after: Value) -> InstanceChange {
    let actor = Person { id: "ada".into(), name: "Ada".into(), agent: None };
    InstanceChange {
        version: 1,
        at: Instant::from_micros(0),
        actor,
        kind: kind.into(),
        noun,
        id: id.into(),
        before,
        after,
    }
}

fn names() -> Names {
    [("ada", "Ada"), ("rita", "Rita")].map(|(id, name)| (Id::new(id), name.to_string())).into()
}

#[test]
fn each_administrative_act_is_a_plain_sentence() {
    use InstanceNoun::{Account, AlertStep, Invitation, SignIn, SigningKey, Source, Stop, Token, WatchSetting};
    let rita = |more: Value| {
        let mut row = json!({"id": "rita", "name": "Rita", "role": "viewer", "zone": "UTC", "mail": "on", "disabled_at": null, "password_hash": "a"});
        row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        row
    };
    let token = json!({"name": "ci", "user_id": "rita", "scope": "write", "agent": "scribe", "revoked_at": null});
    let own = json!({"name": "ci", "user_id": "ada", "scope": "read", "agent": null, "revoked_at": null});
    let revoked = json!({"name": "ci", "user_id": "rita", "scope": "write", "agent": "scribe", "revoked_at": 5});
    let invited = json!({"email": "eve@example.org", "role": "reviewer", "accepted_at": null});
    let source = |more: Value| {
        with(json!({"id": "s", "name": "Traces", "digest": "a", "closed_at": null, "retention_days": 30}), more)
    };
    let step = |state: &str, reason: &str| {
        let stamp =
            Stamp { at: Instant::from_micros(0), by: Person { id: "ada".into(), name: "Ada".into(), agent: None } };
        let state = AlertState::parse(state).unwrap();
        let body = Decided::Step(crate::watch::AlertStep { state, stamp, reason: reason.into(), until: None });
        let body = serde_json::to_value(&body).unwrap();
        json!({"alert_id": "a1", "state": state, "body": body.to_string()})
    };
    let refused =
        |account: Value, because: &str| json!({"account": account, "network": "203.0.113.0/24", "because": because});
    let table = [
        (change(Account, "rita", "added", Value::Null, rita(json!({}))), "Ada opened an account for Rita as viewer"),
        (
            change(Account, "ada", "added", Value::Null, json!({"name": "Ada", "role": "admin"})),
            "Ada opened their account as admin",
        ),
        (
            change(Account, "rita", "found", Value::Null, rita(json!({}))),
            "Ada found what was there before this log: opened an account for Rita as viewer",
        ),
        (
            change(Account, "rita", "edited", rita(json!({})), rita(json!({"role": "admin"}))),
            "Ada changed Rita’s role from viewer to admin",
        ),
        (
            change(Account, "rita", "edited", rita(json!({})), rita(json!({"disabled_at": 5}))),
            "Ada disabled the account of Rita",
        ),
        (
            change(Account, "rita", "edited", rita(json!({"disabled_at": 5})), rita(json!({}))),
            "Ada enabled the account of Rita",
        ),
        (
            change(Account, "rita", "edited", rita(json!({})), rita(json!({"password_hash": "b"}))),
            "Ada changed Rita’s password",
        ),
        (
            change(Account, "ada", "edited", json!({"name": "Ada"}), json!({"name": "Ada L."})),
            "Ada changed their name from “Ada” to “Ada L.”",
        ),
        (
            change(
                Account,
                "ada",
                "edited",
                json!({"name": "Ada", "mail": "on", "zone": "UTC"}),
                json!({"name": "Ada", "mail": "off", "zone": "Europe/Paris"}),
            ),
            "Ada set their time zone to Europe/Paris and turned their mail off",
        ),
        (
            change(Token, "t", "added", Value::Null, token.clone()),
            "Ada made the token “ci” with scope write, used by the agent scribe, for Rita",
        ),
        (change(Token, "t", "added", Value::Null, own), "Ada made the token “ci” with scope read"),
        (change(Token, "t", "edited", token, revoked), "Ada revoked the token “ci” of Rita"),
        (change(Invitation, "i", "added", Value::Null, invited.clone()), "Ada invited eve@example.org as reviewer"),
        (
            change(Invitation, "i", "deleted", invited.clone(), Value::Null),
            "Ada withdrew the invitation of eve@example.org",
        ),
        (
            change(
                Invitation,
                "i",
                "edited",
                invited,
                json!({"email": "eve@example.org", "role": "reviewer", "accepted_at": 5}),
            ),
            "Ada accepted the invitation of eve@example.org as reviewer",
        ),
        (change(Source, "s", "added", Value::Null, source(json!({}))), "Ada added the source “Traces”"),
        (
            change(Source, "s", "edited", source(json!({})), source(json!({"digest": "b"}))),
            "Ada gave the source “Traces” a new token",
        ),
        (
            change(Source, "s", "edited", source(json!({})), source(json!({"retention_days": 60}))),
            "Ada changed retention days of the source “Traces”",
        ),
        (
            change(Source, "s", "edited", source(json!({})), source(json!({"closed_at": 5}))),
            "Ada closed the source “Traces”",
        ),
        (
            change(
                Stop,
                "p",
                "edited",
                json!({"name": "Pager", "retired_at": null}),
                json!({"name": "Pager", "retired_at": 5}),
            ),
            "Ada retired the way to stop agents “Pager”",
        ),
        (change(WatchSetting, "burst", "added", Value::Null, json!({"body": "{}"})), "Ada set the rule “"),
        (
            change(WatchSetting, "notices", "edited", json!({"body": "{}"}), json!({"body": "{}"})),
            "Ada set who is told of alerts",
        ),
        (
            change(AlertStep, "d", "added", Value::Null, step("muted", "A migration runs.")),
            "Ada muted an alert: A migration runs.",
        ),
        (change(AlertStep, "d", "added", Value::Null, step("acknowledged", "")), "Ada acknowledged an alert"),
        (
            change(SigningKey, "0123456789abcdef", "added", Value::Null, json!({"id": "0123456789abcdef"})),
            "Ada began to sign with the key 0123456789ab…",
        ),
        (
            change(SignIn, "r", "refused", Value::Null, refused(json!("rita"), "password")),
            "A sign-in as Rita from 203.0.113.0/24 was refused: wrong password",
        ),
        (
            change(SignIn, "r", "refused", Value::Null, refused(Value::Null, "unknown")),
            "A sign-in from 203.0.113.0/24 was refused: no account has this address",
        ),
        (
            change(
                SignIn,
                "r",
                "counted",
                Value::Null,
                json!({"count": 300, "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T18:00:00Z", "accounts": [["rita", 290]]}),
            ),
            "300 more sign-ins were refused within the hour beside those told; tried altogether: Rita (290)",
        ),
    ];
    for (change, expected) in table {
        let sentence = tell(&change, &names()).sentence();
        assert!(sentence.starts_with(expected), "{sentence}\n{expected}");
        assert!(expected.ends_with('“') || sentence == expected, "{sentence}\n{expected}");
    }
}

fn with(mut row: Value, more: Value) -> Value {
    row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    row
}

#[test]
fn fields_tell_no_secret_and_read_lists_and_times() {
    let row = |more: Value| {
        with(json!({"id": "s", "digest": "aaaa", "agents": "[]", "closed_at": null, "retention_days": 30}), more)
    };
    let after = row(json!({"digest": "bbbb", "agents": "[\"a\",\"b\"]", "closed_at": 1_773_853_200_000_000_i64}));
    let change = change(InstanceNoun::Source, "s", "edited", row(json!({})), after);
    let told: Vec<(String, String, String)> =
        fields(&change, &Zone::utc()).into_iter().map(|field| (field.field, field.before, field.after)).collect();
    let told: Vec<(&str, &str, &str)> =
        told.iter().map(|(field, before, after)| (field.as_str(), before.as_str(), after.as_str())).collect();
    assert_eq!(told, [("agents", "", "a, b"), ("closed at", "", "18 March 2026, 17:00")]);
}
