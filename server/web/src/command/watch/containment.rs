//! Commands that stop agents, and say how they are stopped.

use domain::access::refuse_agent;
use domain::watch::ContainmentState;
use domain::watch::containment::{ContainmentDraft, WhyDraft};
use domain::watch::stop::{DryRun, Filled, StopKind, StopSetting, StopSettingDraft, TemplateValues, payload};
use domain::{Id, Instant, Key, Ruled};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::json;
use store::{ContainmentFilter, ContainmentShown, Result};

use crate::command::{Call, Reply, listed, page_with};
use crate::query::{Both, Paged};

/// Which containments are asked for.
#[derive(Deserialize, schemars::JsonSchema)]
pub(crate) struct ContainmentsQuery {
    /// Its state, or `open`: those that wait for a reviewer, or a second person.
    #[serde(default, deserialize_with = "wanted")]
    #[schemars(with = "Option<String>")]
    state: Option<Wanted>,
    /// Of one agent.
    agent: Option<Id>,
    /// Of one incident.
    incident: Option<Key>,
}

enum Wanted {
    Open,
    In(ContainmentState),
}

fn wanted<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Option<Wanted>, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "open" => Ok(Some(Wanted::Open)),
        word => ContainmentState::parse(word).map(|state| Some(Wanted::In(state))).map_err(D::Error::custom),
    }
}

/// The containments, the newest first.
pub(crate) async fn list(call: Call<Both<ContainmentsQuery>>) -> Result<Reply> {
    let Both(asked, page) = call.query;
    let (state, is_open) = match asked.state {
        Some(Wanted::In(state)) => (Some(state), false),
        wanted => (None, wanted.is_some()),
    };
    let before = page.place().and_then(|place| i64::try_from(place).ok()).map(Instant::from_micros);
    let limit = page.limit(50, 200);
    let filter = ContainmentFilter { state, is_open, agent: asked.agent, incident: asked.incident, before, limit };
    let found = call.store.containments(&call.actor, &filter).await?;
    let full = u32::try_from(found.len()).is_ok_and(|count| count == limit);
    let last = found.last().map(|last| last.containment.requested_at.micros().to_string());
    Ok(listed(&found, last.filter(|_| full)))
}

/// One containment.
pub(crate) async fn get(call: Call) -> Result<Reply> {
    let shown = call.store.containment(&call.actor, &call.param("id")).await?;
    Ok(Reply::ok(json!(shown), String::new()))
}

/// Stops an agent.
pub(crate) async fn contain(call: Call) -> Result<Reply> {
    let (agent, draft) = (call.param("id"), call.draft::<ContainmentDraft>()?);
    let entered = call.store.contain_agent(&call.actor, &agent, draft).await?;
    let shown = call.store.containment(&call.actor, &entered.value).await?;
    Ok(Reply::created(json!(shown), page_of(&shown)))
}

/// A second person agrees.
pub(crate) async fn approve(call: Call) -> Result<Reply> {
    refuse_agent(&call.actor.person, "agree to stop an agent")?;
    let id = call.param("id");
    call.store.approve_containment(&call.actor, &id).await?;
    after(call, &id).await
}

/// Calls it off before it is sent.
pub(crate) async fn cancel(call: Call) -> Result<Reply> {
    refuse_agent(&call.actor.person, "call off a containment")?;
    let (id, why) = (call.param("id"), call.draft::<WhyDraft>()?.why()?);
    call.store.cancel_containment(&call.actor, &id, why).await?;
    after(call, &id).await
}

/// Lets the agent act again.
pub(crate) async fn restore(call: Call) -> Result<Reply> {
    refuse_agent(&call.actor.person, "restore an agent")?;
    let (id, why) = (call.param("id"), call.draft::<WhyDraft>()?.why()?);
    call.store.restore_containment(&call.actor, &id, why).await?;
    after(call, &id).await
}

/// Leaves the agent stopped for good.
pub(crate) async fn make_permanent(call: Call) -> Result<Reply> {
    refuse_agent(&call.actor.person, "stop an agent for good")?;
    let (id, why) = (call.param("id"), call.draft::<WhyDraft>()?.why()?);
    call.store.keep_containment(&call.actor, &id, why).await?;
    after(call, &id).await
}

async fn after(call: Call, id: &Id) -> Result<Reply> {
    let shown = call.store.containment(&call.actor, id).await?;
    Ok(Reply::ok(json!(shown), page_of(&shown)))
}

/// Where it is shown.
fn page_of(shown: &ContainmentShown) -> String {
    format!("/agents/{}#containment-{}", shown.containment.agent, shown.containment.id)
}

/// The ways to stop agents.
pub(crate) async fn stops(call: Call<Paged>) -> Result<Reply> {
    let stops = call.store.stops(&call.actor).await?;
    Ok(page_with(stops, &call.query, |stop| json!(stop)))
}

/// One of them.
pub(crate) async fn stop(call: Call) -> Result<Reply> {
    let stop = call.store.stop(&call.actor, &call.param("id")).await?;
    Ok(Reply::ok(json!(stop), String::new()))
}

/// Sets one up.
pub(crate) async fn create_stop(call: Call) -> Result<Reply> {
    refuse_agent(&call.actor.person, "set up how agents are stopped")?;
    let stop = call.store.create_stop(&call.actor, call.draft::<StopSettingDraft>()?).await?;
    Ok(Reply::created(json!(stop), place(&stop)))
}

/// Edits one: what is not sent stays.
pub(crate) async fn edit_stop(call: Call) -> Result<Reply> {
    refuse_agent(&call.actor.person, "change how agents are stopped")?;
    let stop = call.store.edit_stop(&call.actor, &call.param("id"), &call.body).await?;
    Ok(Reply::ok(json!(stop), place(&stop)))
}

/// Where it is shown.
fn place(stop: &StopSetting) -> String {
    format!("/watch/stops/{}", stop.id)
}

/// Takes one out of use.
pub(crate) async fn retire_stop(call: Call) -> Result<Reply> {
    refuse_agent(&call.actor.person, "change how agents are stopped")?;
    let stop = call.store.retire_stop(&call.actor, &call.param("id")).await?;
    Ok(Reply::ok(json!(stop), "/watch/stops".into()))
}

/// What would be sent for an agent that does not exist: of each secret its name.
pub(crate) async fn test_stop(call: Call) -> Result<Reply> {
    let stop = call.store.stop(&call.actor, &call.param("id")).await?;
    let shown = dry_run(&stop, call.store.clock().now())?;
    Ok(Reply::ok(json!(shown), format!("/watch/stops/{}#test", stop.id)))
}

/// The request of a stop, filled in for an agent that does not exist.
pub(crate) fn dry_run(stop: &StopSetting, now: Instant) -> Ruled<DryRun> {
    let told = TemplateValues {
        containment: Id::new("00000000-0000-7000-8000-000000000000"),
        why: "This is a test.".into(),
        rule: String::new(),
        requested_at: now,
        agent: Id::new("00000000-0000-7000-8000-000000000001"),
        name: "example-agent".into(),
        identifiers: vec!["example-client-id".into()],
        action: "suspend".into(),
    };
    let filled = Filled::tried(stop, &told)?;
    let body = match stop.kind {
        StopKind::Webhook if filled.body.is_empty() => payload(&told, now),
        _ => filled.body.clone(),
    };
    Ok(DryRun {
        method: stop.method,
        headers: filled.shown_headers(),
        url: filled.url,
        body,
        is_signed: stop.secret.is_some(),
        secrets_not_set: stop.secrets().into_iter().filter(|name| std::env::var_os(name).is_none()).collect(),
        sent: false,
    })
}
