//! What is never asked.

use super::*;

#[tokio::test]
async fn only_listed_hosts_are_asked() {
    let (adapter, other) = (Adapter::start(&[]).await, Adapter::start(&[]).await);
    let instance = Instance::start(&adapter.listed()).await;
    let webhook = |url: &str| json!({"name": "Gateway", "url": url, "secret": "INQUEST_SECRET_STOP"});
    for url in [
        other.listed(),
        format!("http://{}@{}/", adapter.host, other.host),
        "http://169.254.169.254/latest/meta-data/".into(),
        "https://example.org/".into(),
        "http://[::1]:80/".into(),
        format!("https://{}/", adapter.host.replace("127.0.0.1", "localhost")),
        format!("http://{}/", adapter.host.replace("127.0.0.1", "127.1")),
    ] {
        let said = instance.ada.refused(422, "POST", "/stops", webhook(&url)).await;
        assert!(said.contains("url") || !said.is_empty(), "{url}: {said}");
    }
    assert!(adapter.asked().is_empty() && other.asked().is_empty());
}

#[tokio::test]
async fn a_redirect_leads_nowhere() {
    let other = Adapter::start(&[]).await;
    let to = format!("307 Temporary Redirect\r\nlocation: http://{}/stop", other.host);
    let adapter = Adapter::start(&[&to]).await;
    let instance = Instance::start(&format!("{},{}", adapter.listed(), other.listed())).await;
    let agent = instance.agent("forum").await;
    let stop = instance.webhook(&adapter.listed()).await;
    let id = instance.contain(&agent, &stop).await;
    let failed = instance.until(&id, "failed").await;
    assert_eq!(failed["claim"], "It answered 307.");
    assert!(other.asked().is_empty());
    assert_eq!(instance.status(&agent).await, "suspended", "held until somebody looks");
}

#[tokio::test]
async fn a_name_that_leads_inside_is_not_asked() {
    let adapter = Adapter::start(&[]).await;
    let port = adapter.host.rsplit(':').next().expect("a port");
    // A name of this machine that is no address: it is on the list, and where it leads is not.
    let Some(name) = name_of_this_machine() else {
        eprintln!("left out: no name but localhost leads to this machine");
        return;
    };
    let url = format!("http://{name}:{port}");
    let instance = Instance::start(&url).await;
    let (agent, stop) = (instance.agent("forum").await, instance.webhook(&url).await);
    let id = instance.contain(&agent, &stop).await;
    let failed = instance.until(&id, "failed").await;
    assert!(failed["claim"].as_str().expect("text").contains("this machine itself"), "{failed:#}");
    assert!(adapter.asked().is_empty());
}

/// A name in this machine's list of hosts that leads to itself, other than `localhost`.
fn name_of_this_machine() -> Option<String> {
    let hosts = std::fs::read_to_string("/etc/hosts").ok()?;
    let names = hosts.lines().filter_map(|line| {
        let mut words = line.split('#').next()?.split_whitespace();
        let address: std::net::IpAddr = words.next()?.parse().ok()?;
        address.is_loopback().then(|| words.map(str::to_string).collect::<Vec<_>>())
    });
    names.flatten().find(|name| name != "localhost" && !name.contains('_'))
}

#[tokio::test]
async fn a_secret_that_is_not_set_stops_nothing_and_says_so() {
    let adapter = Adapter::start(&[]).await;
    let instance = Instance::start(&adapter.listed()).await;
    let agent = instance.agent("forum").await;
    let sent = json!({"name": "Gateway", "url": adapter.listed(), "secret": "INQUEST_SECRET_NONE"});
    let stop = instance.ada.ok("POST", "/stops", sent).await["id"].as_str().expect("an id").to_string();
    let id = instance.contain(&agent, &stop).await;
    let failed = instance.until(&id, "failed").await;
    assert_eq!(failed["claim"], "INQUEST_SECRET_NONE is not set in the environment of this instance.");
    assert!(adapter.asked().is_empty());
}

#[tokio::test]
async fn a_dry_run_asks_nobody() {
    let adapter = Adapter::start(&[]).await;
    let instance = Instance::start_with(&adapter.listed(), &[("INQUEST_STOPS_DRY_RUN", "1")]).await;
    let (agent, stop) = (instance.agent("forum").await, instance.webhook(&adapter.listed()).await);
    let id = instance.contain(&agent, &stop).await;
    let shown = instance.until(&id, "cancelled").await;
    assert!(shown["steps"][1]["why"].as_str().expect("text").contains(&adapter.host), "{shown:#}");
    assert_eq!(instance.status(&agent).await, "active");
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert!(adapter.asked().is_empty());
}

#[tokio::test]
async fn another_node_sends_what_a_dead_one_began() {
    // The adapter takes the request and never answers: the node dies while it waits.
    let adapter = Adapter::start(&[adapter::HANG]).await;
    let instance = Instance::start(&adapter.listed()).await;
    let (agent, stop) = (instance.agent("forum").await, instance.webhook(&adapter.listed()).await);
    let id = instance.contain(&agent, &stop).await;
    adapter.after(1, SOON).await;
    let Instance { inquest, serving, ada, rita, alan } = instance;
    serving.kill().await;
    let serving = inquest.serve().await;
    let again = |program: &Program| Program::new(&serving.url, program.bearer().trim_start_matches("Bearer "));
    let (ada, rita, alan) = (again(&ada), again(&rita), again(&alan));
    let instance = Instance { inquest, serving, ada, rita, alan };
    let asked = adapter.after(2, Duration::from_secs(40)).await;
    assert!(asked.iter().all(|asked| asked.headers["webhook-id"] == id), "under one id, so that it is done once");
    instance.until(&id, "acknowledged").await;
    assert_eq!(instance.status(&agent).await, "suspended");
    instance.inquest.run(&["verify"]).await.well();
}
