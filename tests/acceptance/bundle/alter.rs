//! Bundles that were altered: by one bit, by a hand that knows the format, and by one that wants to do harm.

use acceptance::World;
use domain::canonical::canonical;
use domain::revision::digest;
use serde_json::{Value, json};
use store::check_bundle;
use store::forge::{Files, files_of, signed_anew, zipped};

use super::published;

/// So many single bytes are altered.
pub const FLIPS: usize = 1000;

/// Places all over a bundle, and what is done to the byte there: never nothing.
pub fn flips(length: usize) -> impl Iterator<Item = (usize, u8)> {
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    (0..FLIPS).map(move |_| {
        let place = usize::try_from(next() % length as u64).expect("a place");
        (place, u8::try_from(next() % 255).expect("a byte") + 1)
    })
}

/// What is wrong with a bundle, or why it cannot be read.
fn wrong(bundle: &[u8]) -> Vec<String> {
    match check_bundle(bundle) {
        Ok(found) => found.findings,
        Err(sentence) => vec![sentence],
    }
}

#[tokio::test]
async fn every_flip_of_a_byte_is_found_and_named() {
    let world = World::start().await;
    let (_, bundle) = published(&world).await;
    assert_eq!(wrong(&bundle), Vec::<String>::new());
    // The list of contents is short beside the rest: it has its own share.
    let listed = bundle.len() - 1500;
    let more = flips(1500).map(|(place, with)| (listed + place, with)).take(200);
    for (place, with) in flips(bundle.len()).chain(more) {
        let mut altered = bundle.clone();
        altered[place] ^= with;
        let findings = wrong(&altered);
        assert!(findings.first().is_some_and(|sentence| sentence.len() > 20), "byte {place}: {findings:?}");
    }
    for length in (0..bundle.len()).step_by(bundle.len() / 97) {
        assert!(!wrong(&bundle[..length]).is_empty(), "cut off at {length}");
    }
    let longer = [&bundle[..], b"x"].concat();
    assert!(wrong(&longer)[0].contains("behind the end"), "{:?}", wrong(&longer));
}

/// Alters `case.json` and signs all anew.
fn with_case(files: &Files, alter: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut files = files.clone();
    let mut case: Value = serde_json::from_slice(&files["case.json"]).expect("JSON");
    alter(&mut case);
    files.insert("case.json".into(), (canonical(&case) + "\n").into_bytes());
    signed_anew(files)
}

/// Computes every hash of the history again.
fn chained_anew(case: &mut Value) {
    let mut head = String::new();
    for linked in case["changes"].as_array_mut().expect("changes") {
        head = digest(format!("{head}{}", canonical(&linked["change"])).as_bytes());
        linked["hash"] = json!(head);
    }
    case["head"] = json!(head);
}

#[tokio::test]
async fn what_is_signed_anew_has_to_follow_from_the_history() {
    let world = World::start().await;
    let (_, bundle) = published(&world).await;
    let files = files_of(&bundle);
    assert_eq!(wrong(&with_case(&files, |_| ())), Vec::<String>::new(), "a stranger can sign what is whole");
    let told = |alter: fn(&mut Value), words: &str| {
        let findings = wrong(&with_case(&files, alter));
        assert!(findings.iter().any(|sentence| sentence.contains(words)), "{words}: {findings:?}");
    };
    told(|case| case["severity"]["sev"] = json!(4), "The severity is not the one that the facts give");
    told(|case| case["verdict"]["eligible"] = json!(false), "The verdict is not the one that the facts give");
    told(|case| case["facts"]["reviews"] = json!([]), "The facts are not those that the history leaves");
    told(|case| case["facts"]["more"] = json!(1), "The facts cannot be read");
    told(|case| case["changes"][3]["change"]["kind"] = json!("restored"), "does not match its hash");
    told(|case| drop(case["changes"].as_array_mut().expect("changes").remove(4)), "is missing from the history");
    told(|case| case["head"] = json!("0".repeat(64)), "not of the same case");
    told(|case| case["more"] = json!(1), "unknown field");
    told(|case| case["changes"][0]["change"]["noun"] = json!("spell"), "cannot be read");
    let shorter = |case: &mut Value| {
        case["changes"].as_array_mut().expect("changes").pop();
    };
    told(shorter, "The history ends at change");
    let edited = |case: &mut Value| {
        let changes = case["changes"].as_array_mut().expect("changes");
        let place = changes.iter().position(|linked| !linked["change"]["before"].is_null()).expect("an edit");
        changes[place]["change"]["before"]["id"] = json!("another");
        chained_anew(case);
    };
    told(edited, "does not begin with what the one before it left");
}

#[tokio::test]
async fn a_newer_form_is_refused_with_the_reason() {
    let world = World::start().await;
    let (_, bundle) = published(&world).await;
    let mut files = files_of(&bundle);
    let newer = String::from_utf8(files["manifest.json"].clone()).expect("text").replace("bundle/1", "bundle/2");
    files.insert("manifest.json".into(), newer.into_bytes());
    let sentence = check_bundle(&zipped(&files)[..]).expect_err("unreadable");
    assert!(sentence.contains("a newer Inquest wrote"), "{sentence}");
}

#[tokio::test]
async fn hostile_files_are_refused_by_their_first_fault() {
    let world = World::start().await;
    let (case, bundle) = published(&world).await;
    let files = files_of(&bundle);
    let with = |name: &str, body: &[u8]| {
        let mut files = files.clone();
        files.insert(name.to_string(), body.to_vec());
        wrong(&zipped(&files)).join(" ")
    };
    for name in [
        "../../etc/passwd",
        "/etc/passwd",
        "evidence/../x",
        "case.json/x",
        "C:\\x",
        "evidence/ABC",
        "revisions/1/../../x",
    ] {
        let said = with(name, b"x");
        assert!(said.contains("which no bundle has"), "{name}: {said}");
    }
    let said = with(&format!("evidence/{}", "0".repeat(64)), b"x");
    assert!(said.contains("its bytes have another SHA-256"), "{said}");
    let said = with(&format!("evidence/{}", digest(b"x")), b"x");
    assert!(said.contains("it was put there"), "{said}");
    let said = with(&format!("evidence/{}", case.sha256), b"x");
    assert!(said.contains("is not what its name says"), "{said}");
    let said = with("revisions/9/internal.md", b"x");
    assert!(said.contains("not in the manifest"), "{said}");
    let gone = |name: &str| {
        let mut files = files.clone();
        files.remove(name);
        wrong(&zipped(&files)).join(" ")
    };
    for name in files.keys().filter(|name| !name.starts_with("evidence/")) {
        assert!(gone(name).contains(name.as_str()), "{name}: {}", gone(name));
    }
    // The same file twice, and far too many.
    let first = 50 + "case.json".len() + files["case.json"].len();
    let twice = [&bundle[..first], &bundle[..]].concat();
    assert!(wrong(&twice).join(" ").contains("case.json twice"), "{:?}", wrong(&twice));
    let many: Files = (0..60_000_u32).map(|number| (format!("evidence/{number:064x}"), Vec::new())).collect();
    let said = wrong(&zipped(&many)).join(" ");
    assert!(said.contains("more than 50000 files"), "{said}");
    // A length that promises more than there is takes no memory.
    let mut bomb = bundle.clone();
    bomb[30 + "case.json".len() + 4..][..16].fill(0x7f);
    assert!(wrong(&bomb).join(" ").contains("larger than any bundle's"), "{:?}", wrong(&bomb));
}
