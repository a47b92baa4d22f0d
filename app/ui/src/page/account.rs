//! One's own account: how times and pages look, the password, and tokens.

use domain::access::Scope;
use domain::{Id, Instant};
use leptos::prelude::*;

use crate::component::day::Day;
use crate::component::shell::{Empty, One};
use crate::component::{ActButton, Choice, Field, Flag, Form, Icon, Radios, Select, choices};
use crate::frame::Frame;

/// A token as its owner sees it. The token itself is never kept.
#[derive(Debug, Clone)]
pub struct TokenRow {
    /// Its id.
    pub id: Id,
    /// What it is called.
    pub name: String,
    /// What it may do, at most.
    pub scope: Scope,
    /// The agent that writes with it.
    pub agent: Option<String>,
    /// Since when.
    pub created: Instant,
    /// Until when.
    pub expires: Option<Instant>,
    /// When it was last used.
    pub last_used: Option<Instant>,
}

/// The zones offered; any other is understood as well.
const ZONES: [&str; 30] = [
    "UTC",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Europe/Berlin",
    "Europe/Paris",
    "Europe/Madrid",
    "Europe/Warsaw",
    "Europe/Athens",
    "Europe/Istanbul",
    "Africa/Cairo",
    "Africa/Lagos",
    "Africa/Nairobi",
    "Africa/Johannesburg",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Asia/Seoul",
    "Australia/Sydney",
    "Pacific/Auckland",
    "America/New_York",
    "America/Toronto",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/Sao_Paulo",
    "America/Buenos_Aires",
];

/// The account of the reader. `fresh_token` is a token just made; it is shown this once.
pub fn page(
    email: &str,
    zone: &str,
    theme: &str,
    mail: bool,
    tokens: &[TokenRow],
    fresh_token: Option<&str>,
) -> AnyView {
    let fresh = fresh_token.map(|token| fresh(token.to_string()));
    let (profile, tokens) = (profile(email, zone, theme, mail), tokens_card(tokens));
    view! {
        <One>
            <h1>"Account"</h1>
            {fresh}
            {profile}
            {password()}
            {tokens}
        </One>
    }
    .into_any()
}

fn fresh(token: String) -> impl IntoView {
    view! {
        <div class="notice info" role="status">
            <Icon name="lock"/>
            <div>
                <p><b>"The token is ready."</b>" Copy it now: only its fingerprint is kept, so it cannot be shown again."</p>
                <p><code>{token}</code></p>
            </div>
        </div>
    }
}

fn profile(email: &str, zone: &str, theme: &str, mail: bool) -> impl IntoView + use<> {
    let name = Frame::current().reader.as_ref().map(|reader| reader.name.clone()).unwrap_or_default();
    let (email, zone, theme) = (email.to_string(), zone.to_string(), theme.to_string());
    let themes: Vec<Choice> = [("", "as the system"), ("light", "light"), ("dark", "dark")]
        .map(|(word, label)| (word.to_string(), label.to_string()))
        .into();
    view! {
        <section class="card">
            <header><h2>"You"</h2><small class="muted">{email}</small></header>
            <Form id="account" action="/account" submit="Save">
                <Field name="name" label="Name" value=name autocomplete="name" required=true hint="What you have signed keeps the name you had then."/>
                <Field name="zone" label="Time zone" value=zone list="zones" hint="Times are shown in it, and what you type without a zone is read in it: Europe/Berlin, CET, +02:00."/>
                <datalist id="zones">{ZONES.map(|zone| view! { <option value=zone></option> }).into_iter().collect_view()}</datalist>
                <Radios name="theme" label="Appearance" options=themes value=theme/>
                <Flag name="mail:b" label="Mail about mentions, and at 08:00 about items of mine that are overdue, where this instance sends mail" value=mail/>
            </Form>
        </section>
    }
}

fn password() -> impl IntoView {
    view! {
        <section class="card">
            <header><h2>"Password"</h2></header>
            <Form id="password" action="/account/password" submit="Change the password">
                <div class="row">
                    <Field name="current" label="Current password" kind="password" autocomplete="current-password" required=true/>
                    <Field name="new" label="New password" kind="password" autocomplete="new-password" required=true/>
                </div>
            </Form>
        </section>
    }
}

fn tokens_card(tokens: &[TokenRow]) -> impl IntoView + use<> {
    let list = if tokens.is_empty() {
        view! { <Empty title="No tokens yet" text="A token lets a program work here as you: file incidents from an alert, attach logs, read verdicts. Make one for each program, so that each can be revoked alone."/> }.into_any()
    } else {
        token_table(tokens)
    };
    view! {
        <section class="card">
            <header><h2>"Tokens"</h2><small class="muted"><a href="/api/v1/openapi.json">"API description"</a></small></header>
            {list}
            <h3>"Make a token"</h3>
            <Form id="token" action="/tokens" submit="Make the token">
                <div class="row">
                    <Field name="name" label="Name" required=true hint="Which program uses it."/>
                    <Select name="scope" label="Scope" options=choices(Scope::ALL, Scope::word, Scope::label) value=Scope::Read.word() hint="At most this; your role limits it further."/>
                </div>
                <div class="row">
                    <Field name="agent" label="Agent (optional)" hint="If an AI agent uses the token, its name. What it writes is marked, and it can neither sign nor publish."/>
                    <Field name="expires_days:n" label="Days until it expires (optional)" kind="number" value="90" hint="Empty: it never does."/>
                </div>
            </Form>
        </section>
    }
}

fn token_table(tokens: &[TokenRow]) -> AnyView {
    let heads = ["Name", "Scope", "Made", "Expires", "Last used", "Revoke"];
    view! {
        <table class="table" role="table" aria-label="Tokens">
            <thead role="rowgroup"><tr role="row">{heads.map(|head| view! { <th scope="col" role="columnheader">{head}</th> }).into_iter().collect_view()}</tr></thead>
            <tbody role="rowgroup">{tokens.iter().map(token_row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn token_row(token: &TokenRow) -> impl IntoView + use<> {
    let now = Frame::current().now;
    let day = |at: Option<Instant>| match at {
        Some(at) => view! { <Day at=at/> }.into_any(),
        None => view! { <span class="muted">"never"</span> }.into_any(),
    };
    let expired = token.expires.is_some_and(|at| at <= now);
    let agent = token
        .agent
        .clone()
        .map(|agent| view! { <br/><small class="muted"><Icon name="agent"/>" agent "{agent}</small> });
    let revoke = format!("Revoke the token {}", token.name);
    view! {
        <tr role="row" id=format!("token-{}", token.id)>
            <th scope="row" role="rowheader">{token.name.clone()}{agent}</th>
            <td role="cell" data-label="Scope">{token.scope.label()}</td>
            <td role="cell" data-label="Made"><Day at=token.created/></td>
            <td role="cell" data-label="Expires">{day(token.expires)}{expired.then(|| view! { " " <span class="flag off">"expired"</span> })}</td>
            <td role="cell" data-label="Last used">{day(token.last_used)}</td>
            <td role="cell" data-label="Revoke"><ActButton action=format!("/tokens/{}/delete", token.id) label="Revoke" title=revoke class="btn danger small"/></td>
        </tr>
    }
}
