//! Published revisions behind links, for readers without an account.

use acceptance::{Case, Page, Person, World};
use base64::Engine;
use domain::access::Role;
use domain::revision::digest;
use serde_json::{Value, json};

use crate::revision::published;

const DAY_SECONDS: i64 = 24 * 3600;

/// Makes a link; its path.
async fn made(case: &Case, days: u32) -> (String, String) {
    let link = case.rita.ok("POST", &case.at("revisions/1/links"), json!({ "days": days })).await;
    let text = |field: &str| link[field].as_str().expect("text").to_string();
    (text("id"), text("secret_link"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a page shows behind a word, in code.
fn code_after<'a>(html: &'a str, word: &str) -> &'a str {
    let (_, rest) = html.split_once(word).unwrap_or_else(|| panic!("{word} is not in {html}"));
    rest.split_once("<code>").and_then(|(_, rest)| rest.split_once('<')).expect("code").0
}

#[tokio::test]
async fn whoever_has_a_link_reads_the_public_text_and_can_verify_it() {
    let world = World::start().await;
    let case = published(&world).await;
    let (_, link) = made(&case, 30).await;
    assert!(
        link.starts_with(&format!("/shared/{}/", case.key)) && link.rsplit('/').next().expect("a secret").len() == 64
    );
    let nobody = Person::stranger(&world.url);
    let answer = nobody.peek(&link).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let told = ["x-robots-tag", "cache-control", "referrer-policy"].map(|name| answer.header(name).to_string());
    assert_eq!(told, ["noindex, nofollow, noarchive", "private, no-store", "no-referrer"]);
    assert_eq!(answer.header("set-cookie"), "", "a reader is nobody");
    let html = &answer.body;
    assert!(html.contains("name=\"robots\" content=\"noindex, nofollow, noarchive\""), "{html}");
    assert!(html.contains("This is the public profile."), "{html}");
    for name in ["Rita", "Grace", "Alan"] {
        assert!(!html.contains(name), "{name} is told in public:\n{html}");
    }
    let name = format!("{}-revision-1.html", case.key);
    let file = nobody.peek(&format!("{link}/{name}")).await;
    assert_eq!((file.status, file.header("cache-control")), (200, "private, no-store"));
    assert_eq!(file.header("content-disposition"), format!("attachment; filename=\"{name}\""));
    let revision = case.rita.ok("GET", &case.at("revisions/1"), Value::Null).await;
    let frozen = revision["files"].as_array().expect("a list").iter();
    let frozen = frozen.clone().find(|file| file["format"] == "html" && file["profile"] == "public").expect("a file");
    assert_eq!(frozen["sha256"], digest(file.body.as_bytes()), "it is the file that was frozen");
    let part = html.split_once(&format!("{name}<")).expect("the file is named").1;
    assert_eq!(code_after(part, "SHA-256"), digest(file.body.as_bytes()));
    let keys = world.store.signing_keys().await.expect("keys");
    let key = world.store.signing_key().await.expect("a key");
    let signature = code_after(part, "Ed25519");
    assert!(store::is_signed(&keys, &key.id, &file.body, signature));
    assert!(!store::is_signed(&keys, &key.id, &file.body.replacen('a', "b", 1), signature));
    assert_eq!(code_after(html, "Its public key is"), key.public_key);
    // What the commands read: the signature as bytes, and the key as DER in base64.
    let bytes = nobody.request("GET", &format!("{link}/{name}.sig")).send().await.expect("an answer").bytes().await;
    assert_eq!(hex(&bytes.expect("bytes")), signature);
    let pem = nobody.peek(&format!("{link}/signing-key.pem")).await.body;
    let lines: Vec<&str> = pem.lines().collect();
    assert_eq!((lines.len(), lines[0], lines[2]), (3, "-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----"));
    let der = base64::engine::general_purpose::STANDARD.decode(lines[1]).expect("base64");
    assert_eq!(hex(&der), format!("302a300506032b6570032100{}", key.public_key));
    let commands =
        html.split_once("<pre tabindex=\"0\"><code>").and_then(|(_, rest)| rest.split_once('<')).expect("commands");
    for read in ["sha256sum ", "-rawin -in ", "-sigfile "].map(|option| format!("{option}{name}")) {
        assert!(commands.0.contains(&read), "{read} is not in {}", commands.0);
    }
    for format in ["md", "docx", "json", "csv"] {
        let file = nobody.peek(&format!("{link}/{}-revision-1.{format}", case.key)).await;
        assert_eq!(file.status, 200, "{format}");
        assert!(!file.body.contains("Rita"), "{format}");
    }
    let report = world.store.verify(None).await.expect("a report");
    assert!(report.is_whole(), "{report:?}");
}

#[tokio::test]
async fn a_link_that_is_wrong_expired_or_revoked_says_nothing_else() {
    let world = World::start_frozen("2026-03-20T12:00:00Z").await;
    let case = published(&world).await;
    let nobody = Person::stranger(&world.url);
    let absent = nobody.peek("/shared/INC-99/0000").await;
    assert_eq!((absent.status, absent.header("cache-control")), (404, "private, no-store"));
    assert_eq!(absent.header("x-robots-tag"), "noindex, nofollow, noarchive");
    let says_the_same = async |path: &str| {
        let answer = nobody.peek(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.body == absent.body, "{path} says something else:\n{}", answer.body);
    };
    let ((first, revoked), (_, expiring)) = (made(&case, 30).await, made(&case, 1).await);
    let (head, secret) = revoked.rsplit_once('/').expect("a secret");
    for path in [
        format!("{head}/{}", secret.chars().rev().collect::<String>()),
        format!("{head}/{}", &secret[1..]),
        format!("{head}/{}", digest(secret.as_bytes())),
        format!("/shared/INC-99/{secret}"),
        format!("/shared/none/{secret}"),
        format!("{revoked}/{}-revision-2.html", case.key),
        format!("{revoked}/internal.html"),
        format!("{revoked}0/{}-revision-1.html", case.key),
    ] {
        says_the_same(&path).await;
    }
    assert_eq!((nobody.peek(&revoked).await.status, nobody.peek(&expiring).await.status), (200, 200));
    let shown = case.rita.ok("DELETE", &case.at(&format!("links/{first}")), Value::Null).await;
    assert_eq!(shown["revoked"]["by"]["name"], "Rita");
    says_the_same(&revoked).await;
    says_the_same(&format!("{revoked}/{}-revision-1.html", case.key)).await;
    world.store.clock().advance_seconds(DAY_SECONDS - 1);
    assert_eq!(nobody.peek(&expiring).await.status, 200, "the day is not over");
    world.store.clock().advance_seconds(1);
    says_the_same(&expiring).await;
    // Both acts are in the log, and no secret is: neither there nor in the list.
    let log = case.rita.ok("GET", &case.at("changes"), Value::Null).await.to_string();
    let list = case.rita.ok("GET", &case.at("revisions/1/links"), Value::Null).await;
    assert_eq!(list["items"].as_array().map(Vec::len), Some(2));
    assert!(log.contains("shared_link") && !log.contains(secret) && !list.to_string().contains(secret));
    let history: Page = world.person("Vera", Role::Viewer).await.get(&case.at("history")).await;
    history.says("made a link to revision 1").says("revoked a link to revision 1");
}

#[tokio::test]
async fn people_make_and_revoke_links_on_the_page_of_a_revision() {
    let world = World::start().await;
    let case = published(&world).await;
    let (responder, viewer) = (world.person("Rosa", Role::Responder).await, world.person("Vera", Role::Viewer).await);
    let at = case.at("revisions/1");
    let page = responder.get(&at).await;
    let page = responder.submit(&page, "share", &[("days:n", "400")]).await;
    page.has_status(422).says("A link opens for 1 to 365 days");
    let page = responder.submit(&page, "share", &[("days:n", "3")]).await;
    page.says("The link is ready.").says("by Rosa");
    let link = code_after(&page.html, "The link is ready.").to_string();
    responder.get(&at).await.says_not("The link is ready.").says("open");
    assert_eq!(Person::stranger(&world.url).peek(&link).await.status, 200);
    viewer.get(&at).await.says("by Rosa").says_not("Make a link").says_not("Revoke this link");
    let page = responder.get(&at).await;
    responder.press(&page, "Revoke this link").await.says("revoked");
    assert_eq!(Person::stranger(&world.url).peek(&link).await.status, 404);
}

#[tokio::test]
async fn nothing_is_shared_while_private_words_are_undecided() {
    let world = World::start().await;
    let case = Case::signed(&world).await;
    case.written_up().await;
    let asker = json!({ "kind": "human", "name": "Wilhelmina Asker", "private": true });
    case.rita.ok("POST", &case.at("principals"), asker).await;
    let text = |body: &str| json!({ "body": body });
    case.rita.ok("PUT", &case.at("sections/impact"), text("Wilhelmina Asker waited.")).await;
    crate::revision::publish(&case).await;
    let path = case.at("revisions/1/links");
    let sentence = case.rita.refused(409, "POST", &path, json!({})).await;
    assert!(sentence.contains("Nobody has decided yet"), "{sentence}");
    // Decided later, the frozen text withholds it all the same.
    let item = case.rita.ok("GET", &case.at("wording"), Value::Null).await["items"][0].clone();
    let decision = json!({ "noun": item["noun"], "record": item["record"], "field": item["field"], "digest": item["digest"], "choice": "replace" });
    case.rita.ok("PUT", &case.at("wording"), decision).await;
    let sentence = case.rita.refused(409, "POST", &path, json!({})).await;
    assert!(sentence.contains("about texts of revision 1"), "{sentence}");
    case.rita.ok("POST", &case.at("postmortem/reopen"), json!({})).await;
    crate::revision::publish(&case).await;
    let link = case.rita.ok("POST", &case.at("revisions/2/links"), json!({})).await;
    let page = Person::stranger(&world.url).peek(link["secret_link"].as_str().expect("a path")).await;
    assert!(page.status == 200 && !page.body.contains("Asker") && page.body.contains("waited."), "{}", page.body);
}

#[tokio::test]
async fn a_revision_that_names_whom_nobody_would_name_now_is_not_shared() {
    let world = World::start().await;
    let case = Case::signed(&world).await;
    case.written_up().await;
    let text = json!({ "body": "Wilhelmina Asker waited." });
    case.rita.ok("PUT", &case.at("sections/impact"), text).await;
    crate::revision::publish(&case).await;
    let path = case.at("revisions/1/links");
    case.rita.ok("POST", &path, json!({})).await;
    let asker = json!({ "kind": "human", "name": "Wilhelmina Asker", "private": true });
    case.rita.ok("POST", &case.at("principals"), asker).await;
    let decide = async |choice: &str| {
        let item = case.rita.ok("GET", &case.at("wording"), Value::Null).await["items"][0].clone();
        let decision = json!({ "noun": item["noun"], "record": item["record"], "field": item["field"], "digest": item["digest"], "choice": choice });
        case.rita.ok("PUT", &case.at("wording"), decision).await;
    };
    decide("replace").await;
    let sentence = case.rita.refused(409, "POST", &path, json!({})).await;
    assert!(sentence.contains("revision 1 names somebody whom a revision published now would not"), "{sentence}");
    // Somebody decides that this text may name her.
    decide("keep").await;
    case.rita.ok("POST", &path, json!({})).await;
    decide("replace").await;
    case.rita.ok("POST", &case.at("postmortem/reopen"), json!({})).await;
    crate::revision::publish(&case).await;
    case.rita.ok("POST", &case.at("revisions/2/links"), json!({})).await;
    case.rita.refused(409, "POST", &path, json!({})).await;
}
