//! Telling adapters to stop agents. The connection is made here and not by a library: to an address that was looked up
//! and judged, and to no other, so that a name cannot lead elsewhere between the look and the call.

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::watch::stop::{
    Filled, Hosts, ID_HEADER, Piece, SIGNATURE_HEADER, StopKind, TIMESTAMP_HEADER, Target, key_text, payload,
    signed_content,
};
use domain::{Id, Instant};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{HeaderName, HeaderValue, RETRY_AFTER};
use hyper::http::request::Builder;
use hyper::{Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use ring::hmac;
use store::{OutgoingStop, Result, StopOutcome, Store};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// So many are sent at once.
const BATCH: u32 = 10;
/// How long one attempt may take, from the look for the host to the head of the answer.
const ATTEMPT_MAX: Duration = Duration::from_secs(10);
/// How long a connection may take, so that the next address has its turn.
const CONNECT_MAX: Duration = Duration::from_secs(3);
/// So many addresses of a host are tried.
const ADDRESSES_MAX: usize = 4;

/// A request as it leaves.
struct Ready {
    target: Target,
    request: Request<Full<Bytes>>,
}

/// Sends what is due; answers how much it was. A slow adapter does not keep the others waiting.
pub async fn deliver(store: &Store) -> Result<usize> {
    let due = store.claim_stops(BATCH).await?;
    let count = due.len();
    let sending = due.into_iter().map(|outgoing| async move {
        let outcome = attempt(store, &outgoing).await;
        tracing::info!(containment = %outgoing.containment, stop = %outgoing.stop.name, ?outcome, "a stop was sent");
        store.stop_attempted(&outgoing, outcome).await
    });
    for noted in futures::future::join_all(sending).await {
        noted?;
    }
    Ok(count)
}

/// One attempt. What it answers holds no secret: it is kept and shown.
async fn attempt(store: &Store, outgoing: &OutgoingStop) -> StopOutcome {
    let stopping = store.stopping();
    if stopping.is_dry_run {
        return StopOutcome::Refused("This instance sends nothing: it is a dry run.".into());
    }
    let now = store.clock().now();
    let ready = match prepare(outgoing, &stopping.hosts, now) {
        Ok(ready) => ready,
        Err(sentence) => return StopOutcome::Refused(sentence),
    };
    match tokio::time::timeout(ATTEMPT_MAX, send(ready, &stopping.hosts, now)).await {
        Ok(outcome) => outcome,
        Err(_) => StopOutcome::NoAnswer { began: now, trouble: "It did not answer in time.".into() },
    }
}

/// Fills the request in, with its secrets. The error is a sentence without one.
fn prepare(outgoing: &OutgoingStop, hosts: &Hosts, now: Instant) -> std::result::Result<Ready, String> {
    let stop = &outgoing.stop;
    let filled = Filled::of(stop, &outgoing.told)?;
    let (target, uri) = address(&filled.url, hosts)?;
    let body = match stop.kind {
        StopKind::Webhook if filled.body.is_empty() => payload(&outgoing.told, outgoing.told.requested_at),
        _ => filled.body.clone(),
    };
    let mut request = head(stop.method.word(), &target, &uri);
    if !body.is_empty() {
        request = request.header("content-type", "application/json");
    }
    if stop.kind == StopKind::Webhook {
        request = signed(request, stop.secret.as_deref().unwrap_or_default(), &outgoing.message(), &body, now)?;
    }
    let mut request =
        request.body(Full::new(Bytes::from(body))).map_err(|_| "The request cannot be written.".to_string())?;
    for (name, pieces) in &filled.headers {
        let (name, value) = header(name, pieces)?;
        request.headers_mut().insert(name, value);
    }
    Ok(Ready { target, request })
}

/// Posts a signed webhook once.
pub(super) async fn post_signed(store: &Store, url: &str, secret: &str, id: &Id, body: String) -> StopOutcome {
    let (now, hosts) = (store.clock().now(), &store.stopping().hosts);
    let prepared = || {
        let (target, uri) = address(url, hosts)?;
        let request = head("POST", &target, &uri).header("content-type", "application/json");
        let request = signed(request, secret, id, &body, now)?;
        let request = request.body(Full::new(Bytes::from(body.clone())));
        Ok(Ready { target, request: request.map_err(|_| "The request cannot be written.".to_string())? })
    };
    let ready = match prepared() {
        Ok(ready) => ready,
        Err(sentence) => return StopOutcome::Refused(sentence),
    };
    match tokio::time::timeout(ATTEMPT_MAX, send(ready, hosts, now)).await {
        Ok(outcome) => outcome,
        Err(_) => StopOutcome::NoAnswer { began: now, trouble: "It did not answer in time.".into() },
    }
}

/// Where a request goes, if it may go there.
fn address(url: &str, hosts: &Hosts) -> std::result::Result<(Target, Uri), String> {
    let target = Target::parse(url)?;
    hosts.permit(&target)?;
    let uri: Uri = url.parse().map_err(|_| "The address cannot be read.".to_string())?;
    let is_same =
        uri.host().map(|host| host.trim_matches(['[', ']']).to_ascii_lowercase()) == Some(target.host.clone());
    if !is_same || uri.port_u16().is_some_and(|port| port != target.port) {
        return Err("The address can be read in two ways.".into());
    }
    Ok((target, uri))
}

fn head(method: &str, target: &Target, uri: &Uri) -> Builder {
    Request::builder()
        .method(method)
        .uri(uri.path_and_query().map_or("/", |path| path.as_str()))
        .header("host", authority(target))
        .header("user-agent", concat!("inquest/", env!("CARGO_PKG_VERSION")))
}

/// With the signature of Standard Webhooks.
fn signed(request: Builder, name: &str, id: &Id, body: &str, now: Instant) -> std::result::Result<Builder, String> {
    let seconds = now.micros() / 1_000_000;
    let signature = sign(&secret(name)?, &signed_content(id, seconds, body))
        .ok_or_else(|| format!("{name} is no key: it begins with whsec_ and goes on in base64."))?;
    Ok(request
        .header(ID_HEADER, id.as_str())
        .header(TIMESTAMP_HEADER, seconds.to_string())
        .header(SIGNATURE_HEADER, format!("v1,{signature}")))
}

/// Host and port as the other side calls itself.
fn authority(target: &Target) -> String {
    let host = if target.host.contains(':') { format!("[{}]", target.host) } else { target.host.clone() };
    match (target.is_encrypted, target.port) {
        (true, 443) | (false, 80) => host,
        (_, port) => format!("{host}:{port}"),
    }
}

fn header(name: &str, pieces: &[Piece]) -> std::result::Result<(HeaderName, HeaderValue), String> {
    let mut value = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) | Piece::Told(text) => value.push_str(text),
            Piece::Secret(secret_name) => value.push_str(&secret(secret_name)?),
        }
    }
    let wrong = || format!("The header {name} cannot be written: look at the value of its secret.");
    let mut value = HeaderValue::from_str(&value).map_err(|_| wrong())?;
    value.set_sensitive(true);
    Ok((HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?, value))
}

/// A secret of the environment. It is read when it is needed, and kept nowhere.
fn secret(name: &str) -> std::result::Result<String, String> {
    match std::env::var(name) {
        Ok(secret) if !secret.trim().is_empty() => Ok(secret.trim().to_string()),
        _ => Err(format!("{name} is not set in the environment of this instance.")),
    }
}

/// The signature of a text under a key, both in base64. Nothing where the key is none.
fn sign(key: &str, content: &str) -> Option<String> {
    let key = STANDARD.decode(key_text(key)).ok().filter(|key| key.len() >= 16)?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    Some(STANDARD.encode(hmac::sign(&key, content.as_bytes()).as_ref()))
}

async fn send(ready: Ready, hosts: &Hosts, began: Instant) -> StopOutcome {
    let Ready { target, request } = ready;
    let stream = match connect(&target, hosts).await {
        Ok(stream) => stream,
        Err(outcome) => return outcome,
    };
    let answered = if target.is_encrypted {
        let Ok(name) = ServerName::try_from(target.host.clone()) else {
            return StopOutcome::Refused("The host cannot be named in a certificate.".into());
        };
        match TlsConnector::from(TLS.clone()).connect(name, stream).await {
            Ok(stream) => exchange(TokioIo::new(stream), request).await,
            Err(error) => return StopOutcome::NotReached(format!("No encrypted connection: {error}.")),
        }
    } else {
        exchange(TokioIo::new(stream), request).await
    };
    match answered {
        Ok((status, retry_after)) => StopOutcome::Answered { began, status: status.as_u16(), retry_after },
        Err(error) => {
            StopOutcome::NoAnswer { began, trouble: format!("The connection ended before an answer: {error}.") }
        }
    }
}

/// Looks the host up, and connects to an address that is allowed; to none that is not.
async fn connect(target: &Target, hosts: &Hosts) -> std::result::Result<TcpStream, StopOutcome> {
    let found: Vec<SocketAddr> = match target.ip() {
        Some(address) => vec![SocketAddr::new(address, target.port)],
        None => match tokio::net::lookup_host((target.host.as_str(), target.port)).await {
            Ok(found) => found.take(ADDRESSES_MAX).collect(),
            Err(error) => return Err(StopOutcome::NotReached(format!("{} was not found: {error}.", target.host))),
        },
    };
    // One that is not allowed among them means that somebody plays with the name: none is tried then.
    for address in &found {
        hosts.permit_address(target, address.ip()).map_err(StopOutcome::Refused)?;
    }
    let mut trouble = format!("{} has no address.", target.host);
    for address in found {
        match tokio::time::timeout(CONNECT_MAX, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => trouble = format!("No connection to {address}: {error}."),
            Err(_) => trouble = format!("No connection to {address} in time."),
        }
    }
    Err(StopOutcome::NotReached(trouble))
}

/// Sends one request and reads the head of the answer: what stands in its body is of no use, and could hold a secret.
async fn exchange<S>(stream: S, request: Request<Full<Bytes>>) -> hyper::Result<(StatusCode, Option<i64>)>
where
    S: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await?;
    let connection = tokio::spawn(connection);
    let answered = sender.send_request(request).await;
    connection.abort();
    let response = answered?;
    let asked = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    Ok((response.status(), asked))
}

/// The certificates that this machine trusts, and no client's own.
pub(crate) static TLS: LazyLock<Arc<ClientConfig>> = LazyLock::new(|| {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    for error in found.errors {
        tracing::warn!(%error, "a certificate of this machine cannot be read");
    }
    roots.add_parsable_certificates(found.certs);
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    // The versions are those of the provider itself.
    let config = config.unwrap_or_else(|_| ClientConfig::builder());
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Arc::new(config)
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_as_the_standard_says() {
        // The example of the specification.
        let key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let content = signed_content(&"msg_p5jXN8AQM9LWM0D4loKWxJek".into(), 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(sign(key, &content).as_deref(), Some("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
        assert_eq!(sign("whsec_short", &content), None);
        assert_eq!(sign("whsec_%%%", &content), None);
    }
}
