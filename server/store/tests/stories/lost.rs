//! A connection to the database that breaks while a change is stored.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use domain::access::Permit;
use domain::incident::Status;
use serde_json::json;
use store::{Error, Settings, Store};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream, UnixStream};

use crate::world::{World, ada};

/// What the line does with the next commit.
const PASS: u8 = 0;
const ANSWER_IS_LOST: u8 = 1;
const COMMIT_IS_LOST: u8 = 2;

/// A line to PostgreSQL that breaks when it is told to.
struct Line {
    url: String,
    next: Arc<AtomicU8>,
}

impl Line {
    async fn to(database_url: &str) -> Self {
        let (plain, folder) = database_url.split_once("?host=").unwrap();
        let database = plain.rsplit('/').next().unwrap();
        let socket = PathBuf::from(folder).join(".s.PGSQL.5432");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("postgres://postgres@{}/{database}", listener.local_addr().unwrap());
        let next = Arc::new(AtomicU8::new(PASS));
        let told = next.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = UnixStream::connect(&socket).await.unwrap();
                tokio::spawn(carry(client, server, told.clone()));
            }
        });
        Self { url, next }
    }
}

async fn carry(client: TcpStream, server: UnixStream, next: Arc<AtomicU8>) {
    let (mut asks, mut client) = client.into_split();
    let (mut answers, mut server) = server.into_split();
    let back = tokio::spawn(async move { copy(&mut answers, &mut client).await });
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = asks.read(&mut buffer).await {
        let bytes = &buffer[..length];
        let what = if bytes.windows(6).any(|six| six == b"COMMIT") { next.swap(PASS, Ordering::SeqCst) } else { PASS };
        if what == ANSWER_IS_LOST {
            back.abort();
        }
        if what == COMMIT_IS_LOST || server.write_all(bytes).await.is_err() || what == ANSWER_IS_LOST {
            break;
        }
    }
    back.abort();
}

/// A store whose line to the database can be cut.
async fn behind_a_line(world: &World) -> (Line, Store) {
    let line = Line::to(world.settings.database_url.as_deref().unwrap()).await;
    let settings = Settings { database_url: Some(line.url.clone()), ..world.settings.clone() };
    let store = Store::open(&settings).await.unwrap();
    (line, store)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_was_stored_is_acknowledged_although_its_answer_is_lost() {
    let world = World::on_postgres().await;
    let key = world.incident(json!({})).await;
    let (line, store) = behind_a_line(&world).await;
    line.next.store(ANSWER_IS_LOST, Ordering::SeqCst);
    let entered = store.enter(&ada(), key, Permit::Edit, |entry| entry.set_status(Status::Contained)).await.unwrap();
    assert_eq!(line.next.load(Ordering::SeqCst), PASS, "the line did break");
    assert_eq!(world.store.version(&ada(), key).await.unwrap(), entered.version);
    assert_eq!(store.dossier(&ada(), key).await.unwrap().incident().unwrap().status, Status::Contained);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_never_arrived_is_not_acknowledged_and_can_be_repeated() {
    let world = World::on_postgres().await;
    let key = world.incident(json!({})).await;
    let before = world.store.version(&ada(), key).await.unwrap();
    let (line, store) = behind_a_line(&world).await;
    line.next.store(COMMIT_IS_LOST, Ordering::SeqCst);
    let actor = ada();
    let change = || store.enter(&actor, key, Permit::Edit, |entry| entry.set_status(Status::Contained));
    let lost = tokio::time::timeout(Duration::from_secs(10), change()).await.unwrap();
    assert!(matches!(lost, Err(Error::Unavailable(_))), "{lost:?}");
    assert_eq!(world.store.version(&ada(), key).await.unwrap(), before, "nothing was stored");
    assert_eq!(change().await.unwrap().version, before + 1);
    assert!(world.store.verify(None).await.unwrap().is_whole());
}

/// The same of a new incident, which has no row yet that could be asked for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_incident_whose_answer_is_lost_is_filed_once() {
    let world = World::on_postgres().await;
    let (line, store) = behind_a_line(&world).await;
    line.next.store(ANSWER_IS_LOST, Ordering::SeqCst);
    let draft = json!({ "title": "Filed over a line that breaks" });
    let filed =
        store.create(&ada(), |entry| entry.add(store::parse_draft::<domain::incident::IncidentDraft>(draft)?)).await;
    let key = filed.unwrap().dossier.key();
    assert_eq!(
        world.store.dossier(&ada(), key).await.unwrap().incident().unwrap().title,
        "Filed over a line that breaks"
    );
}
