//! How agents are stopped: whom Inquest tells, what it would send, and recipes for vendors.

use std::collections::BTreeMap;

use domain::Id;
use domain::access::Permit;
use domain::watch::stop::{DryRun, Header, HttpMethod, RECIPES, SECRET_PREFIX, StopKind, StopSetting};
use leptos::prelude::*;

use super::nav::nav;
use super::rules::typed;
use crate::component::shell::{Empty, One};
use crate::component::{ActButton, Field, Flag, Form, OpenForm, Select, TextArea, choices};
use crate::frame::Frame;
use crate::markdown::to_html;

/// So many rows for headers a form has beside those that are there.
const BLANK_HEADERS: usize = 2;

/// The list.
pub fn list_page(stops: &[StopSetting], names: &BTreeMap<Id, String>) -> AnyView {
    let may = Frame::current().may(Permit::Admin);
    let body = if stops.is_empty() { nothing(may) } else { table(stops, names) };
    let add = may.then(|| view! { <a class="btn p" href="/watch/stops/new">"Add a stop"</a> });
    view! {
        <One>
            <div class="stack">
                {nav()}
                <div class="spread">
                    <h1>"Stops"</h1>
                    <div class="actions"><a class="btn quiet" href="/watch/stops/recipes">"Recipes"</a>{add}</div>
                </div>
                <p class="muted">"A stop says whom Inquest tells when an agent is to be suspended. What the other side answers is a claim: only the sources show whether the agent stopped."</p>
                {body}
            </div>
        </One>
    }
    .into_any()
}

fn nothing(may: bool) -> AnyView {
    let who = (!may).then(|| view! { <p class="muted">"An admin can add one."</p> });
    view! {
        <h2 class="visually-hidden">"List"</h2>
        <Empty title="No stop is set up yet" text="Without one, a person has to stop an agent by hand. The recipes show how it is done for GitHub, Okta, Microsoft Entra, AWS, Kubernetes and Slack, and what each does not stop.">
            <p><a class="btn" href="/watch/stops/recipes">"Read the recipes"</a></p>{who}
        </Empty>
    }
    .into_any()
}

fn table(stops: &[StopSetting], names: &BTreeMap<Id, String>) -> AnyView {
    let row = |stop: &StopSetting| {
        let href = format!("/watch/stops/{}", stop.id);
        let dry = stop.is_dry_run.then(|| view! { " "<span class="flag un">"dry run"</span> });
        let agents = if stop.agents.is_empty() { "all".to_string() } else { typed(names, &stop.agents) };
        view! {
            <tr role="row">
                <th scope="row" role="rowheader"><a href=href data-item>{stop.name.clone()}</a>{dry}</th>
                <td role="cell" data-label="How">{stop.kind.label()}</td>
                <td role="cell" data-label="Where"><code>{format!("{} {}", stop.method, stop.url)}</code></td>
                <td role="cell" data-label="Agents">{agents}</td>
                <td role="cell" data-label="Quiet time" class="num">{format!("{} s", stop.quiet_seconds)}</td>
            </tr>
        }
    };
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label="Stops">
            <table class="table" role="table">
                <thead role="rowgroup"><tr role="row">
                    <th scope="col" role="columnheader">"Stop"</th><th scope="col" role="columnheader">"How"</th>
                    <th scope="col" role="columnheader">"Where"</th><th scope="col" role="columnheader">"Agents"</th>
                    <th scope="col" role="columnheader" class="num">"Quiet time"</th>
                </tr></thead>
                <tbody role="rowgroup">{stops.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The page on which a stop is added.
pub fn new_page() -> AnyView {
    view! {
        <One>
            <div class="stack">
                {nav()}
                <nav class="crumbs" aria-label="Path"><a href="/watch/stops">"Stops"</a></nav>
                <h1>"Add a stop"</h1>
                <section class="card">
                    <p class="muted">"Requests go only to hosts that whoever runs this instance has listed in INQUEST_STOP_HOSTS. "<a href="/watch/stops/recipes">"Recipes for vendors"</a></p>
                    <Form id="stop" action="/stops" submit="Add the stop">{fields(None, &BTreeMap::new())}</Form>
                </section>
            </div>
        </One>
    }
    .into_any()
}

/// The page of one stop. The dry run is for those who may set it up.
pub fn page(stop: &StopSetting, names: &BTreeMap<Id, String>, dry_run: Option<&DryRun>) -> AnyView {
    let frame = Frame::current();
    let may = frame.may(Permit::Admin) && stop.retired_at.is_none();
    let settings = may.then(|| settings(stop, names));
    let retired = stop.retired_at.map(
        |_| view! { <p class="notice info">"This stop is not used any more. What was sent by it stays known."</p> },
    );
    let rehearsal = stop.is_dry_run.then(|| view! { <p class="notice warn">"This is a dry run: nothing is sent, and it is noted what would have been."</p> });
    let agents = if stop.agents.is_empty() { "all agents".to_string() } else { typed(names, &stop.agents) };
    let undone = if stop.undone_by.is_empty() { "not said".to_string() } else { stop.undone_by.clone() };
    let secrets = stop.secrets();
    let secrets = if secrets.is_empty() { "none".to_string() } else { secrets.join(", ") };
    let shown = dry_run.map(sent);
    let (name, kind, place) = (stop.name.clone(), stop.kind.label(), format!("{} {}", stop.method, stop.url));
    let quiet = format!("{} seconds without an act, then it counts as effective", stop.quiet_seconds);
    view! {
        <One>
            <div class="stack">
                {nav()}
                <nav class="crumbs" aria-label="Path"><a href="/watch/stops">"Stops"</a></nav>
                <h1>{name}</h1>
                {retired}{rehearsal}
                <section class="card">
                    <header><h2>"Settings"</h2></header>
                    <div class="stack">
                        <dl class="facts">
                            <dt>"How"</dt><dd>{kind}</dd>
                            <dt>"Where"</dt><dd><code>{place}</code></dd>
                            <dt>"Agents"</dt><dd>{agents}</dd>
                            <dt>"Quiet time"</dt><dd>{quiet}</dd>
                            <dt>"How it is undone"</dt><dd>{undone}</dd>
                            <dt>"Secrets, by name"</dt><dd>{secrets}</dd>
                        </dl>
                        {settings}
                    </div>
                </section>
                {shown}
            </div>
        </One>
    }
    .into_any()
}

fn settings(stop: &StopSetting, names: &BTreeMap<Id, String>) -> impl IntoView + use<> {
    let action = format!("/stops/{}", stop.id);
    let (retire, stop, names) = (format!("{action}/delete"), stop.clone(), names.clone());
    view! {
        <div class="actions">
            <OpenForm label="Edit" form="edit-stop"><Form id="edit-stop" action=action submit="Save">{fields(Some(&stop), &names)}</Form></OpenForm>
            <ActButton action=retire id="retire" label="Retire the stop" title="Retire the stop; what was sent by it stays known" class="btn danger"/>
        </div>
    }
}

/// What would be sent, for an agent that does not exist.
fn sent(dry_run: &DryRun) -> impl IntoView + use<> {
    let mut text = format!("{} {}\n", dry_run.method, dry_run.url);
    for Header { name, value } in &dry_run.headers {
        text += &format!("{name}: {value}\n");
    }
    if dry_run.is_signed {
        text += "webhook-id, webhook-timestamp, webhook-signature: added when it is sent\n";
    }
    if !dry_run.body.is_empty() {
        text += &format!("\n{}\n", dry_run.body);
    }
    let unset = (!dry_run.secrets_not_set.is_empty()).then(|| {
        let said = format!(
            "The environment of this server does not have {}: the request could not be sent now.",
            domain::counted::and(&dry_run.secrets_not_set)
        );
        view! { <p class="notice stop" role="status">{said}</p> }
    });
    view! {
        <section class="card" id="test">
            <header><h2>"What would be sent"</h2></header>
            <p class="muted">"For an agent that does not exist. Nothing is sent, and secrets stand here by their names."</p>
            {unset}
            <pre tabindex="0" role="region" aria-label="The request"><code>{text}</code></pre>
        </section>
    }
}

fn fields(stop: Option<&StopSetting>, names: &BTreeMap<Id, String>) -> AnyView {
    let text = |read: fn(&StopSetting) -> String| stop.map(read).unwrap_or_default();
    let kind = stop.map_or(StopKind::Webhook, |stop| stop.kind).word();
    let method = stop.map_or(HttpMethod::Post, |stop| stop.method).word();
    let agents = stop.map(|stop| typed(names, &stop.agents)).unwrap_or_default();
    let quiet = stop.map_or(domain::watch::containment::QUIET_SECONDS, |stop| stop.quiet_seconds).to_string();
    let known = stop.map(|stop| stop.headers.clone()).unwrap_or_default();
    let count = known.len() + BLANK_HEADERS;
    let headers = (0..count).map(|place| {
        let header = known.get(place).cloned().unwrap_or(Header { name: String::new(), value: String::new() });
        let at = |field: &str| format!("headers.{place}.{field}");
        view! {
            <div class="row">
                <Field name=at("name") label=format!("Header {}", place + 1) value=header.name/>
                <Field name=at("value") label=format!("Value {}", place + 1) value=header.value/>
            </div>
        }
    });
    let secret_hint =
        format!("For a webhook: the environment variable that holds its key. It begins with {SECRET_PREFIX}.");
    let header_hint = format!(
        "A secret stands in a value as {{{{secret:{SECRET_PREFIX}…}}}}, with the name of an environment variable."
    );
    view! {
        <div class="row">
            <Field name="name" label="Name" value=text(|stop| stop.name.clone()) required=true/>
            <Select name="kind" label="How" options=choices(StopKind::ALL, StopKind::word, StopKind::label) value=kind/>
            <Select name="method" label="Method" options=choices(HttpMethod::ALL, HttpMethod::word, HttpMethod::label) value=method hint="A webhook is always POST."/>
        </div>
        <Field name="url" label="Address" value=text(|stop| stop.url.clone()) required=true hint="Such as https://stop.example.org/agents/{{agent.identifier}}."/>
        <Field name="secret" label="Key of the signature" value=text(|stop| stop.secret.clone().unwrap_or_default()) hint=secret_hint/>
        <fieldset class="choices"><legend>"Headers"</legend><p class="hint">{header_hint}</p>{headers.collect_view()}</fieldset>
        <TextArea name="template" label="Body" value=text(|stop| stop.template.clone()) hint="JSON with placeholders inside of its texts, such as {{agent.name}}. A webhook without one sends the usual body."/>
        <div class="row">
            <Field name="agents:l" label="Agents that it stops" value=agents hint="Names or ids, separated by commas. Empty for all."/>
            <Field name="quiet_seconds:n" label="Quiet time (seconds)" kind="number" value=quiet/>
        </div>
        <Field name="undone_by" label="How what it does is undone" value=text(|stop| stop.undone_by.clone())/>
        <Flag name="is_dry_run:b" label="Dry run: nothing is sent, and it is noted what would have been" value=stop.is_some_and(|stop| stop.is_dry_run)/>
    }
    .into_any()
}

/// How the stops of vendors are set up, and what each does not end.
pub fn recipes_page() -> AnyView {
    let mut parts = RECIPES.split("\n## ");
    let intro = parts.next().and_then(|part| part.split_once('\n')).map_or("", |(_, text)| text);
    let recipe = |part: &str| {
        let (title, text) = part.split_once('\n').unwrap_or((part, ""));
        let label = format!("Example: {}", title.replace('"', ""));
        let html = to_html(&text.replace("```json", "```"))
            .replace("<pre>", &format!("<pre tabindex=\"0\" role=\"region\" aria-label=\"{label}\">"));
        view! { <section class="card"><header><h2>{title.to_string()}</h2></header><div class="md" inner_html=html></div></section> }
    };
    let recipes = parts.map(recipe).collect_view();
    view! {
        <One>
            <div class="stack">
                {nav()}
                <nav class="crumbs" aria-label="Path"><a href="/watch/stops">"Stops"</a></nav>
                <h1>"Stopping an agent: recipes"</h1>
                <div class="md" inner_html=to_html(intro).to_string()></div>
                {recipes}
            </div>
        </One>
    }
    .into_any()
}
