//! The access matrix: every route and every page, for everybody.

mod agent;
mod table;

use acceptance::{Person, Program, World};
use domain::access::Role;
use domain::incident::IncidentDraft;
use serde_json::{Value, json};
use server::command::{Method, Route, routes};
use server::form::form_path;
use store::Actor;

use table::{API_ONLY, COMMANDS, FORMS_ONLY, PAGES, Row};

const ROLES: [(&str, Role); 4] =
    [("viewer", Role::Viewer), ("reviewer", Role::Reviewer), ("responder", Role::Responder), ("admin", Role::Admin)];

/// A record that is nowhere.
const NOWHERE: &str = "01900000-0000-7000-8000-000000000000";

pub fn word(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
    }
}

/// A pattern as a path: of this incident, and of records that are nowhere.
fn path(pattern: &str, key: &str) -> String {
    let fill = |part: &str| match part {
        "{key}" => key.to_string(),
        "{mark}" => "detected".into(),
        "{list}" => "resources".into(),
        "{section}" => "summary".into(),
        "{kind}" => "burst".into(),
        part if part.starts_with('{') => NOWHERE.into(),
        part => part.into(),
    };
    pattern.split('/').map(fill).collect::<Vec<_>>().join("/")
}

fn route_of(row: &Row) -> &'static Route {
    let route = routes().iter().find(|route| (word(route.method), route.path) == (row.0, row.1));
    route.unwrap_or_else(|| panic!("{} {} is in the access matrix, but no such route is in server/web/src/command/table.rs: take the row out of tests/acceptance/access/table.rs.", row.0, row.1))
}

/// An incident of its own, so that no call depends on the one before.
async fn incident(world: &World, visibility: &str) -> String {
    let draft: IncidentDraft =
        store::parse_draft(json!({ "title": "Agent answered in public", "visibility": visibility })).expect("a draft");
    let entered =
        world.store.create(&Actor::system(), move |entry| entry.add(draft)).await.expect("the incident is filed");
    entered.dossier.key().to_string()
}

#[test]
fn every_route_and_page_has_a_row_in_the_matrix() {
    for route in routes() {
        let rows = COMMANDS.iter().filter(|row| (row.0, row.1) == (word(route.method), route.path)).count();
        assert_eq!(
            rows,
            1,
            "{} {} needs one row in tests/acceptance/access/table.rs, and has {rows}: say there who may call it.",
            word(route.method),
            route.path
        );
    }
    for row in COMMANDS {
        let _ = route_of(row);
    }
    for page in server::page::PAGES {
        assert!(
            PAGES.iter().any(|row| row.1 == page),
            "The page {page} needs a row in tests/acceptance/access/table.rs: say there who may see it."
        );
    }
    for row in PAGES {
        assert!(
            server::page::PAGES.contains(&row.1),
            "{} is in the access matrix, but not in PAGES of server/web/src/page/mod.rs: take the row out, or list the page.",
            row.1
        );
    }
}

#[test]
fn the_table_of_commands_asks_for_what_the_matrix_says() {
    for row in COMMANDS {
        let permit = route_of(row).permit;
        let may: Vec<&str> = ROLES.iter().filter(|(_, role)| role.allows(permit)).map(|(word, _)| *word).collect();
        assert_eq!(
            may.join(" "),
            row.2,
            "{} {}: the route asks for “{permit}”, the matrix says {}. One of them is wrong.",
            row.0,
            row.1,
            row.2
        );
    }
}

/// What is wrong with a program's call, if anything is.
async fn call(caller: &Program, name: &str, row: &Row, key: &str) -> Option<String> {
    let (method, pattern, may) = *row;
    let url = path(pattern, key);
    let mut request = caller.request(method, &url);
    if method != "GET" {
        request = request.header("content-type", "application/json").body("{}");
    }
    // A live stream has no end: only the status is read.
    let status = request.send().await.expect("an answer").status().as_u16();
    let allowed = may.split(' ').any(|role| role == name);
    let right = if allowed { status != 401 && status != 403 && status < 500 } else { status == 403 };
    (!right).then(|| {
        format!(
            "{method} {pattern} for {name}: {status}, but it is {}",
            if allowed { "allowed" } else { "to be refused with 403" }
        )
    })
}

#[tokio::test]
async fn programs_may_do_what_their_accounts_may_do() {
    let world = World::start().await;
    let mut wrong = Vec::new();
    for (name, role) in ROLES {
        let caller = world.program(name, role, None).await;
        for row in COMMANDS.iter().chain(API_ONLY) {
            let key = incident(&world, "open").await;
            wrong.extend(call(&caller, name, row, &key).await);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_program_without_a_token_gets_401_everywhere() {
    let world = World::start().await;
    let key = incident(&world, "open").await;
    for caller in [Program::new(&world.url, "inq_of-nobody"), Program::new(&world.url, "")] {
        for row in COMMANDS.iter().chain(API_ONLY) {
            let answer = caller.ask(row.0, &path(row.1, &key), &[], json!({})).await;
            assert_eq!(answer.status, 401, "{} {}", row.0, row.1);
            assert_eq!(answer.header("content-type"), "application/problem+json", "{} {}", row.0, row.1);
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        }
    }
}

#[tokio::test]
async fn the_title_of_every_page_is_text() {
    let world = World::start().await;
    let ada = world.person("Ada", Role::Admin).await;
    let key = incident(&world, "open").await;
    // A stream has no end.
    for row in PAGES.iter().filter(|row| !row.1.ends_with("/live")) {
        let page = ada.get(&path(row.1, &key)).await;
        let title = page.html.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
        match title {
            Some((title, _)) => assert!(!title.is_empty() && !title.contains('<'), "{}: {title}", row.1),
            None => assert!(!page.html.contains("<head"), "{} has no title", row.1),
        }
    }
}

#[tokio::test]
async fn a_private_incident_is_not_there_for_a_program_of_somebody_else() {
    let world = World::start().await;
    let caller = world.program("Nonmember", Role::Responder, None).await;
    let key = incident(&world, "private").await;
    for row in COMMANDS.iter().chain(API_ONLY).filter(|row| row.1.contains("{key}")) {
        let (status, hidden) = caller.call(row.0, &path(row.1, &key), json!({})).await;
        assert_eq!(status, 404, "{} {}: {hidden}", row.0, row.1);
        let (_, absent) = caller.call(row.0, &path(row.1, "INC-999"), json!({})).await;
        assert_eq!(hidden, absent, "{} {} tells a hidden incident from one that is not there", row.0, row.1);
    }
    let list = caller.ok("GET", "/incidents", Value::Null).await;
    assert_eq!(list["items"], json!([]));
}

/// A form and who may send it.
fn form_rows() -> Vec<Row> {
    let forms =
        COMMANDS.iter().filter(|row| row.0 != "GET").map(|row| ("POST", &*form_path(route_of(row)).leak(), row.2));
    let mut seen = std::collections::BTreeSet::new();
    forms
        .map(|(method, path, may)| (method, path as &'static str, may))
        .filter(|row| seen.insert(row.1))
        .chain(FORMS_ONLY.iter().copied())
        .collect()
}

async fn send(person: &Person, row: &Row, key: &str) -> u16 {
    let url = path(row.1, key);
    if row.1.ends_with("/evidence") {
        let body = "--b\r\nContent-Disposition: form-data; name=\"at\"\r\n\r\n/incidents\r\n--b--\r\n";
        let request = person.request("POST", &url).header("content-type", "multipart/form-data; boundary=b").body(body);
        return request.send().await.expect("an answer").status().as_u16();
    }
    person.knock(&url, &[("at", "/incidents"), ("form", "none")]).await.status
}

#[tokio::test]
async fn people_may_send_the_forms_of_their_role() {
    let world = World::start().await;
    let mut wrong = Vec::new();
    for (name, role) in ROLES {
        let person = world.person(name, role).await;
        for row in form_rows() {
            let key = incident(&world, "open").await;
            let status = send(&person, &row, &key).await;
            let allowed = row.2.split(' ').any(|role| role == name);
            let right = if allowed { status != 401 && status != 403 && status < 500 } else { status == 403 };
            if !right {
                wrong.push(format!(
                    "the form of {} for {name}: {status}, but it is {}",
                    row.1,
                    if allowed { "allowed" } else { "to be refused with 403" }
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn nobody_is_sent_to_sign_in() {
    let world = World::start().await;
    world.account("Ada", Role::Admin).await;
    let key = incident(&world, "open").await;
    let nobody = Person::stranger(&world.url);
    for row in form_rows() {
        let answer = nobody.knock(&path(row.1, &key), &[]).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/sign-in"), "the form of {}", row.1);
    }
    for row in PAGES {
        let url = path(row.1, &key);
        // Signing in leads to the first page by itself.
        let next = if url == "/" { String::new() } else { format!("?next={url}") };
        assert_eq!(nobody.status(&url).await, (303, format!("/sign-in{next}")), "{}", row.1);
    }
}

#[tokio::test]
async fn people_see_the_pages_of_their_role() {
    let world = World::start().await;
    let key = incident(&world, "open").await;
    for (name, role) in ROLES {
        let person = world.person(name, role).await;
        for row in PAGES {
            let (status, _) = person.status(&path(row.1, &key)).await;
            let expected: &[u16] = match row.2.split(' ').any(|role| role == name) {
                false => &[403],
                true if row.1.contains("{id}") => &[404],
                true => &[200],
            };
            assert!(expected.contains(&status), "{} for {name}: {status}", row.1);
        }
    }
}

#[tokio::test]
async fn a_private_incident_is_not_there_for_a_person_who_is_no_member() {
    let world = World::start().await;
    let person = world.person("Nonmember", Role::Responder).await;
    let (private, open) = (incident(&world, "private").await, incident(&world, "open").await);
    for row in PAGES.iter().filter(|row| row.1.contains("{key}")) {
        let (status, _) = person.status(&path(row.1, &private)).await;
        assert_eq!(status, 404, "{}", row.1);
    }
    for row in form_rows().iter().filter(|row| row.1.contains("{key}")) {
        assert_eq!(send(&person, row, &private).await, 404, "the form of {}", row.1);
    }
    person.get("/incidents").await.has_status(200).says(&open).says_not(&private);
    let admin = world.person("Ada", Role::Admin).await;
    admin.get("/incidents").await.says(&private);
}
