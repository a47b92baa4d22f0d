//! The registry of agents in its pages, without JavaScript.

use acceptance::World;
use domain::access::Role;
use serde_json::{Value, json};

#[tokio::test]
async fn an_agent_that_was_seen_is_registered_granted_and_reviewed() {
    let world = World::start_frozen("2026-03-20T12:00:00Z").await;
    let rita = world.person("Rita", Role::Responder).await;
    let program = world.program("Otto", Role::Responder, None).await;
    program.ok("POST", "/incidents", json!({ "title": "It posted", "agents": ["forum-agent"] })).await;
    let list = rita.get("/agents").await;
    list.has_status(200).says("No agent is registered yet").says("Register forum-agent, seen in an incident");
    // One click registers it under the name by which it was seen.
    let page = rita.press(&rita.get("/agents/seen").await, "Register forum-agent").await;
    page.has_status(200).says("forum-agent").says("proposed").says("This agent has no owner").says("No grants");
    page.says("INC-1").says("registered forum-agent");
    rita.get("/agents/seen").await.says("No unknown agent was seen").says_not("forum-agent");

    // Nobody answers for it, so that it cannot become active; what was typed comes back.
    let refused = rita.submit(&page, "agent-status", &[("status", "active"), ("reason", "we need it")]).await;
    assert_eq!((refused.status, refused.form("agent-status").value("reason").as_str()), (422, "we need it"));
    assert!(refused.error_beside("agent-status", "status").is_some_and(|error| error.contains("name an owner")));
    let me = page.form("edit-agent").last_choice("owner");
    let page =
        rita.submit(&page, "edit-agent", &[("owner", &me), ("purpose", "It answers."), ("review_days:n", "30")]).await;
    page.has_status(200).says_not("This agent has no owner").says("It answers.").says("every 30 days");
    let page = rita.submit(&page, "agent-status", &[("status", "active")]).await;
    page.has_status(200).says("active since").says("set the status to active");

    // A grant without a reason is refused; then one is given, and the owner does not give a grave one alone.
    let typed = [("verbs[]", "read"), ("resources:l", "forum/*, wiki/**"), ("ceiling", "read"), ("rule", "none")];
    let refused = rita.submit(&page, "grant", &typed).await;
    assert_eq!((refused.status, refused.form("grant").value("resources:l").as_str()), (422, "forum/*, wiki/**"));
    let page = rita
        .submit(
            &page,
            "grant",
            &[&typed[..], &[("rationale", "It reads questions."), ("until", "2026-12-31")]].concat(),
        )
        .await;
    page.has_status(200).says("read on forum/*, wiki/**").says("It reads questions.").says("31 December 2026");
    let grave = [
        ("verbs[]", "delete"),
        ("resources:l", "forum/*"),
        ("ceiling", "destructive"),
        ("rule", "none"),
        ("rationale", "It tidies."),
    ];
    let refused = rita.submit(&page, "grant", &grave).await;
    refused.has_status(403).says("ask a colleague").says("It tidies.");

    // The review is overdue after the interval, and looks at every grant.
    world.store.clock().advance_seconds(31 * 24 * 3600);
    rita.get("/agents").await.says("overdue").says("1 with an overdue review");
    rita.get("/inbox").await.says("Your agents").says("Review what forum-agent may do").says("overdue");
    let review = rita.get(&format!("{}/review", page.path)).await;
    review.has_status(200).says("read on forum/*, wiki/**");
    let narrow = [
        ("grants.0.outcome", "narrowed"),
        ("grants.0.to.resources:l", "forum/*"),
        ("grants.0.reason", "it never reads the wiki"),
    ];
    let refused = rita.submit(&review, "review", &[("grants.0.outcome", "kept"), ("note", "In spring.")]).await;
    refused.has_status(422).says("Write why").says("In spring.");
    let page = rita.submit(&review, "review", &narrow).await;
    page.has_status(200).says("read on forum/*").says("narrowed").says("it never reads the wiki").says("Ended (1)");
    rita.get("/agents?overdue=true").await.says("No agent matches");
    world.store.clock().advance_seconds(60);
    let page = rita.submit(&page, "agent-comment", &[("body", "Asked the **vendor**.")]).await;
    page.has_status(200).says("Asked the vendor.");
    // What was said and what was reviewed are undone, and stay in the file as such.
    world.store.clock().advance_seconds(60);
    let undone = rita.press(&page, "Undo this: You last commented.").await;
    undone.has_status(200).says("This comment was withdrawn");
    world.store.clock().advance_seconds(60);
    let page = rita.press(&undone, "Undo this: You last withdrew a comment.").await;
    page.says("Asked the vendor.").says_not("This comment was withdrawn");
    assert!(world.store.verify(None).await.expect("verifies").is_whole());
}

#[tokio::test]
async fn what_is_typed_on_the_page_of_an_agent_is_kept_and_what_others_do_arrives() {
    let world = World::start().await;
    let rita = world.person("Rita", Role::Responder).await;
    let program = world.program("Otto", Role::Responder, None).await;
    let agent = json!({ "name": "forum-agent", "owner_name": "Community" });
    let agent = program.ok("POST", "/agents", agent).await["id"].as_str().expect("an id").to_string();
    let at = format!("/agents/{agent}");
    // What the browser's part sends a moment after the last key.
    let found = rita.get(&at).await.form("agent-comment");
    let mut fields = found.fill(&[("body", "Asked the ven")]);
    fields.push(("page".into(), "tab".into()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(rita.knock(&format!("{at}/unsaved"), &fields).await.status, 204);
    rita.get(&at).await.says("You typed this on").says("and did not save it: Asked the ven");
    rita.get("/agents").await.says_not("You typed this on");
    let used = rita.get(&format!("{at}?use=agent-comment")).await;
    assert_eq!(used.form("agent-comment").value("body"), "Asked the ven");
    rita.submit(&used, "agent-comment", &[("body", "Asked the vendor.")]).await.has_status(200);
    rita.get(&at).await.says_not("You typed this on");
    assert_eq!(rita.knock("/agents/no-such-agent/unsaved", &fields).await.status, 404);

    // A page that is open hears of what somebody else does, and says what it was.
    let page = rita.get(&at).await;
    let version = program.ok("GET", &format!("{at}/changes"), Value::Null).await["items"]
        .as_array()
        .and_then(|items| items.last()?["version"].as_u64())
        .expect("a version");
    let follows = format!("data-live=\"{at}/live\" data-version=\"{version}\"");
    assert!(page.html.contains(&follows), "{}", page.html);
    let mut stream = program.follow_at(&format!("{at}/live")).await;
    assert_eq!(stream.next().await, Some(version));
    program.ok("POST", "/agents", json!({ "name": "another" })).await;
    program.ok("PATCH", &at, json!({ "team": "Support" })).await;
    assert_eq!(stream.next().await, Some(version + 1));
    let answer = rita.request("GET", &at).header("Inquest-Shown", version.to_string()).send().await.expect("an answer");
    let news = answer.text().await.expect("a page");
    assert!(news.contains("id=\"news\"") && news.contains("Otto changed team"), "{news}");
}

#[tokio::test]
async fn a_table_of_agents_is_pasted_and_one_is_merged_and_split() {
    let world = World::start().await;
    let rita = world.person("Rita", Role::Responder).await;
    let vera = world.person("Vera", Role::Viewer).await;
    let new = rita.get("/agents/new?name=bot%207").await;
    assert_eq!(new.form("register").value("name"), "bot 7");
    let refused = rita.submit(&new, "import", &[("csv", "name\nfirst\n\"torn\n")]).await;
    refused.has_status(422).says("Line 3: a quote is never closed").says("first");
    let list = rita.submit(&new, "import", &[("csv", "name,identifiers\nfirst,a-1\nsecond,b-1\n")]).await;
    list.has_status(200).says("first").says("second").says("2 without an owner");
    let program = world.program("Otto", Role::Responder, None).await;
    let agents = program.ok("GET", "/agents", Value::Null).await;
    let id = |place: usize| agents["items"][place]["id"].as_str().expect("an id").to_string();
    let page = rita.get(&format!("/agents/{}", id(1))).await;
    let page = rita.submit(&page, "merge-agent", &[("into", &id(0))]).await;
    page.has_status(200).says("Agents first proposed").says("b-1").says("merged another agent into this agent");
    rita.get(&format!("/agents/{}", id(1))).await.says("was merged into").says_not("edit-agent");
    let page = rita.submit(&page, "split-agent", &[("name", "third"), ("identifiers:l", "b-1")]).await;
    page.has_status(200).says("Agents third proposed").says("b-1");
    // Whoever only reads sees all of it and is offered nothing.
    let page = vera.get(&format!("/agents/{}", id(0))).await;
    page.has_status(200).says("Grants").says_not("edit-agent").says_not("agent-comment");
    vera.get("/agents").await.has_status(200).says_not("Register an agent");
}

/// A log in which an agent reads and posts in the forum, and reads elsewhere.
pub const FORUM: &str = r#"{"time":"2026-03-18T17:00:00Z","actor":"forum-agent","action":"read","resource":"forum/7","outcome":"success"}
{"time":"2026-03-18T17:01:00Z","actor":"forum-agent","action":"post","resource":"forum/7","outcome":"success"}
{"time":"2026-03-18T17:02:00Z","actor":"forum-agent","action":"read","resource":"payroll/9","outcome":"success"}
"#;

#[tokio::test]
async fn an_agent_that_posts_where_it_may_only_read_is_found_out() {
    let world = World::start_frozen("2026-03-01T12:00:00Z").await;
    let rita = world.person("Rita", Role::Responder).await;
    let program = world.program("Otto", Role::Responder, None).await;
    let agent = json!({ "name": "Forum answers", "identifiers": ["forum-agent"], "owner_name": "Community" });
    let agent = program.ok("POST", "/agents", agent).await["id"].as_str().expect("an id").to_string();
    let page = rita.get(&format!("/agents/{agent}")).await;
    let page = rita.submit(&page, "agent-status", &[("status", "active")]).await;
    let may_read = [
        ("verbs[]", "read"),
        ("resources:l", "forum/**"),
        ("ceiling", "read"),
        ("rule", "none"),
        ("rationale", "It reads what is asked."),
    ];
    rita.submit(&page, "grant", &may_read).await.has_status(200).says("read on forum/**");

    // The log is uploaded, what it shows is put on the timeline, and a person says which agent it was.
    world.store.clock().advance_seconds(19 * 24 * 3600);
    program.ok("POST", "/incidents", json!({ "title": "The agent answered in public" })).await;
    rita.upload("INC-1", "forum.jsonl", FORUM).await.has_status(200);
    let items = program.ok("GET", "/incidents/INC-1/evidence", Value::Null).await;
    let item = items["items"][0]["id"].as_str().expect("an id");
    let promote = format!("/incidents/INC-1/evidence/{item}/promote");
    program.ok("POST", &promote, json!({ "as": "events", "records": [1, 2, 3] })).await;
    let people = rita.get("/incidents/INC-1/principals").await;
    rita.press(&people, "Link to agent Forum answers: forum-agent").await.says("Linked to the agent Forum answers");

    // Both acts are flagged, each with the part that lies outside: on the timeline, on the records, and at the gaps.
    let timeline = rita.get("/incidents/INC-1/timeline").await.text();
    assert_eq!(timeline.matches("outside its grants").count(), 2, "{timeline}");
    let records = rita.get("/incidents/INC-1/records").await;
    records.says("within its grants").says("“post” is not among read").says("payroll/9 is not among forum/**");
    let gaps = rita.get("/incidents/INC-1/gaps?control=authorization").await;
    gaps.says("“post” is not among read").says("payroll/9 is not among forum/**");
    let list = rita.get("/agents").await;
    list.says("Acts outside grants");
    assert!(list.html.contains(r#"data-label="Acts outside grants"><span class="flag no">2<"#), "{}", list.html);

    // The grant is narrowed in a review; what was pinned in the incident stays.
    let review = rita.get(&format!("/agents/{agent}/review")).await;
    let narrowed = [
        ("grants.0.outcome", "narrowed"),
        ("grants.0.to.resources:l", "forum/questions/*"),
        ("grants.0.reason", "it needs the questions alone"),
    ];
    rita.submit(&review, "review", &narrowed).await.has_status(200).says("read on forum/questions/*");
    assert_eq!(rita.get("/incidents/INC-1/timeline").await.text().matches("outside its grants").count(), 2);

    // The map shows the post as one that no person confirmed, and as not granted.
    let map = program.ok("GET", "/incidents/INC-1/confirmations?by=agent", Value::Null).await;
    let rows = map["rows"].as_array().expect("rows");
    let post = rows.iter().find(|row| row["verb"] == "post").expect("the post");
    assert_eq!(
        (&post["counts"][0], &post["is_open"], &post["declared"]),
        (&json!(0), &json!(true), &json!("not granted"))
    );
    rita.get("/incidents/INC-1/confirmations").await.says("post, forum").says("without the yes it needs");

    // The gap is suggested with both acts, accepted, and gets its item.
    let suggested = program.ok("GET", "/incidents/INC-1/gaps/suggestions", Value::Null).await;
    let is_it = |one: &&Value| one["control"] == "authorization";
    let suggested = suggested["items"].as_array().and_then(|items| items.iter().find(is_it)).expect("it is suggested");
    assert_eq!(suggested["events"].as_array().map(Vec::len), Some(2), "{suggested}");
    let gaps = rita
        .submit(
            &gaps,
            "add-gap",
            &[("state", "absent"), ("enforcement", "hard"), ("statement", "Its grant was for reading.")],
        )
        .await;
    gaps.has_status(200);
    let gap = program.ok("GET", "/incidents/INC-1/gaps", Value::Null).await;
    let gap = gap["items"].as_array().and_then(|items| items.iter().find(is_it)).expect("it is recorded");
    assert_eq!(gap["events"].as_array().map(Vec::len), Some(2), "{gap}");
    let item = json!({ "title": "Let the forum refuse its posts", "gaps": [gap["id"]], "kind": "prevent", "enforcement": "hard" });
    let item = program.ok("POST", "/incidents/INC-1/remediations", item).await;
    rita.get("/incidents/INC-1/gaps").await.says("Let the forum refuse its posts");
    assert_eq!(item["gaps"], json!([gap["id"]]));
    assert!(world.store.verify(None).await.expect("verifies").is_whole());
}

#[tokio::test]
async fn agents_of_logs_are_seen_and_what_they_used_is_told() {
    let world = World::start_frozen("2026-03-20T12:00:00Z").await;
    let rita = world.person("Rita", Role::Responder).await;
    let program = world.program("Otto", Role::Responder, None).await;
    program.ok("POST", "/incidents", json!({ "title": "It cleaned up" })).await;
    let act = |action: &str, second: usize| {
        format!(
            r#"{{"type":"assistant","sessionId":"s-1","timestamp":"2026-03-18T17:04:{second:02}.000Z","uuid":"u-{second}","message":{{"role":"assistant","model":"m-4","content":[{{"type":"tool_use","id":"t-{second}","name":"{action}","input":{{"file_path":"notes/{second}.md"}}}}]}}}}"#
        )
    };
    let log: String = (0..20).map(|second| act("Read", second) + "\n").collect();
    rita.upload("INC-1", "session.jsonl", &log).await;
    let list = program.ok("GET", "/incidents/INC-1/records?kind=agent", Value::Null).await;
    let name = list["items"][0]["actor"]["name"].as_str().unwrap_or_default().to_string();
    assert!(!name.is_empty(), "{list}");
    let seen = rita.get("/agents/seen").await;
    seen.has_status(200).says(&name).says("20").says("INC-1");
    let page = rita.press(&seen, &format!("Register {name}")).await;
    page.has_status(200).says(&name);
    rita.get("/agents/seen").await.says("No unknown agent was seen");
    // Named in the incident as well, what it used there is told in the review.
    program.ok("POST", "/incidents/INC-1/principals", json!({ "kind": "agent", "name": name })).await;
    let grant = [
        ("verbs[]", "read"),
        ("verbs[]", "write"),
        ("resources:l", "notes/*"),
        ("ceiling", "mutating"),
        ("rule", "none"),
        ("rationale", "It tidies notes."),
    ];
    let page = rita.submit(&page, "grant", &grant).await;
    let review = rita.get(&format!("{}/review", page.path.trim_end_matches("/grants"))).await;
    review.has_status(200).says("Granted 2 verbs, used 1 in 90 days");
}
