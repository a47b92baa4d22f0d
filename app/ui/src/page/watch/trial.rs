//! Trying a rule: what it would have said of what is stored.

use domain::counted::counted;
use domain::watch::{RuleSetting, RuleTrial, Said, TrialRead};
use leptos::context::Provider;
use leptos::prelude::*;

use super::nav::nav;
use super::rules::{Names, typed};
use super::shown::{clock, level_flag};
use crate::component::Field;
use crate::component::form::FormId;
use crate::component::shell::One;
use crate::frame::Frame;

/// The id of the form.
pub(super) const FORM: &str = "trial";

/// The page of a trial: of one that was made, or of one to be made.
pub fn page(setting: &RuleSetting, trial: Option<&RuleTrial>, names: &Names) -> AnyView {
    let kind = setting.kind;
    let asked = trial.map_or(setting, |trial| &trial.setting);
    let days = trial.map_or(30, |trial| trial.days);
    let (form, found) = (form(asked, days, names), trial.map(result));
    let anchor = format!("/watch/rules#rule-{}", kind.word());
    view! {
        <One>
            <div class="stack">
                {nav()}
                <nav class="crumbs" aria-label="Path"><a href="/watch/rules">"Rules"</a><a href=anchor>{kind.label()}</a></nav>
                <h1>{format!("Try “{}”", kind.label())}</h1>
                <p class="muted">{kind.sentence()}" A trial holds the rule against what the sources sent. It raises no alert and changes nothing."</p>
                <section class="card"><header><h2>"What to try"</h2></header>{form}</section>
                {found}
            </div>
        </One>
    }
    .into_any()
}

fn form(setting: &RuleSetting, days: i64, names: &Names) -> impl IntoView + use<> {
    let frame = Frame::current();
    let kind = setting.kind;
    let action = format!("/watch/rules/{}/trial", kind.word());
    let wrong = (frame.typed.form == FORM).then(|| frame.typed.detail.clone()).flatten();
    let (count, seconds, window) =
        (setting.count.to_string(), setting.seconds.to_string(), setting.window_seconds.to_string());
    let count = kind.counts().then(|| view! { <Field name="count" label="So many acts" kind="number" value=count/> });
    let seconds = kind
        .has_seconds()
        .then(|| view! { <Field name="seconds" label="Within (seconds)" kind="number" value=seconds/> });
    let sources = typed(&names.sources, &setting.sources);
    let agents = typed(&names.agents, &setting.agents);
    let labels = (kind == domain::watch::RuleKind::UnlabelledOutput).then(|| {
        let resources = domain::draft::typed_list(setting.resources.iter().map(ToString::to_string));
        let labels = domain::draft::typed_list(setting.labels.clone());
        view! {
            <Field name="resources" label="Where output needs a label" value=resources/>
            <Field name="labels" label="Labels" value=labels/>
        }
    });
    view! {
        <form class="form" method="get" action=action id=FORM>
            {wrong.map(|sentence| view! { <p class="notice stop" role="alert">{sentence}</p> })}
            <Provider value=FormId(FORM.into())>
                <div class="row">
                    <Field name="days" label="Over the last (days)" kind="number" value=days.to_string()/>
                    {count}{seconds}
                    <Field name="window_seconds" label="One alert takes in what happens again within (seconds)" kind="number" value=window/>
                </div>
                <div class="row">
                    <Field name="sources" label="Only these sources" value=sources hint="Names or ids, separated by commas. Empty for those that the rule is for."/>
                    <Field name="agents" label="Only these agents" value=agents/>
                </div>
                {labels}
            </Provider>
            <div class="actions"><button type="submit" class="btn p">"Try it"</button></div>
        </form>
    }
}

fn result(trial: &RuleTrial) -> impl IntoView + use<> {
    let said = match trial.alerts {
        0 => "It would have said nothing.".to_string(),
        alerts => format!("It would have raised {} for {}.", counted(alerts, "alert"), counted(trial.acts, "act")),
    };
    let stopped = trial
        .stopped
        .clone()
        .map(|why| view! { <p class="notice warn" role="status"><b>"Not everything was read. "</b>{why}</p> });
    let table = (!trial.items.is_empty()).then(|| table(&trial.items));
    let left = (trial.left_off > 0).then(
        || view! { <p class="muted">{format!("{} more agents or resources are not listed.", trial.left_off)}</p> },
    );
    view! {
        <section class="card" id="result">
            <header><h2>{format!("The last {}", counted(u64::try_from(trial.days).unwrap_or(0), "day"))}</h2></header>
            <p role="status"><b>{said}</b></p>
            <p class="muted">{read(&trial.read)}" What people muted or called a false alarm counts here, too."</p>
            {stopped}{table}{left}
        </section>
    }
}

/// How much was read, in a sentence.
fn read(read: &TrialRead) -> String {
    if read.sources == 0 {
        return "No source sent anything in that time.".into();
    }
    let removed = match read.removed {
        0 => String::new(),
        count => format!(" The bytes of {} are not kept any more.", counted(count, "segment")),
    };
    format!(
        "Read {} of {}: {}, and {} that are not sealed yet ({}).{removed}",
        counted(read.records, "record"),
        counted(read.sources, "source"),
        counted(read.segments, "sealed segment"),
        domain::counted::counted_as(read.batches, "batch", "batches"),
        crate::size::size_in_words(read.bytes)
    )
}

fn table(items: &[Said]) -> impl IntoView + use<> {
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label="What it would have said">
            <table class="table" role="table">
                <thead role="rowgroup"><tr role="row">
                    <th scope="col" role="columnheader">"Agent"</th><th scope="col" role="columnheader">"Resource"</th>
                    <th scope="col" role="columnheader">"Level"</th>
                    <th scope="col" role="columnheader" class="num">"Alerts"</th><th scope="col" role="columnheader" class="num">"Acts"</th>
                    <th scope="col" role="columnheader">"First and last"</th>
                </tr></thead>
                <tbody role="rowgroup">{items.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn row(said: &Said) -> impl IntoView + use<> {
    let who = match &said.agent {
        Some(agent) => view! { <a href=format!("/agents/{agent}")>{said.name.clone()}</a> }.into_any(),
        None => said.name.clone().into_any(),
    };
    let resource = if said.resource.is_empty() { "any".to_string() } else { said.resource.clone() };
    let last = (said.last_at != said.first_at).then(|| view! { ", "{clock(said.last_at)} });
    view! {
        <tr role="row">
            <th scope="row" role="rowheader" data-label="Agent">{who}</th>
            <td role="cell" data-label="Resource" class="text"><code>{resource}</code><p class="muted"><small>{said.why.clone()}</small></p></td>
            <td role="cell" data-label="Level">{level_flag(said.level)}</td>
            <td role="cell" data-label="Alerts" class="num">{said.alerts.to_string()}</td>
            <td role="cell" data-label="Acts" class="num">{said.acts.to_string()}</td>
            <td role="cell" data-label="First and last">{clock(said.first_at)}{last}</td>
        </tr>
    }
}
