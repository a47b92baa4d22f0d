//! Signing in and out, the first set-up, and invitations.

use std::collections::BTreeMap;

use app::frame::Typed;
use app::page::entrance;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, Query, State};
use axum::http::{Extensions, HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use domain::Id;
use store::{Error, Result, SESSION_USER};
use tower_sessions::Session;

use super::{anonymous, inside};
use crate::door::session_failed;
use crate::fields::Fields;
use crate::form::decode;
use crate::problem;
use crate::site::Site;

/// A form outside the incident that came back.
fn typed(form: &str, fields: &Fields, error: &Error) -> (StatusCode, Typed) {
    let problem = problem::describe(error);
    let mut values = fields.typed();
    values.remove("password");
    let errors = problem
        .fields
        .iter()
        .map(|(field, sentence)| (field.clone(), sentence.as_str().unwrap_or_default().to_string()))
        .collect();
    (problem.status, Typed { form: form.into(), values, errors, detail: Some(problem.detail) })
}

/// The address of the other end, for counting attempts. Behind a proxy that is trusted it is the last
/// one in `X-Forwarded-For`: the only one that the proxy wrote itself.
fn address(site: &Site, headers: &HeaderMap, extensions: &Extensions) -> String {
    let forwarded = headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
    let last = forwarded.and_then(|list| list.rsplit(',').next()).map(str::trim).filter(|last| !last.is_empty());
    if let Some(last) = last.filter(|_| site.front.trust_proxy) {
        return last.to_string();
    }
    extensions
        .get::<ConnectInfo<std::net::SocketAddr>>()
        .map_or_else(|| "unknown".into(), |info| info.0.ip().to_string())
}

pub(super) async fn sign_in_page(State(site): State<Site>, Query(query): Query<BTreeMap<String, String>>) -> Response {
    if site.store.needs_setup().await.unwrap_or(false) {
        return Redirect::to("/setup").into_response();
    }
    let next = query.get("next").cloned().unwrap_or_default();
    anonymous(&site, "Sign in", "/sign-in", Typed::default(), || entrance::sign_in_page(&next))
}

pub(super) async fn sign_in(
    State(site): State<Site>,
    session: Session,
    headers: HeaderMap,
    extensions: Extensions,
    body: Bytes,
) -> Response {
    let fields = Fields::new(decode(&body));
    let (email, password) = (fields.get("email").unwrap_or_default(), fields.get("password").unwrap_or_default());
    let next = inside(fields.get("next").unwrap_or_default()).to_string();
    let signed = async {
        let user = site.store.authenticate(email, password, &address(&site, &headers, &extensions)).await?;
        enter(&session, &user.id).await
    };
    match signed.await {
        Ok(()) => Redirect::to(&next).into_response(),
        Err(error) => {
            let (status, typed) = typed("sign-in", &fields, &error);
            let mut page = anonymous(&site, "Sign in", "/sign-in", typed, || entrance::sign_in_page(&next));
            *page.status_mut() = status;
            page
        }
    }
}

/// A session gets a new id when it gains rights, so that a planted one gains nothing.
async fn enter(session: &Session, user: &Id) -> Result<()> {
    session.cycle_id().await.map_err(session_failed)?;
    session.insert(SESSION_USER, user).await.map_err(session_failed)
}

pub(super) async fn sign_out(session: Session) -> Response {
    let _ = session.flush().await;
    Redirect::to("/sign-in").into_response()
}

pub(super) async fn setup_page(State(site): State<Site>, Query(query): Query<BTreeMap<String, String>>) -> Response {
    if !site.store.needs_setup().await.unwrap_or(true) {
        return Redirect::to("/sign-in").into_response();
    }
    let token = query.get("token").cloned().unwrap_or_default();
    let known = site.store.check_setup_token(&token).await.is_ok();
    anonymous(&site, "Set up", "/setup", Typed::default(), || {
        if known { entrance::setup_page(&token) } else { entrance::setup_locked_page() }
    })
}

pub(super) async fn setup(State(site): State<Site>, session: Session, body: Bytes) -> Response {
    let fields = Fields::new(decode(&body));
    let token = fields.get("token").unwrap_or_default().to_string();
    let done = async {
        let field = |name: &str| fields.get(name).unwrap_or_default();
        let user = site.store.set_up(&token, field("email"), field("name"), field("password")).await?;
        enter(&session, &user.id).await?;
        if fields.ticked("library:b") {
            crate::library::load(&site.store).await?;
        }
        Ok::<_, Error>(())
    };
    match done.await {
        Ok(()) => Redirect::to("/incidents").into_response(),
        Err(error) => {
            let (status, typed) = typed("setup", &fields, &error);
            let mut page = anonymous(&site, "Set up", "/setup", typed, || entrance::setup_page(&token));
            *page.status_mut() = status;
            page
        }
    }
}

pub(super) async fn invite_page(State(site): State<Site>, Path(token): Path<String>) -> Response {
    match site.store.invitation(&token).await {
        Ok(invitation) => anonymous(&site, "Invitation", "/invite", Typed::default(), || {
            entrance::invite_page(&token, invitation.role)
        }),
        Err(error) => problem::page(&error, None, "/sign-in"),
    }
}

pub(super) async fn accept(
    State(site): State<Site>,
    session: Session,
    Path(token): Path<String>,
    body: Bytes,
) -> Response {
    let fields = Fields::new(decode(&body));
    let invitation = match site.store.invitation(&token).await {
        Ok(invitation) => invitation,
        Err(error) => return problem::page(&error, None, "/sign-in"),
    };
    let accepted = async {
        let (name, password) = (fields.get("name").unwrap_or_default(), fields.get("password").unwrap_or_default());
        let user = site.store.accept_invitation(&token, name, password).await?;
        enter(&session, &user.id).await
    };
    match accepted.await {
        Ok(()) => Redirect::to("/incidents").into_response(),
        Err(error) => {
            let (status, typed) = typed("invite", &fields, &error);
            let mut page =
                anonymous(&site, "Invitation", "/invite", typed, || entrance::invite_page(&token, invitation.role));
            *page.status_mut() = status;
            page
        }
    }
}
