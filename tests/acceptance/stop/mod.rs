//! Stopping agents through the real binary: what an adapter receives, and what it must never receive.

mod drafted;
mod guards;
mod signed;
mod told;
mod watched;

use std::time::{Duration, Instant};

use acceptance::adapter::{self, Adapter};
use acceptance::binary::Serving;
use acceptance::{Binary, Program};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_inquest-under-test");

/// The key of the stories, as Standard Webhooks writes it.
const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// What an API would be asked with.
const TOKEN: &str = "tk-9f2d41c7";
/// How soon a stop is out, at the latest.
const SOON: Duration = Duration::from_secs(5);

/// An instance, and programs of three people.
struct Instance {
    inquest: Binary,
    serving: Serving,
    ada: Program,
    rita: Program,
    alan: Program,
}

impl Instance {
    /// One that may ask these hosts.
    async fn start(hosts: &str) -> Self {
        Self::start_with(hosts, &[]).await
    }

    async fn start_with(hosts: &str, variables: &[(&str, &str)]) -> Self {
        let mut inquest = Binary::new(PROGRAM)
            .with_variable("INQUEST_STOP_HOSTS", hosts)
            .with_variable("INQUEST_SECRET_STOP", KEY)
            .with_variable("INQUEST_SECRET_API", TOKEN);
        for (name, value) in variables {
            inquest = inquest.with_variable(name, value);
        }
        let mut tokens = Vec::new();
        for (name, role) in [("ada", "admin"), ("rita", "responder"), ("alan", "reviewer")] {
            let email = format!("{name}@example.org");
            inquest.add_user(&email, name, role).await;
            let said =
                inquest.run(&["token", "create", "--user", &email, "--name", "x", "--scope", "admin"]).await.well();
            tokens.push(said.split_whitespace().last().expect("a token").to_string());
        }
        let serving = inquest.serve().await;
        let program = |token: &String| Program::new(&serving.url, token);
        let (ada, rita, alan) = (program(&tokens[0]), program(&tokens[1]), program(&tokens[2]));
        Self { inquest, serving, ada, rita, alan }
    }

    /// An agent that is at work.
    async fn agent(&self, name: &str) -> String {
        let sent = json!({"name": name, "identifiers": [format!("app-{name}")], "owner_name": "Olga"});
        let agent = self.ada.ok("POST", "/agents", sent).await;
        let id = agent["id"].as_str().expect("an id").to_string();
        self.ada.ok("PUT", &format!("/agents/{id}/status"), json!({"status": "active"})).await;
        id
    }

    /// A webhook to an adapter.
    async fn webhook(&self, url: &str) -> String {
        let sent = json!({"name": "Gateway", "url": url, "secret": "INQUEST_SECRET_STOP", "quiet_seconds": 1});
        self.ada.ok("POST", "/stops", sent).await["id"].as_str().expect("an id").into()
    }

    /// Rita stops an agent.
    async fn contain(&self, agent: &str, stop: &str) -> String {
        let sent = json!({"reason": "It posts where it may not.", "stop": stop});
        self.rita.ok("POST", &format!("/agents/{agent}/containments"), sent).await["id"].as_str().expect("an id").into()
    }

    /// The containment once it is in a state.
    async fn until(&self, containment: &str, state: &str) -> Value {
        let began = Instant::now();
        loop {
            let shown = self.rita.ok("GET", &format!("/containments/{containment}"), Value::Null).await;
            if shown["state"] == state {
                return shown;
            }
            assert!(began.elapsed() < 3 * SOON, "not {state} in time: {shown:#}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn status(&self, agent: &str) -> String {
        self.rita.ok("GET", &format!("/agents/{agent}"), Value::Null).await["status"].as_str().expect("one").into()
    }
}
