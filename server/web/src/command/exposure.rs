//! Commands of the exposure.

use domain::access::Permit::Edit;
use domain::exposure::{
    EnumerationDraft, ExposedDraft, Exposure, ExposureDraft, PathDraft, ResourceDraft, WindowDraft,
};
use domain::record::Entry;
use domain::{Id, Refusal, Ruled};
use serde_json::{Value, json};
use store::Result;

use super::{Call, Reply, shown};

pub(super) async fn get(call: Call) -> Result<Reply> {
    let dossier = call.store.dossier(&call.actor, call.key()?).await?;
    let id = Id::new("exposure");
    let body = if dossier.exposures.is_empty() { json!(dossier.exposure()) } else { shown::<Exposure>(&dossier, &id) };
    Ok(Reply::ok(body, String::new()))
}

async fn change(call: Call, act: impl FnOnce(&mut Entry) -> Ruled<()> + Send + 'static) -> Result<Reply> {
    let (key, page) = (call.key()?, call.page("exposure"));
    let entered = call.store.enter(&call.actor, key, Edit, act).await?;
    Ok(Reply::ok(shown::<Exposure>(&entered.dossier, &Id::new("exposure")), page))
}

pub(super) async fn put(call: Call) -> Result<Reply> {
    let draft: ExposureDraft = call.draft()?;
    change(call, move |entry| entry.set_exposure(draft)).await
}

pub(super) async fn set_window(call: Call) -> Result<Reply> {
    let draft: WindowDraft = call.draft()?;
    change(call, move |entry| entry.set_window(draft)).await
}

pub(super) async fn add_resource(call: Call) -> Result<Reply> {
    let draft: ResourceDraft = call.draft()?;
    change(call, move |entry| entry.put_resource(draft, None).map(drop)).await
}

/// Replaces a resource; its paths stay unless paths are sent.
pub(super) async fn edit_resource(mut call: Call) -> Result<Reply> {
    let id = call.param("id");
    if call.body.get("paths").is_none_or(Value::is_null) {
        let dossier = call.store.dossier(&call.actor, call.key()?).await?;
        let paths =
            dossier.exposure().resources.into_iter().find(|resource| resource.id == id).map(|resource| resource.paths);
        call.body["paths"] = json!(paths.unwrap_or_default());
    }
    let draft: ResourceDraft = call.draft()?;
    change(call, move |entry| entry.put_resource(draft, Some(&id)).map(drop)).await
}

pub(super) async fn remove_resource(call: Call) -> Result<Reply> {
    let id = call.param("id");
    change(call, move |entry| entry.remove_resource(&id)).await
}

pub(super) async fn put_path(call: Call) -> Result<Reply> {
    let (resource, draft) = (call.param("id"), call.draft::<PathDraft>()?);
    change(call, move |entry| entry.put_path(&resource, draft).map(drop)).await
}

pub(super) async fn remove_path(call: Call) -> Result<Reply> {
    let (resource, path) = (call.param("id"), call.param("path"));
    change(call, move |entry| entry.remove_path(&resource, &path)).await
}

pub(super) async fn set_principals(call: Call) -> Result<Reply> {
    let draft: ExposedDraft = call.draft()?;
    change(call, move |entry| entry.set_exposed_principals(draft)).await
}

pub(super) async fn set_enumeration(call: Call) -> Result<Reply> {
    let draft: EnumerationDraft = call.draft()?;
    let of_resources = match call.param("list").as_str() {
        "resources" => true,
        "principals" => false,
        _ => return Err(Refusal::absent("list of that name").into()),
    };
    change(call, move |entry| entry.set_enumeration(of_resources, draft)).await
}
