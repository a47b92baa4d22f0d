//! Commands about the instance.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use domain::export::{ChainHead, Chained};
use domain::watch::stop::Hosts;
use store::Stopping;
use tokio::net::TcpListener;

use super::{Done, Failure, Place};
use crate::mail::Mailer;
use crate::site::Front;

/// How people and their mail reach the instance.
#[derive(Args)]
#[group(skip)]
pub(super) struct Outside {
    /// The address people type, such as https://inquest.example.org: for links in mail, and for cookies.
    #[arg(long, env = "INQUEST_PUBLIC_URL")]
    public_url: Option<String>,
    /// Behind a proxy of yours: the last address in X-Forwarded-For counts as the client's.
    #[arg(long, env = "INQUEST_TRUST_PROXY", value_parser = clap::builder::FalseyValueParser::new())]
    trust_proxy: bool,
    /// The mail server, such as smtps://user:password@mail.example.org; without it, no mail is sent.
    #[arg(long, env = "INQUEST_SMTP_URL", hide_env_values = true)]
    smtp_url: Option<String>,
    /// The sender of mail, such as Inquest <inquest@example.org>.
    #[arg(long, env = "INQUEST_MAIL_FROM")]
    mail_from: Option<String>,
    /// The hosts that may be told to stop an agent, such as api.github.com,*.okta.com or http://127.0.0.1:8080.
    #[arg(long, env = "INQUEST_STOP_HOSTS", default_value = "", hide_default_value = true)]
    stop_hosts: String,
    /// Stop no agent: note what would have been sent.
    #[arg(long, env = "INQUEST_STOPS_DRY_RUN", value_parser = clap::builder::FalseyValueParser::new())]
    stops_dry_run: bool,
    /// Rules suspend so many agents within an hour at most.
    #[arg(long, env = "INQUEST_SUSPENSIONS_PER_HOUR", default_value_t = 10)]
    suspensions_per_hour: u32,
}

impl Outside {
    /// What may be done to stop agents.
    fn stopping(&self) -> Result<Stopping, Failure> {
        let hosts = Hosts::parse(&self.stop_hosts).map_err(|sentence| Failure::new(2, sentence))?;
        Ok(Stopping { hosts, is_dry_run: self.stops_dry_run, per_hour: self.suspensions_per_hour })
    }

    /// The public address without a slash at its end.
    fn public_url(&self) -> Result<Option<String>, Failure> {
        let Some(url) = self.public_url.as_deref().map(|url| url.trim_end_matches('/')).filter(|url| !url.is_empty())
        else {
            return Ok(None);
        };
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return Err(Failure::new(2, format!("“{url}” is no public address: it begins with https:// or http://.")));
        }
        let place = url.split_once("://").map_or("", |(_, rest)| rest);
        if place.contains('@') {
            return Err(Failure::new(
                2,
                "the public address holds a name or a password: leave out what stands before the @, for it would stand in every link.",
            ));
        }
        if let Some(mark) = place.find(['?', '#']).and_then(|at| place[at..].chars().next()) {
            let sentence = format!(
                "“{url}” has something behind a “{mark}”: give the address of the host alone, such as https://inquest.example.org."
            );
            return Err(Failure::new(2, sentence));
        }
        if place.is_empty() || place.contains('/') {
            let sentence = format!(
                "“{url}” has a path: pages link to places from the root on, so Inquest is served at the root of a host. Give it a name of its own, such as https://inquest.example.org."
            );
            return Err(Failure::new(2, sentence));
        }
        Ok(Some(url.to_string()))
    }

    fn mailer(&self, public_url: Option<&str>) -> Result<Option<Mailer>, Failure> {
        let Some(smtp_url) = self.smtp_url.as_deref().filter(|url| !url.is_empty()) else { return Ok(None) };
        let Some(from) = &self.mail_from else {
            return Err(Failure::new(2, "mail needs a sender: give --mail-from, such as inquest@example.org"));
        };
        if public_url.is_none() {
            return Err(Failure::new(
                2,
                "links in mail need an address: give --public-url, such as https://inquest.example.org",
            ));
        }
        Mailer::new(smtp_url, from).map(Some).map_err(|sentence| Failure::new(2, sentence))
    }
}

pub(super) async fn serve(place: &Place, listen: SocketAddr, outside: &Outside) -> Done {
    let filter = tracing_subscriber::EnvFilter::try_from_env("INQUEST_LOG").unwrap_or_else(|_| "info,sqlx=warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let public_url = outside.public_url()?;
    let mailer = outside.mailer(public_url.as_deref())?;
    let secure = public_url.as_deref().is_some_and(|url| url.starts_with("https://"));
    let mail_url = public_url.clone().filter(|_| mailer.is_some());
    let store = place.open_with(mail_url, outside.stopping()?).await?;
    let listener = TcpListener::bind(listen).await.map_err(|error| {
        Failure::new(1, format!("cannot listen on {listen}: {error}. Choose another address with --listen."))
    })?;
    let address = listener.local_addr().unwrap_or(listen);
    println!("Inquest is at http://{address}");
    if store.needs_setup().await? {
        let secret = store.setup_token().await?;
        println!(
            "Set it up with this link, which works once: {}/setup?token={secret}",
            public_url.unwrap_or_else(|| format!("http://{address}"))
        );
    }
    let front = Front { secure, trust_proxy: outside.trust_proxy, ..Front::default() };
    crate::serve_with(listener, store, front, mailer, stop_signal())
        .await
        .map_err(|error| Failure::new(1, format!("the server stopped: {error}")))?;
    Ok(ExitCode::SUCCESS)
}

/// Resolves on Ctrl-C or SIGTERM.
pub(super) async fn stop_signal() {
    let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(terminate) => terminate,
        Err(_) => return std::future::pending().await,
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

pub(super) async fn demo(place: &Place) -> Done {
    let store = place.open().await?;
    match crate::library::load(&store).await? {
        0 => println!("The example library is there already; nothing was changed."),
        added => println!("{added} example incidents were added."),
    }
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

#[derive(Subcommand)]
pub(super) enum KeyAct {
    /// Prints the public keys: those that sign, and those that did.
    Show,
    /// Gives this node a new key; what the old one signed stays signed.
    Rotate,
}

pub(super) async fn key(place: &Place, act: KeyAct) -> Done {
    let store = place.open().await?;
    let mine = match act {
        KeyAct::Show => store.signing_key().await?,
        KeyAct::Rotate => store.rotate_key().await?,
    };
    for key in store.signing_keys().await? {
        let standing = match key.retired_at {
            Some(at) => format!("signed until {}", at.rfc3339()),
            None if key.id == mine.id => "signs here".into(),
            None => "signs on another node".into(),
        };
        println!("{} ed25519:{} since {}, {standing}", key.id, key.public_key, key.created_at.rfc3339());
    }
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn verify(place: &Place, key: Option<&str>, expect: &[PathBuf], checkpoints: &[PathBuf]) -> Done {
    let key = match key {
        None => None,
        Some(text) => Some(domain::Key::parse(text).ok_or_else(|| {
            Failure::new(2, format!("“{text}” is not a key: write it like INC-12, or name the file of a bundle."))
        })?),
    };
    let expected = expected(expect)?;
    let store = place.open().await?;
    // The first start of a new version does so too: cards of an older one are not altered ones.
    store.reindex().await?;
    let mut report = store.verify(key).await?;
    store.expect_heads(&expected, &mut report).await?;
    let mut held = 0;
    for file in checkpoints {
        let text = std::fs::read_to_string(file)
            .map_err(|error| Failure::new(2, format!("cannot read {}: {error}", file.display())))?;
        let found = store.expect_checkpoints(&text, &mut report).await?;
        held += found
            .map_err(|why| Failure::new(2, format!("{} cannot be held against the logs: {why}.", file.display())))?;
    }
    for broken in &report.broken {
        println!("{}", broken.sentence);
    }
    println!(
        "{} incidents, {} changes, {} evidence items, {} log records, {} published revisions, {} accounts, tokens, settings and decisions{}: {}",
        report.incidents,
        report.changes,
        report.evidence,
        report.records,
        report.revisions,
        report.grants,
        if expected.is_empty() { String::new() } else { format!(", {} expected heads", expected.len()) }
            + &if held == 0 { String::new() } else { format!(", {held} kept checkpoints") },
        if report.is_whole() { "all whole." } else { "broken as said above." }
    );
    // To keep elsewhere: with --expect it shows later whether this log was shortened or rewritten.
    let told = |head: &&ChainHead| head.revision > 0 && (key.is_some() || head.of == Chained::Instance);
    report.heads.iter().filter(told).for_each(|head| println!("{head}"));
    store.close().await;
    Ok(if report.is_whole() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The heads that files name.
fn expected(files: &[PathBuf]) -> Result<Vec<ChainHead>, Failure> {
    let mut heads = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file)
            .map_err(|error| Failure::new(2, format!("cannot read {}: {error}", file.display())))?;
        let found = ChainHead::read_all(&text);
        if found.is_empty() {
            let sentence =
                format!("{} names no chain head: give an export, or what `inquest verify` printed.", file.display());
            return Err(Failure::new(2, sentence));
        }
        heads.extend(found);
    }
    Ok(heads)
}
