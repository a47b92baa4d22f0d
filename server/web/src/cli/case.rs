//! Commands about one incident or one file of facts.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use domain::time::Zone;
use store::Actor;

use super::{Done, Failure, Place};

#[derive(Args)]
// Its group would have the name of the command around it.
#[group(skip)]
pub(super) struct Export {
    /// The incident, such as INC-12.
    key: String,
    /// md, html, docx, json or csv; safe, ocsf, veris, stix or aiid for others; bundle for the case as one file, with its
    /// history and its evidence.
    #[arg(long, default_value = "md")]
    format: String,
    /// internal or public; unless it is said, internal, and public in the formats of others.
    #[arg(long)]
    profile: Option<String>,
    /// The time zone of the document; a revision is frozen in UTC.
    #[arg(long, default_value = "UTC")]
    zone: String,
    /// A published revision, as it was frozen; without it, the case file as it is now.
    #[arg(long, conflicts_with = "zone")]
    revision: Option<u32>,
    /// Of a bundle: leave the bytes of evidence out, their digests stay.
    #[arg(long)]
    digests_only: bool,
    /// Where to write; - is standard output.
    #[arg(long, default_value = "-")]
    out: PathBuf,
}

pub(super) async fn export(place: &Place, what: Export) -> Done {
    let key = domain::Key::parse(&what.key)
        .ok_or_else(|| Failure::new(2, format!("“{}” is not a key: write it like INC-12.", what.key)))?;
    if what.format == crate::bundle::WORD {
        return bundle(place, key, &what).await;
    }
    if what.digests_only {
        return Err(Failure::new(
            2,
            "only a bundle holds evidence: leave --digests-only out, or give --format bundle.",
        ));
    }
    let zone = Zone::parse(&what.zone).map_err(|sentence| Failure::new(2, sentence))?;
    let format = crate::export::format(&what.format)?;
    let profile = what.profile.as_deref().map(crate::export::profile).transpose()?.unwrap_or(format.usual_profile());
    let (store, actor) = (place.open().await?, Actor::system());
    let incident = store.incident(&actor, key).await?;
    let body = match what.revision {
        Some(number) => incident.revision_file(number, format, profile).await?,
        None => crate::export::write(&incident, format, profile, zone).await?,
    };
    store.close().await;
    let written =
        if what.out == Path::new("-") { std::io::stdout().write_all(&body) } else { std::fs::write(&what.out, body) };
    written.map_err(|error| Failure::new(1, format!("cannot write {}: {error}", what.out.display())))?;
    Ok(ExitCode::SUCCESS)
}

async fn bundle(place: &Place, key: domain::Key, what: &Export) -> Done {
    if what.revision.is_some() {
        let sentence = "a bundle holds every published revision: leave --revision out.";
        return Err(Failure::new(2, sentence));
    }
    if what.profile.as_deref().map(crate::export::profile).transpose()? == Some(domain::export::Profile::Public) {
        return Err(Failure::new(2, crate::bundle::public().sentence));
    }
    let store = place.open().await?;
    super::bundle::export(&store, key, what.digests_only, &what.out).await?;
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn evaluate(file: &Path) -> Done {
    let unreadable = |error: String| Failure::new(2, format!("cannot read {}: {error}", file.display()));
    let mut text = String::new();
    if file == Path::new("-") {
        std::io::stdin().read_to_string(&mut text).map_err(|error| unreadable(error.to_string()))?;
    } else {
        text = std::fs::read_to_string(file).map_err(|error| unreadable(error.to_string()))?;
    }
    let value = crate::received::once_each(text.as_bytes())
        .map_err(|error| unreadable(format!("it is not JSON in which each name stands once: {error}")))?;
    let facts =
        store::parse_draft::<domain::facts::Facts>(value).map_err(|refusal| Failure::new(2, named(&refusal)))?;
    let evaluation = domain::verdict::evaluate(&facts).map_err(|refusal| Failure::new(2, named(&refusal)))?;
    let json = serde_json::to_string_pretty(&evaluation).map_err(|error| Failure::new(1, error.to_string()))?;
    println!("{json}");
    Ok(ExitCode::SUCCESS)
}

/// The sentence with the place it is about.
fn named(refusal: &domain::Refusal) -> String {
    refusal.field.as_ref().map_or_else(|| refusal.sentence.clone(), |field| format!("{field}: {}", refusal.sentence))
}
