//! Commands about bundles: cases in one file.

use std::io::{BufReader, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use domain::Key;
use store::{Actor, Bundled, EvidenceOf, Store, check_bundle};
use tokio::io::AsyncReadExt;

use super::{Done, Failure, Place};

/// Writes a bundle to a file, or to standard output.
pub(super) async fn export(store: &Store, key: Key, digests_only: bool, out: &Path) -> Result<(), Failure> {
    let evidence = if digests_only { EvidenceOf::DigestsOnly } else { EvidenceOf::All };
    let packed = crate::bundle::pack(&store.incident(&Actor::system(), key).await?, evidence).await?;
    let cannot = |error: &dyn std::fmt::Display| Failure::new(1, format!("cannot write {}: {error}", out.display()));
    if out != Path::new("-") {
        // Whole or not at all: a bundle that broke off would stand in the place of one that was good.
        let draft = out.with_extension("inquest-part");
        let mut file = tokio::fs::File::create(&draft).await.map_err(|error| cannot(&error))?;
        let written = store.write_packed(&packed, &mut file).await;
        if written.is_err() {
            let _ = std::fs::remove_file(&draft);
        }
        written.map_err(|error| cannot(&error))?;
        file.sync_all().await.map_err(|error| cannot(&error))?;
        return std::fs::rename(&draft, out).map_err(|error| cannot(&error));
    }
    let (mut sink, mut source) = tokio::io::duplex(256 << 10);
    let write = async {
        let written = store.write_packed(&packed, &mut sink).await;
        drop(sink);
        written
    };
    let print = async {
        let mut buffer = vec![0; 256 << 10];
        loop {
            let length = source.read(&mut buffer).await?;
            if length == 0 {
                return std::io::stdout().flush();
            }
            std::io::stdout().write_all(&buffer[..length])?;
        }
    };
    let (written, printed) = tokio::join!(write, print);
    printed.map_err(|error| cannot(&error))?;
    written.map_err(|error| cannot(&error))
}

/// Verifies a bundle; no data is needed for it, and none is opened.
pub(super) fn verify(file: &Path, signer: Option<&str>) -> Done {
    let mut bundled = read(file)?;
    if let Some(manifest) =
        bundled.manifest.as_ref().filter(|manifest| signer.is_some_and(|id| id != manifest.signer.id))
    {
        let sentence =
            format!("The bundle was signed with the key {}, which is not the one you named.", manifest.signer.id);
        bundled.findings.push(sentence);
    }
    bundled.findings.iter().for_each(|finding| println!("{finding}"));
    bundled.notes.iter().for_each(|note| println!("Not proven: {note}"));
    if let Some(manifest) = bundled.manifest.as_ref().filter(|_| signer.is_none() && bundled.is_whole()) {
        println!(
            "Not proven: whose key it is. The bundle was signed with {} ed25519:{}; compare it with what `inquest key show` prints where the bundle is from.",
            manifest.signer.id, manifest.signer.public_key
        );
    }
    println!("{}", told(&bundled));
    Ok(if bundled.is_whole() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Files an incident from a bundle.
pub(super) async fn import(place: &Place, file: &Path, dry_run: bool) -> Done {
    if let Err(error) = std::fs::File::open(file) {
        return Err(Failure::new(2, format!("cannot read {}: {error}", file.display())));
    }
    let store = place.open().await?;
    let imported = store.import_bundle(&Actor::system(), file, dry_run).await;
    store.close().await;
    crate::import::sentences(&imported?, dry_run).iter().for_each(|line| println!("{line}"));
    Ok(ExitCode::SUCCESS)
}

/// Opens a file as a bundle.
pub(super) fn read(file: &Path) -> Result<Bundled, Failure> {
    let unreadable =
        |error: &dyn std::fmt::Display| Failure::new(2, format!("cannot read {}: {error}", file.display()));
    let from: Box<dyn Read> = match file == Path::new("-") {
        true => Box::new(std::io::stdin()),
        false => Box::new(std::fs::File::open(file).map_err(|error| unreadable(&error))?),
    };
    check_bundle(BufReader::with_capacity(256 << 10, from)).map_err(|error| unreadable(&error))
}

/// What a bundle is, in a line.
fn told(bundled: &Bundled) -> String {
    let ending = if bundled.is_whole() { "all whole." } else { "broken as said above." };
    let (Some(manifest), Some(case)) = (&bundled.manifest, &bundled.case) else {
        return format!("The bundle: {ending}");
    };
    let word = |judgement: &serde_json::Value, field: &str| {
        judgement.get(field).and_then(|word| word.as_str()).unwrap_or("not rated").to_string()
    };
    format!(
        "{} as of {}: {} changes, {} of {} pieces of evidence, {}, verdict {}: {ending}",
        manifest.key,
        manifest.as_of.rfc3339(),
        manifest.version,
        bundled.evidence,
        manifest.evidence.len(),
        word(&case.severity, "label"),
        word(&case.verdict, "verdict"),
    )
}
