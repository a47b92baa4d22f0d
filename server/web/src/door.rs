//! Who is at the door: a browser with a session, or a program with a token.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::{HeaderMap, header, request::Parts};
use axum::response::{IntoResponse, Redirect, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use store::{Actor, Error, Result, SESSION_USER, Store};
use tower_sessions::Session;

use crate::site::Site;

/// The person behind a browser's session.
pub struct Signed {
    /// What they may do.
    pub actor: Actor,
    /// Their colours: `light`, `dark` or empty.
    pub theme: String,
    /// Their address.
    pub email: String,
    /// Whether they want mail.
    pub mail: bool,
    /// The session they came in by.
    pub session: tower_sessions::session::Id,
}

impl FromRequestParts<Site> for Signed {
    type Rejection = Outside;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> std::result::Result<Self, Outside> {
        let session = Session::from_request_parts(parts, site).await;
        let session = session.map_err(|rejection| Outside::Unknown(rejection.into_response()))?;
        match from_session(&site.store, &session).await {
            Ok(Some(signed)) => Ok(signed),
            Ok(None) => Err(Outside::Unknown(to_sign_in(site, parts).await)),
            Err(error) => Err(Outside::Failed(error, parts.uri.path().to_string())),
        }
    }
}

/// Why nobody is let in.
pub enum Outside {
    /// Nobody is signed in: where they are sent.
    Unknown(Response),
    /// It could not be found out who it is, for the page at a path.
    Failed(Error, String),
}

impl IntoResponse for Outside {
    fn into_response(self) -> Response {
        match self {
            Self::Unknown(response) => response,
            Self::Failed(error, at) => crate::problem::page(&error, None, &at),
        }
    }
}

/// The account of a session, if it has one that still works.
pub async fn from_session(store: &Store, session: &Session) -> Result<Option<Signed>> {
    let id = session.get::<domain::Id>(SESSION_USER).await.map_err(session_failed)?;
    let (Some(id), Some(session)) = (id, session.id()) else { return Ok(None) };
    match store.user(&id).await {
        Ok(user) => Ok(Some(Signed {
            actor: user.actor(),
            theme: if user.theme == "auto" { String::new() } else { user.theme },
            email: user.email,
            mail: user.mail,
            session,
        })),
        Err(Error::Unauthorised) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A session that could not be read or kept. What the store says of its database has become words by then.
pub fn session_failed(error: tower_sessions::session::Error) -> Error {
    use tower_sessions::{session, session_store};
    match error {
        session::Error::Store(session_store::Error::Backend(_)) => Error::Unavailable(Box::new(error)),
        other => Error::Internal(Box::new(other)),
    }
}

/// Where somebody unknown is sent: to sign in and then on, or to the set-up of a new instance.
async fn to_sign_in(site: &Site, parts: &Parts) -> Response {
    if site.store.needs_setup().await.unwrap_or(false) {
        return Redirect::to("/setup").into_response();
    }
    let to = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    if to == "/" || parts.method != axum::http::Method::GET {
        return Redirect::to("/sign-in").into_response();
    }
    Redirect::to(&format!("/sign-in?next={}", encode(to))).into_response()
}

/// What does not stand in a query as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');

/// Percent-encodes a path for a query.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// The address of the other end, for counting attempts and places. Behind a proxy that is trusted it is the last one
/// in `X-Forwarded-For`: the only one that the proxy wrote itself.
pub struct Address(pub String);

impl FromRequestParts<Site> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> std::result::Result<Self, Infallible> {
        let forwarded =
            parts.headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
        let last = forwarded.and_then(|list| list.rsplit(',').next()).map(str::trim).filter(|last| !last.is_empty());
        if let Some(last) = last.filter(|_| site.front.trust_proxy) {
            return Ok(Self(last.to_string()));
        }
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(peer.map_or_else(|| "unknown".into(), |info| info.0.ip().to_string())))
    }
}

impl Address {
    /// What counts as one place: of an IPv6 address the network, all of which is one customer's.
    pub fn network(&self) -> String {
        match self.0.parse::<IpAddr>().map(|address| address.to_canonical()) {
            Ok(IpAddr::V6(address)) if !address.is_loopback() => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
            Ok(address) => address.to_string(),
            Err(_) => self.0.clone(),
        }
    }

    /// The address, where it stands for somebody: this machine itself may be a proxy for everybody.
    pub fn counted(&self) -> Option<&str> {
        let here = self.0.parse().is_ok_and(|ip: IpAddr| ip == Ipv4Addr::LOCALHOST || ip == Ipv6Addr::LOCALHOST);
        (!here).then_some(self.0.as_str())
    }
}

/// The token of a program.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.strip_prefix("Bearer ").or_else(|| value.strip_prefix("bearer ")).map(str::trim)
}

/// The program behind a bearer token.
pub async fn from_bearer(store: &Store, headers: &HeaderMap) -> Result<Actor> {
    store.authenticate_token(bearer(headers).ok_or(Error::Unauthorised)?).await
}
