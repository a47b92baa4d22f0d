//! The postmortem: one page to read, in the order of its parts; sections open in place to be written.
//!
//! What it says is the document ([`domain::document`]). Hung on it here is what only a page has: forms, drawings, and
//! the ways to where a part is kept.

mod bar;
mod narrative;
mod reader;

use domain::document::{self, Block, Document, Part, Profile, Telling};
use domain::export::html;
use domain::postmortem::Section;
use leptos::prelude::*;

use self::reader::OnPage;
use super::case::case_page;
use super::claims::drawing;
use crate::case::Case;
use crate::component::Lanes;
use crate::component::acts::chain_of_acts;
use crate::component::clock_chart::{ClockChart, is_piled};
use crate::frame::Frame;

/// How many events the page shows; a longer timeline has a page of its own.
const EVENTS_MAX: usize = 400;

/// The postmortem. `edit` names the section whose form is open.
pub fn page(case: &Case, edit: Option<Section>) -> AnyView {
    let telling = Telling { zone: Frame::current().zone.clone(), profile: Profile::Internal, origin: None };
    let document = document::postmortem(&case.dossier, &case.dossier, &case.evaluation, None, &telling);
    let parts = Part::ALL.iter().zip(&document.sections);
    let mut written = Written { case, document: &document, edit, events: 0 };
    let parts = parts.map(|(part, section)| written.part(*part, section)).collect_view();
    let sources = html::sources(&document, &OnPage(case));
    let body = view! {
        {bar::bar(case, &document)}
        <article class="doc">{parts}<div inner_html=sources></div></article>
    };
    case_page(case, "postmortem", body.into_any())
}

/// A page being written.
struct Written<'a> {
    case: &'a Case,
    document: &'a Document,
    /// The section whose form is open.
    edit: Option<Section>,
    /// How many events were written.
    events: usize,
}

impl Written<'_> {
    fn part(&mut self, part: Part, section: &document::Section) -> AnyView {
        let below = place(part).map(|page| {
            let (href, name) = (self.case.url(page), part.label().to_lowercase());
            view! { <p class="actions"><small><a href=href>{format!("Open {name}")}</a></small></p> }
        });
        view! {
            <h2 id=format!("part-{}", part.word())>{section.heading.clone()}</h2>
            {drawn(self.case, &section.anchor)}
            {self.blocks(&section.blocks)}
            {(part == Part::Timeline).then(|| self.later())}
            {below}
        }
        .into_any()
    }

    fn blocks(&mut self, blocks: &[Block]) -> AnyView {
        blocks.iter().map(|block| self.block(block)).collect_view().into_any()
    }

    fn block(&mut self, block: &Block) -> AnyView {
        match block {
            Block::Section(inner) if self.is_full(inner) => ().into_any(),
            Block::Section(inner) => view! {
                <h3 id=format!("part-{}", inner.anchor)>{inner.heading.clone()}</h3>
                {drawn(self.case, &inner.anchor)}
                {self.blocks(&inner.blocks)}
            }
            .into_any(),
            Block::Written(document::Written { section: Some(section), .. }) => {
                narrative::body(self.case, *section, self.edit)
            }
            Block::Acts { acts } => {
                let shown = acts.len().min(EVENTS_MAX - self.events);
                self.events += shown;
                self.plain(&Block::Acts { acts: acts[..shown].to_vec() })
            }
            block => self.plain(block),
        }
    }

    /// A block on which nothing is hung.
    fn plain(&self, block: &Block) -> AnyView {
        let html = html::block(block, &self.document.zone, &OnPage(self.case));
        view! { <div inner_html=html></div> }.into_any()
    }

    /// Whether these are events beyond those that the page shows.
    fn is_full(&self, section: &document::Section) -> bool {
        self.events == EVENTS_MAX && section.blocks.iter().any(|block| matches!(block, Block::Acts { .. }))
    }

    /// Where the events are that the page does not show.
    fn later(&self) -> Option<AnyView> {
        let left = self.case.dossier.events.len().saturating_sub(self.events);
        let whole = self.case.url("timeline");
        (left > 0).then(|| {
            view! { <p class="muted">{format!("{left} later events are on the ")}<a href=whole>"timeline"</a>"."</p> }
                .into_any()
        })
    }
}

/// What is drawn under a heading.
fn drawn(case: &Case, anchor: &str) -> Option<AnyView> {
    match anchor {
        "factors" => drawing(&case.dossier.factors.iter().collect::<Vec<_>>()),
        "timeline" if case.dossier.events.is_empty() => None,
        "timeline" if is_piled(case) => chain_of_acts(case, 0),
        "timeline" => Some(view! { <ClockChart case=case.clone()/> }.into_any()),
        "coverage" if !case.evaluation.verdict.cells.is_empty() => {
            Some(view! { <Lanes case=case.clone() listed=false/> }.into_any())
        }
        _ => None,
    }
}

/// The page that keeps a part; nothing for what is written here.
const fn place(part: Part) -> Option<&'static str> {
    match part {
        Part::Timeline => Some("timeline"),
        Part::Severity => Some("severity"),
        Part::Verdict => Some("verdict"),
        Part::Gaps => Some("gaps"),
        Part::Luck => Some("gaps#luck"),
        Part::Factors | Part::Claims => Some("claims"),
        Part::Remediation => Some("remediation"),
        Part::Evidence => Some("evidence"),
        Part::Revisions => Some("revisions"),
        Part::Summary | Part::Impact | Part::WhatHappened | Part::Unknowns => None,
    }
}
