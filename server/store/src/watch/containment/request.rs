//! What rules ask for. A rule writes its request with the alert, in the transaction in which it judges; a moment later
//! it is answered in the agent's file, behind the guards.

use domain::access::Permit;
use domain::watch::containment::{NewContainment, ViaStop};
use domain::watch::{Cause, RuleKind};
use domain::{Id, Instant};
use sqlx::Row as _;
use sqlx::any::AnyRow;

use crate::digest::storable;
use crate::engine::Tx;
use crate::registry::{Opened, Registering};
use crate::{Actor, Error, Result, Store};

/// So many requests are answered at once.
const AT_ONCE: i64 = 20;

/// A rule asks that an agent is stopped.
#[derive(Debug, Clone)]
pub struct ContainmentRequest {
    /// The agent.
    pub agent: Id,
    /// The rule that asks.
    pub rule: RuleKind,
    /// The alert that it raised: one alert asks once.
    pub alert: Id,
    /// Why, in a sentence.
    pub why: String,
    /// The incident it belongs to.
    pub incident: Option<Id>,
    /// The names of those whose acts are the reason, or on whose behalf they were: they do not judge about it.
    pub caused_by: Vec<String>,
}

struct Request {
    id: Id,
    request: ContainmentRequest,
}

impl Store {
    /// Writes down what a rule asks for. Nothing happens before the transaction is committed; `answer_requests` does
    /// the rest.
    pub(crate) async fn request_containment(&self, tx: &mut Tx, request: &ContainmentRequest) -> Result<()> {
        let names: Vec<String> = request.caused_by.iter().map(|name| storable(name)).collect();
        sqlx::query(
            "insert into containment_requests (id, agent_id, rule, alert_id, why, incident_id, caused_by, requested_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (alert_id) do nothing",
        )
        .bind(self.clock().new_id().as_str())
        .bind(storable(request.agent.as_str()))
        .bind(request.rule.word())
        .bind(storable(request.alert.as_str()))
        .bind(storable(&request.why))
        .bind(request.incident.as_ref().map(|id| storable(id.as_str())))
        .bind(serde_json::to_string(&names)?)
        .bind(self.now().micros())
        .execute(&mut *tx)
        .await?;
        Ok(())
    }

    /// The same in a transaction of its own.
    pub async fn ask_containment(&self, request: &ContainmentRequest) -> Result<()> {
        let mut tx = self.db().begin().await?;
        self.request_containment(&mut tx, request).await?;
        tx.commit().await
    }

    /// What became of the request of an alert: a sentence, empty while it waits; nothing where none was made.
    pub async fn containment_outcome(&self, actor: &Actor, alert: &Id) -> Result<Option<String>> {
        actor.permit(Permit::Read)?;
        Ok(sqlx::query_scalar("select outcome from containment_requests where alert_id = $1")
            .bind(storable(alert.as_str()))
            .fetch_optional(self.reader())
            .await?)
    }

    /// Answers what rules asked for; answers how many there were.
    pub async fn answer_requests(&self) -> Result<usize> {
        let rows = sqlx::query(
            "select id, agent_id, rule, alert_id, why, incident_id, caused_by from containment_requests
             where done_at is null order by requested_at, id limit $1",
        )
        .bind(AT_ONCE)
        .fetch_all(self.reader())
        .await?;
        for row in &rows {
            self.answer_request(read(row)?).await?;
        }
        Ok(rows.len())
    }

    async fn answer_request(&self, asked: Request) -> Result<()> {
        let mut registering = self.registering(&Actor::system(), Permit::Admin).await?;
        // Under the lock of the registry: another node may have answered it meanwhile.
        let open: Option<String> =
            sqlx::query_scalar("select id from containment_requests where id = $1 and done_at is null")
                .bind(asked.id.as_str())
                .fetch_optional(&mut registering.tx)
                .await?;
        if open.is_none() {
            return Ok(());
        }
        let outcome = match self.decide(&mut registering, &asked).await {
            Ok(outcome) => outcome,
            Err(Error::Refused(refusal)) => format!("Not stopped. {}", refusal.sentence),
            Err(error) => return Err(error),
        };
        sqlx::query("update containment_requests set done_at = $2, outcome = $3 where id = $1")
            .bind(asked.id.as_str())
            .bind(registering.now().micros())
            .bind(storable(&outcome))
            .execute(&mut registering.tx)
            .await?;
        registering.commit().await
    }

    /// The guards, and the containment if they let it pass; answers what became of it.
    async fn decide(&self, registering: &mut Registering, asked: &Request) -> Result<String> {
        let mut opened = registering.open(&asked.request.agent).await?;
        let agent = opened.entry.file().agent()?.clone();
        if !agent.may_be_suspended_by_rules {
            return Ok("Not stopped: this agent is not to be suspended by rules.".into());
        }
        let held =
            opened.entry.file().containments.iter().find(|kept| kept.record.state().holds() && !kept.record.is_dry_run);
        if let Some(held) = held {
            return Ok(format!("Stopped already: a containment of it is {}.", held.record.state()));
        }
        let hour = registering.now().plus_micros(-3600 * 1_000_000);
        let limit = i64::from(self.stopping().per_hour);
        if by_rules_since(&mut registering.tx, hour).await? >= limit {
            return Ok(format!(
                "Not stopped: rules suspended {limit} agents within an hour, which is the limit. Stop it by hand if need be."
            ));
        }
        let stops = self.stops_of(&mut registering.tx, &agent.id).await?;
        let mut outcome = Vec::new();
        if stops.is_empty() {
            opened.entry.contain(self.new_containment(asked, None))?;
            outcome.push("Suspended in the registry; no stop is set up for this agent.".to_string());
        }
        for (number, stop) in stops.into_iter().enumerate() {
            let is_dry_run = stop.is_dry_run || self.stopping().is_dry_run;
            let via = ViaStop {
                id: stop.id.clone(),
                name: stop.name.clone(),
                kind: stop.kind,
                undone_by: stop.undone_by.clone(),
            };
            let new = NewContainment {
                id: (number == 0).then(|| asked.id.clone()),
                quiet_seconds: Some(stop.quiet_seconds),
                is_dry_run,
                ..self.new_containment(asked, Some(via))
            };
            let id = opened.entry.contain(new)?;
            if is_dry_run {
                super::decide::rehearse(&mut opened.entry, &id, &stop)?;
                outcome.push(format!("Dry run of {}: nothing was sent.", stop.name));
            } else if agent.critical {
                outcome.push(format!("{} waits for a second person, because the agent is critical.", stop.name));
            } else {
                outcome.push(format!("{} is told.", stop.name));
            }
        }
        self.put_containments(registering, opened).await?;
        Ok(outcome.join(" "))
    }

    async fn put_containments(&self, registering: &mut Registering, opened: Opened) -> Result<()> {
        registering.put(opened, ()).await.map(drop)
    }

    fn new_containment(&self, asked: &Request, stop: Option<ViaStop>) -> NewContainment {
        let request = &asked.request;
        NewContainment {
            id: Some(asked.id.clone()),
            cause: Cause::Rule { rule: request.rule, alert: request.alert.clone() },
            why: request.why.clone(),
            incident: request.incident.clone(),
            stop,
            quiet_seconds: None,
            is_dry_run: false,
            caused_by: request.caused_by.clone(),
        }
    }
}

/// How many agents rules stopped since a time.
async fn by_rules_since(tx: &mut Tx, since: Instant) -> Result<i64> {
    Ok(sqlx::query_scalar(
        "select cast(count(distinct agent_id) as bigint) from containments
         where by_rule = 1 and is_dry_run = 0 and requested_at > $1",
    )
    .bind(since.micros())
    .fetch_one(&mut *tx)
    .await?)
}

fn read(row: &AnyRow) -> Result<Request> {
    let id = |column: &str| Ok::<_, sqlx::Error>(Id::new(row.try_get::<String, _>(column)?));
    let incident: Option<String> = row.try_get("incident_id")?;
    let request = ContainmentRequest {
        agent: id("agent_id")?,
        rule: RuleKind::parse(&row.try_get::<String, _>("rule")?).map_err(Error::internal)?,
        alert: id("alert_id")?,
        why: row.try_get("why")?,
        incident: incident.map(Id::new),
        caused_by: serde_json::from_str(&row.try_get::<String, _>("caused_by")?)?,
    };
    Ok(Request { id: id("id")?, request })
}
