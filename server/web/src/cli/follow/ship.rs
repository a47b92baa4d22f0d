//! Posting pieces of a file to a source.

use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::SendRequest;
use hyper::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HOST, HeaderValue, RETRY_AFTER};
use hyper::{Request, Response, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use super::tail::Piece;
use crate::watch::TLS;

/// How long one post may take.
const POST_MAX: Duration = Duration::from_secs(60);
/// How long a connection may take.
const CONNECT_MAX: Duration = Duration::from_secs(10);
/// What is read of an answer, in bytes.
const ANSWER_BYTES: usize = 64 << 10;

/// Where a source takes records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    is_encrypted: bool,
    host: String,
    port: u16,
    path: String,
}

impl Target {
    /// Reads the address of a source, with what is added for records or without. The error is a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = |what: &str| {
            format!(
                "“{text}” {what}: give the address on the page of the source, such as https://inquest.example.org/api/v1/sources/0190…."
            )
        };
        let uri: Uri = text.trim().parse().map_err(|_| wrong("is no address"))?;
        let is_encrypted = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(wrong("does not begin with https:// or http://")),
        };
        let host = uri.host().map(|host| host.trim_matches(['[', ']']).to_string()).filter(|host| !host.is_empty());
        let path = uri.path().trim_end_matches('/').trim_end_matches("/records");
        if !path.split('/').any(|part| part == "sources") || path.ends_with("/sources") {
            return Err(wrong("names no source"));
        }
        Ok(Self {
            is_encrypted,
            host: host.ok_or_else(|| wrong("has no host"))?,
            port: uri.port_u16().unwrap_or(if is_encrypted { 443 } else { 80 }),
            path: format!("{path}/records"),
        })
    }

    fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        format!("{host}:{}", self.port)
    }
}

/// What the server said.
pub(super) enum Answer {
    /// It is on its disk.
    Kept,
    /// It is too much for one post.
    TooLarge,
    /// Not now: why, and when to try again if the server said so.
    Later(String, Option<Duration>),
    /// Not at all: why.
    Refused(String),
}

/// A connection to a source, made when it is needed.
pub(super) struct Shipper {
    target: Target,
    token: String,
    connection: Option<SendRequest<Full<Bytes>>>,
}

impl Shipper {
    pub fn new(target: Target, token: String) -> Self {
        Self { target, token, connection: None }
    }

    /// Posts a piece once.
    pub async fn post(&mut self, piece: &Piece) -> Answer {
        let answer = match tokio::time::timeout(POST_MAX, self.send(piece)).await {
            Ok(Ok(response)) => told(response).await,
            Ok(Err(answer)) => answer,
            Err(_) => Answer::Later(format!("{} did not answer in time.", self.target.authority()), None),
        };
        if matches!(answer, Answer::Later(..)) {
            self.connection = None;
        }
        answer
    }

    async fn send(&mut self, piece: &Piece) -> Result<Response<Incoming>, Answer> {
        let request = self.request(piece)?;
        let mut sender = match self.connection.take().filter(|sender| !sender.is_closed()) {
            Some(sender) => sender,
            None => self.connect().await.map_err(|sentence| Answer::Later(sentence, None))?,
        };
        let later = |error: hyper::Error| Answer::Later(format!("the connection ended: {error}."), None);
        sender.ready().await.map_err(later)?;
        let response = sender.send_request(request).await.map_err(later)?;
        self.connection = Some(sender);
        Ok(response)
    }

    fn request(&self, piece: &Piece) -> Result<Request<Full<Bytes>>, Answer> {
        let packed = || {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(&piece.bytes)?;
            encoder.finish()
        };
        let body = packed().map_err(|error: std::io::Error| Answer::Refused(error.to_string()))?;
        let mut token = HeaderValue::from_str(&format!("Bearer {}", self.token))
            .map_err(|_| Answer::Refused("the token holds characters that no token has.".into()))?;
        token.set_sensitive(true);
        Request::post(self.target.path.as_str())
            .header(HOST, self.target.authority())
            .header(AUTHORIZATION, token)
            .header(CONTENT_TYPE, "application/x-ndjson")
            .header(CONTENT_ENCODING, "gzip")
            .header("idempotency-key", piece.key.as_str())
            .header("user-agent", concat!("inquest/", env!("CARGO_PKG_VERSION")))
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| Answer::Refused(error.to_string()))
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, String> {
        let at = self.target.authority();
        let connecting = TcpStream::connect((self.target.host.as_str(), self.target.port));
        let stream = match tokio::time::timeout(CONNECT_MAX, connecting).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Err(format!("no connection to {at}: {error}.")),
            Err(_) => return Err(format!("no connection to {at} in time.")),
        };
        let _ = stream.set_nodelay(true);
        if !self.target.is_encrypted {
            return handshake(stream).await;
        }
        let name = ServerName::try_from(self.target.host.clone())
            .map_err(|_| format!("{} cannot be named in a certificate.", self.target.host))?;
        match TlsConnector::from(TLS.clone()).connect(name, stream).await {
            Ok(stream) => handshake(stream).await,
            Err(error) => Err(format!("no encrypted connection to {at}: {error}.")),
        }
    }
}

async fn handshake<S>(stream: S) -> Result<SendRequest<Full<Bytes>>, String>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| format!("the connection ended: {error}."))?;
    tokio::spawn(connection);
    Ok(sender)
}

/// What an answer means. Its body is read to its end, so that the connection can be used again.
async fn told(response: Response<Incoming>) -> Answer {
    let (head, body) = response.into_parts();
    let asked = head.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let body = Limited::new(body, ANSWER_BYTES).collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let detail = serde_json::from_slice::<serde_json::Value>(&body)
        .ok()
        .and_then(|problem| Some(problem.get("detail")?.as_str()?.to_string()))
        .unwrap_or_else(|| format!("the server answered {}.", head.status));
    match head.status {
        status if status.is_success() => Answer::Kept,
        StatusCode::PAYLOAD_TOO_LARGE => Answer::TooLarge,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
            Answer::Later(detail, asked.map(Duration::from_secs))
        }
        status if status.is_server_error() => Answer::Later(detail, asked.map(Duration::from_secs)),
        _ => Answer::Refused(detail),
    }
}
