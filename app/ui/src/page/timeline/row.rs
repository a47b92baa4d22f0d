//! Rows of a timeline: many on a page, so they are written by hand and hold no forms.

use std::collections::HashMap;

use domain::casefile::{CaseItem, Noun};
use domain::time::{Zone, day_heading, day_of, day_order, show_clock, show_in_utc};
use domain::timeline::{Edge, Event, MarkName, Outcome, OutputMode, PreventedBy, ProvenanceLabel, Reversibility};
use domain::vocabulary::PrincipalKind;
use domain::{Id, TimeRange, Tri};
use leptos::prelude::*;

use super::beside;
use super::flags::FlagList;
use crate::case::Case;
use crate::component::past::history_url;
use crate::frame::Frame;
use crate::markdown::writer::Html;
use crate::page::gaps::scopes;

/// How long a body may be in a row, in bytes; a longer one is read where the event is open.
const BODY_BYTES_MAX: usize = 1_500;

/// A body of so many bytes is short enough to stand in a row whole.
const BODY_BYTES_SHORT: usize = 320;

/// What rows look up, gathered once for all of them.
pub struct Rows<'a> {
    case: &'a Case,
    zone: Zone,
    may_edit: bool,
    /// What comes before the id in the address that opens an event.
    opens: String,
    /// And in the one that offers a new event after it.
    adds: String,
    /// The timeline's address, and whether an event has to be asked for in it.
    event_url: (String, bool),
    marks: HashMap<&'a Id, Vec<MarkName>>,
    edges: HashMap<&'a Id, Vec<&'a Edge>>,
    comments: HashMap<&'a str, usize>,
    /// What stands beside the events.
    beside: beside::Rows<'a>,
}

impl<'a> Rows<'a> {
    /// Gathers; `kept` is the beginning of the query that links keep.
    pub fn new(case: &'a Case, kept: &str) -> Self {
        let dossier = &*case.dossier;
        let mut rows = Self {
            case,
            zone: Frame::current().zone.clone(),
            may_edit: case.may_edit(),
            opens: format!("{}?{kept}edit=", case.url("timeline")),
            adds: format!("{}?{kept}after=", case.url("timeline")),
            event_url: (case.url("timeline"), case.has_long_timeline()),
            marks: HashMap::new(),
            edges: HashMap::new(),
            comments: HashMap::new(),
            beside: beside::Rows::default(),
        };
        dossier.marks.iter().for_each(|mark| rows.marks.entry(&mark.event).or_default().push(mark.mark));
        dossier.edges.iter().for_each(|edge| rows.edges.entry(&edge.from).or_default().push(&edge.record));
        for comment in dossier.comments.iter().filter(|comment| comment.resolved.is_none()) {
            *rows.comments.entry(comment.about.strip_prefix("event/").unwrap_or_default()).or_default() += 1;
        }
        rows
    }

    /// The same rows with those of other kinds beside them.
    #[must_use]
    pub(super) fn with(self, beside: beside::Rows<'a>) -> Self {
        Self { beside, ..self }
    }

    /// What comes beside after all events of a page.
    pub(super) fn rest(&self, until: Option<&Event>) -> Option<AnyView> {
        self.beside.rest(until.and_then(|event| event.time.sort_key()))
    }

    /// A list of these events, with the day above those of one day.
    pub fn list(&self, events: &[&'a CaseItem<Event>], day_before: Option<&'a CaseItem<Event>>) -> AnyView {
        let mut html = Html::with_capacity(events.len() * 900);
        let heading = |time: &TimeRange| day_heading(time, &self.zone);
        self.beside.stand_under(day_before.map(|event| heading(&event.time)));
        // An approximate time begins before the day it is told with.
        let mut events = events.to_vec();
        events.sort_by_key(|event| day_order(&event.time, &self.zone));
        for event in events {
            self.beside.write_before(&mut html, event.time.sort_key());
            self.beside.write_day(&mut html, heading(&event.time));
            self.row(&mut html, event);
        }
        view! { <ol class="tl" inner_html=html.finish()></ol> }.into_any()
    }

    fn row(&self, html: &mut Html, event: &Event) {
        html.raw("<li class=\"ev ").raw(self.kind(&event.actor).word()).raw("\" id=\"event-").text(event.id.as_str());
        html.raw("\" data-item tabindex=\"-1\">");
        let clock = show_clock(&event.time, &self.zone);
        self.time(html, &event.time, &clock);
        html.raw("<i class=\"dot\"></i><div><p class=\"act\">");
        self.sentence(html, event);
        html.raw("</p>");
        self.body(html, event);
        html.raw("<div class=\"ev-meta\">");
        self.flags(html, event);
        self.sources(html, event);
        self.links(html, event);
        if let Some(trace) = &event.trace {
            self.beside.write_told(html, trace);
        }
        html.raw("</div>");
        self.tools(html, event, &clock);
        html.raw("</div></li>");
    }

    /// What can be done with a row; it shows where the row is pointed at, touched or focused.
    fn tools(&self, html: &mut Html, event: &Event, clock: &str) {
        let id = event.id.as_str();
        let link = |html: &mut Html, attribute: &'static str, words: &'static str, end: &str| {
            html.raw("<a class=\"btn quiet small\"").raw(attribute).raw(" href=\"").text(end).raw("\">").raw(words);
            html.raw("<span class=\"visually-hidden\"> ").text(clock).raw("</span></a>");
        };
        html.raw("<p class=\"ev-tools\">");
        let open = |place: &str| format!("{}{id}#{place}", self.opens);
        link(html, " data-edit", if self.may_edit { "Edit" } else { "Details" }, &open("open-event"));
        link(html, "", "Comment", &open("comments"));
        link(html, "", "History", &history_url(self.case, Noun::Event, &event.id));
        if self.may_edit {
            link(html, "", "Add after", &format!("{}{id}#quick-event", self.adds));
        }
        html.raw("</p>");
    }

    /// The time as the reader reads it; its title says it in UTC, with the zone it was reported in. Under the heading of
    /// its day, a day without a time says so.
    fn time(&self, html: &mut Html, time: &TimeRange, clock: &str) {
        html.raw(if time.is_exact() { "<time" } else { "<time class=\"range\"" });
        if let Some(first) = time.sort_key() {
            html.raw(" datetime=\"").text(&first.rfc3339()).raw("\"");
        }
        html.raw(" title=\"").text(&show_in_utc(time)).raw("\">");
        let day = day_of(time, &self.zone).map(|day| day.format("%-d %B %Y").to_string());
        html.text(if day.as_deref() == Some(clock) { "that day" } else { clock }).raw("</time>");
    }

    /// Who did what to what, for whom.
    fn sentence(&self, html: &mut Html, event: &Event) {
        html.raw("<span class=\"who\"><span class=\"visually-hidden\">")
            .raw(self.kind(&event.actor).word())
            .raw(" </span>");
        html.text(self.case.dossier.name_of(&event.actor))
            .raw("</span> <b class=\"verb\">")
            .raw(event.act())
            .raw("</b>");
        if !event.resource.is_empty() {
            html.raw(" ").text(&event.resource);
        }
        for (words, whom) in [(" for ", &event.on_behalf_of), (", invoked by ", &event.invoked_by)] {
            if let Some(whom) = whom {
                html.raw("<span class=\"muted\">").raw(words).text(self.case.dossier.name_of(whom)).raw("</span>");
            }
        }
    }

    fn body(&self, html: &mut Html, event: &Event) {
        if event.body.is_empty() {
            return;
        }
        // What is longer than its few lines is shown whole where the row is the target of a link.
        let is_long = event.body.len() > BODY_BYTES_SHORT;
        html.raw(if is_long { "<div class=\"ev-body md long\">" } else { "<div class=\"ev-body md\">" });
        if event.body.len() <= BODY_BYTES_MAX {
            html.prose(&event.body);
        } else {
            let end = (0..=BODY_BYTES_MAX).rev().find(|end| event.body.is_char_boundary(*end)).unwrap_or(0);
            html.raw("<p>")
                .text(&event.body[..end])
                .raw("… <a href=\"")
                .text(&self.opens)
                .text(event.id.as_str())
                .raw("#open-event\">read on</a></p>");
        }
        html.raw("</div>");
        if is_long {
            html.raw("<a class=\"read-on\" href=\"#event-").text(event.id.as_str()).raw("\">Show all</a>");
        }
    }

    fn flags(&self, html: &mut Html, event: &Event) {
        let mut list = FlagList::new(html);
        for mark in self.marks.get(&event.id).into_iter().flatten() {
            list.flag("flag mark", mark.label());
        }
        let asked = event.effect.is_effectful();
        // Of what people do, only what is not as it should be is worth a flag.
        let is_person = self.kind(&event.actor) == PrincipalKind::Human;
        let worth = |answer: Tri| if is_person && answer == Tri::Yes { Tri::Unknown } else { answer };
        let unknown = |answer: Tri| asked && !(is_person && answer == Tri::Yes);
        list.tri(worth(event.requested), unknown(event.requested), ["requested", "not requested", "requested?"]);
        list.tri(worth(event.authorised), unknown(event.authorised), ["authorised", "not authorised", "authorised?"]);
        list.tri(worth(event.confirmed), unknown(event.confirmed), ["confirmed", "not confirmed", "confirmed?"]);
        if asked {
            list.flag("flag", event.effect.label());
        }
        if let Some((class, words)) = self.case.dossier.scope_of(event).as_ref().and_then(scopes::row_flag) {
            list.flag(class, words);
        }
        match event.outcome {
            Outcome::Denied => list.flag("flag", "denied"),
            Outcome::Error => list.flag("flag", "ended in an error"),
            Outcome::Success | Outcome::Unknown => {}
        }
        if event.output_mode == Some(OutputMode::Direct) {
            match event.provenance_label {
                ProvenanceLabel::None => list.flag("flag off", "no label"),
                ProvenanceLabel::Unknown => list.flag("flag un", "label?"),
                _ => {}
            }
        }
        if asked && event.reversibility == Reversibility::None {
            list.flag("flag", "cannot be undone");
        }
        if event.prevented_by == Some(PreventedBy::Luck) {
            list.flag("flag un", "prevented by luck");
        }
        if let Some(count) = self.comments.get(event.id.as_str()) {
            list.start()
                .raw("<li><a class=\"flag\" href=\"")
                .text(&self.opens)
                .text(event.id.as_str())
                .raw("#comments\">")
                .number(*count);
            list.start().raw(if *count == 1 { " comment</a></li>" } else { " comments</a></li>" });
        }
        list.finish();
    }

    /// What shows it: one source as it is, several behind their count.
    fn sources(&self, html: &mut Html, event: &Event) {
        match event.evidence.len() {
            0 => {}
            1 => {
                html.raw("<ul class=\"flags\">");
                self.evidence(html, event);
                html.raw("</ul>");
            }
            count => {
                html.raw("<details class=\"sources\" id=\"sources-")
                    .text(event.id.as_str())
                    .raw("\"><summary class=\"flag\">");
                html.number(count).raw(" sources</summary><ul class=\"flags\">");
                self.evidence(html, event);
                html.raw("</ul></details>");
            }
        }
    }

    fn evidence(&self, html: &mut Html, event: &Event) {
        for link in &event.evidence {
            let name = self.case.dossier.evidence.find(&link.id).map_or("evidence", |item| item.name.as_str());
            html.raw("<li><a class=\"flag lines\" href=\"").text(&self.case.url(&link.place())).raw("\">").text(name);
            match (link.lines, link.record) {
                (Some(lines), _) => html.raw(":").text(&lines.to_string()),
                (None, Some(record)) => html.raw(" record ").text(&record.to_string()),
                (None, None) => html,
            };
            html.raw("</a></li>");
        }
    }

    /// What the event hangs on, in a few words each: by whom and what, with all of it in the title.
    fn links(&self, html: &mut Html, event: &Event) {
        for edge in self.edges.get(&event.id).into_iter().flatten() {
            let Some(other) = self.case.dossier.events.get(&edge.to) else { continue };
            html.raw("<span class=\"edge\" id=\"edge-").text(edge.id.as_str()).raw("\">").raw(edge.kind.label());
            html.raw(" <a href=\"").text(&self.event_url.0);
            if self.event_url.1 {
                html.raw("?event=").text(other.id.as_str());
            }
            html.raw("#event-").text(other.id.as_str()).raw("\" title=\"");
            html.text(&self.case.event_line(other, &self.zone)).raw("\">");
            html.text(self.case.dossier.name_of(&other.actor)).raw(" ").raw(other.act()).raw("</a></span>");
        }
    }

    fn kind(&self, actor: &Id) -> PrincipalKind {
        self.case.dossier.principals.find(actor).map_or(PrincipalKind::Unknown, |kept| kept.kind)
    }
}
