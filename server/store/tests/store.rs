//! Every story is told twice: once on SQLite, once on PostgreSQL.
#![allow(clippy::unwrap_used, missing_docs)] // a test may stop at the first surprise

mod flips;
mod world;

/// Makes two tests out of each story.
macro_rules! on_both_engines {
    ($($story:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)] async fn $story() {
                super::$story(crate::world::World::on_sqlite().await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)] async fn $story() {
                super::$story(crate::world::World::on_postgres().await).await;
            })*
        }
    };
}

mod stories {
    mod access;
    mod account;
    mod alert;
    mod alert_decided;
    mod blob;
    mod board;
    mod chain;
    mod containment;
    mod containment_told;
    mod draft;
    mod edit;
    mod fault;
    mod flip;
    mod inbox;
    mod instance;
    mod list;
    mod live;
    mod log;
    mod lost;
    mod merging;
    mod names;
    mod notice;
    mod outbox;
    mod partial;
    mod presence;
    mod put_back;
    mod registry;
    mod revision;
    mod search;
    mod session;
    mod sighting;
    mod signing;
    mod silence;
    mod size;
    mod source;
    mod trends;
    mod trial;
    mod turn;
    mod unsaved;
}

mod parity;

/// Handlers of a web server run on many threads: what they wait for must be able to move between them.
#[allow(dead_code)] // it only has to compile
fn what_handlers_wait_for_can_move(
    store: &store::Store,
    actor: &store::Actor,
    key: domain::Key,
    id: &domain::Id,
    upload: &mut store::Upload,
) {
    fn can_move<T: Send>(_: T) {}
    let patch = serde_json::Value::Null;
    can_move(store.dossier(actor, key));
    can_move(store.enter(actor, key, domain::access::Permit::Edit, |entry| entry.sign()));
    can_move(store.create(actor, |_| Ok(())));
    can_move(world::revise::<domain::claim::ClaimDraft>(store, actor, key, id, None, &patch));
    can_move(store.verify(None));
    can_move(store.check_evidence(key, id));
    can_move(store.incidents(actor, &store::Filter::default(), None, 1));
    can_move(store.read_blob(""));
    can_move(upload.write(b""));
    can_move(store.authenticate("", "", "", None));
}
