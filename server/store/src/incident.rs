//! Lists of incidents, read from their index cards.

use domain::gap::Control;
use domain::incident::{Status, Visibility};
use domain::severity::Sev;
use domain::spelling::composed;
use domain::trends::{Detection, FiledBy, Month};
use domain::verdict::Verdict;
use domain::watch::drafting::DraftState;
use domain::{Id, Instant, Key, TimeRange};
use serde::{Deserialize, Deserializer, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use crate::digest::storable;
use crate::dossier::unsigned;
use crate::{Actor, Error, Result, Store, words};

/// The most cards on one page.
const CARDS_MAX: u32 = 200;

/// An incident in a list.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct IncidentSummary {
    /// Its key.
    pub key: Key,
    /// Its id.
    pub id: Id,
    /// How many changes it has seen.
    pub version: u64,
    /// What happened, in one line.
    pub title: String,
    /// Where the work stands.
    pub status: Status,
    /// Who may see it.
    pub visibility: Visibility,
    /// The effective severity, once anybody said anything of it.
    pub severity: Option<Sev>,
    /// What is known of harm.
    pub verdict: Verdict,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// When it happened, as first reported.
    pub occurred: TimeRange,
    /// The incident that it was merged into: the same people see that one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<Key>,
    /// What became of it, where a rule drafted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drafted: Option<DraftState>,
    /// When it was filed.
    pub filed_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
}

/// What a list is narrowed to. Parts that are `None` narrow nothing.
#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
pub struct Filter {
    /// Words that occur in it, each as itself or as a beginning.
    pub q: Option<String>,
    /// Where the work stands.
    pub status: Option<Status>,
    /// The effective severity.
    #[serde(default, deserialize_with = "severity")]
    pub severity: Option<Sev>,
    /// What is known of harm.
    pub verdict: Option<Verdict>,
    /// A tag.
    pub tag: Option<String>,
    /// A control that did not hold.
    pub gap: Option<Control>,
    /// The name of an agent in it.
    pub agent: Option<String>,
    /// What became of a draft. Without it the discarded ones are left out.
    pub drafted: Option<DraftState>,
    /// Those that trends count in that month, by the zone of the account.
    pub month: Option<Month>,
    /// How the time to detect compares with the target.
    pub detection: Option<Detection>,
    /// Who made it.
    pub filed_by: Option<FiledBy>,
}

/// A severity as it stands in a query.
fn severity<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Option<Sev>, D::Error> {
    Sev::parse(&String::deserialize(deserializer)?).map(Some).map_err(serde::de::Error::custom)
}

impl Filter {
    /// Whether it asks for what trends count: there an incident that was merged into another is none.
    fn is_of_trends(&self) -> bool {
        self.month.is_some() || self.detection.is_some() || self.filed_by.is_some()
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where the next page begins; `None` on the last one.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// Cuts off the one item asked for beyond the page, which only tells whether there is more.
    pub(crate) fn cut(mut items: Vec<T>, size: usize, cursor: impl FnOnce(&T) -> String) -> Self {
        let more = items.len() > size;
        items.truncate(size);
        let next_cursor = if more { items.last().map(cursor) } else { None };
        Self { items, next_cursor }
    }
}

impl Store {
    /// Incidents the actor may see, the newest number first. Pages continue below a
    /// number, so that a page deep down costs no more than the first.
    pub async fn incidents(
        &self,
        actor: &Actor,
        filter: &Filter,
        cursor: Option<i64>,
        limit: u32,
    ) -> Result<Page<IncidentSummary>> {
        actor.permit(domain::access::Permit::Read)?;
        let engine = self.db().engine;
        let query = filter.q.as_deref().map(words::query).filter(|words| !words.is_empty());
        // Words were asked for, and none is left that could be found.
        if filter.q.as_deref().is_some_and(|q| !q.trim().is_empty()) && query.is_none() {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        }
        let size = limit.clamp(1, CARDS_MAX);
        let (begin, end) =
            filter.month.map_or((Instant::from_micros(0), Instant::from_micros(0)), |month| month.ends(&actor.zone));
        let sql = statement(actor, filter, query.is_some().then_some(engine));
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(query.map(|words| engine.search_query(&words)))
            .bind(cursor.unwrap_or(i64::MAX))
            .bind(i64::from(size) + 1)
            .bind(actor.person.id.as_str())
            .bind(filter.status.map(Status::word))
            .bind(filter.severity.map(|severity| i64::from(severity.number())))
            .bind(filter.verdict.map(Verdict::word))
            .bind(filter.tag.as_deref().map(|tag| composed(&storable(tag))))
            .bind(filter.gap.map(Control::word))
            .bind(filter.agent.as_deref().map(storable))
            .bind(filter.drafted.map(DraftState::word))
            .bind(begin.micros())
            .bind(end.micros())
            .bind(filter.detection.map(Detection::word))
            .fetch_all(self.reader())
            .await?;
        let cards = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(cards, size as usize, |card| card.key.0.to_string()))
    }
}

/// The columns of a card, of a table called `i`.
pub(crate) const CARD: &str = "i.number, i.id, i.version, i.title, i.status, i.visibility, i.severity, i.verdict, i.tags, i.occurred, i.filed_at, i.updated_at, i.merged_into, i.drafted";

/// Puts the statement together from fixed parts: only the conditions that were
/// asked for, so that each database can use the index that fits them.
fn statement(actor: &Actor, filter: &Filter, search: Option<crate::engine::Engine>) -> String {
    let (source, number) =
        search.map_or(("incidents i", "i.number"), |engine| (engine.search_source(), engine.search_number()));
    let mut sql = format!("select {CARD} from {source} where {number} < $2");
    let mut narrow = |wanted: bool, condition: &str| {
        if wanted {
            sql += " and ";
            sql += condition;
        }
    };
    narrow(search.is_some(), search.map_or("", |engine| engine.search_condition()));
    narrow(!actor.sees_all(), VISIBLE);
    narrow(filter.status.is_some(), "i.status = $5");
    narrow(filter.severity.is_some(), "i.severity = $6");
    narrow(filter.verdict.is_some(), "i.verdict = $7");
    narrow(filter.tag.is_some(), "i.number in (select t.number from incident_tags t where t.tag = $8)");
    // Few controls are in many incidents, few agents in few: each has the form that is quick for it.
    narrow(
        filter.gap.is_some(),
        "exists (select 1 from records r where r.incident_id = i.id and r.noun = 'gap' and r.kind = $9 and r.status <> 'worked')",
    );
    narrow(
        filter.agent.is_some(),
        "i.id in (select r.incident_id from records r where r.noun = 'principal' and r.kind = 'agent' and r.name = $10)",
    );
    narrow(filter.month.is_some(), "i.counted_at >= $12 and i.counted_at < $13");
    narrow(filter.detection.is_some(), "i.detection = $14");
    narrow(filter.filed_by == Some(FiledBy::Rule), "i.drafted is not null");
    narrow(filter.filed_by == Some(FiledBy::People), "i.drafted is null");
    narrow(filter.is_of_trends(), "i.merged_into is null");
    match filter.drafted {
        Some(_) => narrow(true, "i.drafted = $11"),
        None => narrow(true, "(i.drafted is null or i.drafted <> 'discarded')"),
    }
    sql + &format!(" order by {number} desc limit $3")
}

/// Private incidents are there for their members; $4 is the account.
pub(crate) const VISIBLE: &str = "(i.visibility = 'open' or exists (select 1 from incident_members m where m.incident_id = i.id and m.person_id = $4))";

pub(crate) fn read(row: &AnyRow) -> Result<IncidentSummary> {
    let word = |column: &str| row.try_get::<String, _>(column);
    let severity: Option<i64> = row.try_get("severity")?;
    Ok(IncidentSummary {
        key: Key(row.try_get("number")?),
        id: Id::new(word("id")?),
        version: unsigned(row.try_get("version")?)?,
        title: word("title")?,
        status: Status::parse(&word("status")?).map_err(Error::internal)?,
        visibility: Visibility::parse(&word("visibility")?).map_err(Error::internal)?,
        severity: severity.and_then(|number| u8::try_from(number).ok()).and_then(Sev::new),
        verdict: Verdict::parse(&word("verdict")?).map_err(Error::internal)?,
        tags: serde_json::from_str(&word("tags")?)?,
        occurred: serde_json::from_str(&word("occurred")?)?,
        merged_into: row.try_get::<Option<i64>, _>("merged_into")?.map(Key),
        drafted: row
            .try_get::<Option<String>, _>("drafted")?
            .map(|word| DraftState::parse(&word).map_err(Error::internal))
            .transpose()?,
        filed_at: Instant::from_micros(row.try_get("filed_at")?),
        updated_at: Instant::from_micros(row.try_get("updated_at")?),
    })
}
