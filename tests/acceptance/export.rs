//! Documents to hand on.

use std::path::PathBuf;

use acceptance::{Binary, Case, World};
use domain::access::Role;
use serde_json::{Value, json};

const GOLDEN: &str = "Run the tests with UPDATE_GOLDEN=1 and look at what changed.";

/// The formats of others.
const FOR_OTHERS: [&str; 5] = ["safe", "ocsf", "veris", "stix", "aiid"];

/// Compares with a file of `tests/golden`, or writes it.
fn is_golden(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder");
        std::fs::write(&path, text).expect("written");
        return;
    }
    let golden =
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("tests/golden/{name}: {error}. {GOLDEN}"));
    let differs = golden.lines().zip(text.lines()).enumerate().find(|(_, (known, found))| known != found);
    if let Some((line, (known, found))) = differs {
        panic!("tests/golden/{name} differs in line {}.\nwas: {known}\nis:  {found}\n{GOLDEN}", line + 1);
    }
    assert!(
        golden == text,
        "tests/golden/{name} has {} lines, the export {}. {GOLDEN}",
        golden.lines().count(),
        text.lines().count()
    );
}

/// What a DOCX reads, a line for each paragraph with its style: its parts are stored as they are.
fn read(file: &str) -> String {
    let body = file.split_once("<w:body>").and_then(|(_, rest)| rest.split_once("</w:body>")).expect("a body").0;
    let line = |paragraph: &str| {
        let style = paragraph.rsplit_once("<w:pStyle w:val=\"").and_then(|(_, rest)| rest.split_once('"'));
        let mut words = String::new();
        for piece in paragraph.replace("<w:tab/>", "\t").replace("<w:br/>", "\n").split('<').skip(1) {
            words.push_str(piece.split_once('>').expect("an element ends").1);
        }
        format!("{}: {words}\n", style.map_or("", |(style, _)| style))
    };
    body.split("</w:p>").map(line).collect()
}

async fn library() -> World {
    let world = World::start_frozen("2026-11-20T09:00:00Z").await;
    server::library::load(&world.store).await.expect("the library is loaded");
    world
}

#[tokio::test]
async fn the_example_of_meta_reads_as_it_always_did() {
    let world = library().await;
    let vera = world.program("Vera", Role::Viewer, None).await;
    let export =
        async |query: &str| vera.ask("GET", &format!("/incidents/INC-1/export{query}"), &[], Value::Null).await;
    let internal = export("").await;
    assert_eq!((internal.status, internal.header("content-type")), (200, "text/markdown; charset=utf-8"));
    assert_eq!(internal.header("content-disposition"), "attachment; filename=\"INC-1.md\"");
    is_golden("meta.md", &internal.body);
    is_golden("meta.public.md", &export("?profile=public").await.body);
    is_golden("meta.csv", &export("?format=csv").await.body);
    let word = export("?format=docx").await;
    assert_eq!(word.header("content-disposition"), "attachment; filename=\"INC-1.docx\"");
    is_golden("meta.docx.txt", &read(&word.body));
    for format in FOR_OTHERS {
        let sent = export(&format!("?format={format}")).await;
        assert_eq!(sent.header("content-disposition"), format!("attachment; filename=\"INC-1.{format}.json\""));
        assert_eq!(sent.header("content-type"), "application/json");
        is_golden(&format!("meta.{format}.json"), &sent.body);
        let public = export(&format!("?format={format}&profile=public")).await.body;
        assert!(
            sent.body == public,
            "{format}: what is sent to others is for the public unless somebody says otherwise"
        );
        assert_ne!(sent.body, export(&format!("?format={format}&profile=internal")).await.body, "{format}");
    }
}

#[tokio::test]
async fn what_is_sent_to_others_is_as_their_schemas_say() {
    let world = library().await;
    let vera = world.program("Vera", Role::Viewer, None).await;
    let folder = tempfile::tempdir().expect("a folder");
    for format in ["ocsf", "veris", "stix"] {
        let mut arguments = vec![concat!(env!("CARGO_MANIFEST_DIR"), "/python/formats.py").to_string(), format.into()];
        for number in 1..=5 {
            for profile in ["internal", "public"] {
                let path = format!("/incidents/INC-{number}/export?format={format}&profile={profile}");
                let document = vera.ask("GET", &path, &[], Value::Null).await.body;
                let file = folder.path().join(format!("{number}-{profile}.{format}.json"));
                std::fs::write(&file, document).expect("a file");
                arguments.push(file.display().to_string());
            }
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let held = crate::python::run("python", &arguments).await;
        assert!(held.status.success(), "{format}:\n{}", crate::python::printed(&held));
        // What is wrong is found.
        let mut document: Value =
            serde_json::from_str(&std::fs::read_to_string(arguments[2]).expect("a file")).expect("JSON");
        let bent = folder.path().join("bent.json");
        match format {
            "stix" => document["objects"][0]["id"] = json!("no name"),
            "ocsf" => document["severity_id"] = json!(12),
            _ => document["security_incident"] = json!("Fine"),
        }
        std::fs::write(&bent, document.to_string()).expect("a file");
        let held = crate::python::run("python", &[arguments[0], format, &bent.display().to_string()]).await;
        assert_eq!(held.status.code(), Some(1), "{format}: {}", crate::python::printed(&held));
    }
}

#[tokio::test]
async fn the_page_says_what_the_export_says() {
    let world = library().await;
    let person = world.person("Vera", Role::Viewer).await;
    for number in 1..=5 {
        let markdown = person.peek(&format!("/incidents/INC-{number}/export?zone=UTC")).await.body;
        let page = person.get(&format!("/incidents/INC-{number}/postmortem")).await;
        let headings = markdown.lines().filter_map(|line| line.strip_prefix("## ").or(line.strip_prefix("### ")));
        let rows = markdown.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
        let said: Vec<&str> =
            headings.chain(rows).filter(|text| !text.contains(['\\', '`']) && *text != "---").collect();
        assert!(said.len() > 60, "INC-{number}: {said:?}");
        for text in said {
            page.says(text);
        }
    }
}

#[tokio::test]
async fn the_same_revision_gives_the_same_bytes_by_every_door() {
    let world = World::start().await;
    server::library::load(&world.store).await.expect("the library is loaded");
    let (program, person) =
        (world.program("Rita", Role::Responder, None).await, world.person("Vera", Role::Viewer).await);
    let folder = world.folder().to_str().expect("text").to_string();
    let inquest = Binary::new(env!("CARGO_BIN_EXE_inquest-under-test"));
    for format in ["md", "docx", "csv"].into_iter().chain(FOR_OTHERS) {
        for profile in ["internal", "public"] {
            let path = format!("/incidents/INC-1/export?format={format}&profile={profile}&zone=Europe/Berlin");
            let first = program.ask("GET", &path, &[], Value::Null).await.body;
            assert!(first.len() > 1000);
            assert!(first == program.ask("GET", &path, &[], Value::Null).await.body, "{path}: twice");
            assert!(first == person.peek(&path).await.body, "{path}: for a person");
            let out = format!("{folder}/export");
            inquest
                .run(&[
                    "export",
                    "--data-dir",
                    &folder,
                    "INC-1",
                    "--format",
                    format,
                    "--profile",
                    profile,
                    "--zone",
                    "Europe/Berlin",
                    "--out",
                    &out,
                ])
                .await
                .well();
            let printed = std::fs::read(&out).expect("a file");
            assert!(first == String::from_utf8_lossy(&printed), "{path}: on the command line");
        }
    }
    let before = program.ask("GET", "/incidents/INC-1/export", &[], Value::Null).await.body;
    program.ok("PATCH", "/incidents/INC-1", json!({ "title": "Another title" })).await;
    assert!(before != program.ask("GET", "/incidents/INC-1/export", &[], Value::Null).await.body, "another revision");
}

#[tokio::test]
async fn an_export_that_cannot_be_written_is_refused_in_a_sentence() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    for (query, field) in [("format=doc", "format"), ("profile=secret", "profile"), ("zone=Mars", "zone")] {
        let (status, problem) = case.rita.call("GET", &case.at(&format!("export?{query}")), Value::Null).await;
        assert_eq!(status, 422, "{problem}");
        assert!(problem["fields"].get(field).is_some(), "{problem}");
    }
}

#[tokio::test]
async fn the_public_profile_leaves_out_what_is_private_and_says_so() {
    let world = World::start().await;
    let case = Case::covered(&world).await;
    case.rita
        .ok("POST", &case.at("principals"), json!({ "kind": "human", "name": "Wilhelmina Asker", "private": true }))
        .await;
    let event = |kind: &str, body: &str| json!({ "time": "2026-03-18T17:04:00Z", "kind": kind, "actor": { "kind": "human", "name": "Wilhelmina Asker" }, "body": body });
    case.rita.ok("POST", &case.at("events"), event("action", "Wilhelmina Asker followed the advice.")).await;
    case.rita.ok("POST", &case.at("events"), event("note", "Between us: she had asked twice.")).await;
    case.written_up().await;
    case.rita
        .ok(
            "PUT",
            &case.at("sections/what_happened"),
            json!({ "body": "The agent answered Wilhelmina Asker; Rita found it." }),
        )
        .await;
    let export = async |profile: &str, format: &str| {
        case.rita
            .ask("GET", &case.at(&format!("export?profile={profile}&format={format}")), &[], Value::Null)
            .await
            .body
    };
    for format in FOR_OTHERS {
        for public in [
            export("public", format).await,
            case.rita.ask("GET", &case.at(&format!("export?format={format}")), &[], Value::Null).await.body,
        ] {
            for secret in ["Wilhelmina", "Asker", "asked twice", "Grace", "Alan", "Rita"] {
                assert!(!public.contains(secret), "{format}: {secret} is in what is sent to others:\n{public}");
            }
        }
    }
    for format in ["md", "html", "docx", "csv"] {
        let (internal, public) = (export("internal", format).await, export("public", format).await);
        assert!(internal.contains("Wilhelmina Asker") && internal.contains("asked twice"), "{format}");
        for secret in ["Wilhelmina", "Asker", "asked twice", "Grace", "Alan"] {
            assert!(!public.contains(secret), "{format}: {secret} is in the public profile:\n{public}");
        }
    }
    let public = export("public", "md").await;
    assert!(public.contains("This is the public profile. Withheld:"), "{public}");
    assert!(!public.contains("Rita"), "{public}");
}

/// The sections of a document that people write.
fn prose(markdown: &str) -> Vec<&str> {
    let sections = markdown.split("\n## ").skip(1);
    let written = ["Summary", "Impact", "What happened", "Unknowns"];
    sections.filter(|section| written.iter().any(|name| section.starts_with(&format!("{name}\n")))).collect()
}

#[tokio::test]
async fn the_examples_read_in_public_as_they_were_written() {
    let world = library().await;
    let vera = world.program("Vera", Role::Viewer, None).await;
    for number in 1..=5 {
        let export = async |query: &str| {
            vera.ask("GET", &format!("/incidents/INC-{number}/export{query}"), &[], Value::Null).await.body
        };
        let (internal, public) = (export("").await, export("?profile=public").await);
        assert_eq!(prose(&internal).len(), 4);
        assert_eq!(prose(&internal), prose(&public), "INC-{number}");
        let open = vera.ok("GET", &format!("/incidents/INC-{number}/wording"), Value::Null).await;
        assert_eq!(open["items"], json!([]), "INC-{number}");
        for page in ["events", "sections"] {
            for item in vera.ok("GET", &format!("/incidents/INC-{number}/{page}"), Value::Null).await["items"]
                .as_array()
                .expect("a list")
            {
                // Notes on the timeline are for internal eyes.
                let body = item["body"].as_str().filter(|_| item["kind"] != "note").unwrap_or_default();
                let first = body.split(['.', '\n', '*', '`', '“', '[', '_']).next().unwrap_or_default();
                assert!(public.contains(first), "INC-{number} {page}: {first}");
            }
        }
    }
}

#[tokio::test]
async fn a_person_decides_about_a_text_with_a_private_name_and_nobody_is_asked_twice() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    case.rita
        .ok("POST", &case.at("principals"), json!({ "kind": "human", "name": "Wilhelmina Asker", "private": true }))
        .await;
    let body = "Ask **Wilhelmina Asker**, said the engineers.";
    case.rita.ok("PUT", &case.at("sections/impact"), json!({ "body": body })).await;
    let public = async || case.rita.ask("GET", &case.at("export?profile=public"), &[], Value::Null).await.body;
    let text = public().await;
    assert!(
        !text.contains("Wilhelmina") && text.contains("section “Impact”") && text.contains("Not decided"),
        "{text}"
    );
    let person = acceptance::Person::sign_in(&world.url, "rita@example.org").await;
    let page = person.get(&format!("/incidents/{}/wording", case.key)).await;
    page.has_status(200).says("1 text waits for a decision").says(body).says("private human 1");
    let form = acceptance::form::forms(&page.html)
        .into_iter()
        .find(|form| form.action.ends_with("/wording"))
        .expect("a form to decide with");
    let field = |name: &str| form.value(name);
    let choose = |choice: &str| {
        let names = ["form", "at", "noun", "record", "field", "digest"];
        let mut sent: Vec<(String, String)> = names.iter().map(|name| (name.to_string(), field(name))).collect();
        sent.push(("choice".into(), choice.into()));
        sent
    };
    let send = async |choice: &str| {
        let sent = choose(choice);
        let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        person.knock(&form.action, &sent).await.status
    };
    assert_eq!(send("replace").await, 303);
    assert!(public().await.contains("Ask **private human 1**, said the engineers."), "{}", public().await);
    assert_eq!(send("keep").await, 303);
    assert!(public().await.contains(body));
    person.get(&format!("/incidents/{}/wording", case.key)).await.says("is decided").says("printed as it is written");
    // The text changes: what was decided of the old one does not hold for the new one.
    case.rita.ok("PUT", &case.at("sections/impact"), json!({ "body": format!("{body} Later.") })).await;
    assert!(!public().await.contains("Wilhelmina"));
    assert_eq!(send("keep").await, 422);
    // A program of an agent makes no name public.
    let agent = world.program("Scribe", Role::Responder, Some("scribe")).await;
    let item = case.rita.ok("GET", &case.at("wording"), Value::Null).await["items"][0].clone();
    let decision = json!({ "noun": item["noun"], "record": item["record"], "field": item["field"], "digest": item["digest"], "choice": "keep" });
    agent.refused(403, "PUT", &case.at("wording"), decision.clone()).await;
    case.rita.ok("PUT", &case.at("wording"), decision).await;
    assert!(public().await.contains("Later."));
}

#[tokio::test]
async fn an_export_names_its_revision_and_says_when_it_is_stale() {
    let world = World::start().await;
    let case = Case::signed(&world).await;
    let export = async || case.rita.ask("GET", &case.at("export"), &[], Value::Null).await.body;
    case.written_up().await;
    case.rita.ok("POST", &case.at("postmortem/submit"), json!({})).await;
    case.grace.ok("POST", &case.at("postmortem/approve"), json!({})).await;
    let published = case.rita.ok("POST", &case.at("postmortem/publish"), json!({})).await;
    let text = export().await;
    assert!(
        text.contains(&format!(
            "published, revision 1 froze incident version {}",
            published["revisions"][0]["version"]
        )),
        "{text}"
    );
    assert!(text.contains("Verified no-op") && !text.contains("STALE"), "{text}");
    case.rita
        .ok("POST", &case.at(&format!("evidence/{}/withdraw", case.evidence)), json!({ "reason": "wrong week" }))
        .await;
    let text = export().await;
    assert!(
        text.contains(
            "**STALE:** revision 1 was published with the verdict “Verified no-op”; it is now “Undetermined”."
        ),
        "{text}"
    );
    assert!(text.contains("cannot be determined"), "{text}");
}

#[tokio::test]
async fn every_source_is_cited_with_its_digest() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let event = json!({ "time": "2026-03-18T17:04:00Z", "kind": "access", "actor": { "kind": "human", "name": "Engineers" }, "body": "=HYPERLINK(\"x\"), said somebody", "evidence": [{ "id": case.evidence, "lines": [1, 2] }] });
    case.rita.ok("POST", &case.at("events"), event).await;
    let text = case.rita.ask("GET", &case.at("export"), &[], Value::Null).await.body;
    assert!(
        text.contains("[^source-1]")
            && text.contains(&format!("[^source-1]: gateway.jsonl, lines 1–2, SHA-256 `{}`", case.sha256)),
        "{text}"
    );
    let csv = case.rita.ask("GET", &case.at("export?format=csv"), &[], Value::Null).await.body;
    let mut lines = csv.lines();
    assert!(lines.next().is_some_and(|head| head.starts_with("\u{feff}message,datetime,timestamp_desc,")), "{csv}");
    let row = lines.next().expect("a row");
    assert!(
        row.contains(",2026-03-18T17:04:00Z,Event Time,") && row.contains(&format!("sha256:{}", case.sha256)),
        "{row}"
    );
    assert!(row.contains("'=HYPERLINK"), "a text is no formula: {row}");
}
