//! Commands of the registry: agents, their grants and reviews, and what is said about them.

use domain::access::Permit::{Edit, Review};
use domain::access::refuse_agent;
use domain::agent::{
    Agent, AgentCase, AgentComment, AgentCommentDraft, AgentDraft, AgentEntry, AgentRecord, AgentReview, Grant,
    GrantDraft, NarrowingDraft, ReasonDraft, ReviewDraft, SplitDraft, StatusDraft, UnitingDraft, read_agents,
};
use domain::{Id, Instant};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{AgentEntered, AgentFilter, Result, Store};

use super::{Call, LIMIT_DEFAULT, LIMIT_MAX, Reply, page_of_log, page_with};
use crate::query::{After, Both, Paged};

impl<Q> Call<Q> {
    /// The page of the agent in the path.
    fn agent_page(&self, anchor: &str) -> String {
        format!("/agents/{}{anchor}", self.param("id"))
    }
}

/// An agent as the API shows it.
pub async fn shown_agent(store: &Store, case: &AgentCase) -> Result<Value> {
    let agent = case.agent()?;
    let version = case.agents.get(&agent.id).map_or(case.version, |kept| kept.version);
    let directory = store.directory().await?;
    let now = store.clock().now();
    let mut value = json!(agent);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("version".into(), json!(version));
        fields.insert("status".into(), json!(agent.status()));
        fields.insert("next_review".into(), json!(agent.next_review()));
        fields.insert("overdue".into(), json!(agent.is_overdue(now)));
        fields.insert("unowned".into(), json!(agent.is_unowned(|id| directory.is_in_use(id))));
    }
    Ok(value)
}

/// A record of an agent with its version; of a grant also whether it holds now.
fn shown<T: AgentRecord>(case: &AgentCase, id: &Id, now: Instant) -> Value {
    let Some((version, mut value)) = case.json(T::NOUN, id) else { return Value::Null };
    if let Some(fields) = value.as_object_mut() {
        fields.insert("version".into(), json!(version));
        if let Some(grant) = case.grants.get(id) {
            fields.insert("live".into(), json!(grant.is_live_at(now)));
        }
    }
    value
}

async fn records<T: AgentRecord>(call: Call<Paged>) -> Result<Reply> {
    let case = call.store.agent(&call.actor, &call.param("id")).await?;
    let now = call.store.clock().now();
    let ids: Vec<&Id> = T::table(&case).iter().map(|kept| kept.record.id()).collect();
    Ok(page_with(ids, &call.query, |id| shown::<T>(&case, id, now)))
}

/// Answers the agent after an act on it.
async fn agent_after<T>(store: &Store, entered: &AgentEntered<T>, page: String) -> Result<Reply> {
    Ok(Reply::ok(shown_agent(store, &entered.file).await?, page))
}

pub(super) async fn list(call: Call<Both<AgentFilter, Paged<String>>>) -> Result<Reply> {
    let Both(filter, page) = &call.query;
    let limit = page.limit(LIMIT_DEFAULT, LIMIT_MAX);
    let page = call.store.agents(&call.actor, filter, page.cursor.as_deref(), limit).await?;
    Ok(Reply::ok(json!(page), String::new()))
}

pub(super) async fn register(call: Call) -> Result<Reply> {
    let draft = call.draft::<AgentDraft>()?;
    let entered = call.store.register(&call.actor, Edit, move |entry| entry.register(draft)).await?;
    let page = format!("/agents/{}", entered.id);
    Ok(Reply::created(shown_agent(&call.store, &entered.file).await?, page))
}

/// A table of agents.
#[derive(Deserialize, schemars::JsonSchema)]
pub struct Table {
    #[serde(default)]
    csv: String,
}

/// Registers many agents from a table: all of them, or none.
pub(super) async fn import(call: Call) -> Result<Reply> {
    let table: Table = call.draft()?;
    let directory = call.store.directory().await?;
    let account = |name: &str| directory.account_named(name).map(|person| person.id.clone());
    let drafts = read_agents(&table.csv, account)?;
    let ids = call.store.register_all(&call.actor, Edit, drafts).await?;
    Ok(Reply::created(json!({ "registered": ids.len(), "items": ids }), "/agents".into()))
}

pub(super) async fn get(call: Call) -> Result<Reply> {
    let case = call.store.agent(&call.actor, &call.param("id")).await?;
    Ok(Reply::ok(shown_agent(&call.store, &case).await?, String::new()))
}

pub(super) async fn edit(call: Call) -> Result<Reply> {
    refuse_agent(&call.actor.person, "change what is registered of an agent")?;
    let (id, page) = (call.param("id"), call.agent_page(""));
    let own = id.clone();
    let act = move |entry: &mut AgentEntry, mine: Value| {
        let draft: AgentDraft = store::parse_agent_edit::<_, Agent>(entry, &own, mine)?;
        entry.edit(draft)
    };
    let entered =
        call.store.revise_agent::<Agent, _, _>(&call.actor, &id, Edit, &id, call.seen, &call.body, act).await?;
    agent_after(&call.store, &entered, page).await
}

pub(super) async fn set_status(call: Call) -> Result<Reply> {
    let (id, page, draft) = (call.param("id"), call.agent_page(""), call.draft::<StatusDraft>()?);
    let entered = call.store.enter_agent(&call.actor, &id, Edit, move |entry| entry.set_agent_status(draft)).await?;
    agent_after(&call.store, &entered, page).await
}

pub(super) async fn grants(call: Call<Paged>) -> Result<Reply> {
    records::<Grant>(call).await
}

pub(super) async fn grant(call: Call) -> Result<Reply> {
    refuse_agent(&call.actor.person, "grant anything to an agent")?;
    let (id, draft, now) = (call.param("id"), call.draft::<GrantDraft>()?, call.store.clock().now());
    let entered = call.store.enter_agent(&call.actor, &id, Edit, move |entry| entry.grant(draft)).await?;
    let page = call.agent_page(&format!("#grant-{}", entered.value));
    Ok(Reply::created(shown::<Grant>(&entered.file, &entered.value, now), page))
}

pub(super) async fn revoke(call: Call) -> Result<Reply> {
    refuse_agent(&call.actor.person, "revoke a grant")?;
    let (grant, draft) = (call.param("grant"), call.draft::<ReasonDraft>()?);
    let of = grant.clone();
    act_on_grant(call, grant, move |entry| entry.revoke_grant(&of, draft)).await
}

pub(super) async fn close_task(call: Call) -> Result<Reply> {
    refuse_agent(&call.actor.person, "close the task of a grant")?;
    let grant = call.param("grant");
    let of = grant.clone();
    act_on_grant(call, grant, move |entry| entry.close_task(&of)).await
}

async fn act_on_grant(
    call: Call,
    grant: Id,
    act: impl FnOnce(&mut AgentEntry) -> domain::Ruled<()> + Send,
) -> Result<Reply> {
    let (id, now) = (call.param("id"), call.store.clock().now());
    let entered = call.store.enter_agent(&call.actor, &id, Edit, act).await?;
    Ok(Reply::ok(shown::<Grant>(&entered.file, &grant, now), call.agent_page(&format!("#grant-{grant}"))))
}

/// Puts a narrower grant in the place of one, and answers the new one.
pub(super) async fn narrow(call: Call) -> Result<Reply> {
    refuse_agent(&call.actor.person, "narrow a grant")?;
    let (id, grant, draft) = (call.param("id"), call.param("grant"), call.draft::<NarrowingDraft>()?);
    let now = call.store.clock().now();
    let entered =
        call.store.enter_agent(&call.actor, &id, Edit, move |entry| entry.narrow_grant(&grant, draft)).await?;
    let page = call.agent_page(&format!("#grant-{}", entered.value));
    Ok(Reply::created(shown::<Grant>(&entered.file, &entered.value, now), page))
}

pub(super) async fn reviews(call: Call<Paged>) -> Result<Reply> {
    records::<AgentReview>(call).await
}

pub(super) async fn review(call: Call) -> Result<Reply> {
    refuse_agent(&call.actor.person, "review the grants of an agent")?;
    let (id, draft, now) = (call.param("id"), call.draft::<ReviewDraft>()?, call.store.clock().now());
    let entered = call.store.enter_agent(&call.actor, &id, Review, move |entry| entry.review(draft)).await?;
    let page = call.agent_page(&format!("#review-{}", entered.value));
    Ok(Reply::created(shown::<AgentReview>(&entered.file, &entered.value, now), page))
}

pub(super) async fn comments(call: Call<Paged>) -> Result<Reply> {
    records::<AgentComment>(call).await
}

pub(super) async fn comment(call: Call) -> Result<Reply> {
    let (id, draft, now) = (call.param("id"), call.draft::<AgentCommentDraft>()?, call.store.clock().now());
    let entered = call.store.enter_agent(&call.actor, &id, Review, move |entry| entry.comment(draft)).await?;
    let page = call.agent_page(&format!("#comment-{}", entered.value));
    Ok(Reply::created(shown::<AgentComment>(&entered.file, &entered.value, now), page))
}

pub(super) async fn edit_comment(call: Call) -> Result<Reply> {
    let (id, comment, now) = (call.param("id"), call.param("comment"), call.store.clock().now());
    let of = comment.clone();
    let act = move |entry: &mut AgentEntry, mine: Value| {
        let draft: AgentCommentDraft = store::parse_agent_edit::<_, AgentComment>(entry, &of, mine)?;
        entry.edit_comment(&of, draft)
    };
    let (seen, body) = (call.seen, &call.body);
    let entered =
        call.store.revise_agent::<AgentComment, _, _>(&call.actor, &id, Review, &comment, seen, body, act).await?;
    let page = call.agent_page(&format!("#comment-{comment}"));
    Ok(Reply::ok(shown::<AgentComment>(&entered.file, &comment, now), page))
}

pub(super) async fn changes(call: Call<Both<After>>) -> Result<Reply> {
    let (since, limit) = call.since();
    let changes = call.store.agent_changes(&call.actor, &call.param("id"), since, limit).await?;
    Ok(page_of_log(&changes, limit))
}

/// Merges the agent in the path into another one, and answers that.
pub(super) async fn merge(call: Call) -> Result<Reply> {
    refuse_agent(&call.actor.person, "merge agents")?;
    let (id, draft) = (call.param("id"), call.draft::<UnitingDraft>()?);
    let entered = call.store.unite_agents(&call.actor, Edit, &id, &draft.into).await?;
    let page = format!("/agents/{}", entered.id);
    agent_after(&call.store, &entered, page).await
}

/// Makes another agent of some of the identifiers, and answers the new one.
pub(super) async fn split(call: Call) -> Result<Reply> {
    refuse_agent(&call.actor.person, "split an agent")?;
    let (id, draft) = (call.param("id"), call.draft::<SplitDraft>()?);
    let entered = call.store.split_agent(&call.actor, Edit, &id, draft).await?;
    let page = format!("/agents/{}", entered.id);
    Ok(Reply::created(shown_agent(&call.store, &entered.file).await?, page))
}

/// Takes the caller's last act on the agent back.
pub(super) async fn undo(call: Call) -> Result<Reply> {
    refuse_agent(&call.actor.person, "take an act on an agent back")?;
    let (id, page) = (call.param("id"), call.agent_page("#history"));
    let entered = call.store.undo_agent(&call.actor, &id).await?;
    agent_after(&call.store, &entered, page).await
}
