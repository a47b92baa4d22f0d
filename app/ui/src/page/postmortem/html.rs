//! The postmortem as all its readers see it: everything but what a reader may do.
//!
//! A tree of some hundred blocks takes longer to write than all the rest of the page, and is the same for all who read
//! one version of a case file in one zone. So it is written once for them, and kept with the case file.

use std::sync::Arc;

use domain::document::{self, Block, Document, Part, Profile, Telling};
use domain::export::html;
use domain::postmortem::Section;
use leptos::prelude::*;

use super::narrative;
use super::reader::OnPage;
use crate::case::Case;
use crate::component::Lanes;
use crate::component::acts::chain_of_acts;
use crate::component::clock_chart::{ClockChart, is_piled};
use crate::fragment::fragment;
use crate::frame::Frame;
use crate::page::claims::drawing;

/// How many events the page shows; a longer timeline has a page of its own.
const EVENTS_MAX: usize = 400;

/// A postmortem, written for the page but for what its reader may do there.
#[derive(Debug)]
pub struct PostmortemHtml {
    /// What was published and is no longer so, in HTML.
    pub(super) stale: Option<String>,
    /// What it says, in order.
    pub(super) pieces: Vec<Piece>,
}

/// A piece of the page.
#[derive(Debug)]
pub(super) enum Piece {
    /// What everybody sees.
    Html(String),
    /// A section that people write here.
    Narrative {
        section: Section,
        /// How many notes there are on its words.
        notes: usize,
    },
}

impl PostmortemHtml {
    /// What all see who read this version in the zone of the page that is being rendered.
    pub(super) fn of(case: &Case) -> Arc<Self> {
        case.html.kept("postmortem", |everybody| Self::write(case, everybody))
    }

    /// Writes it in the frame of a reader who may do nothing.
    fn write(case: &Case, frame: Frame) -> Self {
        let zone = frame.zone.clone();
        let telling = Telling { zone: zone.clone(), profile: Profile::Internal, origin: None };
        let document = document::postmortem(&case.dossier, &case.dossier, &case.evaluation, None, &telling);
        let mut writer = Writer { case, document: &document, frame, events: 0, pieces: Vec::new() };
        for (part, section) in Part::ALL.iter().zip(&document.sections) {
            writer.part(*part, section);
        }
        let sources = html::sources(&document, &OnPage(case));
        writer.html(&format!("<div>{sources}</div>"));
        let stale = document.stale().map(|words| html::line(words, &zone, &OnPage(case)));
        Self { stale, pieces: writer.pieces }
    }
}

/// A postmortem being written.
struct Writer<'a> {
    case: &'a Case,
    document: &'a Document,
    /// The frame of a reader who may do nothing: what they see, everybody sees.
    frame: Frame,
    /// How many events were written.
    events: usize,
    pieces: Vec<Piece>,
}

impl Writer<'_> {
    fn part(&mut self, part: Part, section: &document::Section) {
        let (id, heading) = (format!("part-{}", part.word()), section.heading.clone());
        self.view(move || view! { <h2 id=id>{heading}</h2> }.into_any());
        self.drawing(&section.anchor);
        self.blocks(&section.blocks);
        if part == Part::Timeline {
            self.later();
        }
        if let Some(page) = place(part) {
            let (href, name) = (self.case.url(page), part.label().to_lowercase());
            self.view(move || {
                view! { <p class="actions"><small><a href=href>{format!("Open {name}")}</a></small></p> }.into_any()
            });
        }
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Section(inner) if self.is_full(inner) => {}
            Block::Section(inner) => {
                let (id, heading) = (format!("part-{}", inner.anchor), inner.heading.clone());
                self.view(move || view! { <h3 id=id>{heading}</h3> }.into_any());
                self.drawing(&inner.anchor);
                self.blocks(&inner.blocks);
            }
            Block::Written(document::Written { section: Some(section), .. }) => {
                let notes = narrative::notes(self.case, self.case.dossier.section(*section)).len();
                self.pieces.push(Piece::Narrative { section: *section, notes });
            }
            Block::Acts { acts } => {
                let shown = acts.len().min(EVENTS_MAX - self.events);
                self.events += shown;
                self.plain(&Block::Acts { acts: acts[..shown].to_vec() });
            }
            block => self.plain(block),
        }
    }

    /// A block on which nothing is hung.
    fn plain(&mut self, block: &Block) {
        let html = html::block(block, &self.document.zone, &OnPage(self.case));
        self.html(&format!("<div>{html}</div>"));
    }

    /// Whether these are events beyond those that the page shows.
    fn is_full(&self, section: &document::Section) -> bool {
        self.events == EVENTS_MAX && section.blocks.iter().any(|block| matches!(block, Block::Acts { .. }))
    }

    /// Where the events are that the page does not show.
    fn later(&mut self) {
        let left = self.case.dossier.events.len().saturating_sub(self.events);
        if left == 0 {
            return;
        }
        let whole = self.case.url("timeline");
        self.view(move || {
            view! { <p class="muted">{format!("{left} later events are on the ")}<a href=whole>"timeline"</a>"."</p> }
                .into_any()
        });
    }

    /// What is drawn under a heading.
    fn drawing(&mut self, anchor: &str) {
        let case = self.case;
        match anchor {
            "factors" => {
                self.view(|| drawing(&case.dossier.factors.iter().collect::<Vec<_>>()).into_any());
            }
            "timeline" if case.dossier.events.is_empty() => {}
            "timeline" if is_piled(case) => self.view(|| chain_of_acts(case, 0).into_any()),
            "timeline" => self.view(|| view! { <ClockChart case=case.clone()/> }.into_any()),
            "coverage" if !case.evaluation.verdict.cells.is_empty() => {
                self.view(|| view! { <Lanes case=case.clone() listed=false/> }.into_any());
            }
            _ => {}
        }
    }

    fn view(&mut self, view: impl FnOnce() -> AnyView) {
        let html = fragment(self.frame.clone(), view);
        self.html(&html);
    }

    /// Adds to what everybody sees.
    fn html(&mut self, html: &str) {
        match self.pieces.last_mut() {
            Some(Piece::Html(before)) => before.push_str(html),
            _ => self.pieces.push(Piece::Html(html.to_string())),
        }
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
