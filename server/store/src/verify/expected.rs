//! Chain heads that somebody kept elsewhere, such as in an export: a log that does not go through them was rewritten.

use domain::export::{ChainHead, Chained};

use super::Report;
use crate::subject::INSTANCE;
use crate::{Result, Store};

impl Store {
    /// Holds the logs against heads that were kept elsewhere.
    pub async fn expect_heads(&self, heads: &[ChainHead], report: &mut Report) -> Result<()> {
        for head in heads {
            let version = i64::try_from(head.revision).unwrap_or(i64::MAX);
            let (last, found): (Option<i64>, Option<String>) = match &head.of {
                Chained::Incident(key) => {
                    let last = sqlx::query_scalar("select max(c.version) from changes c join incidents i on i.id = c.incident_id where i.number = $1")
                        .bind(key.0)
                        .fetch_one(self.reader())
                        .await?;
                    let found = sqlx::query_scalar("select c.hash from changes c join incidents i on i.id = c.incident_id where i.number = $1 and c.version = $2")
                        .bind(key.0)
                        .bind(version)
                        .fetch_optional(self.reader())
                        .await?;
                    (last, found)
                }
                of @ (Chained::Instance | Chained::Agent(_)) => {
                    let subject = if let Chained::Agent(id) = of { id.as_str() } else { INSTANCE };
                    let last = sqlx::query_scalar("select max(version) from subject_changes where subject_id = $1")
                        .bind(subject)
                        .fetch_one(self.reader())
                        .await?;
                    let found =
                        sqlx::query_scalar("select hash from subject_changes where subject_id = $1 and version = $2")
                            .bind(subject)
                            .bind(version)
                            .fetch_optional(self.reader())
                            .await?;
                    (last, found)
                }
            };
            let (of, revision) = (&head.of, head.revision);
            let sentence = match (last, found) {
                (_, Some(found)) if found == head.sha256 => continue,
                (_, Some(_)) => {
                    format!("{of}: change {revision} is not the one that was expected: the log was rewritten.")
                }
                (None, None) => {
                    format!("{of}: it is not here, though it was at revision {revision}: it was taken out.")
                }
                (Some(last), None) => {
                    format!(
                        "{of}: the log ends at change {last}, though it was at revision {revision}: it was shortened."
                    )
                }
            };
            match of {
                Chained::Incident(key) => report.blame(*key, sentence),
                Chained::Instance | Chained::Agent(_) => report.blame_instance(sentence),
            }
        }
        Ok(())
    }
}
