//! People adopt what a rule drafted, or discard it.

use domain::Key;
use domain::access::Permit;
use domain::watch::AlertState;
use domain::watch::drafting::DecisionDraft;

use crate::watch::AlertFilter;
use crate::{Actor, Entered, Error, Result, Store};

/// So many alerts of an incident are called false alarms together.
const ALERTS_MAX: u32 = 200;

impl Store {
    /// Makes a draft an incident like any other.
    pub async fn adopt_draft(&self, actor: &Actor, key: Key, draft: DecisionDraft) -> Result<Entered<()>> {
        self.enter(actor, key, Permit::Edit, move |entry| entry.adopt_draft(draft)).await
    }

    /// Closes a draft that is no incident. Its alerts are called false alarms for the same reason, where that is asked for.
    pub async fn discard_draft(
        &self,
        actor: &Actor,
        key: Key,
        draft: DecisionDraft,
        false_alarms: bool,
    ) -> Result<Entered<()>> {
        let reason = draft.reason.clone();
        let entered = self.enter(actor, key, Permit::Edit, move |entry| entry.discard_draft(draft)).await?;
        if !false_alarms {
            return Ok(entered);
        }
        let filter = AlertFilter { incident: Some(key), ..AlertFilter::default() };
        let alerts = self.alerts(actor, &filter, None, ALERTS_MAX).await?.items;
        for alert in alerts.into_iter().filter(|alert| alert.state != AlertState::FalseAlarm) {
            match self.call_alert_false(actor, &alert.id, reason.clone()).await {
                // Somebody else was faster.
                Ok(_) | Err(Error::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(entered)
    }
}
