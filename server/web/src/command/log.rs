//! Commands of the records that were read from evidence.

use std::collections::BTreeMap;

use domain::access::refuse_agent;
use domain::casefile::{Dossier, Entry};
use domain::classification::{Classification, ClassificationDraft};
use domain::confirmations::{GateMap, GateScope};
use domain::postmortem::Postmortem;
use domain::promotion::{FindingOf, PROMOTED_MAX, Promotion, bounded_count};
use domain::reader::log::{Filter, FoundRecord, Mapping};
use domain::time::{Zone, read_time};
use domain::vocabulary::{Confirmation, PrincipalKind};
use domain::{Id, Instant, Key, Refusal};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Actor, Result, Store};

use super::{Call, Reply, shown};
use crate::upload::{read_format, read_terms};

/// How many records a page has unless asked otherwise.
const RECORDS: usize = 100;

/// The filter in a query, with times as its reader types them.
pub fn filter_of(query: &BTreeMap<String, String>, now: Instant, zone: &Zone) -> Result<Filter> {
    let at = |text: &str| {
        let range = read_time(text, now, zone)?;
        range.earliest.or(range.latest).ok_or_else(|| "Write a time like 2026-03-18 17:05.".to_string())
    };
    Ok(Filter::read(query, at)?)
}

pub(super) async fn readings(call: Call) -> Result<Reply> {
    let items = call.store.readings(&call.actor, call.key()?).await?;
    Ok(Reply::ok(json!({ "items": items, "next_cursor": null }), String::new()))
}

pub(super) async fn reading(call: Call) -> Result<Reply> {
    let reading = call.store.reading(&call.actor, call.key()?, &call.param("id")).await?;
    let reading = reading.ok_or_else(|| Refusal::absent("import of this item: nobody had it read"))?;
    Ok(Reply::ok(json!(reading), String::new()))
}

pub(super) async fn all_records(call: Call) -> Result<Reply> {
    let evidence = call.query.get("evidence").filter(|id| !id.is_empty()).map(|id| Id::new(id.as_str()));
    page_of_records(&call, evidence.as_ref()).await
}

pub(super) async fn records(call: Call) -> Result<Reply> {
    page_of_records(&call, Some(&call.param("id"))).await
}

/// How acts of agents were confirmed, counted.
pub(super) async fn confirmations(call: Call) -> Result<Reply> {
    let map = gate_map(&call.store, &call.actor, call.key()?, &call.query).await?;
    Ok(Reply::ok(json!(map), String::new()))
}

/// What a map of confirmations counts: acts of agents, unless another kind of actor is asked for.
pub fn gates_filter(query: &BTreeMap<String, String>, now: Instant, zone: &Zone) -> Result<Filter> {
    let filter = filter_of(query, now, zone)?;
    let kind = filter.kind.or(Some(PrincipalKind::Agent));
    Ok(Filter { from: filter.from, to: filter.to, actor: filter.actor, kind, ..Filter::default() })
}

/// Which map the postmortem is to show: the same names as in the query of a map.
#[derive(Default, Deserialize, schemars::JsonSchema)]
pub struct KeepMapDraft {
    evidence: Option<Id>,
    from: Option<String>,
    to: Option<String>,
    actor: Option<String>,
    by: Option<String>,
}

/// Puts the map of confirmations into the postmortem, as it is counted now.
pub(super) async fn keep_confirmations(call: Call) -> Result<Reply> {
    let (key, draft) = (call.key()?, call.draft::<KeepMapDraft>()?);
    let evidence = draft.evidence.map(|id| id.to_string());
    let named =
        [("evidence", evidence), ("from", draft.from), ("to", draft.to), ("actor", draft.actor), ("by", draft.by)];
    let query: BTreeMap<String, String> = named
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_string(), value.filter(|text| !text.is_empty())?)))
        .collect();
    let filter = gates_filter(&query, call.store.clock().now(), &call.actor.zone)?;
    let map = gate_map(&call.store, &call.actor, key, &query).await?;
    let scope = GateScope {
        evidence: query.get("evidence").map(|id| Id::new(id.as_str())),
        from: filter.from,
        to: filter.to,
        actor: filter.actor.unwrap_or_default(),
        is_by_agent: query.get("by").is_some_and(|by| by == "agent"),
    };
    let page = format!("{}#part-gaps", call.page("postmortem"));
    let entered = call.enter(move |entry| entry.keep_map(scope, map)).await?;
    Ok(Reply::ok(shown::<Postmortem>(&entered.dossier, &Id::new("postmortem")), page))
}

pub(super) async fn drop_confirmations(call: Call) -> Result<Reply> {
    let page = call.page("confirmations");
    let entered = call.enter(Entry::drop_map).await?;
    Ok(Reply::ok(shown::<Postmortem>(&entered.dossier, &Id::new("postmortem")), page))
}

/// The map that a query asks for.
pub async fn gate_map(store: &Store, actor: &Actor, key: Key, query: &BTreeMap<String, String>) -> Result<GateMap> {
    let filter = gates_filter(query, store.clock().now(), &actor.zone)?;
    let evidence = query.get("evidence").filter(|id| !id.is_empty()).map(|id| Id::new(id.as_str()));
    let is_by_agent = match query.get("by").map_or("", String::as_str) {
        "" | "all" => false,
        "agent" => true,
        _ => {
            return Err(
                Refusal::field("by", "Ask for a row by “agent”, or leave this out for one over all of them.").into()
            );
        }
    };
    store.gate_map(actor, key, evidence.as_ref(), &filter, is_by_agent).await
}

async fn page_of_records(call: &Call, evidence: Option<&Id>) -> Result<Reply> {
    let filter = filter_of(&call.query, call.store.clock().now(), &call.actor.zone)?;
    let limit = call.query.get("limit").and_then(|limit| limit.parse().ok()).unwrap_or(RECORDS);
    let cursor = call.query.get("cursor").map(String::as_str);
    let page = call.store.log_records(&call.actor, call.key()?, evidence, &filter, cursor, limit).await?;
    let dossier = call.dossier().await?;
    let mut shown = json!(page);
    for (record, found) in shown["items"].as_array_mut().into_iter().flatten().zip(&page.items) {
        say_confirmed(record);
        say_scope(record, &dossier, found);
    }
    Ok(Reply::ok(shown, String::new()))
}

/// Says of a record also whether a person confirmed it, in the word that an event has for that. It follows from the
/// way it was confirmed.
fn say_confirmed(record: &mut Value) {
    let word = record["confirmation"].as_str().and_then(|word| Confirmation::parse(word).ok()).unwrap_or_default();
    record["confirmed"] = json!(word.confirmed());
}

/// Says of a record also how it stands to what its actor was granted.
fn say_scope(shown: &mut Value, dossier: &Dossier, found: &FoundRecord) {
    shown["scope_decision"] = json!(dossier.scope_of_record(&found.record).map(|(_, decided)| decided));
}

pub(super) async fn record(call: Call) -> Result<Reply> {
    let number = call.params.get("number").and_then(|number| number.parse().ok());
    let number: u64 = number.ok_or_else(|| Refusal::absent("record of that number"))?;
    let found = call.store.log_record(&call.actor, call.key()?, &call.param("id"), number).await?;
    let dossier = call.dossier().await?;
    let mut shown = json!(found);
    say_confirmed(&mut shown);
    say_scope(&mut shown, &dossier, &found);
    Ok(Reply::ok(shown, String::new()))
}

pub(super) async fn parse_errors(call: Call) -> Result<Reply> {
    let cursor = call.query.get("cursor").and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
    let (items, next) = call.store.parse_errors(&call.actor, call.key()?, &call.param("id"), cursor).await?;
    let next = next.map(|next| next.to_string());
    Ok(Reply::ok(json!({ "items": items, "next_cursor": next }), String::new()))
}

/// How an item is to be read.
#[derive(Deserialize, schemars::JsonSchema)]
pub struct ReadAs {
    format: Option<String>,
    #[serde(default)]
    mapping: Option<BTreeMap<String, Value>>,
    encoding: Option<String>,
    zone: Option<String>,
    dates: Option<String>,
}

impl ReadAs {
    /// A column may stand alone: `{"time": "ts"}` is `{"time": ["ts"]}`.
    fn mapping(self) -> Result<Option<Mapping>> {
        let Some(mapping) = self.mapping else { return Ok(None) };
        let listed: BTreeMap<String, Value> = mapping
            .into_iter()
            .filter(|(_, columns)| !columns.is_null() && columns.as_str() != Some(""))
            .map(|(role, columns)| (role, if columns.is_string() { json!([columns]) } else { columns }))
            .collect();
        if listed.is_empty() {
            return Ok(None);
        }
        let read = serde_json::from_value(json!(listed));
        Ok(Some(
            read.map_err(|error| Refusal::field("mapping", format!("This is not a mapping of columns: {error}.")))?,
        ))
    }
}

pub(super) async fn read(call: Call) -> Result<Reply> {
    let (key, id, draft) = (call.key()?, call.param("id"), call.draft::<ReadAs>()?);
    let (format, _) = read_format(draft.format.as_deref().filter(|word| *word != "none"))?;
    let terms = read_terms(draft.encoding.clone(), draft.zone.clone(), draft.dates.clone())?;
    let mapping = draft.mapping()?;
    call.store.read_evidence(&call.actor, key, &id, format, mapping, terms).await?;
    let reading = call.store.reading(&call.actor, key, &id).await?;
    Ok(Reply { status: 202, ..Reply::ok(json!(reading), format!("{}#evidence-{id}", call.page("evidence"))) })
}

pub(super) async fn trial(call: Call) -> Result<Reply> {
    let (format, _) = read_format(call.query.get("format").map(String::as_str))?;
    let mapping = call.query.get("mapping").map(|text| crate::upload::read_mapping(text)).transpose()?;
    let said = |name: &str| call.query.get(name).cloned();
    let terms = read_terms(said("encoding"), said("zone"), said("dates"))?;
    let trial = call.store.try_evidence(&call.actor, call.key()?, &call.param("id"), format, mapping, terms).await?;
    Ok(Reply::ok(json!(trial), String::new()))
}

pub(super) async fn cancel(call: Call) -> Result<Reply> {
    let (key, id) = (call.key()?, call.param("id"));
    call.store.cancel_reading(&call.actor, key, &id).await?;
    let reading = call.store.reading(&call.actor, key, &id).await?;
    Ok(Reply::ok(json!(reading), format!("{}#evidence-{id}", call.page("evidence"))))
}

#[derive(Deserialize, schemars::JsonSchema)]
pub struct Why {
    #[serde(default)]
    reason: Option<String>,
}

pub(super) async fn undo(call: Call) -> Result<Reply> {
    let (key, id, why) = (call.key()?, call.param("id"), call.draft::<Why>()?);
    let reason = domain::draft::optional("reason", why.reason, domain::draft::LINE_CHARS_MAX)?.unwrap_or_default();
    call.store.undo_reading(&call.actor, key, &id, reason).await?;
    let dossier = call.store.dossier(&call.actor, key).await?;
    let body = super::shown::<domain::evidence::Evidence>(&dossier, &id);
    Ok(Reply::ok(body, format!("{}#evidence-{id}", call.page("evidence"))))
}

/// What is promoted, and to what.
#[derive(Deserialize, schemars::JsonSchema)]
pub struct Promote {
    #[serde(rename = "as", default)]
    to: Option<Promotion>,
    /// The numbers of the records; without any, all that the filter matches.
    #[serde(default, deserialize_with = "domain::draft::numbers")]
    records: Vec<u64>,
    #[serde(default)]
    filter: Filter,
    #[serde(default)]
    finding: Option<FindingOf>,
}

pub(super) async fn promote(call: Call) -> Result<Reply> {
    let (key, id, draft) = (call.key()?, call.param("id"), call.draft::<Promote>()?);
    let chosen = chosen(&call.store, &call.actor, key, &id, &draft).await?;
    let to = draft.to.unwrap_or(Promotion::Events);
    let evidence = id.clone();
    let entered = call
        .enter(move |entry| match to {
            Promotion::Events => entry.promote_events(&evidence, &chosen),
            Promotion::Principals => entry.promote_principals(&chosen),
            Promotion::Findings => {
                let of = draft.finding.ok_or_else(|| {
                    Refusal::field("finding.class", "Say what the finding is: class, facet, confidence and role.")
                })?;
                entry.promote_findings(&evidence, &chosen, of)
            }
        })
        .await?;
    let promoted = entered.value;
    let location = match (to, promoted.made.first().or(promoted.linked.first())) {
        (Promotion::Events, Some(event)) => call.page(&format!("timeline?event={event}#event-{event}")),
        (Promotion::Events, None) => call.page("timeline"),
        (Promotion::Findings, _) => call.page("verdict"),
        (Promotion::Principals, _) => call.page("principals"),
    };
    let body = json!({ "as": to, "made": promoted.made, "linked": promoted.linked, "known": promoted.known,
        "version": entered.version });
    Ok(Reply::created(body, location))
}

async fn chosen(
    store: &Store,
    actor: &Actor,
    key: domain::Key,
    evidence: &Id,
    draft: &Promote,
) -> Result<Vec<(u64, domain::reader::log::LogRecord)>> {
    let (chosen, total) = store.log_chosen(actor, key, evidence, &draft.records, &draft.filter, PROMOTED_MAX).await?;
    bounded_count(usize::try_from(total).unwrap_or(usize::MAX))?;
    bounded_count(chosen.len())?;
    Ok(chosen)
}

pub(super) async fn classifications(call: Call) -> Result<Reply> {
    call.list::<Classification>().await
}

pub(super) async fn classify(call: Call) -> Result<Reply> {
    refuse_agent(&call.actor.person, "classify records")?;
    let draft = call.draft::<ClassificationDraft>()?;
    let entered = call.enter(move |entry| entry.add(draft)).await?;
    let body = super::shown::<Classification>(&entered.dossier, &entered.value);
    let evidence = body.get("evidence").and_then(Value::as_str).unwrap_or_default();
    let location = call.page(&format!("evidence/{evidence}/review"));
    Ok(Reply::created(body, location))
}

pub(super) async fn unclassify(call: Call) -> Result<Reply> {
    let id = call.param("id");
    let dossier = call.dossier().await?;
    let evidence = dossier.classifications.get(&id).map(|kept| kept.evidence.to_string()).unwrap_or_default();
    let location = call.page(&format!("evidence/{evidence}/review"));
    Ok(Reply { location, ..call.delete::<Classification>().await? })
}
