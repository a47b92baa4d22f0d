//! What was seen of agents since they were stopped.

use domain::watch::containment::{ActAfter, Seen};
use domain::{Id, Instant};
use sqlx::{Any, Executor};

use crate::digest::storable;
use crate::{Error, Result};

/// Everything that was noted for a containment.
pub(super) async fn acts_of<'e, E: Executor<'e, Database = Any>>(from: E, id: &Id) -> Result<Vec<ActAfter>> {
    let bodies: Vec<String> =
        sqlx::query_scalar("select body from containment_acts where containment_id = $1 order by number")
            .bind(storable(id.as_str()))
            .fetch_all(from)
            .await?;
    bodies.iter().map(|body| serde_json::from_str(body).map_err(Error::from)).collect()
}

/// What was only counted.
pub(super) async fn others_of<'e, E: Executor<'e, Database = Any>>(
    from: E,
    id: &Id,
) -> Result<Vec<(Id, u64, Instant)>> {
    let rows: Vec<(String, i64, i64)> = sqlx::query_as(
        "select source_id, acts, last_at from containment_counts where containment_id = $1 order by source_id",
    )
    .bind(storable(id.as_str()))
    .fetch_all(from)
    .await?;
    let other =
        |(source, acts, last): (String, i64, i64)| (Id::new(source), acts.unsigned_abs(), Instant::from_micros(last));
    Ok(rows.into_iter().map(other).collect())
}

/// Both, in one transaction.
pub(super) async fn seen_of(tx: &mut crate::engine::Tx, id: &Id) -> Result<Seen> {
    Ok(Seen { acts: acts_of(&mut *tx, id).await?, others: others_of(&mut *tx, id).await? })
}
