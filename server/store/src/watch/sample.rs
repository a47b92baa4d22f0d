//! The first acts of an alert, as they were read.

use domain::access::Permit;
use domain::reader::log::LogRecord;
use domain::watch::Place;
use domain::{Id, Instant};
use sqlx::Row;

use crate::digest::storable;
use crate::{Actor, Result, Store};

/// An act of an alert.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertRecord {
    /// Its place among the acts of the alert.
    pub number: i64,
    /// Where it came in.
    pub place: Place,
    /// When.
    pub received_at: Instant,
    /// What the log says of it.
    pub record: LogRecord,
}

impl Store {
    /// The first acts of an alert, as many as are kept, the first one first.
    pub async fn alert_records(&self, actor: &Actor, alert: &Id) -> Result<Vec<AlertRecord>> {
        actor.permit(Permit::Read)?;
        let rows = sqlx::query(
            "select number, source_id, batch, segment, received, record from alert_records
             where alert_id = $1 order by number",
        )
        .bind(storable(alert.as_str()))
        .fetch_all(self.reader())
        .await?;
        let read = |row: &sqlx::any::AnyRow| {
            Ok(AlertRecord {
                number: row.try_get("number")?,
                place: Place {
                    source: Id::new(row.try_get::<String, _>("source_id")?),
                    batch: row.try_get("batch")?,
                    segment: row.try_get("segment")?,
                },
                received_at: Instant::from_micros(row.try_get("received")?),
                record: serde_json::from_str(&row.try_get::<String, _>("record")?)?,
            })
        };
        rows.iter().map(read).collect()
    }
}
