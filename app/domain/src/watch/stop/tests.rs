//! Tests of stops: what may be asked, where, and with what.

use std::net::IpAddr;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::address::danger;
use super::*;
use crate::Ruled;

fn told() -> TemplateValues {
    TemplateValues {
        containment: Id::new("c-1"),
        why: "it “posted” \\ where it may not\n".into(),
        rule: "out_of_scope".into(),
        requested_at: Instant::from_micros(0),
        agent: Id::new("a-1"),
        name: "forum-agent".into(),
        identifiers: vec!["bot-*".into(), "app/7?x=1".into()],
        action: "suspend".into(),
    }
}

fn hosts() -> Hosts {
    Hosts::parse("api.github.com, *.okta.com http://127.0.0.1:8080 https://[::1]:8443 slack.com:443").expect("a list")
}

fn draft() -> StopSettingDraft {
    StopSettingDraft {
        name: "GitHub".into(),
        kind: Some(StopKind::Http),
        method: Some(HttpMethod::Put),
        url: "https://api.github.com/app/installations/{{agent.identifier}}/suspended".into(),
        headers: vec![Header { name: "Authorization".into(), value: "Bearer {{secret:INQUEST_SECRET_GITHUB}}".into() }],
        ..StopSettingDraft::default()
    }
}

fn settled(draft: StopSettingDraft, hosts: &Hosts) -> Ruled<StopSetting> {
    draft.apply(Id::new("s"), Instant::from_micros(0), hosts)
}

fn stop(draft: StopSettingDraft) -> StopSetting {
    settled(draft, &hosts()).expect("a stop")
}

#[test]
fn only_listed_hosts_are_asked() {
    let rows = [
        ("https://api.github.com/x", true),
        ("https://API.GitHub.com:443/x", true),
        ("https://api.github.com:8443/x", false),
        ("http://api.github.com/x", false),
        ("https://github.com/x", false),
        ("https://api.github.com.evil.example/x", false),
        ("https://evil.example/api.github.com", false),
        ("https://api.github.com@evil.example/x", false),
        ("https://evil.example#api.github.com", false),
        ("https://evil.example\\api.github.com/", false),
        ("https://acme.okta.com", true),
        ("https://a.b.okta.com", true),
        ("https://okta.com", false),
        ("https://evilokta.com", false),
        ("https://.okta.com", false),
        ("http://127.0.0.1:8080/stop", true),
        ("http://127.0.0.1/stop", false),
        ("https://127.0.0.1:8080/stop", true),
        ("http://127.1:8080/stop", false),
        ("http://0x7f000001:8080/stop", false),
        ("http://2130706433:8080/stop", false),
        ("https://[::1]:8443/stop", true),
        ("https://[::2]:8443/stop", false),
        ("https://slack.com/api/auth.revoke", true),
        ("ftp://slack.com/", false),
        ("file:///etc/passwd", false),
        ("https://", false),
        ("https:///x", false),
        ("https://slack.com:0/", false),
        ("https://slack.com:+443/", false),
        ("https://sl ack.com/", false),
        ("https://ſlack.com/", false),
    ];
    for (url, may) in rows {
        let permitted = Target::parse(url).and_then(|target| hosts().permit(&target));
        assert_eq!(permitted.is_ok(), may, "{url}: {permitted:?}");
    }
    for wrong in ["*.com", "api.github.com/path", "a@b.com", "https://", "host:99999", "-a.com"] {
        assert!(Hosts::parse(wrong).is_err(), "{wrong}");
    }
    assert!(Hosts::parse("").expect("an empty list").is_empty());
}

#[test]
fn a_listed_name_does_not_lead_inside() {
    let rows = [
        ("140.82.112.5", true),
        ("10.1.2.3", true),
        ("2606:50c0:8000::153", true),
        ("127.0.0.1", false),
        ("127.8.9.1", false),
        ("0.0.0.0", false),
        ("169.254.169.254", false),
        ("169.254.170.2", false),
        ("100.100.100.200", false),
        ("168.63.129.16", false),
        ("224.0.0.1", false),
        ("255.255.255.255", false),
        ("::1", false),
        ("::", false),
        ("fe80::1", false),
        ("fd00:ec2::254", false),
        ("ff02::1", false),
        ("::ffff:127.0.0.1", false),
        ("::ffff:169.254.169.254", false),
        ("::127.0.0.1", false),
        ("64:ff9b::a9fe:a9fe", false),
        ("64:ff9b::8c52:7005", true),
        ("2002:7f00:1::", false),
    ];
    let target = Target::parse("https://api.github.com/x").expect("an address");
    for (address, may) in rows {
        let address: IpAddr = address.parse().expect("an address");
        assert_eq!(hosts().permit_address(&target, address).is_ok(), may, "{address}");
    }
    // An address that the list names is meant.
    let own = Target::parse("http://127.0.0.1:8080/stop").expect("an address");
    assert!(hosts().permit_address(&own, "127.0.0.1".parse().expect("an address")).is_ok());
    assert!(hosts().permit_address(&own, "169.254.169.254".parse().expect("an address")).is_err());
}

#[test]
fn what_is_filled_in_stays_a_text() {
    let template = json!({
        "agent": "{{agent.name}}", "known": "{{agent.identifiers}}", "text": "{{agent.name}} was stopped: {{containment.why}}",
        "nested": [{ "id": "{{ containment.id }}" }], "number": 3,
    });
    let webhook = StopSettingDraft { template: Some(template.to_string()), ..draft() };
    let hostile =
        TemplateValues { name: "x\",\"admin\":true,\"y\":\"{{secret:INQUEST_SECRET_GITHUB}}".into(), ..told() };
    let filled = Filled::of(&stop(webhook), &hostile).expect("filled");
    let body: Value = serde_json::from_str(&filled.body).expect("JSON");
    assert_eq!(body["agent"], hostile.name, "no field more, and no secret");
    assert_eq!(body["known"], json!(["bot-*", "app/7?x=1"]));
    assert_eq!(body["nested"][0]["id"], "c-1");
    assert_eq!(body.as_object().map(serde_json::Map::len), Some(5));
    assert_eq!(filled.url, "https://api.github.com/app/installations/app%2F7%3Fx%3D1/suspended");
    assert_eq!(filled.shown_headers()[0].value, "Bearer {{secret:INQUEST_SECRET_GITHUB}}");
    let climbing = TemplateValues { identifiers: vec!["..".into()], ..told() };
    assert!(Filled::of(&stop(draft()), &climbing).is_err(), "a path does not lose its parts");
}

#[test]
fn a_header_cannot_become_two() {
    let with = |value: &str| StopSettingDraft {
        headers: vec![Header { name: "x-agent".into(), value: value.into() }],
        ..draft()
    };
    let hostile = TemplateValues { name: "a\r\nx-admin: yes\u{2028}".into(), ..told() };
    let filled = Filled::of(&stop(with("{{agent.name}}")), &hostile).expect("filled");
    assert_eq!(filled.shown_headers()[0].value, "a%0D%0Ax-admin: yes%E2%80%A8");
    let typed = settled(with("a\r\nb: c"), &hosts()).map(|stop| stop.headers[0].value.clone());
    assert!(typed.is_err() || typed.is_ok_and(|value| !value.contains(['\r', '\n'])));
}

#[test]
fn a_draft_holds_no_secret_and_asks_no_stranger() {
    let header = |name: &str, value: &str| vec![Header { name: name.into(), value: value.into() }];
    let rows = [
        (draft(), None),
        (StopSettingDraft { headers: header("authorization", "Bearer abc"), ..draft() }, Some("headers.0.value")),
        (StopSettingDraft { headers: header("X-Api-Key", "abc"), ..draft() }, Some("headers.0.value")),
        (StopSettingDraft { headers: header("cookie", "a=b"), ..draft() }, Some("headers.0.value")),
        (StopSettingDraft { headers: header("accept", "application/json"), ..draft() }, None),
        (StopSettingDraft { headers: header("x", "{{secret:PATH}}"), ..draft() }, Some("headers.0.value")),
        (StopSettingDraft { headers: header("x", "{{secret:INQUEST_SECRET_a}}"), ..draft() }, Some("headers.0.value")),
        (StopSettingDraft { headers: header("x", "{{agent.nam}}"), ..draft() }, Some("headers.0.value")),
        (StopSettingDraft { headers: header("Host", "a"), ..draft() }, Some("headers.0.name")),
        (StopSettingDraft { headers: header("a b", "a"), ..draft() }, Some("headers.0.name")),
        (StopSettingDraft { url: "https://evil.example/".into(), ..draft() }, Some("url")),
        (StopSettingDraft { url: "https://{{agent.name}}/".into(), ..draft() }, Some("url")),
        (
            StopSettingDraft { url: "https://api.github.com/?t={{secret:INQUEST_SECRET_A}}".into(), ..draft() },
            Some("url"),
        ),
        (StopSettingDraft { template: Some("{".into()), ..draft() }, Some("template")),
        (
            StopSettingDraft { template: Some("{\"a\": \"{{secret:INQUEST_SECRET_A}}\"}".into()), ..draft() },
            Some("template"),
        ),
        (StopSettingDraft { template: Some("{\"{{agent.name}}\": 1}".into()), ..draft() }, Some("template")),
        (StopSettingDraft { quiet_seconds: Some(0), ..draft() }, Some("quiet_seconds")),
        (StopSettingDraft { name: " ".into(), ..draft() }, Some("name")),
        (StopSettingDraft { kind: None, headers: Vec::new(), ..draft() }, Some("secret")),
        (StopSettingDraft { kind: None, secret: Some("abc".into()), ..draft() }, Some("secret")),
        (StopSettingDraft { kind: None, secret: Some("INQUEST_SECRET_STOP".into()), ..draft() }, None),
    ];
    for (draft, field) in rows {
        let settled = settled(draft.clone(), &hosts());
        assert_eq!(settled.err().and_then(|refusal| refusal.field).as_deref(), field, "{draft:?}");
    }
}

#[test]
fn a_webhook_signs_what_the_standard_says() {
    assert_eq!(
        signed_content(&Id::new("msg_1"), 1_614_265_330, "{\"test\": 2432232314}"),
        "msg_1.1614265330.{\"test\": 2432232314}"
    );
    assert_eq!(key_text(" whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n"), "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let body: Value = serde_json::from_str(&payload(&told(), Instant::from_micros(1))).expect("JSON");
    assert_eq!((&body["type"], &body["data"]["agent"]["name"]), (&json!("agent.suspend"), &json!("forum-agent")));
}

proptest! {
    /// Whatever stands in an address: it is one that this reader and the list understand alike, or it is refused.
    #[test]
    fn nothing_passes_the_list_by(text in "[a-z0-9.@:/\\[\\]#?%*_ -]{0,40}") {
        let url = format!("https://{text}");
        if let Ok(target) = Target::parse(&url) && hosts().permit(&target).is_ok() {
            let known = ["api.github.com", "slack.com", "127.0.0.1", "::1"];
            prop_assert!(known.contains(&target.host.as_str()) || target.host.ends_with(".okta.com"), "{}", url);
        }
    }

    /// An address inside another one is as dangerous as that one.
    #[test]
    fn an_address_in_disguise_is_the_same(bytes in any::<[u8; 4]>()) {
        let v4 = std::net::Ipv4Addr::from(bytes);
        if let Some(why) = danger(IpAddr::V4(v4)) {
            prop_assert_eq!(danger(IpAddr::V6(v4.to_ipv6_mapped())), Some(why));
        }
    }
}

#[test]
fn every_recipe_is_a_stop_that_can_be_set_up() {
    let hosts = "stop.example.org example.okta.com graph.microsoft.com kubernetes.example.org:6443 slack.com";
    let hosts = Hosts::parse(hosts).expect("a list");
    let recipes: Vec<&str> = include_str!("RECIPES.md").split("```json\n").skip(1).collect();
    assert_eq!(recipes.len(), 5);
    for recipe in recipes {
        let recipe = recipe.split("```").next().expect("an end");
        let draft: StopSettingDraft = serde_json::from_str(recipe).expect(recipe);
        let stop = settled(draft, &hosts).expect(recipe);
        Filled::of(&stop, &told()).expect(recipe);
    }
}
