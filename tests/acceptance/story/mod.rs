//! The main job, told by people at browsers without JavaScript: every form is
//! filled in as it stands on its page.

pub mod agents;
mod chosen;
mod crossed;
mod decided;
mod everybody;
mod hostile;
mod kept;
pub mod log;
mod merged;
mod more;
mod overview;
mod proof;
mod records;
mod refused;
mod shown;
mod taken_back;
mod trends;
mod unsaved;
mod untouched;

use acceptance::{Page, Person, World};
use domain::access::Role;

use proof::{expose, mend, publish, review};

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
    tell_all(&World::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_on_postgres() {
    let server = store::testing::Postgres::shared().expect("PostgreSQL starts");
    let url = server.create_database("story").await.expect("a database");
    let mut world = World::start_on(&url).await;
    tell_all(&world).await;
    world.stop().await;
}

async fn tell_all(world: &World) {
    let (rita, grace, alan) = (
        world.person("Rita", Role::Responder).await,
        world.person("Grace", Role::Reviewer).await,
        world.person("Alan", Role::Reviewer).await,
    );
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
    let page = rita
        .submit(
            &page,
            "incident",
            &[
                ("title", "Agent answered in public, unasked"),
                ("summary", "It posted **its own** answer."),
                ("occurred", "18 March 2026 17:00 UTC"),
                ("declared_severity:n", "1"),
                ("agents:l", "forum-agent"),
            ],
        )
        .await;
    assert_eq!((page.status, page.path.as_str()), (200, "/incidents/INC-1"), "{}", page.text());
    page.says("Agent answered in public, unasked").says("Sev 1 (2nd of 5)").says("Not assessed");
    assert!(page.html.contains("<strong>its own</strong>"), "Markdown is rendered");
    rita.get("/incidents").await.says("INC-1");
    rita.get("/agents").await.says("forum-agent");
}

async fn tell(rita: &Person) {
    let agent = on(rita, "timeline").await.form("add-event").last_choice("actor.id");
    let page = fill(
        rita,
        "timeline",
        "add-event",
        &[
            ("time", "18 March 2026 17:04 UTC"),
            ("actor.id", &agent),
            ("kind", "action"),
            ("verb", "post"),
            ("effect", "mutating"),
            ("resource", "forum/thread-9"),
            ("requested", "no"),
            ("confirmed", "no"),
            ("output_mode", "direct"),
            ("provenance_label", "none"),
            ("body", "The agent posts its answer."),
        ],
    )
    .await;
    page.says("The agent posts its answer.").says("forum-agent");
    let page = fill(
        rita,
        "timeline",
        "add-event",
        &[
            ("time", "about 5 pm on 18 March 2026"),
            ("actor.id", ""),
            ("actor.name", "Invoker"),
            ("actor.kind", "human"),
            ("kind", "message"),
            ("body", "The invoker asks the agent."),
        ],
    )
    .await;
    page.says("16:30–17:30").says("Invoker");
}

async fn paste(rita: &Person) {
    let page = on(rita, "timeline").await;
    let page = rita.submit(&page, "paste-timeline", &[("text", PASTED)]).await;
    page.has_status(200)
        .says("Check what was understood")
        .says("One line was not understood")
        .says("and a line that says no time")
        .says("Hangs from line");
    let form = page.form("confirm-timeline");
    assert_eq!(
        (form.value("items.0.actor.name"), form.value("items.2.actor.kind"), form.value("items.6.kind")),
        ("Engineer".into(), "agent".into(), "containment".into())
    );
    // The answer's quality is a judgement: Rita leaves it out, and corrects a guess.
    let page = rita
        .submit(
            &page,
            "confirm-timeline",
            &[("items.3.include:b", ""), ("items.1.actor.name", "Invoker"), ("items.1.actor.kind", "human")],
        )
        .await;
    assert_eq!((page.status, page.path.as_str()), (200, "/incidents/INC-1/timeline"), "{}", page.text());
    page.says("access lists are opened across systems")
        .says("Contained. Declared as Sev 1.")
        .says_not("the answer is wrong")
        .says("triggered by");
}

async fn rate(rita: &Person) {
    let levels = [
        ("exposure", "3"),
        ("integrity", "3"),
        ("availability", "0"),
        ("people", "1"),
        ("authority", "3"),
        ("propagation", "3"),
        ("duration", "3"),
        ("recoverability", "1"),
    ];
    let names = levels.map(|(name, level)| (format!("dimensions.{name}:n"), level));
    let mut fields: Vec<(&str, &str)> = names.iter().map(|(name, level)| (name.as_str(), *level)).collect();
    fields.push(("rationale.authority", "It was told to draft."));
    let page = fill(rita, "severity", "rate", &fields).await;
    page.says("Sev 1 (2nd of 5)").says("72.7").says("It was told to draft.");
}
