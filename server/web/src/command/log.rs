//! Commands of the records that were read from evidence.

use std::collections::BTreeMap;

use domain::access::refuse_agent;
use domain::casefile::{Dossier, Entry};
use domain::classification::{Classification, ClassificationDraft};
use domain::confirmations::{GateMap, GateScope};
use domain::postmortem::Postmortem;
use domain::promotion::{FindingOf, PROMOTED_MAX, Promotion, bounded_count};
use domain::reader::log::{Filter, FilterDraft, FoundRecord, Mapping};
use domain::time::{Zone, read_time};
use domain::vocabulary::{Confirmation, PrincipalKind};
use domain::{Id, Instant};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use store::{OpenIncident, Result};

use super::{Call, LIMIT_MAX, Reply, listed, page_with, request, shown};
use crate::query::{Both, Paged, Place};
use crate::upload::{FormatQuery, read_format, read_terms};

/// How many records a page has unless asked otherwise.
const RECORDS: u32 = 100;

/// Which records a query asks for, with times as its reader types them.
pub fn filter_of(asked: FilterDraft, now: Instant, zone: &Zone) -> Result<Filter> {
    let at = |text: &str| {
        let range = read_time(text, now, zone)?;
        range.earliest.or(range.latest).ok_or_else(|| "Write a time like 2026-03-18 17:05.".to_string())
    };
    Ok(asked.read(at)?)
}

/// Of which evidence item.
#[derive(Deserialize, schemars::JsonSchema)]
pub struct OfItem {
    /// One evidence item; all of them without it.
    evidence: Option<Id>,
}

/// Which records, of which item, and which part of them.
pub type RecordsQuery = Both<Both<FilterDraft, OfItem>, Paged<String>>;

pub(super) async fn readings(call: Call<Paged>) -> Result<Reply> {
    let items = call.incident()?.readings().await?;
    Ok(page_with(items, &call.query, |import| json!(import)))
}

pub(super) async fn reading(call: Call) -> Result<Reply> {
    let reading = call.incident()?.reading(&call.param("id")).await?;
    let reading = reading.ok_or_else(|| request::absent("import of this item: nobody had it read"))?;
    Ok(Reply::ok(json!(reading), String::new()))
}

pub(super) async fn all_records(call: Call<RecordsQuery>) -> Result<Reply> {
    let evidence = call.query.0.1.evidence.clone();
    page_of_records(&call, evidence.as_ref()).await
}

pub(super) async fn records(call: Call<RecordsQuery>) -> Result<Reply> {
    page_of_records(&call, Some(&call.param("id"))).await
}

/// How acts of agents were confirmed, counted.
pub(super) async fn confirmations(call: Call<GatesQuery>) -> Result<Reply> {
    let map = gate_map(call.incident()?, &call.query).await?;
    Ok(Reply::ok(json!(map), String::new()))
}

/// What a map of confirmations counts.
#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
pub struct GatesQuery {
    /// One evidence item; all of them without it.
    pub evidence: Option<Id>,
    /// From when.
    from: Option<String>,
    /// Until when, not included.
    to: Option<String>,
    /// One actor, by the whole name.
    actor: Option<String>,
    /// What sort of principal acted: agents unless it is said.
    kind: Option<PrincipalKind>,
    /// Whether there is a row for each agent.
    by: Option<Rows>,
}

/// How many rows a map of confirmations has for a verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Rows {
    /// One over all agents.
    All,
    /// One for each agent.
    Agent,
}

impl<'de> Deserialize<'de> for Rows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "" | "all" => Ok(Self::All),
            "agent" => Ok(Self::Agent),
            _ => Err(D::Error::custom("Ask for a row by “agent”, or leave this out for one over all of them.")),
        }
    }
}

impl GatesQuery {
    /// The records that are counted.
    pub fn filter(&self, now: Instant, zone: &Zone) -> Result<Filter> {
        let GatesQuery { from, to, actor, kind, .. } = self.clone();
        let kind = kind.or(Some(PrincipalKind::Agent));
        filter_of(FilterDraft { from, to, actor, kind, ..FilterDraft::default() }, now, zone)
    }

    /// Whether there is a row for each agent.
    pub fn is_by_agent(&self) -> bool {
        self.by == Some(Rows::Agent)
    }
}

/// Which map the postmortem is to show: the same names as in the query of a map.
#[derive(Default, Deserialize, schemars::JsonSchema)]
pub struct KeepMapDraft {
    evidence: Option<Id>,
    from: Option<String>,
    to: Option<String>,
    actor: Option<String>,
    by: Option<Rows>,
}

/// Puts the map of confirmations into the postmortem, as it is counted now.
pub(super) async fn keep_confirmations(call: Call) -> Result<Reply> {
    let draft = call.draft::<KeepMapDraft>()?;
    let written = |text: Option<String>| text.filter(|text| !text.is_empty());
    let asked = GatesQuery {
        evidence: draft.evidence.filter(|id| !id.as_str().is_empty()),
        from: written(draft.from),
        to: written(draft.to),
        actor: written(draft.actor),
        kind: None,
        by: draft.by,
    };
    let filter = asked.filter(call.store.clock().now(), &call.actor.zone)?;
    let map = gate_map(call.incident()?, &asked).await?;
    let is_by_agent = asked.is_by_agent();
    let actor = filter.actor.unwrap_or_default();
    let scope = GateScope { evidence: asked.evidence, from: filter.from, to: filter.to, actor, is_by_agent };
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
pub async fn gate_map(incident: &OpenIncident, asked: &GatesQuery) -> Result<GateMap> {
    let filter = asked.filter(incident.now(), &incident.actor().zone)?;
    incident.gate_map(asked.evidence.as_ref(), &filter, asked.is_by_agent()).await
}

async fn page_of_records(call: &Call<RecordsQuery>, evidence: Option<&Id>) -> Result<Reply> {
    let Both(Both(asked, _), page) = &call.query;
    let filter = filter_of(asked.clone(), call.store.clock().now(), &call.actor.zone)?;
    let (cursor, limit) = (page.cursor.as_deref(), page.limit(RECORDS, LIMIT_MAX) as usize);
    let page = call.incident()?.log_records(evidence, &filter, cursor, limit).await?;
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
    let number = request::number(call.param("number").as_str(), "record of that number")?;
    let found = call.incident()?.log_record(&call.param("id"), number).await?;
    let dossier = call.dossier().await?;
    let mut shown = json!(found);
    say_confirmed(&mut shown);
    say_scope(&mut shown, &dossier, &found);
    Ok(Reply::ok(shown, String::new()))
}

/// Where a list goes on whose parts have a size of their own.
#[derive(Deserialize, schemars::JsonSchema)]
pub struct Onward {
    /// `next_cursor` of the page before.
    #[schemars(with = "Option<String>")]
    cursor: Option<Place>,
}

pub(super) async fn parse_errors(call: Call<Onward>) -> Result<Reply> {
    let from = call.query.cursor.and_then(|place| i64::try_from(place.0).ok()).unwrap_or(0);
    let (items, next) = call.incident()?.parse_errors(&call.param("id"), from).await?;
    Ok(listed(&items, next.map(|next| next.to_string())))
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

pub(super) async fn read(call: Call) -> Result<Reply> {
    let (key, id, draft) = (call.key()?, call.param("id"), call.draft::<ReadAs>()?);
    let (format, _) = read_format(draft.format.as_deref().filter(|word| *word != "none"))?;
    let terms = read_terms(draft.encoding.clone(), draft.zone.clone(), draft.dates.clone())?;
    let mapping = draft.mapping.map(Mapping::sent).transpose()?.flatten();
    call.store.read_evidence(&call.actor, key, &id, format, mapping, terms).await?;
    let reading = call.incident()?.reading(&id).await?;
    Ok(Reply { status: 202, ..Reply::ok(json!(reading), format!("{}#evidence-{id}", call.page("evidence"))) })
}

pub(super) async fn trial(call: Call<FormatQuery>) -> Result<Reply> {
    let id = call.param("id");
    let (format, _) = call.query.format()?;
    let (mapping, terms) = (call.query.mapping()?, call.query.terms()?);
    let trial = call.incident()?.try_evidence(&id, format, mapping, terms).await?;
    Ok(Reply::ok(json!(trial), String::new()))
}

pub(super) async fn cancel(call: Call) -> Result<Reply> {
    let (key, id) = (call.key()?, call.param("id"));
    call.store.cancel_reading(&call.actor, key, &id).await?;
    let reading = call.incident()?.reading(&id).await?;
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
    let (id, draft) = (call.param("id"), call.draft::<Promote>()?);
    let chosen = chosen(call.incident()?, &id, &draft).await?;
    let to = draft.to.unwrap_or(Promotion::Events);
    let evidence = id.clone();
    let entered = call
        .enter(move |entry| match to {
            Promotion::Events => entry.promote_events(&evidence, &chosen),
            Promotion::Principals => entry.promote_principals(&chosen),
            Promotion::Findings => entry.promote_findings(&evidence, &chosen, draft.finding),
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
    incident: &OpenIncident,
    evidence: &Id,
    draft: &Promote,
) -> Result<Vec<(u64, domain::reader::log::LogRecord)>> {
    let (chosen, total) = incident.log_chosen(evidence, &draft.records, &draft.filter, PROMOTED_MAX).await?;
    bounded_count(usize::try_from(total).unwrap_or(usize::MAX))?;
    bounded_count(chosen.len())?;
    Ok(chosen)
}

pub(super) async fn classifications(call: Call<Paged>) -> Result<Reply> {
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
