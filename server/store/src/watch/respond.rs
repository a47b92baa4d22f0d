//! What follows from alerts, once they are committed.

use crate::{Actor, Result, Store, Topic};

impl Store {
    /// Does what alerts ask for: tells those who look at the list. To be called after what was judged is committed; what
    /// a node that died left undone, the next call of any node does.
    pub async fn respond(&self) -> Result<()> {
        let version = self.alerts_version(&Actor::system()).await?;
        self.live().tell(Topic::Watch, version);
        Ok(())
    }
}
