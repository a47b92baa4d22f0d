//! Signing in and out, the first set-up, and invitations.

use app::frame::Typed;
use app::page::entrance;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use domain::Id;
use store::{DEVICE_DAYS, Error, Result, SESSION_USER};
use tower_sessions::Session;

use super::anonymous;
use crate::cookie;
use crate::door::{Address, session_failed};
use crate::fields::Fields;
use crate::form::on;
use crate::inside::inside;
use crate::problem;
use crate::query::OneEach;
use crate::received::{ENTRANCE_BYTES_MAX, Sent};
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

pub(super) async fn sign_in_page(State(site): State<Site>, OneEach(query): OneEach) -> Response {
    if site.store.needs_setup().await.unwrap_or(false) {
        return Redirect::to("/setup").into_response();
    }
    let next = query.get("next").cloned().unwrap_or_default();
    anonymous(&site, "Sign in", "/sign-in", Typed::default(), || entrance::sign_in_page(&next))
}

pub(super) async fn sign_in(
    State(site): State<Site>,
    session: Session,
    address: Address,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let fields = match sent.fields_of_stranger(&site, &address.0, ENTRANCE_BYTES_MAX).await {
        Ok(fields) => fields,
        Err(unreceived) => return unreceived.page("/sign-in"),
    };
    let (email, password) = (fields.get("email").unwrap_or_default(), fields.get("password").unwrap_or_default());
    let next = fields.get("next").and_then(inside).unwrap_or_else(|| "/".into());
    let signed = async {
        let device = cookie::read(&headers, cookie::DEVICE);
        let user = site.store.authenticate(email, password, &address.network(), device).await?;
        enter(&site, &session, &headers, &user.id).await
    };
    match signed.await {
        Ok(device) => admit(&site, &headers, &next, &device),
        Err(error) => {
            let (status, typed) = typed("sign-in", &fields, &error);
            let mut page = anonymous(&site, "Sign in", "/sign-in", typed, || entrance::sign_in_page(&next));
            *page.status_mut() = status;
            problem::ask_to_wait(&error, &mut page);
            page
        }
    }
}

/// A session gets a new id when it gains rights, so that a planted one gains nothing. Answers the secret by
/// which the browser is known from now on.
async fn enter(site: &Site, session: &Session, headers: &HeaderMap, user: &Id) -> Result<String> {
    session.cycle_id().await.map_err(session_failed)?;
    session.insert(SESSION_USER, user).await.map_err(session_failed)?;
    site.store.remember_device(user, cookie::read(headers, cookie::DEVICE)).await
}

/// Sends somebody in, in a browser that is known from now on.
fn admit(site: &Site, headers: &HeaderMap, to: &str, device: &str) -> Response {
    let mut response = on(headers, to);
    cookie::set(&mut response, cookie::DEVICE, device, DEVICE_DAYS * 24 * 3600, site.front.secure);
    response
}

pub(super) async fn sign_out(session: Session) -> Response {
    let _ = session.flush().await;
    Redirect::to("/sign-in").into_response()
}

pub(super) async fn setup_page(State(site): State<Site>, OneEach(query): OneEach) -> Response {
    if !site.store.needs_setup().await.unwrap_or(true) {
        return Redirect::to("/sign-in").into_response();
    }
    let token = query.get("token").cloned().unwrap_or_default();
    let known = site.store.check_setup_token(&token).await.is_ok();
    anonymous(&site, "Set up", "/setup", Typed::default(), || {
        if known { entrance::setup_page(&token) } else { entrance::setup_locked_page() }
    })
}

pub(super) async fn setup(
    State(site): State<Site>,
    session: Session,
    address: Address,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let fields = match sent.fields_of_stranger(&site, &address.0, ENTRANCE_BYTES_MAX).await {
        Ok(fields) => fields,
        Err(unreceived) => return unreceived.page("/sign-in"),
    };
    let token = fields.get("token").unwrap_or_default().to_string();
    let done = async {
        let field = |name: &str| fields.get(name).unwrap_or_default();
        let user = site.store.set_up(&token, field("email"), field("name"), field("password")).await?;
        let device = enter(&site, &session, &headers, &user.id).await?;
        if fields.ticked("library:b") {
            crate::library::load(&site.store).await?;
        }
        Ok::<_, Error>(device)
    };
    match done.await {
        Ok(device) => admit(&site, &headers, "/", &device),
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
    address: Address,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let invitation = match site.store.invitation(&token).await {
        Ok(invitation) => invitation,
        Err(error) => return problem::page(&error, None, "/sign-in"),
    };
    let fields = match sent.fields_of_stranger(&site, &address.0, ENTRANCE_BYTES_MAX).await {
        Ok(fields) => fields,
        Err(unreceived) => return unreceived.page("/sign-in"),
    };
    let accepted = async {
        let (name, password) = (fields.get("name").unwrap_or_default(), fields.get("password").unwrap_or_default());
        let user = site.store.accept_invitation(&token, name, password).await?;
        enter(&site, &session, &headers, &user.id).await
    };
    match accepted.await {
        Ok(device) => admit(&site, &headers, "/", &device),
        Err(error) => {
            let (status, typed) = typed("invite", &fields, &error);
            let mut page =
                anonymous(&site, "Invitation", "/invite", typed, || entrance::invite_page(&token, invitation.role));
            *page.status_mut() = status;
            page
        }
    }
}
