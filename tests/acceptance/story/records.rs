//! From a log to a case, and to a review of it, by people at browsers without JavaScript.

use acceptance::case::ACTS;
use acceptance::{Page, Person, World};
use domain::access::Role;
use serde_json::json;

use super::fill;

/// Rita, who files an incident and uploads a log; and the id of its evidence item.
async fn uploaded(world: &World) -> (Person, String) {
    let rita = world.person("Rita", Role::Responder).await;
    let page = rita.get("/incidents/new").await;
    rita.submit(&page, "incident", &[("title", "Agent answered in public")]).await;
    let page = rita.upload("INC-1", "acts.jsonl", ACTS).await;
    page.has_status(200).says("acts.jsonl").says("5 records").says("1 piece could not be read");
    let (_, rest) = page.html.split_once("/incidents/INC-1/records?evidence=").expect("a link to the records");
    let id = rest.split('"').next().expect("an id").to_string();
    (rita, id)
}

async fn on(person: &Person, page: &str) -> Page {
    person.get(&format!("/incidents/INC-1/{page}")).await
}

#[tokio::test]
async fn records_are_found_and_become_the_case() {
    let world = World::start().await;
    let (rita, id) = uploaded(&world).await;
    let page = on(&rita, "records").await;
    page.has_status(200).says("Log records 5").says("ops-agent agent delete").says("needs review: confirmed?");
    page.says("2 changes by agents without a confirmation on record").says("UTC assumed").says("No time known");
    page.says_not("violation");
    on(&rita, "records?actor=ops-agent&verb=grant").await.says("1 record match").says("access for everybody");
    on(&rita, "records?q=wiki").await.says("On behalf of Invoker").says("Trace t-1");
    let refused = on(&rita, "records?from=soon&q=wiki").await;
    refused.has_status(422);
    assert!(refused.html.contains("value=\"soon\"") && refused.html.contains("id=\"filter-from-error\""));

    let page = on(&rita, &format!("records?evidence={id}")).await;
    let done = rita.submit(&page, &format!("event-of-record-{id}-1"), &[]).await;
    done.has_status(200).says("ops-agent").says("delete").says("acts.jsonl:1");
    let page = on(&rita, &format!("records?evidence={id}")).await;
    page.says("on the timeline");
    let done = rita.submit(&page, &format!("principal-of-record-{id}-3"), &[]).await;
    done.has_status(200).says("Alan");
    rita.submit(&page, "all-events", &[]).await.has_status(200).says("acts.jsonl:4");

    let open = format!("records?evidence={id}&record={id}.2&make=finding");
    let said = [
        ("finding.class", "unauthorised_change"),
        ("finding.facet", "integrity"),
        ("finding.confidence", "suspected"),
        ("finding.role", "effect"),
    ];
    let done = fill(&rita, &open, &format!("finding-of-record-{id}-2"), &said).await;
    done.says("ops-agent: grant on repo-a (line 2)");
}

/// A call and the decision about it, as a coding agent tells them over OpenTelemetry.
fn decided(number: u64, source: &str) -> String {
    let event = |at: u64, fields: &[(&str, &str)]| {
        let pair = |(key, value): &(&str, &str)| json!({"key": key, "value": {"stringValue": value}});
        let attributes: Vec<_> = fields.iter().map(pair).collect();
        let time = format!("{}", 1_773_853_500_000_000_000 + (number * 10 + at) * 1_000_000_000);
        json!({"resourceLogs": [{"resource": {"attributes": [pair(&("service.name", "claude-code"))]}, "scopeLogs": [{"logRecords":
            [{"timeUnixNano": time, "attributes": attributes}]}]}]})
    };
    let id = format!("t-{number}");
    let about = [
        ("session.id", "s-1"),
        ("user.email", "ada@example.com"),
        ("tool_name", "Bash"),
        ("tool_use_id", &id),
        ("terminal.type", "iTerm.app"),
    ];
    let decision =
        [&about[..], &[("event.name", "tool_decision"), ("decision", "accept"), ("source", source)]].concat();
    let command = format!(r#"{{"full_command":"make target-{number}"}}"#);
    let result =
        [&about[..], &[("event.name", "tool_result"), ("success", "true"), ("tool_parameters", &command)]].concat();
    format!("{}\n{}\n", event(1, &decision), event(2, &result))
}

#[tokio::test]
async fn a_record_says_who_confirmed_it_and_links_what_shows_it() {
    let world = World::start().await;
    let rita = world.person("Rita", Role::Responder).await;
    let page = rita.get("/incidents/new").await;
    rita.submit(&page, "incident", &[("title", "Agent deployed")]).await;
    let text = [decided(1, "user_temporary"), decided(2, "config"), decided(3, "user_permanent")].concat();
    let page = rita.upload("INC-1", "otel.jsonl", &text).await;
    page.has_status(200).says("6 records");
    let (_, rest) = page.html.split_once("/incidents/INC-1/records?evidence=").expect("a link to the records");
    let id = rest.split('"').next().expect("an id").to_string();
    let page = on(&rita, "records?confirmation=human").await;
    page.has_status(200).says("1 record match").says("make target-1");
    page.says("A person said yes to this act, by ada@example.com").says("tool_decision: accept, source user_temporary");
    assert!(page.html.contains("?lines=1-1#L1"), "a link to the line of the decision");
    let page = on(&rita, "records?confirmation=automatic").await;
    page.says("1 record match").says("no person confirmed it: allowed by configuration").says("make target-2");
    on(&rita, "records?confirmation=standing").await.says("Allowed earlier, for this kind of act or the session");
    on(&rita, "records?confirmation=perhaps").await.has_status(422);

    let page = on(&rita, &format!("records?evidence={id}&confirmation=automatic")).await;
    let done = rita.submit(&page, "all-events", &[]).await;
    done.has_status(200).says("No person confirmed this act: configuration, a policy or a bypass allowed it.");
    done.says("not confirmed");
}

#[tokio::test]
async fn a_reading_is_looked_at_taken_back_and_made_anew() {
    let world = World::start().await;
    let (rita, id) = uploaded(&world).await;
    let reading = format!("evidence/{id}/reading");
    let page = on(&rita, &reading).await;
    page.has_status(200).says("acts.jsonl: how it is read").says("JSON lines").says("Line 6").says("Without a time 1");
    on(&rita, &format!("{reading}?format=text")).await.says("Nothing is kept yet").says("read as Text");
    fill(&rita, &reading, "undo", &[("reason", "the wrong file")]).await.says("not read as a log");
    on(&rita, "records").await.says("No log has been read yet");
    let mapped = format!("{reading}?format=jsonl&mapping.time=time&mapping.actor=actor&mapping.action=action");
    let page = on(&rita, &mapped).await;
    page.says("Which column means what").says("how it would be read");
    fill(&rita, &mapped, "read", &[]).await;
    for _ in 0..100 {
        if on(&rita, "records").await.text().contains("Log records 5") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    on(&rita, "records").await.says("Log records 5").says_not("wiki/7");
}

#[tokio::test]
async fn a_reviewer_asks_classifies_and_attests() {
    let world = World::start().await;
    let (rita, id) = uploaded(&world).await;
    let grace = world.person("Grace", Role::Reviewer).await;
    let review = format!("evidence/{id}/review");
    let page = on(&grace, &review).await;
    page.has_status(200).says("Asked now: every record").says("4 not classified");
    let query = format!("{review}?verb=read");
    let done = fill(&grace, &query, &format!("classify-record-{id}-3"), &[("class", "denied_attempt")]).await;
    assert_eq!(done.path, format!("/incidents/INC-1/{review}"), "one stays where one works");
    done.says("classified: denied attempt").says("verb is read");
    fill(&grace, &query, "rule", &[("class", "authorised"), ("note", "all of them known")]).await;
    let page = on(&grace, &query).await;
    page.says("2 authorised").says("by the rule “verb is read”");
    let taken = page.form_to("/delete");
    grace.post(&taken.action, &[("form", "none"), ("at", "/incidents/INC-1")]).await.has_status(200);
    on(&grace, &query).await.says("1 denied attempt, 1 not classified");

    let refused = fill_refused(&grace, &review, &[("note", "half an hour of looking")]).await;
    assert!(refused.html.contains("half an hour of looking"), "{}", refused.text());
    let done =
        fill(&grace, &review, "attest", &[("depth", "content"), ("outcome", "none"), ("note", "looked at each")]).await;
    done.says("4 records were looked at").says("1 denied attempt, 3 not classified");
    done.says("A second reviewer is asked for");
    on(&rita, "evidence").await.says("A second reviewer is asked for");
}

async fn fill_refused(person: &Person, page: &str, fields: &[(&str, &str)]) -> Page {
    let page = on(person, page).await;
    let shown = person.submit(&page, "attest", fields).await;
    assert!(shown.status >= 400, "{}: {}", shown.status, shown.text());
    shown
}

#[tokio::test]
async fn who_took_part_or_only_reads_is_told_why_not() {
    let world = World::start().await;
    let (rita, id) = uploaded(&world).await;
    let page = on(&rita, &format!("records?evidence={id}")).await;
    rita.submit(&page, "all-events", &[]).await.has_status(200);
    let alan = world.person("Alan", Role::Reviewer).await;
    let page = on(&alan, &format!("evidence/{id}/review")).await;
    page.says("You are an actor in this incident");
    assert!(!page.html.contains("id=\"attest\""));
    let vera = world.person("Vera", Role::Viewer).await;
    let page = on(&vera, &format!("evidence/{id}/review")).await;
    page.says("cannot classify or attest");
    assert!(!page.html.contains("id=\"attest\"") && !page.html.contains("class=\"inline-form chooser\""));
    let page = on(&vera, &format!("records?evidence={id}")).await;
    assert!(!page.html.contains("/promote"), "a reader cannot promote");
}
