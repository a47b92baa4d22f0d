//! Who is told of alerts.

use std::collections::BTreeMap;

use domain::Id;
use domain::watch::stop::SECRET_PREFIX;
use domain::watch::{Level, NoticeSetting};
use leptos::prelude::*;

use super::nav::nav;
use super::rules::typed;
use crate::component::shell::One;
use crate::component::{Field, Form, Select, choices};

/// The page. `people` are the addresses of those who are told; `has_mail` says whether this instance sends mail.
pub fn page(setting: &NoticeSetting, people: &BTreeMap<Id, String>, has_mail: bool) -> AnyView {
    let (setting, people) = (setting.clone(), people.clone());
    let no_mail = (!has_mail).then(|| {
        view! { <p class="muted">"This instance sends no mail: whoever runs it sets INQUEST_SMTP_URL."</p> }
    });
    view! {
        <One>
            <div class="stack">
                {nav()}
                <h1>"Notices"</h1>
                <p class="muted">"People hear of each alert once. Where more come within an hour than are told, the rest is withheld and told together, with its count."</p>
                {no_mail}
                <section class="card">
                    <header><h2>"Who is told"</h2></header>
                    <Form id="notices" action="/notices" submit="Save">{fields(&setting, &people)}</Form>
                </section>
            </div>
        </One>
    }
    .into_any()
}

fn fields(setting: &NoticeSetting, people: &BTreeMap<Id, String>) -> impl IntoView + use<> {
    let (level, per_hour) = (setting.level.word(), setting.per_hour.to_string());
    let url = setting.webhook_url.clone().unwrap_or_default();
    let secret = setting.webhook_secret.clone().unwrap_or_default();
    let hint = format!("The name of an environment variable that begins with {SECRET_PREFIX}, never the key itself.");
    view! {
        <div class="row">
            <Select name="level" label="From which level on" options=choices(Level::ALL, Level::word, Level::label) value=level/>
            <Field name="per_hour:n" label="At most so many within an hour" kind="number" value=per_hour/>
        </div>
        <Field name="people:l" label="By mail" value=typed(people, &setting.people) hint="Addresses of accounts here, separated by commas. Empty for nobody."/>
        <div class="row">
            <Field name="webhook_url" label="By webhook" value=url hint="Signed as Standard Webhooks says. The host has to be listed in INQUEST_STOP_HOSTS."/>
            <Field name="webhook_secret" label="Key of its signature" value=secret hint=hint/>
        </div>
    }
}
