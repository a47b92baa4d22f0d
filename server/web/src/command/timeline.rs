//! Commands of the timeline.

use domain::casefile::{CaseItem, Entry};
use domain::draft::{ITEMS_MAX, few};
use domain::principal::LinkDraft;
use domain::principal::{MergeDraft, Principal, PrincipalDraft};
use domain::timeline::{Edge, EdgeDraft, Event, EventDraft, Mark, MarkDraft, Marked};
use domain::{Id, Refusal};
use serde_json::{Value, json};
use store::{Part, Result};

use super::{Call, Reply, page_with, request, shown};
use crate::query::Paged;

pub(super) async fn principals(call: Call<Paged>) -> Result<Reply> {
    let dossier = call.dossier().await?;
    let suggested = call.store.suggested_accounts(&dossier).await?;
    let agents = call.store.suggested_agents(&dossier).await?;
    let item = |principal: &CaseItem<Principal>| {
        let mut item = shown::<Principal>(&dossier, &principal.id);
        if let Some(person) = suggested.get(&principal.id) {
            item["suggested_account"] = json!({ "id": person.id, "name": person.name });
        }
        if let Some(agent) = agents.get(&principal.id) {
            item["suggested_agent"] = json!(agent);
        }
        item
    };
    let principals: Vec<&CaseItem<Principal>> = dossier.principals.iter().collect();
    Ok(page_with(principals, &call.query, item))
}

pub(super) async fn add_principal(call: Call) -> Result<Reply> {
    call.add::<PrincipalDraft>().await
}

pub(super) async fn edit_principal(call: Call) -> Result<Reply> {
    call.revise::<PrincipalDraft>().await
}

/// Makes one principal of two; answers the one that stays.
pub(super) async fn merge_principals(call: Call) -> Result<Reply> {
    let (id, page, draft) = (call.param("id"), call.page("principals"), call.draft::<MergeDraft>()?);
    let entered = call.enter(move |entry| entry.merge_principals(&id, draft)).await?;
    let stays = entered.value;
    Ok(Reply::ok(shown::<Principal>(&entered.dossier, &stays), format!("{page}#principal-{stays}")))
}

/// Links a principal to an agent of the registry, with what it was granted.
pub(super) async fn link_agent(call: Call) -> Result<Reply> {
    let (key, id, page, draft) = (call.key()?, call.param("id"), call.page("principals"), call.draft::<LinkDraft>()?);
    let entered = call.store.link_agent(&call.actor, key, &id, draft).await?;
    Ok(Reply::ok(shown::<Principal>(&entered.dossier, &id), format!("{page}#principal-{id}")))
}

pub(super) async fn unlink_agent(call: Call) -> Result<Reply> {
    call.act::<Principal>(|entry, id| entry.unlink_agent(id)).await
}

pub(super) async fn delete_principal(call: Call) -> Result<Reply> {
    call.delete::<Principal>().await
}

pub(super) async fn events(call: Call<Paged>) -> Result<Reply> {
    let dossier = call.dossier().await?;
    Ok(page_with(dossier.timeline(), &call.query, |event| shown::<Event>(&dossier, &event.id)))
}

pub(super) async fn event(call: Call) -> Result<Reply> {
    call.get::<Event>().await
}

/// One event, or several in `items`.
pub(super) async fn add_events(mut call: Call) -> Result<Reply> {
    let Some(items) = call.body.get_mut("items").map(Value::take) else {
        return call.add::<EventDraft>().await;
    };
    // Beside a list, a name would be passed over.
    call.body.as_object_mut().and_then(|fields| fields.remove("items"));
    request::only(&call.body, &["items"])?;
    let parse = |(place, item)| {
        store::parse_draft::<EventDraft>(item).map_err(|refusal: Refusal| refusal.under(&format!("items.{place}")))
    };
    let items: Vec<Value> = store::parse_draft(items)?;
    few("items", items.len(), ITEMS_MAX)?;
    let drafts = items.into_iter().enumerate().map(parse).collect::<std::result::Result<Vec<_>, _>>()?;
    let page = call.page("timeline");
    let add = move |entry: &mut domain::casefile::Entry| {
        drafts
            .into_iter()
            .enumerate()
            .map(|(place, draft)| entry.add(draft).map_err(|refusal| refusal.under(&format!("items.{place}"))))
            .collect::<domain::Ruled<Vec<Id>>>()
    };
    let entered = call.enter(add).await?;
    let items: Vec<Value> = entered.value.iter().map(|id| shown::<Event>(&entered.dossier, id)).collect();
    Ok(Reply::created(json!({ "items": items, "version": entered.version }), page))
}

pub(super) async fn edit_event(call: Call) -> Result<Reply> {
    call.revise::<EventDraft>().await
}

pub(super) async fn delete_event(call: Call) -> Result<Reply> {
    call.delete::<Event>().await
}

pub(super) async fn restore_event(call: Call) -> Result<Reply> {
    call.restore::<Event>().await
}

pub(super) async fn edges(call: Call<Paged>) -> Result<Reply> {
    call.list::<Edge>().await
}

pub(super) async fn add_edge(call: Call) -> Result<Reply> {
    call.add::<EdgeDraft>().await
}

pub(super) async fn delete_edge(call: Call) -> Result<Reply> {
    call.delete::<Edge>().await
}

pub(super) async fn marks(call: Call<Paged>) -> Result<Reply> {
    call.list::<Mark>().await
}

pub(super) async fn set_mark(call: Call) -> Result<Reply> {
    let MarkDraft { mark, event } = call.draft::<Marked>()?.read(call.param("mark").as_str())?;
    let page = call.page("timeline");
    let anchor = event.clone();
    let (id, sent) = (Id::new(mark.word()), json!({ "event": event }));
    let part = Part {
        of: |mark: &Mark| json!({ "event": mark.event }),
        write: move |entry: &mut Entry, sent: Value| {
            let event = Id::new(sent["event"].as_str().unwrap_or_default());
            entry.add(MarkDraft { mark, event }).map(drop)
        },
    };
    let mut edit = call.edit().await?;
    edit.replace(&id, call.seen, sent, part).await?;
    let entered = edit.finish(()).await?;
    Ok(Reply::ok(shown::<Mark>(&entered.dossier, &id), format!("{page}?event={anchor}#event-{anchor}")))
}

pub(super) async fn clear_mark(mut call: Call) -> Result<Reply> {
    let mark = call.param("mark").to_string();
    call.params.insert("id".into(), mark);
    call.delete::<Mark>().await
}

pub(super) async fn metrics(call: Call) -> Result<Reply> {
    let dossier = call.dossier().await?;
    Ok(Reply::ok(
        json!({ "items": domain::metrics::metrics(&dossier), "warnings": domain::timeline::order_warnings(&dossier) }),
        String::new(),
    ))
}
