//! The main job, told by people at browsers without JavaScript: every form is
//! filled in as it stands on its page.

mod refused;

use acceptance::{Page, Person, World};
use domain::access::Role;

const PASTED: &str = "```
[2026-03-18] Engineer asks a question on the internal forum
[2026-03-18] Colleague invokes the agent to look into it
[2026-03-18] Agent posts its answer (nobody confirmed it)
             → the answer is wrong
[2026-03-18] Engineer acts on the answer
             → access lists are opened across systems
[+2 hours]   Contained. Declared as Sev 1.
and a line that says no time
```";

/// The person's way to a page of the incident.
async fn on(person: &Person, page: &str) -> Page {
    let path = if page.is_empty() { "/incidents/INC-1".to_string() } else { format!("/incidents/INC-1/{page}") };
    let page = person.get(&path).await;
    page.has_status(200);
    page
}

/// Fills in a form of a page and expects to be sent on.
async fn fill(person: &Person, page: &str, form: &str, fields: &[(&str, &str)]) -> Page {
    let page = on(person, page).await;
    let shown = person.submit(&page, form, fields).await;
    shown.has_status(200);
    shown
}

#[tokio::test]
async fn from_the_first_report_to_a_published_postmortem() {
    let world = World::start().await;
    let (rita, grace, alan) = (world.person("Rita", Role::Responder).await, world.person("Grace", Role::Reviewer).await, world.person("Alan", Role::Reviewer).await);
    file(&rita).await;
    tell(&rita).await;
    paste(&rita).await;
    rate(&rita).await;
    expose(&rita).await;
    review(&[&grace, &alan]).await;
    mend(&rita, &grace).await;
    publish(&rita, &grace).await;
    assert!(world.store.verify(None).await.expect("verified").is_whole());
}

async fn file(rita: &Person) {
    rita.get("/incidents").await.says("incident");
    let page = rita.get("/incidents/new").await;
    let page = rita.submit(&page, "incident", &[("title", "Agent answered in public, unasked"), ("summary", "It posted **its own** answer."), ("occurred", "18 March 2026 17:00 UTC"), ("declared_severity:n", "1"), ("agents:l", "forum-agent")]).await;
    assert_eq!((page.status, page.path.as_str()), (200, "/incidents/INC-1"), "{}", page.text());
    page.says("Agent answered in public, unasked").says("Sev 1 (2nd of 5)").says("Not assessed");
    assert!(page.html.contains("<strong>its own</strong>"), "Markdown is rendered");
    rita.get("/incidents").await.says("INC-1");
    rita.get("/agents").await.says("forum-agent");
}

async fn tell(rita: &Person) {
    let agent = on(rita, "timeline").await.form("add-event").last_choice("actor.id");
    let page = fill(rita, "timeline", "add-event", &[("time", "18 March 2026 17:04 UTC"), ("actor.id", &agent), ("kind", "action"), ("verb", "post"), ("effect", "mutating"), ("resource", "forum/thread-9"), ("requested", "no"), ("confirmed", "no"), ("output_mode", "direct"), ("provenance_label", "none"), ("body", "The agent posts its answer.")]).await;
    page.says("The agent posts its answer.").says("forum-agent");
    let page = fill(rita, "timeline", "add-event", &[("time", "about 5 pm on 18 March 2026"), ("actor.id", ""), ("actor.name", "Invoker"), ("actor.kind", "human"), ("kind", "message"), ("body", "The invoker asks the agent.")]).await;
    page.says("≈").says("Invoker");
}

async fn paste(rita: &Person) {
    let page = on(rita, "timeline").await;
    let page = rita.submit(&page, "paste-timeline", &[("text", PASTED)]).await;
    page.has_status(200).says("Check what was understood").says("One line was not understood").says("and a line that says no time").says("Hangs from line");
    let form = page.form("confirm-timeline");
    assert_eq!((form.value("items.0.actor.name"), form.value("items.2.actor.kind"), form.value("items.6.kind")), ("Engineer".into(), "agent".into(), "containment".into()));
    // The answer's quality is a judgement: Rita leaves it out, and corrects a guess.
    let page = rita.submit(&page, "confirm-timeline", &[("items.3.include:b", ""), ("items.1.actor.name", "Invoker"), ("items.1.actor.kind", "human")]).await;
    assert_eq!((page.status, page.path.as_str()), (200, "/incidents/INC-1/timeline"), "{}", page.text());
    page.says("access lists are opened across systems").says("Contained. Declared as Sev 1.").says_not("the answer is wrong").says("triggered by");
}

async fn rate(rita: &Person) {
    let levels = [("exposure", "3"), ("integrity", "3"), ("availability", "0"), ("people", "1"), ("authority", "3"), ("propagation", "3"), ("duration", "3"), ("recoverability", "1")];
    let names = levels.map(|(name, level)| (format!("dimensions.{name}:n"), level));
    let mut fields: Vec<(&str, &str)> = names.iter().map(|(name, level)| (name.as_str(), *level)).collect();
    fields.push(("rationale.authority", "It was told to draft."));
    let page = fill(rita, "severity", "rate", &fields).await;
    page.says("Sev 1 (2nd of 5)").says("72.7").says("It was told to draft.");
}

async fn expose(rita: &Person) {
    on(rita, "evidence").await.form("upload");
    let page = rita.upload("INC-1", "gateway.jsonl", "{\"line\":1}\n{\"line\":2}\n").await;
    page.has_status(200).says("gateway.jsonl").says("the gateway");
    let page = on(rita, "evidence").await;
    rita.press(&page, "Verify the hash of gateway.jsonl").await.has_status(200).says("Intact");
    let item = on(rita, "exposure").await.form("window").last_choice("start_evidence[]");
    let page = fill(rita, "exposure", "window", &[("start", "18 March 2026 17:00 UTC"), ("end", "18 March 2026 19:00 UTC"), ("start_evidence[]", &item), ("end_evidence[]", &item)]).await;
    page.says("2 h");
    fill(rita, "exposure", "resource", &[("id", "repo-a"), ("class", "restricted"), ("paths.0.op", "read"), ("paths.0.channel", "api")]).await.says("repo-a");
    fill(rita, "exposure", "way-repo-a", &[("op", "read"), ("channel", "ui"), ("status", "impossible"), ("justification", "It has no pages.")]).await.says("It has no pages.");
    fill(rita, "exposure", "exposed", &[("names:l", "all engineers"), ("count:n", "120")]).await.says("all engineers");
    fill(rita, "exposure", "whole-resources", &[("basis", "the list of repositories of that day")]).await;
    fill(rita, "exposure", "whole-principals", &[("basis", "the directory of that day")]).await.says("whole, says Rita");
    let cell = on(rita, "exposure").await.form("cover").last_choice("cell");
    let page = fill(rita, "exposure", "cover", &[("evidence", &item), ("cell", &cell), ("completeness", "digest_chain"), ("gaps.0.from", "18 March 2026 18:00 UTC"), ("gaps.0.to", "18 March 2026 18:10 UTC"), ("gaps.0.reason", "rotation")]).await;
    page.says("rotation");
    on(rita, "verdict").await.says("Undetermined").says("cannot be determined");
}

async fn review(reviewers: &[&Person]) {
    for reviewer in reviewers {
        let item = on(reviewer, "exposure").await.form("review").last_choice("evidence");
        let page = fill(reviewer, "exposure", "review", &[("evidence", &item), ("method", "full"), ("depth", "content"), ("outcome", "authorised_only"), ("query", "every read of repo-a")]).await;
        page.says("every read of repo-a");
    }
    let page = on(reviewers[0], "verdict").await;
    page.says("No evidence of harm").says("91.7 %").says("Absence of evidence is not evidence of absence.").says("G5");
}

async fn mend(rita: &Person, grace: &Person) {
    for control in ["authorization", "human_trust", "detection_delay"] {
        let page = on(rita, &format!("gaps?control={control}")).await;
        let page = rita.submit(&page, "add-gap", &[("state", "absent"), ("statement", "Nothing stood in the way.")]).await;
        page.has_status(200);
    }
    let page = on(rita, "remediation").await;
    let form = page.form("add-remediation");
    let gaps: Vec<String> = ["Authorization", "Human trust", "Detection delay"].iter().enumerate().map(|(place, _)| form.choice_at("gaps[]", place)).collect();
    let mut fields = vec![("title", "Let the agent draft, and a person post"), ("kind", "prevent"), ("enforcement", "hard"), ("owner", "Rita"), ("due", "24 December 2026")];
    fields.extend(gaps.iter().map(|gap| ("gaps[]", gap.as_str())));
    rita.submit(&page, "add-remediation", &fields).await.has_status(200).says("Let the agent draft").says("24 December 2026");
    let page = on(rita, "remediation").await;
    rita.press(&page, "Mark as done: Let the agent draft, and a person post").await.has_status(200).says("done");
    let page = on(rita, "remediation").await;
    let refused = rita.submit(&page, &verify_form(&page), &[("completion", "I tried it.")]).await;
    refused.has_status(403).says("The owner of an item cannot verify it");
    let page = on(grace, "remediation").await;
    grace.submit(&page, &verify_form(&page), &[("completion", "I asked it to post, and it could not.")]).await.has_status(200).says("Verified by Grace");
    rita.get("/remediation").await.says("Let the agent draft");
}

fn verify_form(page: &Page) -> String {
    let (_, rest) = page.html.split_once("id=\"verify-").expect("the form to verify");
    format!("verify-{}", rest.split('"').next().unwrap_or_default())
}

async fn publish(rita: &Person, grace: &Person) {
    for section in ["summary", "review_bypassed", "testing_bypassed"] {
        let page = on(rita, &format!("postmortem?edit={section}")).await;
        let form = page.form_to(&format!("/sections/{section}"));
        rita.submit(&page, &form.id, &[("body", "Nobody stood between the agent and the forum.")]).await.has_status(200).says("Nobody stood between");
    }
    let step = async |person: &Person, action: &str| {
        let page = on(person, "postmortem").await;
        person.submit(&page, &page.form_to(&format!("/postmortem/{action}")).id, &[]).await
    };
    step(rita, "submit").await.has_status(200).says("in review");
    step(grace, "approve").await.has_status(200).says("approved");
    step(rita, "publish").await.has_status(200).says("published");
    let page = on(rita, "postmortem").await;
    assert!(page.html.contains("/incidents/INC-1/export?"), "the page links to the exports");
    let export = rita.get("/incidents/INC-1/export?format=md").await;
    assert!(export.html.starts_with("# INC-1: Agent answered in public, unasked"), "{}", export.html);
    on(rita, "history").await.says("Rita").says("Grace");
}
