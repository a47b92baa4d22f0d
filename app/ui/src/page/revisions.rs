//! Published revisions: what was frozen, to read, to compare, to take along, and to share.

mod links;

use domain::export::{Format, Profile};
use domain::history::Piece;
use domain::postmortem::Revision;
use domain::revision::Manifest;
use leptos::prelude::*;

use super::case::case_page;
use super::history::piece;
use crate::case::Case;
use crate::component::shell::Empty;
use crate::component::times::to_minute;
use crate::component::{Icon, When};

/// What a revision's page shows.
pub enum Compared {
    /// The text, as HTML made of the frozen Markdown.
    Alone(String),
    /// Two revisions, word by word.
    Words {
        /// The earlier one.
        first: u32,
        /// The later one.
        last: u32,
        /// Their texts.
        pieces: Vec<Piece>,
    },
}

/// Every revision, the newest first.
pub fn list(case: &Case, revisions: &[(Revision, Option<Manifest>)]) -> AnyView {
    let none = revisions.is_empty();
    let rows = revisions.iter().rev().map(|(revision, manifest)| row(case, revision, manifest.as_ref())).collect_view();
    let body = view! {
        <section class="card">
            <header><h2>"Revisions"</h2><div class="actions"><a class="btn quiet small" href=case.url("postmortem")>"To the postmortem"</a></div></header>
            <p class="muted">"Publishing freezes the postmortem: its texts are kept as they were written then, and later edits change none of them. The chain of changes holds the digest of each file, so an altered one is found."</p>
            {none.then(|| view! { <Empty title="Nothing is published yet" text="A postmortem goes to review, somebody else approves it, and then it can be published: that makes the first revision."/> })}
            <ol class="history">{rows}</ol>
        </section>
    };
    case_page(case, "postmortem", body.into_any())
}

fn row(case: &Case, revision: &Revision, manifest: Option<&Manifest>) -> AnyView {
    let number = revision.number;
    let approved = revision.approved.as_ref().map(|stamp| format!(" Approved by {}.", stamp.by.name));
    let signed = manifest.filter(|manifest| !manifest.signed.is_empty()).map(|manifest| {
        let names: Vec<&str> = manifest.signed.iter().map(|act| act.by.as_str()).collect();
        format!(" Verdict signed by {}.", names.join(" and "))
    });
    let kept = match manifest {
        Some(manifest) => view! { {ways(case, manifest)}{files(case, manifest)} }.into_any(),
        None => view! { <p class="muted">"It was published by an older version, which kept no texts."</p> }.into_any(),
    };
    view! {
        <li id=format!("revision-{number}") data-item="" tabindex="0">
            <When time=to_minute(revision.stamp.at)/>
            <div>
                <p><b>{format!("Revision {number}")}</b>{format!(" published by {}, with the verdict “{}”.", revision.stamp.by.name, revision.verdict)}{approved}{signed}</p>
                {kept}
                <p class="muted"><small class="num">{format!("incident version {}", revision.version)}</small></p>
            </div>
        </li>
    }
    .into_any()
}

/// To read it, and to compare it with the one before.
fn ways(case: &Case, manifest: &Manifest) -> impl IntoView + use<> {
    let number = manifest.number;
    let read = case.url(&format!("revisions/{number}"));
    let compare = (number > 1).then(|| case.url(&format!("revisions/{number}?with={}", number - 1)));
    view! {
        <p class="actions">
            <a class="btn small" href=read>"Read"<span class="visually-hidden">{format!(" revision {number}")}</span></a>
            {compare.map(|href| view! { <a class="btn small" href=href>{format!("Compare with revision {}", number - 1)}</a> })}
        </p>
    }
}

/// Every file with its digest.
fn files(case: &Case, manifest: &Manifest) -> impl IntoView + use<> {
    let number = manifest.number;
    let line = |file: &domain::revision::FrozenFile| {
        let query = format!("format={}&profile={}", file.format.word(), file.profile.word());
        let href = case.url(&format!("revisions/{number}/export?{query}"));
        let name = match file.profile {
            Profile::Internal => file.format.label().to_string(),
            Profile::Public => format!("{} for the public", file.format.label()),
        };
        let name = if file.format == Format::Csv { format!("Timeline as {name}") } else { name };
        view! { <li><a href=href download=""><Icon name="download"/>" "{name}</a>" "<small class="muted">"SHA-256 "<code>{file.sha256.clone()}</code></small></li> }
    };
    let lines = manifest.files.iter().map(line).collect_view();
    view! { <details><summary>{format!("{} files", manifest.files.len())}</summary><ul class="hairline">{lines}</ul></details> }
}

/// One revision, to read or compared with another. `fresh_link` is a link to it just made; it is shown this once.
pub fn one(case: &Case, manifest: &Manifest, compared: Compared, fresh_link: Option<&str>) -> AnyView {
    let number = manifest.number;
    let published = format!("Published by {}, ", manifest.published.by);
    let (name, text) = match compared {
        Compared::Alone(html) => {
            // On a narrow screen a table scrolls by itself: the keyboard has to reach it.
            let html = html.replace("<table>", "<table tabindex=\"0\">");
            (format!("Revision {number}"), view! { <article class="doc" inner_html=html></article> }.into_any())
        }
        Compared::Words { first, last, pieces } => {
            let same = pieces.iter().all(|piece| matches!(piece, Piece::Same(_)));
            let pieces = pieces.into_iter().map(piece).collect_view();
            let text = view! {
                {same.then(|| view! { <p class="muted">"Both say the same."</p> })}
                <p class="words">{pieces}</p>
            };
            (format!("Revision {last}, compared with revision {first}"), text.into_any())
        }
    };
    let body = view! {
        <section class="card">
            <header><h2>{name}</h2><div class="actions"><a class="btn quiet small" href=case.url("revisions")>"All revisions"</a></div></header>
            <p class="muted">{published}<When time=to_minute(manifest.published.at)/>{format!(" It froze incident version {}; what was changed since is not in it.", manifest.version)}</p>
            {files(case, manifest)}
        </section>
        {links::card(case, number, fresh_link)}
        {text}
    };
    case_page(case, "postmortem", body.into_any())
}
