//! The rules: what each says, how it is set, how often it was right, and what it would have said.

use std::collections::BTreeMap;

use domain::access::Permit;
use domain::counted::counted;
use domain::draft::typed_list;
use domain::time::DurationRange;
use domain::watch::{Level, Precision, Response, RuleKind, RuleSetting};
use domain::{Id, Refusal};
use leptos::prelude::*;

use super::alert::precision_text;
use super::nav::nav;
use super::shown::level_flag;
use crate::component::shell::One;
use crate::component::{Field, Flag, Form, OpenForm, Select, choices};
use crate::frame::Frame;

/// A rule as the page shows it.
#[derive(Debug, Clone)]
pub struct RuleView {
    /// How it is set.
    pub setting: RuleSetting,
    /// Its alerts that are open, acknowledged or muted.
    pub open: u64,
    /// All of its alerts.
    pub alerts: u64,
    /// How often it was right.
    pub precision: Precision,
}

/// What agents and sources are called.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Agents.
    pub agents: BTreeMap<Id, String>,
    /// Sources that are open.
    pub sources: BTreeMap<Id, String>,
}

/// Names as they are typed; where there is none, the id.
pub(super) fn typed(names: &BTreeMap<Id, String>, ids: &[Id]) -> String {
    typed_list(ids.iter().map(|id| names.get(id).cloned().unwrap_or_else(|| id.to_string())))
}

/// The page.
pub fn page(rules: &[RuleView], names: &Names) -> AnyView {
    let cards = rules.iter().map(|rule| card(rule, names)).collect_view();
    view! {
        <One>
            <div class="stack">
                {nav()}
                <h1>"Rules"</h1>
                <p class="muted">"Rules judge acts while they come in. Try a rule before you switch it on: it is held against what is stored."</p>
                {cards}
            </div>
        </One>
    }
    .into_any()
}

fn card(rule: &RuleView, names: &Names) -> impl IntoView + use<> {
    let setting = &rule.setting;
    let kind = setting.kind;
    let id = format!("rule-{}", kind.word());
    let on = if setting.on {
        view! { <span class="flag">"on"</span> }
    } else {
        view! { <span class="flag off">"off"</span> }
    };
    let tries = (kind != RuleKind::SourceSilent).then(|| {
        let href = format!("/watch/rules/{}/trial?days=30", kind.word());
        view! { <a class="btn" href=href>"Try it"<span class="visually-hidden">": "{kind.label()}</span></a> }
    });
    let edit = Frame::current().may(Permit::Admin).then(|| edit(setting, names));
    view! {
        <section class="card" id=id tabindex="-1">
            <header><h2>{kind.label()}</h2><span class="cluster">{on}{level_flag(setting.level)}</span></header>
            <p>{kind.sentence()}</p>
            <div class="stack">
                {facts(rule, names)}
                <div class="actions">{tries}{edit}</div>
            </div>
        </section>
    }
}

fn facts(rule: &RuleView, names: &Names) -> impl IntoView + use<> {
    let setting = &rule.setting;
    let kind = setting.kind;
    let all = format!("/watch?rule={}", kind.word());
    let counts = kind.counts().then(|| {
        let said = format!("{} within {}", counted(setting.count, "act"), length(setting.seconds));
        view! { <dt>"Speaks at"</dt><dd>{said}</dd> }
    });
    let back = (kind.has_seconds() && !kind.counts())
        .then(|| view! { <dt>"Looks back over"</dt><dd>{length(setting.seconds)}</dd> });
    let labels = (kind == RuleKind::UnlabelledOutput).then(|| {
        let patterns: Vec<String> = setting.resources.iter().map(ToString::to_string).collect();
        let or_none = |list: String| if list.is_empty() { "none".to_string() } else { list };
        view! {
            <dt>"Where a label is asked for"</dt><dd>{or_none(patterns.join(", "))}</dd>
            <dt>"Labels"</dt><dd>{or_none(setting.labels.join(", "))}</dd>
        }
    });
    let open = format!("{} of {} still open, ", rule.open, counted(rule.alerts, "alert"));
    view! {
        <dl class="facts">
            <dt>"What follows"</dt><dd>{setting.response.label()}</dd>
            {counts}{back}
            <dt>"One alert takes in"</dt><dd>{format!("what happens again within {}", length(setting.window_seconds))}</dd>
            <dt>"Sources"</dt><dd>{meant(&names.sources, &setting.sources, &setting.sources_except)}</dd>
            <dt>"Agents"</dt><dd>{meant(&names.agents, &setting.agents, &setting.agents_except)}</dd>
            {labels}
            <dt>"Alerts"</dt><dd><a href=all>{open}{precision_text(rule.precision)}</a></dd>
        </dl>
    }
}

/// Seconds as people say them.
fn length(seconds: u32) -> String {
    DurationRange::exact(i64::from(seconds) * 1_000_000).show()
}

/// For whom a rule is, in words.
fn meant(names: &BTreeMap<Id, String>, only: &[Id], except: &[Id]) -> String {
    let all = if only.is_empty() { "all".to_string() } else { format!("only {}", typed(names, only)) };
    if except.is_empty() { all } else { format!("{all}, except {}", typed(names, except)) }
}

fn edit(setting: &RuleSetting, names: &Names) -> impl IntoView + use<> {
    let kind = setting.kind;
    let (form, action) = (format!("rule-form-{}", kind.word()), format!("/rules/{}", kind.word()));
    let responses: Vec<Response> =
        Response::ALL.iter().copied().filter(|it| kind != RuleKind::SourceSilent || *it <= Response::Alert).collect();
    let id = form.clone();
    let (level, response, on) = (setting.level.word(), setting.response.word(), setting.on);
    // Fields have to be made inside of their form: it says what was typed into them.
    let (setting, names) = (setting.clone(), names.clone());
    view! {
        <OpenForm label="Edit" form=form>
            <Form id=id action=action submit="Save">
                <Flag name="on:b" label="On" value=on/>
                <div class="row">
                    <Select name="level" label="Level" options=choices(Level::ALL, Level::word, Level::label) value=level/>
                    <Select name="response" label="What follows" options=choices(&responses, Response::word, Response::label) value=response hint="Each does what those before it do, too. Only agents that allow it are suspended."/>
                </div>
                {numbers(&setting)}
                {lists(&setting, &names)}
            </Form>
        </OpenForm>
    }
}

/// The numbers that mean something for a rule.
fn numbers(setting: &RuleSetting) -> impl IntoView + use<> {
    let kind = setting.kind;
    let (count, seconds, window) =
        (setting.count.to_string(), setting.seconds.to_string(), setting.window_seconds.to_string());
    let count = kind.counts().then(|| view! { <Field name="count:n" label="So many acts" kind="number" value=count/> });
    let seconds = kind
        .has_seconds()
        .then(|| view! { <Field name="seconds:n" label="Within (seconds)" kind="number" value=seconds/> });
    view! {
        <div class="row">
            {count}{seconds}
            <Field name="window_seconds:n" label="One alert takes in what happens again within (seconds)" kind="number" value=window/>
        </div>
    }
}

/// For which sources and agents a rule is, and where it asks for labels.
fn lists(setting: &RuleSetting, names: &Names) -> impl IntoView + use<> {
    let sources = |ids: &[Id]| typed(&names.sources, ids);
    let agents = |ids: &[Id]| typed(&names.agents, ids);
    let resources = typed_list(setting.resources.iter().map(ToString::to_string));
    let labels = typed_list(setting.labels.clone());
    let asks = (setting.kind == RuleKind::UnlabelledOutput).then(|| {
        view! {
            <div class="row">
                <Field name="resources:l" label="Where output needs a label" value=resources hint="Patterns of resources, such as forum/*."/>
                <Field name="labels:l" label="Labels" value=labels hint="Texts of which one has to stand in the output."/>
            </div>
        }
    });
    view! {
        <div class="row">
            <Field name="sources:l" label="Only for these sources" value=sources(&setting.sources) hint="Names or ids, separated by commas. Empty for all."/>
            <Field name="sources_except:l" label="Not for these sources" value=sources(&setting.sources_except)/>
        </div>
        <div class="row">
            <Field name="agents:l" label="Only for these agents" value=agents(&setting.agents) hint="Names or ids, separated by commas. Empty for all."/>
            <Field name="agents_except:l" label="Not for these agents" value=agents(&setting.agents_except)/>
        </div>
        {asks}
    }
}

/// A query that could not be read, as a form that came back: the sentence beside its field.
pub fn refused_trial(query: &BTreeMap<String, String>, refusal: &Refusal) -> crate::frame::Typed {
    crate::frame::Typed {
        form: super::trial::FORM.into(),
        values: query.iter().map(|(name, value)| (name.clone(), vec![value.clone()])).collect(),
        errors: refusal.field.iter().map(|field| (field.clone(), refusal.sentence.clone())).collect(),
        detail: refusal.field.is_none().then(|| refusal.sentence.clone()),
    }
}
