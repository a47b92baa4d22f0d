//! Commands about the instance.

use std::net::SocketAddr;
use std::process::ExitCode;

use tokio::net::TcpListener;

use super::{Done, Failure, Place};

pub(super) async fn serve(place: &Place, listen: SocketAddr) -> Done {
    let filter = tracing_subscriber::EnvFilter::try_from_env("INQUEST_LOG").unwrap_or_else(|_| "info,sqlx=warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let store = place.open().await?;
    let listener = TcpListener::bind(listen).await.map_err(|error| {
        Failure::new(1, format!("cannot listen on {listen}: {error}. Choose another address with --listen."))
    })?;
    let address = listener.local_addr().unwrap_or(listen);
    println!("Inquest is at http://{address}");
    if store.needs_setup().await? {
        let secret = store.setup_token().await?;
        println!("Set it up with this link, which works once: http://{address}/setup?token={secret}");
    }
    crate::serve(listener, store, stop_signal())
        .await
        .map_err(|error| Failure::new(1, format!("the server stopped: {error}")))?;
    Ok(ExitCode::SUCCESS)
}

/// Resolves on Ctrl-C or SIGTERM.
async fn stop_signal() {
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

pub(super) async fn verify(place: &Place, key: Option<&str>) -> Done {
    let key = match key {
        None => None,
        Some(text) => Some(
            domain::Key::parse(text)
                .ok_or_else(|| Failure::new(2, format!("“{text}” is not a key: write it like INC-12.")))?,
        ),
    };
    let store = place.open().await?;
    let report = store.verify(key).await?;
    for broken in &report.broken {
        println!("{}: {}", broken.incident, broken.sentence);
    }
    println!(
        "{} incidents, {} changes, {} evidence items: {}",
        report.incidents,
        report.changes,
        report.evidence,
        if report.is_whole() { "all whole." } else { "broken as said above." }
    );
    store.close().await;
    Ok(if report.is_whole() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
