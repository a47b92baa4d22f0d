//! The running server: what stands around the routes, and how it stops.

use std::future::Future;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use store::Store;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;

use crate::assets::{self, FILES};
use crate::mail::{self, Mailer};
use crate::site::{Front, Site};
use crate::{
    api, checkpoints, connections, form, page, presence, sessions, unsaved, unsent, upload, watch as watching,
};

/// How long the database may take to close.
const CLOSE_MAX: Duration = Duration::from_secs(5);

/// Everything the server answers.
pub fn app(site: Site) -> Router {
    let mut files = Router::new();
    for file in FILES {
        files = files.route(file.path, get(assets::serve));
    }
    let people = page::router()
        .merge(form::router())
        .merge(unsaved::router())
        .merge(presence::router())
        .merge(upload::partial::for_people())
        .layer(sessions::layer(&site.store, site.front.secure))
        .layer(CsrfLayer::new());
    Router::new()
        .nest("/api/v1", api::router())
        .merge(people)
        .merge(watching::router())
        .route("/.well-known/inquest/checkpoints", get(checkpoints::list))
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .layer(middleware::from_fn(guard))
        .layer(middleware::from_fn_with_state(site.clone(), unsent::count))
        .layer(CompressionLayer::new().br(true).gzip(true).quality(tower_http::CompressionLevel::Fastest))
        .merge(files)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(tell_browsers))
        // A body is taken in where it is known who sends it, and how much of it may come.
        .layer(DefaultBodyLimit::disable())
        .with_state(site)
}

async fn ready(State(site): State<Site>) -> Response {
    if site.store.healthy().await {
        "ok".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "The database does not answer.").into_response()
    }
}

/// What a browser is told about every page: nothing foreign, nothing inline, nothing kept.
async fn guard(request: Request, next: Next) -> Response {
    let is_get = request.method() == Method::GET;
    let mut response = next.run(request).await;
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        come_back(&mut response, is_get);
    }
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// What a browser may do with whatever is answered, files and refusals as well.
async fn tell_browsers(request: Request, next: Next) -> Response {
    let is_shared = request.uri().path().starts_with(page::shared::BELOW);
    let mut response = next.run(request).await;
    for (name, value) in TOLD {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    // The address of a link is its secret: no page that it leads to is told of it.
    if is_shared {
        response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    }
    response
}

const TOLD: [(&str, &str); 6] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()",
    ),
];

/// Says when to ask again, and lets a page do so by itself. An answer to a form has no page at its address.
fn come_back(response: &mut Response, is_get: bool) {
    let headers = response.headers_mut();
    headers.entry(header::RETRY_AFTER).or_insert(HeaderValue::from_static("2"));
    if is_get && headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) {
        headers.insert(header::REFRESH, HeaderValue::from_static("3"));
    }
}

fn panicked(cause: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let words = cause
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| cause.downcast_ref::<&str>().map(|words| words.to_string()))
        .unwrap_or_default();
    crate::problem::page(&store::Error::Internal(words.into()), None, "/incidents")
}

/// Serves until `stop` resolves; then streams end, open answers are finished, and the store is closed.
pub async fn serve(
    listener: TcpListener,
    store: Store,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    serve_with(listener, store, Front::default(), None, stop).await
}

/// The same behind a proxy, or with mail.
pub async fn serve_with(
    listener: TcpListener,
    store: Store,
    front: Front,
    mailer: Option<Mailer>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (stopping, stopped) = watch::channel(false);
    let watcher = tokio::spawn(watching::run::run(store.clone(), stopped.clone()));
    let app = app(Site::new(store.clone(), stopped, front));
    let sweeper = tokio::spawn(sweep(store.clone()));
    let resumer = tokio::spawn(resume(store.clone()));
    let stopper = tokio::spawn(crate::watch::containing::run(store.clone()));
    let teller = tokio::spawn(crate::watch::telling::run(store.clone()));
    let drafter = tokio::spawn(crate::watch::drafting::run(store.clone()));
    let sending = mailer.map(|mailer| tokio::spawn(mail::run(store.clone(), mailer)));
    let signal = async move {
        stop.await;
        let _ = stopping.send(true);
    };
    let served = connections::run(listener, app, front.limits, front.trust_proxy, signal).await;
    sweeper.abort();
    resumer.abort();
    stopper.abort();
    teller.abort();
    drafter.abort();
    if let Some(sending) = sending {
        sending.abort();
    }
    if tokio::time::timeout(CLOSE_MAX, watcher).await.is_err() {
        tracing::warn!("what came in is still being judged: another start goes on with it");
    }
    if tokio::time::timeout(CLOSE_MAX, store.close()).await.is_err() {
        tracing::warn!("the database was not closed in time: what was acknowledged is stored all the same");
    }
    served
}

/// Takes out once an hour what has expired.
async fn sweep(store: Store) {
    let mut hour = tokio::time::interval(Duration::from_secs(3600));
    loop {
        hour.tick().await;
        if let Err(error) = store.tell_names().await {
            tracing::warn!(%error, "case files could not be told of names; trying again in an hour");
        }
        if let Err(error) = store.checkpoint_daily().await {
            tracing::warn!(%error, "the heads of the logs are not signed yet; trying again in an hour");
        }
        if let Err(error) = store.sweep().await {
            tracing::warn!(%error, "expired rows could not be deleted; trying again in an hour");
        }
    }
}

/// Goes on with readings whose process died: at the start, and every ten seconds for other nodes.
async fn resume(store: Store) {
    if let Err(error) = store.reindex().await {
        tracing::warn!(%error, "what follows from older records is not written again yet; the next start tries again");
    }
    if let Err(error) = store.tell_names().await {
        tracing::warn!(%error, "case files do not know of all names of their reviewers yet; they are told within the hour");
    }
    let mut often = tokio::time::interval(Duration::from_secs(10));
    loop {
        often.tick().await;
        if let Err(error) = store.resume_readings().await {
            tracing::warn!(%error, "readings could not be taken up; trying again in ten seconds");
        }
    }
}
