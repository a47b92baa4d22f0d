//! The document around a page.

use domain::access::Permit;
use leptos::prelude::*;

use super::Icon;
use crate::frame::Frame;
use crate::markdown::writer::Html;

/// The whole document with the page in it.
pub fn shell(page: AnyView) -> impl IntoView {
    let frame = Frame::current();
    let theme = (!frame.theme.is_empty()).then(|| frame.theme.clone());
    let live = frame.live.clone();
    // A title is text: the marks between views would show in the tab.
    let mut title = Html::default();
    title.text(&frame.title);
    let title = title.finish();
    view! {
        <html lang="en" data-theme=theme data-reader=frame.reader.as_ref().map(|reader| reader.id.to_string()) data-live=live.as_ref().map(|(url, _)| url.clone()) data-version=live.map(|(_, version)| version.to_string())>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                {frame.is_unlisted.then(|| view! { <meta name="robots" content="noindex, nofollow, noarchive"/><meta name="referrer" content="no-referrer"/> })}
                <title inner_html=title></title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=frame.assets.css/>
                {(!frame.assets.start.is_empty()).then(|| view! { <script type="module" src=frame.assets.start></script> })}
            </head>
            <body>
                {hatches()}
                <a class="skip" href="#main">"Skip to content"</a>
                {frame.reader.is_some().then(bar)}
                {frame.notice.clone().map(|notice| view! { <p class="toast" role="status">{notice}</p> })}
                {page}
            </body>
        </html>
    }
}

/// The hatch patterns that every drawing refers to; they must come before any drawing.
fn hatches() -> impl IntoView {
    view! {
        <svg class="defs" aria-hidden="true" focusable="false"><defs>
            <pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-line" width="1.6" height="5"></rect></pattern>
            <pattern id="hatch-lane" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="scale(2 1) rotate(45)"><rect class="hatch-line" width="1.6" height="5"></rect></pattern>
            <pattern id="hatch-deep" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="scale(2 1) rotate(45)"><rect class="hatch-line deep" width="2.6" height="5"></rect></pattern>
        </defs></svg>
    }
}

fn bar() -> impl IntoView {
    let frame = Frame::current();
    let here = frame.at.clone();
    let link = move |href: &'static str, label: &'static str| {
        let current = (here == href || here.starts_with(&format!("{href}/")) || here.starts_with(&format!("{href}?")))
            .then_some("page");
        view! { <a href=href aria-current=current>{label}</a> }
    };
    let name = frame.reader.as_ref().map(|reader| reader.name.clone()).unwrap_or_default();
    let face = name.chars().next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    view! {
        <header class="bar">
            <a class="brand" href="/">"Inquest"</a>
            <nav aria-label="Main">
                {first(&frame)}
                {link("/incidents", "Incidents")}
                {for_you(&frame)}
                {link("/remediation", "Remediation")}
                {link("/agents", "Agents")}
                {watch(&frame)}
                {link("/trends", "Trends")}
                {frame.may(Permit::Admin).then(|| link("/people", "People"))}
            </nav>
            <form class="find" action="/search" role="search">
                <label class="visually-hidden" for="find">"Search everything"</label>
                <input id="find" name="q" type="search" placeholder="Search…" data-key="/"/>
            </form>
            <details class="me">
                <summary><span class="face" aria-hidden="true">{face}</span><span class="visually-hidden">{name.clone()}</span></summary>
                <div>
                    <p class="muted">{name}</p>
                    <a href="/account">"Account and tokens"</a>
                    <a href="/help">"Keyboard and help"</a>
                    <form method="post" action="/sign-out"><button class="btn quiet">"Sign out"</button></form>
                </div>
            </details>
        </header>
    }
}

/// The first page. Every path begins with its own.
fn first(frame: &Frame) -> impl IntoView + use<> {
    let is_here = frame.at == "/" || frame.at.starts_with("/?");
    view! { <a href="/" aria-current=is_here.then_some("page")>"Now"</a> }
}

/// The watch, with how many alerts are open.
fn watch(frame: &Frame) -> impl IntoView + use<> {
    let is_here = frame.at == "/watch" || ["/watch/", "/watch?"].iter().any(|below| frame.at.starts_with(below));
    let current = is_here.then_some("page");
    view! { <a href="/watch" aria-current=current>"Watch"{count_of_alerts(frame.alerts)}</a> }
}

/// What awaits the reader, with how much it is.
fn for_you(frame: &Frame) -> impl IntoView + use<> {
    let current = (frame.at == "/inbox").then_some("page");
    let count = frame.awaiting;
    let words = if count == 1 { "1 thing for you".to_string() } else { format!("{count} things for you") };
    let badge = (count > 0).then(|| view! { " "<span class="count num" aria-hidden="true">{count.to_string()}</span><span class="visually-hidden">": "{words}</span> });
    view! { <a href="/inbox" aria-current=current>"For you"{badge}</a> }
}

/// A page of one column.
#[component]
pub fn One(
    /// `one`, `narrow` or `two`.
    #[prop(default = "page one")]
    class: &'static str,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    view! { <div class=class><main id="main" tabindex="-1">{children()}</main></div> }
}

/// A place that is still empty: what belongs here, why, and the first step.
#[component]
pub fn Empty(
    /// What belongs here.
    #[prop(into)]
    title: String,
    /// Why it matters and what to do first.
    #[prop(into)]
    text: String,
    /// A button or link, perhaps.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! { <div class="empty"><Icon name="plus"/><h3>{title}</h3><p>{text}</p>{children.map(|children| children())}</div> }
}

/// How many alerts are open, for those who see it and those who hear it.
pub fn count_of_alerts(alerts: u64) -> Option<impl IntoView> {
    let words = if alerts == 1 { ": 1 open alert".to_string() } else { format!(": {alerts} open alerts") };
    let shown = if alerts > 99 { "99+".to_string() } else { alerts.to_string() };
    (alerts > 0).then(|| view! { " "<span class="count num" aria-hidden="true">{shown}</span><span class="visually-hidden">{words}</span> })
}
