//! Filing an incident: what somebody knows in the first minute.

use domain::incident::Visibility;
use domain::severity::Sev;
use leptos::prelude::*;

use crate::component::shell::One;
use crate::component::{Choice, Field, Form, Radios, Select, TextArea, choices};
use crate::island::Understood;

/// The form that files an incident.
pub fn new_page() -> AnyView {
    let severities: Vec<Choice> =
        Sev::ALL.iter().map(|sev| (sev.number().to_string(), sev.label().to_string())).collect();
    view! {
        <One>
            <nav class="crumbs" aria-label="You are here"><a href="/incidents">"Incidents"</a><span>"New"</span></nav>
            <h1>"File an incident"</h1>
            <div class="stack">
                <p class="muted">"Only the title is needed. Write what you know now, and leave open what you do not: unknown stays unknown until somebody finds out."</p>
                <Form id="incident" action="/incidents" submit="File the incident">
                    <Field name="title" label="Title" required=true autofocus=true hint="One line: what the agent did, and what came of it."/>
                    <TextArea name="summary" label="What happened (optional)" rows=6 hint="A few sentences, as you would tell a colleague. Roles such as “asker” or “invoker” read better than names. Markdown works."/>
                    <div>
                        <Field name="occurred" label="When (optional)" hint="As you would say it: 18 March 2026 17:05 CET, about 2 h ago, 17:00–19:00, March 2026."/>
                        <Understood input="incident-occurred".to_string()/>
                    </div>
                    <div class="row">
                        <Select name="declared_severity:n" label="Declared severity (optional)" options=severities blank="not declared" hint="Your first judgement. The computed severity is kept beside it."/>
                        <Field name="agents:l" label="Agents (optional)" hint="Names of the agents that acted, with commas between."/>
                    </div>
                    <div class="row">
                        <Field name="systems:l" label="Systems (optional)" hint="What was touched or may have been, with commas between."/>
                        <Field name="tags:l" label="Tags (optional)" hint="Words to find it by, with commas between."/>
                    </div>
                    <Radios name="visibility" label="Who sees it" options=choices(Visibility::ALL, Visibility::word, Visibility::label) value=Visibility::Open.word()/>
                </Form>
            </div>
        </One>
    }
    .into_any()
}
