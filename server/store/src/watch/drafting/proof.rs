//! What proves a draft: the segments with the records become evidence, and the events are tied to the records in them.

use std::collections::BTreeMap;

use domain::access::Permit;
use domain::reader::log::{Filter, LogRecord, Terms};
use domain::watch::drafting::Shown;
use domain::{Id, Key};
use sqlx::Row;

use crate::{Actor, Error, Result, Store};

/// So many segments are attached to one incident; the others people attach where they need them.
const SEGMENTS_MAX: i64 = 20;
/// So many are looked at together.
const AT_ONCE: i64 = 20;
/// A node that has not attached a segment after so long has died.
const CLAIM_MICROS: i64 = 30_000_000;
/// So many records of one moment are looked through for the one that a rule judged.
const LOOKED_AT: usize = 200;

/// A segment with acts of an incident.
struct Part {
    key: Key,
    source: Id,
    number: i64,
    first_seq: i64,
    last_seq: i64,
    evidence: Option<String>,
}

/// An act that nothing shows yet.
struct Unproven {
    alert: String,
    number: i64,
    event: Id,
    record: LogRecord,
}

impl Store {
    /// Attaches the segments that are sealed, and ties events to those that are read. Any node may, as often as it likes.
    pub async fn prove_drafts(&self) -> Result<()> {
        for part in self.parts().await? {
            match part.evidence.as_deref() {
                None => self.attach(&part).await?,
                Some("") => self.leave_unproven(&part).await?,
                Some(evidence) => self.tie(&part, &Id::new(evidence)).await?,
            }
        }
        Ok(())
    }

    /// The segments in which acts stand that nothing shows yet.
    async fn parts(&self) -> Result<Vec<Part>> {
        let rows = sqlx::query(
            "select distinct a.incident, g.source_id, g.number, g.first_seq, g.last_seq, d.evidence_id
             from alert_records r
             join alerts a on a.id = r.alert_id
             join source_segments g on g.source_id = r.source_id and g.first_seq <= r.batch and g.last_seq >= r.batch
             left join draft_segments d on d.incident = a.incident and d.source_id = g.source_id and d.number = g.number
             where r.promoted = 1 and r.evidence_id is null and a.incident is not null
             order by a.incident, g.source_id, g.number limit $1",
        )
        .bind(AT_ONCE)
        .fetch_all(self.reader())
        .await?;
        let part = |row: &sqlx::any::AnyRow| {
            Ok(Part {
                key: Key(row.try_get("incident")?),
                source: Id::new(row.try_get::<String, _>("source_id")?),
                number: row.try_get("number")?,
                first_seq: row.try_get("first_seq")?,
                last_seq: row.try_get("last_seq")?,
                evidence: row.try_get("evidence_id")?,
            })
        };
        rows.iter().map(part).collect()
    }

    /// Makes a segment evidence, if this node is the one that does.
    async fn attach(&self, part: &Part) -> Result<()> {
        let now = self.now().micros();
        let attached: i64 = sqlx::query_scalar(
            "select cast(count(*) as bigint) from draft_segments where incident = $1 and evidence_id <> ''",
        )
        .bind(part.key.0)
        .fetch_one(self.reader())
        .await?;
        let claimed = sqlx::query(
            "insert into draft_segments (incident, source_id, number, claimed_at) values ($1, $2, $3, $4)
             on conflict (incident, source_id, number) do update set claimed_at = excluded.claimed_at
             where draft_segments.evidence_id is null and draft_segments.claimed_at < $5",
        )
        .bind(part.key.0)
        .bind(part.source.as_str())
        .bind(part.number)
        .bind(now)
        .bind(now - CLAIM_MICROS)
        .execute(self.writer())
        .await?;
        if claimed.rows_affected() == 0 {
            return Ok(());
        }
        let evidence = match attached < SEGMENTS_MAX {
            false => String::new(),
            true => match self.segment_evidence(&Actor::system(), part.key, &part.source, part.number).await {
                Ok(evidence) => evidence.to_string(),
                // Its bytes are gone, or the incident takes nothing any more.
                Err(Error::Refused(refusal)) => {
                    tracing::warn!(key = %part.key, refusal = refusal.sentence, "a segment is no evidence");
                    String::new()
                }
                Err(error) => return Err(error),
            },
        };
        sqlx::query(
            "update draft_segments set evidence_id = $4 where incident = $1 and source_id = $2 and number = $3",
        )
        .bind(part.key.0)
        .bind(part.source.as_str())
        .bind(part.number)
        .bind(&evidence)
        .execute(self.writer())
        .await?;
        match evidence.as_str() {
            "" => self.leave_unproven(part).await,
            evidence => self.tie(part, &Id::new(evidence)).await,
        }
    }

    /// Ties the events to the records of an item, once it is read.
    async fn tie(&self, part: &Part, evidence: &Id) -> Result<()> {
        let system = Actor::system();
        let dossier = self.dossier(&system, part.key).await?;
        let Some(item) = dossier.evidence.get(evidence).map(|kept| &kept.record) else {
            return self.leave_unproven(part).await;
        };
        if item.records.is_none() {
            if item.is_unread_log() {
                return self.leave_unproven(part).await;
            }
            return self.read_part(part, evidence).await;
        }
        let unproven = self.unproven(part).await?;
        let mut shown: BTreeMap<Id, Shown> = BTreeMap::new();
        let mut taken = Vec::new();
        for act in &unproven {
            if shown.contains_key(&act.event) {
                continue;
            }
            let filter =
                Filter { from: act.record.time, to: act.record.time.map(|at| at.plus_micros(1)), ..Filter::default() };
            let (found, _) =
                self.incident(&system, part.key).await?.log_chosen(evidence, &[], &filter, LOOKED_AT).await?;
            let is_it =
                |(number, read): &&(u64, LogRecord)| !taken.contains(number) && Shown::is_same(&act.record, read);
            if let Some((number, record)) = found.iter().find(is_it) {
                taken.push(*number);
                let one = Shown { event: act.event.clone(), number: *number, record: record.clone() };
                shown.insert(act.event.clone(), one);
            }
        }
        let links: Vec<Shown> = shown.values().cloned().collect();
        match self.enter(&system, part.key, Permit::Edit, move |entry| entry.show_acts(evidence, &links)).await {
            Ok(_) => {}
            Err(Error::Refused(_)) => return self.leave_unproven(part).await,
            Err(error) => return Err(error),
        }
        for act in &unproven {
            let by = if shown.contains_key(&act.event) { evidence.as_str() } else { "" };
            sqlx::query("update alert_records set evidence_id = $3 where alert_id = $1 and number = $2")
                .bind(&act.alert)
                .bind(act.number)
                .bind(by)
                .execute(self.writer())
                .await?;
        }
        Ok(())
    }

    /// A node that died between attaching and reading leaves an item that nobody reads.
    async fn read_part(&self, part: &Part, evidence: &Id) -> Result<()> {
        let known: Option<String> = sqlx::query_scalar("select state from readings where evidence_id = $1 limit 1")
            .bind(evidence.as_str())
            .fetch_optional(self.reader())
            .await?;
        if known.is_some() {
            return Ok(());
        }
        let system = Actor::system();
        let format = self.source(&system, &part.source).await?.source.format;
        self.read_evidence(&system, part.key, evidence, format, None, Terms::default()).await
    }

    async fn unproven(&self, part: &Part) -> Result<Vec<Unproven>> {
        let rows: Vec<(String, i64, String, String)> = sqlx::query_as(
            "select r.alert_id, r.number, r.event_id, r.record from alert_records r join alerts a on a.id = r.alert_id
             where a.incident = $1 and r.source_id = $2 and r.batch >= $3 and r.batch <= $4
               and r.promoted = 1 and r.evidence_id is null
             order by r.alert_id, r.number",
        )
        .bind(part.key.0)
        .bind(part.source.as_str())
        .bind(part.first_seq)
        .bind(part.last_seq)
        .fetch_all(self.reader())
        .await?;
        let read = |(alert, number, event, record): (String, i64, String, String)| {
            Ok(Unproven { alert, number, event: Id::new(event), record: serde_json::from_str(&record)? })
        };
        rows.into_iter().map(read).collect()
    }

    /// Nothing more is looked for: the events stand as they are.
    async fn leave_unproven(&self, part: &Part) -> Result<()> {
        sqlx::query(
            "update alert_records set evidence_id = ''
             where source_id = $2 and batch >= $3 and batch <= $4 and promoted = 1 and evidence_id is null
               and alert_id in (select id from alerts where incident = $1)",
        )
        .bind(part.key.0)
        .bind(part.source.as_str())
        .bind(part.first_seq)
        .bind(part.last_seq)
        .execute(self.writer())
        .await?;
        Ok(())
    }
}
