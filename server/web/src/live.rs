//! The live stream: “something changed, ask again”. An event is a version
//! number and nothing else, so a lost one does no harm. An event of the name
//! `presence` says that others look or edit now than before; it has no version.
//!
//! Whoever follows is asked again whether they may: before each event, and every few seconds of silence.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use domain::{Id, Key};
use futures::stream::{self, Stream};
use store::{Actor, Error, Pass, Result, Store, Topic};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Interval, MissedTickBehavior};

use crate::door::{self, Address, Signed};
use crate::problem;
use crate::quota::{Full, Place};
use crate::site::Site;

/// How often a silent stream is asked whether it may go on. 4,096 of them are some 400 small questions a second.
const ASK_AGAIN: Duration = Duration::from_secs(10);
/// How soon, where the database did not answer.
const RETRY: Duration = Duration::from_secs(2);

/// The stream for a page.
pub async fn for_person(
    State(site): State<Site>,
    signed: Signed,
    address: Address,
    Path(params): Path<BTreeMap<String, String>>,
) -> Response {
    let followed = async {
        let topic = topic_of(&site, &signed.actor, &params).await?;
        follow(site, signed.actor, Pass::Session(signed.session), &address, topic).await
    };
    match followed.await {
        Ok(stream) => stream.into_response(),
        Err(error) => problem::json(&error),
    }
}

/// The stream for a page of alerts.
pub async fn for_watcher(State(site): State<Site>, signed: Signed, address: Address) -> Response {
    match follow(site, signed.actor, Pass::Session(signed.session), &address, Topic::Watch).await {
        Ok(stream) => stream.into_response(),
        Err(error) => problem::json(&error),
    }
}

/// The stream for a program.
pub async fn for_program(
    State(site): State<Site>,
    address: Address,
    Path(params): Path<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let followed = async {
        let actor = door::from_bearer(&site.store, &headers).await?;
        let token = door::bearer(&headers).unwrap_or_default().to_string();
        let topic = topic_of(&site, &actor, &params).await?;
        follow(site.clone(), actor, Pass::Token(token), &address, topic).await
    };
    match followed.await {
        Ok(stream) => stream.into_response(),
        Err(error) => problem::json(&error),
    }
}

/// What a path names: an agent, or an incident.
async fn topic_of(site: &Site, actor: &Actor, params: &BTreeMap<String, String>) -> Result<Topic> {
    Ok(match params.get("id") {
        Some(id) => Topic::Agent(Id::new(id.clone())),
        None => Topic::Incident(site.key(actor, params).await?),
    })
}

async fn follow(
    site: Site,
    actor: Actor,
    pass: Pass,
    address: &Address,
    topic: Topic,
) -> Result<Sse<impl Stream<Item = std::result::Result<Event, Infallible>> + use<>>> {
    let places = (
        site.streams.take(actor.person.id.as_str(), 1).map_err(no_place)?,
        address.counted().map(|address| site.streams_by_address.take(address, 1)).transpose().map_err(no_place)?,
    );
    // Subscribed before the version is read, so that nothing falls between the two.
    let (announcements, presence) = (site.store.subscribe(), site.store.subscribe_presence());
    let version = site.store.version_of(&actor, &topic).await?;
    let mut ask_again = tokio::time::interval(ASK_AGAIN);
    ask_again.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ask_again.reset();
    let state = Following {
        announcements,
        presence,
        topic,
        first: Some(version),
        stopping: site.stopping.clone(),
        door: Door { store: site.store, actor, pass, ask_again },
        _places: places,
    };
    let events =
        stream::unfold(state, |mut state| async move { state.next().await.map(|told| (Ok(event(&told)), state)) });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))))
}

fn no_place(full: Full) -> Error {
    let sentence = match full {
        Full::Share => {
            "As many pages are kept up to date for your account as may be. Close some, and reload this one to see what is new."
        }
        Full::Everybody => "This server follows as many pages as it can. Reload the page to see what is new.",
    };
    Error::TooMany { sentence: sentence.into(), retry_after_seconds: 30 }
}

/// What a stream tells.
enum StreamItem {
    /// The incident or agent has this version.
    Version(u64),
    /// Others look at it, or edit something else in it.
    Presence,
}

fn event(told: &StreamItem) -> Event {
    match told {
        StreamItem::Version(version) => {
            Event::default().id(version.to_string()).data(version.to_string()).retry(Duration::from_secs(2))
        }
        // Browsers pass over an event without data.
        StreamItem::Presence => Event::default().event("presence").data("ask"),
    }
}

struct Following {
    announcements: Receiver<store::Announcement>,
    presence: Receiver<i64>,
    topic: Topic,
    first: Option<u64>,
    stopping: tokio::sync::watch::Receiver<bool>,
    door: Door,
    _places: (Place, Option<Place>),
}

/// Who follows, and by what they came in.
struct Door {
    store: Store,
    actor: Actor,
    pass: Pass,
    ask_again: Interval,
}

impl Door {
    /// Whether the follower still sees what it follows. While the database does not answer, nothing is told.
    async fn is_open(&mut self, topic: &Topic) -> bool {
        loop {
            match self.store.still_sees(&self.actor, &self.pass, topic).await {
                Ok(sees) => {
                    self.ask_again.reset();
                    return sees;
                }
                Err(error) => {
                    tracing::debug!(?topic, %error, "it cannot be asked whether somebody may go on following");
                    tokio::time::sleep(RETRY).await;
                }
            }
        }
    }
}

impl Following {
    /// What is to be told next; `None` when the server stops, or the follower may hear no more.
    async fn next(&mut self) -> Option<StreamItem> {
        if let Some(version) = self.first.take() {
            return Some(StreamItem::Version(version));
        }
        if *self.stopping.borrow() {
            return None;
        }
        let (announcements, presence, topic) = (&mut self.announcements, &mut self.presence, &self.topic);
        tokio::select! {
            _ = self.stopping.changed() => None,
            told = heard(announcements, presence, topic, &mut self.door) => told,
        }
    }
}

/// The next that is meant for a follower, while they may hear it.
async fn heard(
    announcements: &mut Receiver<store::Announcement>,
    presence: &mut Receiver<i64>,
    topic: &Topic,
    door: &mut Door,
) -> Option<StreamItem> {
    loop {
        let told = tokio::select! {
            announced = announcements.recv() => match announced {
                Ok((changed, version)) => (changed == *topic).then_some(StreamItem::Version(version)),
                // Too far behind to say which versions were missed: a huge one makes the page ask.
                Err(RecvError::Lagged(_)) => Some(StreamItem::Version(u64::MAX / 2)),
                Err(RecvError::Closed) => return None,
            },
            moved = presence.recv() => match moved {
                Ok(number) => (*topic == Topic::Incident(Key(number))).then_some(StreamItem::Presence),
                Err(RecvError::Lagged(_)) => Some(StreamItem::Presence),
                Err(RecvError::Closed) => return None,
            },
            _ = door.ask_again.tick() => {
                if !door.is_open(topic).await {
                    return None;
                }
                None
            }
        };
        if let Some(told) = told {
            return if door.is_open(topic).await { Some(told) } else { None };
        }
    }
}
