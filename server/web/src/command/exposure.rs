//! Commands of the exposure. Each writes a part of it; what others changed in the same part meanwhile is not undone.

use domain::casefile::{Dossier, Entry};
use domain::exposure::{
    EnumerationDraft, ExposedDraft, Exposure, ExposureDraft, PathDraft, ResourceDraft, WindowDraft,
};
use domain::{Id, Ruled};
use serde_json::{Value, json};
use store::{Part, Result, parse_draft};

use super::{Call, Reply, request, shown};

pub(super) async fn get(call: Call) -> Result<Reply> {
    let dossier = call.dossier().await?;
    Ok(Reply::ok(told(&dossier), String::new()))
}

/// The exposure, or what one is like of which nothing is known.
fn told(dossier: &Dossier) -> Value {
    if dossier.exposures.is_empty() { json!(dossier.exposure()) } else { shown::<Exposure>(dossier, &id()) }
}

/// The name of the one exposure that an incident has.
fn id() -> Id {
    Id::new("exposure")
}

/// Writes a part: `of` gives it in the form in which it is sent, `write` puts it in its place.
async fn change(
    call: Call,
    of: impl Fn(&Exposure) -> Value + Send + 'static,
    write: impl Fn(&mut Entry, Value) -> Ruled<()> + Send + 'static,
) -> Result<Reply> {
    let (page, mut edit) = (call.page("exposure"), call.edit().await?);
    edit.replace(&id(), call.seen, call.body, Part { of, write }).await?;
    Ok(Reply::ok(told(&edit.finish(()).await?.dossier), page))
}

pub(super) async fn put(call: Call) -> Result<Reply> {
    change(call, Exposure::sent, |entry, sent| entry.set_exposure(parse_draft::<ExposureDraft>(sent)?)).await
}

pub(super) async fn set_window(call: Call) -> Result<Reply> {
    change(call, Exposure::window_sent, |entry, sent| entry.set_window(parse_draft::<WindowDraft>(sent)?)).await
}

pub(super) async fn add_resource(call: Call) -> Result<Reply> {
    // One of the same name is refused: nothing can cross.
    let write = |entry: &mut Entry, sent| entry.put_resource(parse_draft::<ResourceDraft>(sent)?, None).map(drop);
    change(call, |_| Value::Null, write).await
}

/// Replaces a resource; its paths stay unless paths are sent.
pub(super) async fn edit_resource(call: Call) -> Result<Reply> {
    let (old, new) =
        (call.param("id"), Id::new(call.body.get("id").and_then(Value::as_str).unwrap_or_default().trim()));
    let known = old.clone();
    let of = move |exposure: &Exposure| match exposure.resource_sent(&known) {
        Value::Null => exposure.resource_sent(&new),
        resource => resource,
    };
    let write = move |entry: &mut Entry, mut sent: Value| {
        if sent.get("paths").is_none_or(Value::is_null) {
            let resources = entry.dossier().exposure().resources;
            let paths = resources.into_iter().find(|resource| resource.id == old).map(|resource| resource.paths);
            sent["paths"] = json!(paths.unwrap_or_default());
        }
        let draft: ResourceDraft = parse_draft(sent)?;
        // Written twice in one entry, it has its new name already.
        let renamed = Id::new(draft.id.trim());
        let is_there = entry.dossier().exposure().resources.iter().any(|resource| resource.id == old);
        entry.put_resource(draft, Some(if is_there { &old } else { &renamed })).map(drop)
    };
    change(call, of, write).await
}

pub(super) async fn remove_resource(call: Call) -> Result<Reply> {
    let id = call.param("id");
    let known = id.clone();
    change(call, move |exposure| exposure.resource_sent(&known), move |entry, _| entry.remove_resource(&id)).await
}

pub(super) async fn put_path(call: Call) -> Result<Reply> {
    let resource = call.param("id");
    // Which path it is shows only once a name is made for one that has none; before that, none can cross.
    let path = call.body.get("id").and_then(Value::as_str).map(|id| Id::new(id.trim()));
    let known = resource.clone();
    let of = move |exposure: &Exposure| path.as_ref().map_or(Value::Null, |path| exposure.path_sent(&known, path));
    let write = move |entry: &mut Entry, sent| entry.put_path(&resource, parse_draft::<PathDraft>(sent)?).map(drop);
    change(call, of, write).await
}

pub(super) async fn remove_path(call: Call) -> Result<Reply> {
    let (resource, path) = (call.param("id"), call.param("path"));
    let (of, gone) = (resource.clone(), path.clone());
    change(call, move |exposure| exposure.path_sent(&of, &gone), move |entry, _| entry.remove_path(&resource, &path))
        .await
}

pub(super) async fn set_principals(call: Call) -> Result<Reply> {
    let write = |entry: &mut Entry, sent| entry.set_exposed_principals(parse_draft::<ExposedDraft>(sent)?);
    change(call, Exposure::principals_sent, write).await
}

pub(super) async fn set_enumeration(call: Call) -> Result<Reply> {
    let of_resources = match call.param("list").as_str() {
        "resources" => true,
        "principals" => false,
        _ => return Err(request::absent("list of that name").into()),
    };
    let write =
        move |entry: &mut Entry, sent| entry.set_enumeration(of_resources, parse_draft::<EnumerationDraft>(sent)?);
    change(call, move |exposure| exposure.enumeration_sent(of_resources), write).await
}
