//! Pages: read the case file, hand it to the view, answer HTML.

mod agent;
mod case;
mod changes;
mod entrance;
mod home;
mod house;
mod lines;
mod log;
mod merging;
mod paste;
mod proposal;
mod request;
mod revision;
mod search;
pub mod shared;
mod table;
mod watch;

use app::frame::{Frame, Typed, Viewer};
use app::page::problem::{Crossed, Posted};
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use domain::Refusal;
use leptos::prelude::AnyView;
use store::{EditConflict, Error};

use crate::assets::ASSETS;
use crate::door::Signed;
use crate::problem;
use crate::site::Site;

pub use lines::{EvidenceView, read_lines};
pub use request::{PageRequest, again};
pub use table::{PAGES, router};

/// An address of a page with one more word in its query.
pub(crate) fn with_query(place: &str, pair: &str) -> String {
    let (address, anchor) = place.split_once('#').map_or((place, None), |(address, anchor)| (address, Some(anchor)));
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}{pair}{}", anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default())
}

async fn missing(uri: Uri) -> Response {
    let refusal = Refusal::absent("page of that address");
    problem::page(&Error::Refused(refusal), None, uri.path())
}

/// The frame of somebody signed in, on the page at a path.
pub fn frame(site: &Site, signed: &Signed, at: &str) -> Frame {
    let actor = &signed.actor;
    Frame {
        reader: Some(Viewer { id: actor.person.id.clone(), name: actor.person.name.clone(), role: actor.role }),
        zone: actor.zone.clone(),
        theme: signed.theme.clone(),
        at: at.to_string(),
        ..Frame::anonymous(ASSETS, site.store.clock().now())
    }
}

/// The page of an edit that crossed another one: base, theirs and yours. Should the page come back to the form that
/// was sent, it finds its fields.
pub fn conflict(mut frame: Frame, conflict: &EditConflict, posted: Posted<'_>) -> Response {
    frame.title = "Edited meanwhile · Inquest".into();
    let EditConflict { base, theirs, mine, fields, whole, current_version, .. } = conflict;
    let crossed = Crossed { base, theirs, mine, fields, whole: *whole, version: *current_version };
    let view = || app::page::problem::conflict_page(crossed, posted);
    (StatusCode::PRECONDITION_FAILED, Html(app::document(frame, view))).into_response()
}

/// A page for somebody who has not signed in.
fn anonymous(site: &Site, title: &str, at: &str, typed: Typed, page: impl FnOnce() -> AnyView) -> Response {
    let mut frame = Frame::anonymous(ASSETS, site.store.clock().now());
    frame.title = format!("{title} · Inquest");
    frame.at = at.to_string();
    frame.typed = typed;
    Html(app::document(frame, page)).into_response()
}
