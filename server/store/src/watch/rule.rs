//! How the rules are set.

use std::collections::BTreeMap;

use domain::Id;
use domain::access::Permit;
use domain::watch::{AlertState, Precision, RuleDraft, RuleKind, RuleSetting};
use serde::Serialize;
use sqlx::{Any, Executor, Row};

use super::named;
use crate::change::canonical;
use crate::grant::Grant;
use crate::{Actor, Error, Result, Store};

/// A rule as lists show it.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct RuleCard {
    /// How it is set.
    #[serde(flatten)]
    pub setting: RuleSetting,
    /// What it is called.
    pub name: &'static str,
    /// When it speaks.
    pub sentence: &'static str,
    /// Its alerts that are open or acknowledged.
    pub open: u64,
    /// All of its alerts.
    pub alerts: u64,
    /// How often it was right, by what people said.
    pub precision: Precision,
    /// The same in percent; nothing while nobody decided about any of its alerts.
    pub precision_percent: Option<u64>,
}

/// How many alerts of each rule stand in each state. Those that nobody closed have a word of their own: an alert of silence
/// is over by itself when the source speaks, which says nothing of the rule. Alerts of other rules close by people alone.
const COUNTS: &str = "select rule, state, cast(count(*) as bigint) as alerts from (
     select a.rule, case when a.state = 'closed' and a.rule = 'source_silent' and coalesce(
         (select s.state from alert_steps s where s.alert_id = a.id and s.state is not null order by s.number desc limit 1),
         'open') <> 'closed' then 'over' else a.state end as state from alerts a) as stand group by rule, state";

/// The word of those.
const OVER: &str = "over";

/// How all rules are set now, in the order in which they are listed.
pub(super) async fn load<'e, E: Executor<'e, Database = Any>>(from: E) -> Result<Vec<RuleSetting>> {
    let rows: Vec<(String, String)> = sqlx::query_as("select id, body from watch_settings").fetch_all(from).await?;
    let mut settings = RuleSetting::defaults();
    for (id, body) in rows {
        let Some(place) = RuleKind::ALL.iter().position(|kind| kind.word() == id) else { continue };
        settings[place] = serde_json::from_str(&body)?;
    }
    Ok(settings)
}

impl Store {
    /// Every rule: how it is set, and how often it was right.
    pub async fn rules(&self, actor: &Actor) -> Result<Vec<RuleCard>> {
        actor.permit(Permit::Read)?;
        let settings = load(self.reader()).await?;
        let rows = sqlx::query(COUNTS).fetch_all(self.reader()).await?;
        let mut counts: BTreeMap<(String, String), u64> = BTreeMap::new();
        for row in &rows {
            counts
                .insert((row.try_get("rule")?, row.try_get("state")?), row.try_get::<i64, _>("alerts")?.unsigned_abs());
        }
        Ok(settings.into_iter().map(|setting| card(setting, &counts)).collect())
    }

    /// One rule.
    pub async fn rule(&self, actor: &Actor, kind: RuleKind) -> Result<RuleCard> {
        let rules = self.rules(actor).await?;
        rules
            .into_iter()
            .find(|rule| rule.setting.kind == kind)
            .ok_or_else(|| Error::internal("a rule without a setting"))
    }

    /// Sets a rule otherwise. The instance's log says who did.
    pub async fn set_rule(&self, actor: &Actor, kind: RuleKind, draft: RuleDraft) -> Result<RuleCard> {
        actor.permit(Permit::Admin)?;
        actor.permit_person()?;
        let mut act = self.administer(actor.person.clone()).await?;
        let settings = load(&mut act.tx).await?;
        let old = settings.into_iter().find(|setting| setting.kind == kind);
        let mut new = draft.apply(&old.unwrap_or_else(|| RuleSetting::default_of(kind)))?;
        for (field, list) in [("sources", &mut new.sources), ("sources_except", &mut new.sources_except)] {
            *list = named::sources(&mut act.tx, field, list).await?;
        }
        for (field, list) in [("agents", &mut new.agents), ("agents_except", &mut new.agents_except)] {
            *list = named::agents(&mut act.tx, field, list).await?;
        }
        act.watch(Grant::WatchSetting, &Id::new(kind.word())).await?;
        let now = act.now().micros();
        sqlx::query(
            "insert into watch_settings (id, body, created_at) values ($1, $2, $3)
             on conflict (id) do update set body = excluded.body",
        )
        .bind(kind.word())
        .bind(canonical(&serde_json::to_value(&new)?))
        .bind(now)
        .execute(&mut act.tx)
        .await?;
        act.commit().await?;
        self.rule(actor, kind).await
    }
}

fn card(setting: RuleSetting, counts: &BTreeMap<(String, String), u64>) -> RuleCard {
    let rule = setting.kind.word();
    let in_state = |state: &str| counts.get(&(rule.to_string(), state.to_string())).copied().unwrap_or_default();
    let of = |state: AlertState| in_state(state.word());
    let false_alarms = of(AlertState::FalseAlarm);
    let precision = Precision { decided: of(AlertState::Closed) + false_alarms, false_alarms };
    RuleCard {
        name: setting.kind.label(),
        sentence: setting.kind.sentence(),
        open: of(AlertState::Open) + of(AlertState::Acknowledged) + of(AlertState::Muted),
        alerts: AlertState::ALL.iter().map(|state| of(*state)).sum::<u64>() + in_state(OVER),
        precision,
        precision_percent: precision.percent(),
        setting,
    }
}
