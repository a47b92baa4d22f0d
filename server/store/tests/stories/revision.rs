//! What was published stays as it was.

use domain::Key;
use domain::access::Permit;
use domain::casefile::Entry;
use domain::claim::ClaimDraft;
use domain::export::{Format, Profile};
use domain::revision::digest;
use serde_json::json;
use store::{Error, Store};

use crate::world::{World, ada, claim, grace, refusal, vera};

on_both_engines!(
    a_published_revision_stays_as_it_was,
    an_altered_revision_is_found,
    what_was_altered_is_not_handed_out,
    a_revision_of_a_hidden_incident_is_not_there,
);

async fn published(world: &World) -> Key {
    let key = world.incident(json!({"summary": "Grüße, “quoted”\n\\ and more"})).await;
    world.publish(key).await;
    key
}

/// Every file of a revision.
async fn files(store: &Store, key: Key, number: u32) -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    for format in Format::ALL {
        for profile in Profile::ALL {
            files.push(
                store.incident(&vera(), key).await.unwrap().revision_file(number, *format, *profile).await.unwrap(),
            );
        }
    }
    files
}

async fn a_published_revision_stays_as_it_was(world: World) {
    let key = published(&world).await;
    let first = files(&world.store, key, 1).await;
    assert_eq!(first.len(), 2 * Format::ALL.len());
    let incident = world.store.incident(&vera(), key).await.unwrap();
    let manifest = incident.revision(1).await.unwrap();
    assert_eq!((manifest.published.by.as_str(), manifest.approved.unwrap().by.as_str()), ("Ada", "Grace"));
    for (file, body) in manifest.files.iter().zip(&first) {
        assert_eq!((file.sha256.as_str(), file.bytes), (digest(body).as_str(), body.len() as u64));
    }
    let frozen = world.store.incident(&ada(), key).await.unwrap().changes(manifest.version - 1, 1).await.unwrap();
    assert_eq!(manifest.head, frozen[0].hash, "it names the chain up to what it froze");
    let text = incident.revision_text(1, Profile::Internal).await.unwrap();
    assert!(text.contains(&format!("revision 1 froze incident version {}", manifest.version)), "{text}");
    world.store.enter(&ada(), key, Permit::Edit, Entry::reopen_postmortem).await.unwrap();
    for number in 0..20 {
        world.add::<ClaimDraft>(&grace(), key, claim(&format!("Later {number}"), "a")).await.unwrap();
    }
    world.publish_again(key).await;
    let fresh = Store::open(&world.settings).await.unwrap();
    assert!(files(&fresh, key, 1).await == first, "later edits change nothing that was published");
    assert!(files(&fresh, key, 2).await != first);
    let report = fresh.verify(None).await.unwrap();
    assert!(report.is_whole(), "{report:?}");
    assert_eq!(report.revisions, 2);
    assert_eq!(
        refusal(fresh.incident(&vera(), key).await.unwrap().revision(3).await).sentence,
        "There is no revision of that number here. It may have been removed; reload the page."
    );
}

async fn an_altered_revision_is_found(world: World) {
    published(&world).await;
    let broken = async || {
        let report = world.store.verify(None).await.unwrap();
        report.broken.into_iter().map(|broken| broken.sentence).collect::<Vec<_>>()
    };
    assert_eq!(broken().await, [""; 0]);
    world.sql("create table kept as select * from revision_files").await;
    let table = [
        (
            "update revision_files set body = substr(body, 1, 10) where file = 'public.md'",
            "INC-1: public.md of revision 1 is not what was published: it was altered.",
        ),
        ("delete from revision_files where file = 'internal.csv'", "INC-1: internal.csv of revision 1 is gone."),
        (
            "update revision_files set body = substr(body, 2) where file = 'manifest.json'",
            "INC-1: manifest.json of revision 1 is not what was published: it was altered.",
        ),
        (
            "insert into revision_files select incident_id, 2, file, body from kept where file = 'internal.md'",
            "INC-1: internal.md of revision 2 was never published: it was put there.",
        ),
        ("delete from revision_files", "INC-1: manifest.json of revision 1 is gone."),
    ];
    for (statement, sentence) in table {
        assert!(world.sql(statement).await > 0, "{statement}");
        assert_eq!(broken().await, [sentence], "{statement}");
        world.sql("delete from revision_files").await;
        world.sql("insert into revision_files select * from kept").await;
    }
    assert_eq!(broken().await, [""; 0]);
}

async fn what_was_altered_is_not_handed_out(world: World) {
    let key = published(&world).await;
    world.sql("update revision_files set body = substr(body, 1, 10) where file = 'internal.md'").await;
    let incident = world.store.incident(&vera(), key).await.unwrap();
    let text = incident.revision_text(1, Profile::Internal).await;
    assert!(matches!(text, Err(Error::Damaged(_))), "{text:?}");
    incident.revision_text(1, Profile::Public).await.unwrap();
}

async fn a_revision_of_a_hidden_incident_is_not_there(world: World) {
    let key = world.incident(json!({"visibility": "private"})).await;
    world.store.enter(&ada(), key, Permit::Admin, |entry| entry.add_member(grace().person)).await.unwrap();
    world.publish(key).await;
    let text = async |key| world.store.incident(&vera(), key).await?.revision_text(1, Profile::Public).await;
    assert_eq!(refusal(text(key).await).sentence, refusal(text(Key(99)).await).sentence);
    assert!(world.store.incident(&vera(), key).await.is_err());
}
