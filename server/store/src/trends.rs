//! What trends count, read from the index cards.

use domain::severity::Sev;
use domain::time::DurationRange;
use domain::trends::{Counted, Detection, Figures, FiledBy, Month, Trends, trends};
use domain::verdict::Verdict;
use domain::{Instant, access::Permit};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use crate::dossier::unsigned;
use crate::incident::VISIBLE;
use crate::{Actor, Error, Result, Store};

impl Store {
    /// The trends of the incidents the actor may see, by the zone of the account.
    pub async fn trends(&self, actor: &Actor) -> Result<Trends> {
        actor.permit(Permit::Read)?;
        let now = self.now();
        let months = Month::last(now, &actor.zone);
        let begin = months.first().map_or(now, |month| month.ends(&actor.zone).0);
        let end = months.last().map_or(now, |month| month.ends(&actor.zone).1);
        let rows = sqlx::query(AssertSqlSafe(statement(actor, COUNTED, "i.counted_at >= $1 and i.counted_at < $2")))
            .bind(begin.micros())
            .bind(end.micros())
            .bind(0_i64)
            .bind(actor.person.id.as_str())
            .fetch_all(self.reader())
            .await?;
        let counted = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
        let earlier: i64 =
            sqlx::query_scalar(AssertSqlSafe(statement(actor, "cast(count(*) as bigint)", "i.counted_at < $1")))
                .bind(begin.micros())
                .bind(0_i64)
                .bind(0_i64)
                .bind(actor.person.id.as_str())
                .fetch_one(self.reader())
                .await?;
        Ok(trends(&counted, unsigned(earlier)?, now, &actor.zone))
    }
}

/// What is read of each incident.
const COUNTED: &str = "i.counted_at, i.detection, i.detect_min, i.detect_max, i.contain_min, i.contain_max, i.filed_at,
    i.severity, i.verdict, i.drafted,
    (select cast(count(*) as bigint) from records r where r.incident_id = i.id and r.noun = 'remediation'
        and r.status not in ('verified', 'wont_fix')) as still_open,
    (select cast(count(*) as bigint) from records r where r.incident_id = i.id and r.noun = 'remediation'
        and r.status = 'verified') as verified";

/// Of what the actor may see. A draft that was discarded was none, and what was merged counts where it went.
fn statement(actor: &Actor, what: &str, when: &str) -> String {
    let visible = if actor.sees_all() { String::new() } else { format!(" and {VISIBLE}") };
    format!(
        "select {what} from incidents i
         where {when} and i.merged_into is null and (i.drafted is null or i.drafted <> 'discarded'){visible}"
    )
}

fn read(row: &AnyRow) -> Result<Counted> {
    let length =
        |min: &str, max: &str| Ok::<_, Error>(DurationRange { min: row.try_get(min)?, max: row.try_get(max)? });
    let severity: Option<i64> = row.try_get("severity")?;
    let drafted: Option<String> = row.try_get("drafted")?;
    Ok(Counted {
        figures: Figures {
            at: Instant::from_micros(row.try_get("counted_at")?),
            detection: Detection::parse(&row.try_get::<String, _>("detection")?).map_err(Error::internal)?,
            detect: length("detect_min", "detect_max")?,
            contain: length("contain_min", "contain_max")?,
        },
        filed_at: Instant::from_micros(row.try_get("filed_at")?),
        severity: severity.and_then(|number| u8::try_from(number).ok()).and_then(Sev::new),
        verdict: Verdict::parse(&row.try_get::<String, _>("verdict")?).map_err(Error::internal)?,
        filed_by: if drafted.is_some() { FiledBy::Rule } else { FiledBy::People },
        open: unsigned(row.try_get("still_open")?)?,
        verified: unsigned(row.try_get("verified")?)?,
    })
}
