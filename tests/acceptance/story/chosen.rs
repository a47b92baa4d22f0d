//! Forms that add something choose nothing in advance that is for a person to say.

use acceptance::{Case, World};
use domain::access::Role;
use serde_json::json;

/// What may stand chosen in a form that adds: what says that nothing is known or claimed, what is the least, and what
/// a program read in a text or a log that stands beside it.
const NEUTRAL: [(&str, &str); 24] = [
    ("actor.kind", "unknown"),
    ("kind", "unknown"),
    ("kind", "action"),
    ("verb", "other"),
    ("effect", "none"),
    ("outcome", "unknown"),
    ("requested", "unknown"),
    ("authorised", "unknown"),
    ("confirmed", "unknown"),
    ("provenance_label", "unknown"),
    ("reversibility", "unknown"),
    ("visibility", "open"),
    ("format", "auto"),
    ("finding.class", "unknown"),
    ("default_on_unconfirmable", "undefined"),
    ("priority", "p1"),
    ("status", "reported"),
    ("status", "open"),
    ("status", "declared"),
    ("completeness", "none"),
    ("scope", "read"),
    ("mode", "text"),
    ("by", "human"),
    ("tags[]", ""),
];

#[tokio::test]
async fn no_form_that_adds_says_anything_in_advance() {
    let world = World::start().await;
    let case = Case::exposed(&world).await;
    let event = json!({ "time": "2026-03-18T17:10:00Z", "kind": "action", "actor": { "kind": "agent", "name": "forum-agent" }, "body": "It posts." });
    let event = case.rita.ok("POST", &case.at("events"), event.clone()).await["id"].clone();
    case.rita
        .ok(
            "POST",
            &case.at("events"),
            json!({ "time": "2026-03-18T17:20:00Z", "kind": "note", "actor": { "name": "Asker" }, "body": "So." }),
        )
        .await;
    case.rita
        .ok(
            "POST",
            &case.at("ratings"),
            json!({ "dimensions": acceptance::facts::dimensions([3, 3, 0, 1, 3, 3, 3, 1]) }),
        )
        .await;
    let agent = case.rita.ok("POST", "/agents", json!({ "name": "forum-agent" })).await["id"].clone();
    let text = |id: &serde_json::Value| id.as_str().expect("an id").to_string();
    let (kim, root) = (world.person("Kim", Role::Responder).await, world.person("Root", Role::Admin).await);
    let pages = [
        "/incidents/new".to_string(),
        "/incidents/INC-1/timeline".into(),
        format!("/incidents/INC-1/timeline?edit={}", text(&event)),
        "/incidents/INC-1/claims".into(),
        "/incidents/INC-1/gaps".into(),
        "/incidents/INC-1/gaps?control=authorization".into(),
        "/incidents/INC-1/remediation".into(),
        "/incidents/INC-1/exposure".into(),
        "/incidents/INC-1/exposure?resource=repo-a".into(),
        "/incidents/INC-1/verdict".into(),
        "/incidents/INC-1/severity".into(),
        "/incidents/INC-1/principals".into(),
        "/incidents/INC-1/evidence".into(),
        format!("/agents/{}", text(&agent)),
        "/agents/new".into(),
        "/people".into(),
    ];
    let mut wrong = Vec::new();
    for path in &pages {
        let who = if path == "/people" { &root } else { &kim };
        let page = who.get(path).await;
        page.has_status(200);
        // A form that edits names the version it saw, or shows what was rated last, or the role somebody has.
        let edits = |form: &acceptance::form::Form| form.edits() || form.id == "rate" || form.id.starts_with("role-");
        let all = acceptance::form::forms(&page.html);
        for form in all.iter().filter(|form| !edits(form) && form.action.starts_with('/')) {
            let said = form.chosen().into_iter().filter(|chosen| !NEUTRAL.contains(chosen));
            wrong.extend(said.map(|(field, value)| format!("{path} {}: {field} = {value}", form.id)));
        }
    }
    assert!(wrong.is_empty(), "chosen in advance: {wrong:#?}");
}

/// A page, its form, what is filled in, and what the form asks for.
type Story<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a [&'a str]);

#[tokio::test]
async fn what_is_left_unchosen_is_asked_for() {
    let world = World::start().await;
    Case::exposed(&world).await;
    let (kim, grace) = (world.person("Kim", Role::Responder).await, world.person("Gil", Role::Reviewer).await);
    let claim = [
        ("statement", "So they say."),
        ("field", "end"),
        ("source", "Press"),
        ("touches", "window"),
        ("source_kind", "press"),
    ];
    let item = [("title", "Ask first"), ("kind", "prevent"), ("enforcement", "hard")];
    let gap = [("control", "kill_switch"), ("state", "absent"), ("statement", "There was none.")];
    let finding = [
        ("summary", "It read."),
        ("class", "unknown"),
        ("facet", "access"),
        ("confidence", "suspected"),
        ("role", "effect"),
    ];
    let stories: [Story; 4] = [
        ("claims", "add-claim", &claim, &["touches", "source_kind"]),
        ("remediation", "add-remediation", &item, &["kind", "enforcement"]),
        ("gaps", "any-gap", &gap, &["control", "state"]),
        ("verdict", "finding", &finding, &["class", "facet", "confidence", "role"]),
    ];
    for (at, form, fields, asked) in stories {
        let who = if at == "verdict" { &grace } else { &kim };
        for left in asked {
            let page = super::on(who, at).await;
            let sent: Vec<(&str, &str)> = fields.iter().copied().filter(|(name, _)| name != left).collect();
            let refused = who.submit(&page, form, &sent).await;
            refused.has_status(422);
            let beside = refused.error_beside(form, left).unwrap_or_default();
            assert!(beside.starts_with("Choose one of these"), "{at} {left}: {beside}");
            let (name, typed) = sent[0];
            assert_eq!(refused.form(form).value(name), typed, "what was typed comes back");
        }
        super::fill(who, at, form, fields).await;
    }
    // Nobody is put on an act of whom nobody said it.
    let page = super::on(&kim, "timeline").await;
    let refused = kim.submit(&page, "add-event", &[("time", "2026-03-18 17:10 UTC"), ("body", "It posts.")]).await;
    refused.has_status(422).says("Say who");
}
