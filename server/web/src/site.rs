//! What every handler shares.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::access::Permit;
use domain::{Key, Refusal};
use store::{Actor, OpenIncident, Result, Store};
use tokio::sync::watch;

use crate::connections::Limits;
use crate::quota::Quota;
use crate::received::{HELD_BYTES_EACH, HELD_BYTES_MAX, STRANGERS_BYTES_EACH, STRANGERS_BYTES_MAX};
use crate::unsent::{UNSENT_BYTES_EACH, UNSENT_BYTES_MAX};
use crate::watch::{INTAKE_BYTES_EACH, INTAKE_BYTES_MAX};

/// The state of the running server.
#[derive(Clone)]
pub struct Site {
    /// The case files.
    pub store: Store,
    /// Turns true when the server is asked to stop: streams end on it.
    pub stopping: watch::Receiver<bool>,
    /// What stands before the server.
    pub front: Front,
    /// Places for live streams, by account.
    pub streams: Arc<Quota>,
    /// The same by address, where an address is one machine's.
    pub streams_by_address: Arc<Quota>,
    /// Places for uploads, by account.
    pub uploads: Arc<Quota>,
    /// Bytes of bodies that are held, by account.
    pub bodies: Arc<Quota>,
    /// The same of those who are not signed in, by address.
    pub strangers: Arc<Quota>,
    /// Bytes of what sources send, by source.
    pub intake: Arc<Quota>,
    /// Bytes of answers that wait to be sent, by address.
    pub unsent: Arc<Quota>,
}

/// How many live streams one process serves at once. Each costs a task and a socket, about 20 KB.
const STREAMS_MAX: usize = 4096;
/// How many of them one account has: more pages than anybody keeps open.
const STREAMS_EACH: usize = 64;
/// How many of them come from one address: an office behind one.
const STREAMS_BY_ADDRESS: usize = 1024;
/// How many uploads are received at once. Each holds pieces of 512 KB, three at most: 96 MB.
const UPLOADS_MAX: usize = 64;
/// How many of them one account sends.
const UPLOADS_EACH: usize = 8;

/// What stands before the server.
#[derive(Debug, Clone, Copy, Default)]
pub struct Front {
    /// People come by https: cookies are marked `Secure`.
    pub secure: bool,
    /// A proxy of ours says in `X-Forwarded-For` where a request comes from.
    pub trust_proxy: bool,
    /// How long and how many connections are kept.
    pub limits: Limits,
}

impl Site {
    /// The state around a store.
    pub fn new(store: Store, stopping: watch::Receiver<bool>, front: Front) -> Self {
        Self {
            store,
            stopping,
            front,
            streams: Quota::new(STREAMS_MAX, STREAMS_EACH),
            streams_by_address: Quota::new(STREAMS_MAX, STREAMS_BY_ADDRESS),
            uploads: Quota::new(UPLOADS_MAX, UPLOADS_EACH),
            bodies: Quota::new(HELD_BYTES_MAX, HELD_BYTES_EACH),
            strangers: Quota::new(STRANGERS_BYTES_MAX, STRANGERS_BYTES_EACH),
            intake: Quota::new(INTAKE_BYTES_MAX, INTAKE_BYTES_EACH),
            unsent: Quota::new(UNSENT_BYTES_MAX, UNSENT_BYTES_EACH),
        }
    }

    /// The incident in a path, by its key or its id; absent for those who may not see it.
    pub async fn open(&self, actor: &Actor, params: &BTreeMap<String, String>) -> Result<OpenIncident> {
        let Some(name) = params.get("key") else { return Err(Refusal::absent("incident of that key").into()) };
        self.store.incident(actor, self.store.key_of(name).await?).await
    }

    /// Lets somebody in who needs a permit, and opens the incident that the path names, which is named by its key from then
    /// on; nothing where it names none. One that they may not see is absent, whatever they send.
    pub async fn admit(
        &self,
        actor: &Actor,
        permit: Permit,
        params: &mut BTreeMap<String, String>,
    ) -> Result<Option<OpenIncident>> {
        actor.permit(permit)?;
        if !params.contains_key("key") {
            return Ok(None);
        }
        let incident = self.open(actor, params).await?;
        params.insert("key".into(), incident.key().to_string());
        Ok(Some(incident))
    }

    /// Its key.
    pub async fn key(&self, actor: &Actor, params: &BTreeMap<String, String>) -> Result<Key> {
        Ok(self.open(actor, params).await?.key())
    }
}
