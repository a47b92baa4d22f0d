//! Commands of published revisions.

use domain::Key;
use domain::access::refuse_agent;
use domain::casefile::Effort;
use domain::export::{Format, Profile};
use domain::history::{Piece, word_diff};
use domain::postmortem::Revision;
use domain::revision::{Manifest, refuse_named};
use domain::sharing::{SharedLink, refuse_withheld};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use store::{OpenIncident, Result};

use super::{Call, Reply, page_with, request, shown};
use crate::bench;
use crate::query::Paged;

/// How many steps the comparing of two revisions may take: some 100 ms.
const STEPS_MAX: usize = 10_000_000;

pub(super) async fn list(call: Call<Paged>) -> Result<Reply> {
    let (key, revisions) = (call.key()?, call.incident()?.revisions().await?);
    let shown = |(revision, manifest): (Revision, Option<Manifest>)| of(key, &revision, manifest.as_ref());
    Ok(page_with(revisions, &call.query, shown))
}

pub(super) async fn get(call: Call) -> Result<Reply> {
    let (incident, number) = (call.incident()?, number(call.param("id").as_str())?);
    let revisions = incident.revisions().await?;
    let found = revisions.into_iter().find(|(revision, _)| revision.number == number);
    let (revision, manifest) = found.ok_or_else(|| request::absent("revision of that number"))?;
    let mut shown = of(incident.key(), &revision, manifest.as_ref());
    if let Some(manifest) = manifest {
        let signature = incident.revision_signature(number).await?;
        let known = call.store.signing_keys().await?.into_iter().find(|known| known.id == signature.key);
        shown["signature"] = json!({
            "key": signature.key, "public_key": known.map(|known| known.public_key), "signature": signature.signature,
            // What was signed, byte by byte.
            "signed_text": manifest.text(),
        });
    }
    Ok(Reply::ok(shown, String::new()))
}

/// Which revisions are compared, and how.
#[derive(Deserialize, schemars::JsonSchema)]
pub struct DifferenceQuery {
    /// The number of the earlier revision; the one before without it.
    #[serde(default, deserialize_with = "earlier")]
    from: Option<u32>,
    /// For whose eyes: the internal one unless it is said.
    profile: Option<Profile>,
}

fn earlier<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Option<u32>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let wrong = |_| D::Error::custom(format!("“{text}” is not the number of a revision: write one such as from=1."));
    text.parse().map(Some).map_err(wrong)
}

/// What a later revision says otherwise than an earlier one, word by word.
pub(super) async fn difference(call: Call<DifferenceQuery>) -> Result<Reply> {
    let is = number(call.param("id").as_str())?;
    let was = match call.query.from {
        Some(from) => from,
        None if is > 1 => is - 1,
        None => return Err(request::missing("from", "Say which revision it is compared with, such as from=1.").into()),
    };
    let profile = call.query.profile.unwrap_or(Profile::Internal);
    let pieces = compared(call.incident()?, (was, is), profile).await?;
    let piece = |piece: &Piece| match piece {
        Piece::Same(text) => json!({ "kind": "same", "text": text }),
        Piece::Gone(text) => json!({ "kind": "gone", "text": text }),
        Piece::New(text) => json!({ "kind": "new", "text": text }),
    };
    let items: Vec<Value> = pieces.iter().map(piece).collect();
    Ok(Reply::ok(json!({ "from": was, "to": is, "profile": profile, "items": items }), String::new()))
}

/// A link as it is asked for.
#[derive(Deserialize, schemars::JsonSchema)]
pub struct ShareDraft {
    /// For how many days it opens: 30 unless said otherwise, at most 365.
    days: Option<u32>,
}

/// The links to a revision.
pub(super) async fn links(call: Call<Paged>) -> Result<Reply> {
    let (dossier, number) = (call.dossier().await?, number(call.param("id").as_str())?);
    let mut links: Vec<_> = dossier.shared_links.iter().filter(|link| link.revision == number).collect();
    links.sort_by_key(|link| (std::cmp::Reverse(link.made.at), link.id.clone()));
    let ids: Vec<_> = links.into_iter().map(|link| &link.record.id).collect();
    Ok(page_with(ids, &call.query, |id| shown::<SharedLink>(&dossier, id)))
}

/// Makes a link by which anybody reads the public text of a revision.
pub(super) async fn share(call: Call) -> Result<Reply> {
    refuse_agent(&call.actor.person, "share a revision")?;
    let (incident, number, draft) = (call.incident()?, number(call.param("id").as_str())?, call.draft::<ShareDraft>()?);
    let public = incident.revision_file(number, Format::Json, Profile::Public).await?;
    refuse_withheld(number, &public)?;
    let dossier = call.dossier().await?;
    bench::run(|| refuse_named(&dossier, number, &public)).await?;
    let (secret, digest) = call.store.link_secret()?;
    let link = call.enter(move |entry| entry.share_revision(number, digest, draft.days)).await?.value;
    let path = format!("/shared/{}/{secret}", incident.key());
    let body = json!({ "id": link.id, "revision": number, "secret_link": path, "until": link.until });
    Ok(Reply::created(body, call.page(&format!("revisions/{number}#links"))))
}

/// Revokes a link: it opens nothing any more.
pub(super) async fn revoke_link(call: Call) -> Result<Reply> {
    call.act::<SharedLink>(|entry, id| entry.revoke_link(id).map(drop)).await
}

/// Two revisions, compared.
pub async fn compared(incident: &OpenIncident, (was, is): (u32, u32), profile: Profile) -> Result<Vec<Piece>> {
    let was = incident.revision_text(was, profile).await?;
    let is = incident.revision_text(is, profile).await?;
    Ok(bench::run(|| differences(&was, &is)).await)
}

/// A whole document differs in more words than are compared at once, and is told line by line then: what stands in place
/// of something else is compared once more, by itself.
fn differences(was: &str, is: &str) -> Vec<Piece> {
    let mut effort = Effort::steps(STEPS_MAX);
    let (mut told, mut gone): (Vec<Piece>, Option<String>) = (Vec::new(), None);
    for piece in word_diff(was, is, &mut effort) {
        match (gone.take(), piece) {
            (Some(before), Piece::New(after)) => told.extend(word_diff(&before, &after, &mut effort)),
            (before, Piece::Gone(text)) => {
                told.extend(before.map(Piece::Gone));
                gone = Some(text);
            }
            (before, piece) => {
                told.extend(before.map(Piece::Gone));
                told.push(piece);
            }
        }
    }
    told.extend(gone.map(Piece::Gone));
    told
}

/// The number of a revision, from a path.
pub fn number(text: &str) -> Result<u32> {
    Ok(request::number::<std::num::NonZero<u32>>(text, "revision of that number")?.get())
}

fn of(key: Key, revision: &Revision, manifest: Option<&Manifest>) -> Value {
    let file = |file: &domain::revision::FrozenFile| {
        let (format, profile) = (file.format.word(), file.profile.word());
        json!({
            "format": format, "profile": profile, "sha256": file.sha256, "bytes": file.bytes,
            "url": format!("/api/v1/incidents/{key}/revisions/{}/export?format={format}&profile={profile}", revision.number),
        })
    };
    json!({
        "number": revision.number, "frozen_version": revision.version, "verdict": revision.verdict,
        "published": revision.stamp, "approved": revision.approved,
        "signed": manifest.map(|manifest| json!(manifest.signed)),
        "head": manifest.map(|manifest| json!(manifest.head)),
        "manifest_sha256": manifest.map(|_| json!(revision.manifest)),
        "files": manifest.map(|manifest| manifest.files.iter().map(file).collect::<Vec<_>>()),
    })
}
