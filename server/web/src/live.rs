//! The live stream: “something changed, ask again”. An event is a version
//! number and nothing else, so a lost one does no harm. An event of the name
//! `presence` says that others look or edit now than before; it has no version.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use domain::{Key, Refusal};
use futures::stream::{self, Stream};
use store::{Actor, Error, Result};
use tokio::sync::broadcast::error::RecvError;

use crate::door::{self, Signed};
use crate::problem;
use crate::site::Site;

/// The stream for a page.
pub async fn for_person(
    State(site): State<Site>,
    signed: Signed,
    Path(params): Path<BTreeMap<String, String>>,
) -> Response {
    match follow(site, &signed.actor, &params).await {
        Ok(stream) => stream.into_response(),
        Err(error) => problem::json(&error),
    }
}

/// The stream for a program.
pub async fn for_program(
    State(site): State<Site>,
    Path(params): Path<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let followed = async { follow(site.clone(), &door::from_bearer(&site.store, &headers).await?, &params).await };
    match followed.await {
        Ok(stream) => stream.into_response(),
        Err(error) => problem::json(&error),
    }
}

async fn follow(
    site: Site,
    actor: &Actor,
    params: &BTreeMap<String, String>,
) -> Result<Sse<impl Stream<Item = std::result::Result<Event, Infallible>> + use<>>> {
    let key =
        params.get("key").and_then(|key| Key::parse(key)).ok_or_else(|| Refusal::absent("incident of that key"))?;
    let place = site.streams.clone().try_acquire_owned().map_err(|_| Error::TooMany {
        sentence: "This server follows as many pages as it can. Reload the page to see what is new.".into(),
        retry_after_seconds: 30,
    })?;
    // Subscribed before the version is read, so that nothing falls between the two.
    let announcements = site.store.subscribe();
    let version = site.store.dossier(actor, key).await?.version;
    let state = Following {
        announcements,
        presence: site.store.subscribe_presence(),
        number: key.0,
        first: Some(version),
        stopping: site.stopping.clone(),
        _place: place,
    };
    let events =
        stream::unfold(state, |mut state| async move { state.next().await.map(|told| (Ok(event(&told)), state)) });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))))
}

/// What a stream tells.
enum Told {
    /// The incident has this version.
    Version(u64),
    /// Others look at it, or edit something else in it.
    Presence,
}

fn event(told: &Told) -> Event {
    match told {
        Told::Version(version) => {
            Event::default().id(version.to_string()).data(version.to_string()).retry(Duration::from_secs(2))
        }
        // Browsers pass over an event without data.
        Told::Presence => Event::default().event("presence").data("ask"),
    }
}

struct Following {
    announcements: tokio::sync::broadcast::Receiver<store::Announcement>,
    presence: tokio::sync::broadcast::Receiver<i64>,
    number: i64,
    first: Option<u64>,
    stopping: tokio::sync::watch::Receiver<bool>,
    _place: tokio::sync::OwnedSemaphorePermit,
}

impl Following {
    /// What is to be told next; `None` when the server stops.
    async fn next(&mut self) -> Option<Told> {
        if let Some(version) = self.first.take() {
            return Some(Told::Version(version));
        }
        loop {
            if *self.stopping.borrow() {
                return None;
            }
            tokio::select! {
                _ = self.stopping.changed() => return None,
                announced = self.announcements.recv() => match announced {
                    Ok((number, version)) if number == self.number => return Some(Told::Version(version)),
                    Ok(_) => {}
                    // Too far behind to say which versions were missed: a huge one makes the page ask.
                    Err(RecvError::Lagged(_)) => return Some(Told::Version(u64::MAX / 2)),
                    Err(RecvError::Closed) => return None,
                },
                moved = self.presence.recv() => match moved {
                    Ok(number) if number == self.number => return Some(Told::Presence),
                    Ok(_) => {}
                    Err(RecvError::Lagged(_)) => return Some(Told::Presence),
                    Err(RecvError::Closed) => return None,
                },
            }
        }
    }
}
