//! Sources that are silent beyond their heartbeat: one alert for each silence, closed when the source speaks again.

use domain::watch::{
    Alert, AlertState, Place, Response, RuleKind, RuleSetting, SOURCE_CLOSED, SPEAKS_AGAIN, Sample, Source,
    silent_since,
};
use domain::{Id, Instant, Stamp};
use sqlx::{AssertSqlSafe, Row};

use super::alert::{COLUMNS as ALERT_COLUMNS, newest_of, read as read_alert};
use super::rule;
use super::source::{COLUMNS, read as read_source};
use crate::digest::{sha256, storable};
use crate::{Actor, Result, Store, Topic};

/// A source, and what is known of its silence.
struct Heard {
    source: Source,
    last_at: Option<Instant>,
    alert: Option<Id>,
}

impl Store {
    /// Raises alerts of sources that fell silent, and closes those of sources that speak again. Any node may, as often
    /// as it likes. While this process was not awake nobody may have been able to send: silence counts from then on.
    pub async fn watch_silence(&self) -> Result<()> {
        let now = self.now();
        let awake = *self.awake().get_or_init(|| now);
        for heard in self.heard().await? {
            let last_at = heard.last_at.unwrap_or(heard.source.created_at).max(awake);
            let since = silent_since(&heard.source, Some(last_at), now);
            match (&heard.alert, since) {
                (None, Some(since)) => self.raise_silence(&heard, since, now).await?,
                // That this process was not awake does not mean that the source speaks.
                (Some(alert), None) if silent_since(&heard.source, heard.last_at, now).is_none() => {
                    self.end_silence(&heard, alert, now).await?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The sources of which a sign of life is expected, or of which an alert is open.
    async fn heard(&self) -> Result<Vec<Heard>> {
        let statement = format!(
            "select {COLUMNS}, t.last_at, t.silent_alert from sources s join source_states t on t.source_id = s.id
             where (s.heartbeat_seconds is not null and s.closed_at is null) or t.silent_alert is not null order by s.id"
        );
        let rows = sqlx::query(AssertSqlSafe(statement)).fetch_all(self.reader()).await?;
        let heard = |row: &sqlx::any::AnyRow| {
            Ok(Heard {
                source: read_source(row)?,
                last_at: row.try_get::<Option<i64>, _>("last_at")?.map(Instant::from_micros),
                alert: row.try_get::<Option<String>, _>("silent_alert")?.map(Id::new),
            })
        };
        rows.iter().map(heard).collect()
    }

    async fn raise_silence(&self, heard: &Heard, since: Instant, now: Instant) -> Result<()> {
        let source = &heard.source;
        let mut tx = self.db().begin().await?;
        let version = self.lock_alerts(&mut tx).await?;
        let settings = rule::load(&mut tx).await?;
        let setting = settings.into_iter().find(|setting| setting.kind == RuleKind::SourceSilent);
        let Some(setting) = setting.filter(|setting| setting.is_for_source(&source.id)) else { return Ok(()) };
        let key = sha256(&format!("{}\n{}", RuleKind::SourceSilent.word(), source.id));
        let alert = match newest_of(&mut tx, &key).await?.filter(|alert| alert.state_at(now) == AlertState::Muted) {
            // Nobody wants to be told of it for a while: it is counted there.
            Some(mut muted) => {
                (muted.count, muted.seen_at, muted.version) = (muted.count + 1, now, muted.version + 1);
                self.update_alert(&mut tx, &muted, false, false).await?;
                muted
            }
            None => {
                let alert = self.silence(source, &setting, since, now);
                self.insert_alert(&mut tx, &key, &alert).await?;
                alert
            }
        };
        // Another node may have said so by now, or the source may have spoken.
        let said = sqlx::query(
            "update source_states set silent_alert = $2
             where source_id = $1 and silent_alert is null and coalesce(last_at, 0) = $3",
        )
        .bind(source.id.as_str())
        .bind(alert.id.as_str())
        .bind(heard.last_at.map_or(0, Instant::micros))
        .execute(&mut tx)
        .await?;
        if said.rows_affected() == 0 {
            tx.rollback().await?;
            return Ok(());
        }
        tx.commit().await?;
        self.live().tell(Topic::Watch, version);
        Ok(())
    }

    fn silence(&self, source: &Source, setting: &RuleSetting, since: Instant, now: Instant) -> Alert {
        let place = Place { source: source.id.clone(), batch: None, segment: None };
        let sample = Sample { at: since, received: now, place, raw: domain::reader::log::Raw::default() };
        let seconds = source.heartbeat_seconds.unwrap_or_default();
        Alert {
            id: self.clock().new_id(),
            version: 1,
            rule: setting.kind,
            level: setting.level,
            response: setting.response.min(Response::Alert),
            source: source.id.clone(),
            agent: None,
            name: source.name.clone(),
            resource: String::new(),
            why: format!(
                "Nothing came from this source for more than {seconds} seconds, and what happens there is not seen."
            ),
            count: 1,
            raised_at: now,
            seen_at: now,
            window_end: now,
            first: sample.clone(),
            last: sample,
            state: AlertState::Open,
            assignee: None,
            incident: None,
            steps: Vec::new(),
        }
    }

    async fn end_silence(&self, heard: &Heard, id: &Id, now: Instant) -> Result<()> {
        let mut tx = self.db().begin().await?;
        let version = self.lock_alerts(&mut tx).await?;
        let ended =
            sqlx::query("update source_states set silent_alert = null where source_id = $1 and silent_alert = $2")
                .bind(heard.source.id.as_str())
                .bind(id.as_str())
                .execute(&mut tx)
                .await?;
        if ended.rows_affected() == 0 {
            tx.rollback().await?;
            return Ok(());
        }
        let sql = format!("select {ALERT_COLUMNS} from alerts where id = $1");
        let row = sqlx::query(AssertSqlSafe(sql)).bind(storable(id.as_str())).fetch_optional(&mut tx).await?;
        if let Some(mut alert) = row.as_ref().map(read_alert).transpose()? {
            let stamp = Stamp { at: now, by: Actor::system().person };
            let reason = match heard.source.closed_at {
                Some(_) => SOURCE_CLOSED,
                None => SPEAKS_AGAIN,
            };
            // What people said of it stays as they said it.
            if matches!(alert.state_at(now), AlertState::Open | AlertState::Acknowledged) {
                alert.close(stamp, reason.into())?;
                alert.version += 1;
                self.update_alert(&mut tx, &alert, false, false).await?;
            }
        }
        tx.commit().await?;
        self.live().tell(Topic::Watch, version);
        Ok(())
    }
}
