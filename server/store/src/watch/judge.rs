//! Judging acts as they come in, and raising alerts, in the transaction that says how far a source was judged.

use domain::watch::{Act, Alert, AlertState, Gathered, Intake, Response, RuleSetting, Sample, gather};
use domain::{Instant, Stamp};
use sqlx::Row;

use super::alert::{key_of, newest_of};
use super::{ContainmentRequest, rule};
use crate::apart::apart;
use crate::engine::{Engine, Listener, Tx};
use crate::{Actor, Error, Result, Store, Topic};

/// So many acts of one alert are kept as they were read.
const RECORDS_MAX: i64 = 50;

impl Store {
    /// Judges acts that came in together, and does what follows.
    pub async fn judge_now(&self, intake: &Intake<'_>, acts: &[Act]) -> Result<()> {
        let now = self.now();
        let mut tx = self.db().begin().await?;
        let judged = match self.judge(&mut tx, intake, acts, now).await {
            Ok(()) => tx.commit().await,
            Err(error) => Err(error),
        };
        if judged.is_err() {
            self.forget_watcher(intake.source);
        }
        judged?;
        self.respond().await
    }

    /// Judges acts of a source and raises what alerts come of it. Everything is written in the given transaction, in
    /// which the caller also says how far it judged, so that no act raises two alerts. Once that is committed,
    /// [`Store::respond`] does what follows; if it is not, [`Store::forget_watcher`] must be called.
    pub(crate) async fn judge(&self, tx: &mut Tx, intake: &Intake<'_>, acts: &[Act], now: Instant) -> Result<()> {
        let (settings, found) = self.offences(tx, intake, acts, now).await?;
        self.note_those_of_contained(tx, intake, acts, now).await?;
        if found.is_empty() {
            return Ok(());
        }
        self.lock_alerts(tx).await?;
        for found in &found {
            self.raise(tx, found, acts, &settings, now).await?;
        }
        Ok(())
    }

    /// Lets the watcher of a source remember acts that were judged before, by another node or before a restart. What the
    /// rules say of them was said then.
    pub(super) async fn prime(&self, tx: &mut Tx, intake: &Intake<'_>, acts: &[Act], now: Instant) -> Result<()> {
        if acts.is_empty() {
            return Ok(());
        }
        self.offences(tx, intake, acts, now).await.map(drop)
    }

    /// What the watcher of a source has to say about acts, by the rules as they are set now.
    async fn offences(
        &self,
        tx: &mut Tx,
        intake: &Intake<'_>,
        acts: &[Act],
        now: Instant,
    ) -> Result<(Vec<RuleSetting>, Vec<Gathered>)> {
        let settings = rule::load(&mut *tx).await?;
        let roster = self.roster(tx).await?;
        let mut watcher = self.ground().take(intake.source);
        let found = apart(|| gather(watcher.judge(intake, acts, &roster, &settings, now)));
        self.ground().put(intake.source, watcher);
        Ok((settings, found))
    }

    /// Hands on the acts of agents that are being stopped: whether they stopped is seen by these alone.
    async fn note_those_of_contained(
        &self,
        tx: &mut Tx,
        intake: &Intake<'_>,
        acts: &[Act],
        now: Instant,
    ) -> Result<()> {
        let contained: Vec<String> = sqlx::query_scalar(
            "select distinct agent_id from containments where state not in ('restored', 'permanent', 'cancelled')",
        )
        .fetch_all(&mut *tx)
        .await?;
        if contained.is_empty() {
            return Ok(());
        }
        let roster = self.roster(tx).await?;
        let of_contained = |act: &Act| {
            let agent = roster.whose(act, intake).agent().map(|agent| agent.id.clone())?;
            contained.iter().any(|id| id == agent.as_str()).then(|| Act { agent: Some(agent), ..act.clone() })
        };
        let acts: Vec<Act> = apart(|| acts.iter().filter_map(of_contained).collect());
        self.note_contained_acts(tx, &acts, now).await
    }

    /// Asks for the suspension of the agent, where the rule says so. One alert asks once.
    async fn ask_to_stop(&self, tx: &mut Tx, alert: &Alert, found: &Gathered, acts: &[Act]) -> Result<()> {
        let Some(agent) = alert.agent.clone().filter(|_| alert.response == Response::Suspend) else { return Ok(()) };
        let first = acts.get(found.first.act);
        let behalf = first.and_then(|act| act.record.on_behalf_of.as_ref()).map(|behalf| behalf.name.clone());
        let request = ContainmentRequest {
            agent,
            rule: alert.rule,
            alert: alert.id.clone(),
            why: alert.why.clone(),
            incident: None,
            caused_by: behalf.into_iter().collect(),
        };
        self.request_containment(tx, &request).await
    }

    /// Takes the lock of the alerts and raises their version, of which other nodes are told at the commit.
    pub(crate) async fn lock_alerts(&self, tx: &mut Tx) -> Result<u64> {
        let version: i64 = sqlx::query_scalar(
            "insert into watch_counts (name, value) values ('alerts', 1)
             on conflict (name) do update set value = watch_counts.value + 1 returning value",
        )
        .fetch_one(&mut *tx)
        .await?;
        if self.db().engine == Engine::Postgres {
            let word = format!("{} {version}", Topic::Watch.word());
            sqlx::query(Listener::NOTIFY).bind(word).execute(&mut *tx).await?;
        }
        Ok(version.unsigned_abs())
    }

    /// Counts what happened again in the alert that is there, or raises one.
    async fn raise(
        &self,
        tx: &mut Tx,
        found: &Gathered,
        acts: &[Act],
        settings: &[RuleSetting],
        now: Instant,
    ) -> Result<()> {
        let samples = samples(found, acts, now)?;
        let key = key_of(&found.first);
        let known = newest_of(tx, &key).await?.filter(|alert| alert.takes_in(now));
        let alert = match known {
            Some(mut alert) => {
                let was_closed = alert.state == AlertState::Closed;
                alert.again(found, samples, Stamp { at: now, by: Actor::system().person });
                let is_quiet = alert.is_quiet(now);
                alert.version += 1;
                let draft = alert.response >= Response::Draft && !is_quiet;
                self.update_alert(tx, &alert, draft, was_closed && alert.response >= Response::Alert).await?;
                alert
            }
            None => {
                let alert = self.new_alert(found, samples, settings, now);
                self.insert_alert(tx, &key, &alert).await?;
                if alert.response >= Response::Draft {
                    ask_to_seal(tx, &alert).await?;
                }
                alert
            }
        };
        if !alert.is_quiet(now) {
            self.ask_to_stop(tx, &alert, found, acts).await?;
        }
        self.keep_records(tx, &alert, found, acts, now).await
    }

    fn new_alert(
        &self,
        found: &Gathered,
        (first, last): (Sample, Sample),
        settings: &[RuleSetting],
        now: Instant,
    ) -> Alert {
        let offence = &found.first;
        let window = settings.iter().find(|setting| setting.kind == offence.rule);
        let seconds = window.map_or(domain::watch::WINDOW_SECONDS, |setting| setting.window_seconds);
        Alert {
            id: self.clock().new_id(),
            version: 1,
            rule: offence.rule,
            level: offence.level,
            response: offence.response,
            source: first.place.source.clone(),
            agent: offence.agent.clone(),
            name: offence.name.clone(),
            resource: offence.resource.clone(),
            why: offence.why.clone(),
            count: found.count,
            raised_at: now,
            seen_at: now,
            window_end: now.plus_micros(i64::from(seconds) * 1_000_000),
            first,
            last,
            state: AlertState::Open,
            assignee: None,
            incident: None,
            steps: Vec::new(),
        }
    }

    /// Keeps the first acts of an alert as they were read.
    async fn keep_records(
        &self,
        tx: &mut Tx,
        alert: &Alert,
        found: &Gathered,
        acts: &[Act],
        now: Instant,
    ) -> Result<()> {
        let row = sqlx::query("select cast(count(*) as bigint) as kept from alert_records where alert_id = $1")
            .bind(alert.id.as_str())
            .fetch_one(&mut *tx)
            .await?;
        let kept: i64 = row.try_get("kept")?;
        let room = usize::try_from(RECORDS_MAX - kept).unwrap_or_default();
        for (number, act) in (kept + 1..).zip(found.acts.iter().take(room).filter_map(|place| acts.get(*place))) {
            sqlx::query(
                "insert into alert_records (alert_id, number, source_id, batch, segment, received, promoted, record)
                 values ($1, $2, $3, $4, $5, $6, 0, $7)",
            )
            .bind(alert.id.as_str())
            .bind(number)
            .bind(act.place.source.as_str())
            .bind(act.place.batch)
            .bind(act.place.segment)
            .bind(now.micros())
            .bind(crate::digest::storable(&serde_json::to_string(&act.record)?.replace("\\u0000", "")))
            .execute(&mut *tx)
            .await?;
        }
        Ok(())
    }
}

/// An incident will be drafted, and what proves it is in a batch that came a moment ago: it is sealed without waiting.
async fn ask_to_seal(tx: &mut Tx, alert: &Alert) -> Result<()> {
    let Some(batch) = alert.first.place.batch.max(alert.last.place.batch) else { return Ok(()) };
    sqlx::query("update source_states set seal_asked = $2 where source_id = $1 and seal_asked < $2")
        .bind(alert.source.as_str())
        .bind(batch)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Where the first and the last act stand.
fn samples(found: &Gathered, acts: &[Act], now: Instant) -> Result<(Sample, Sample)> {
    let sample = |act: &Act, at: Instant| Sample { at, received: now, place: act.place.clone(), raw: act.record.raw };
    let first = acts.get(found.first.act).ok_or_else(|| Error::internal("an offence without its act"))?;
    let last = found.acts.iter().filter_map(|place| acts.get(*place)).max_by_key(|act| act.at().unwrap_or(now));
    Ok((sample(first, found.first.at), sample(last.unwrap_or(first), found.last_at)))
}
