//! Rows of a timeline: many on a page, so they are written by hand and hold no forms.

use std::collections::HashMap;

use domain::record::Kept;
use domain::time::{Zone, show_clock};
use domain::timeline::{Edge, Event, EventKind, MarkName, Outcome, OutputMode, PreventedBy, ProvenanceLabel, Reversibility, Verb};
use domain::vocabulary::PrincipalKind;
use domain::{Id, TimeRange, Tri};
use leptos::prelude::*;

use crate::component::html::Html;
use crate::frame::Frame;
use crate::page::case::Case;

/// How long a body may be in a row, in bytes; a longer one is read where the event is open.
const BODY_BYTES_MAX: usize = 1_500;

/// What rows look up, gathered once for all of them.
pub struct Rows<'a> {
    case: &'a Case,
    zone: Zone,
    may_edit: bool,
    /// What comes before the id in the address that opens an event.
    opens: String,
    evidence_url: String,
    marks: HashMap<&'a Id, Vec<MarkName>>,
    edges: HashMap<&'a Id, Vec<&'a Edge>>,
    comments: HashMap<&'a str, usize>,
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
            evidence_url: case.url("evidence/"),
            marks: HashMap::new(),
            edges: HashMap::new(),
            comments: HashMap::new(),
        };
        dossier.marks.iter().for_each(|mark| rows.marks.entry(&mark.event).or_default().push(mark.mark));
        dossier.edges.iter().for_each(|edge| rows.edges.entry(&edge.from).or_default().push(&edge.record));
        for comment in dossier.comments.iter().filter(|comment| comment.resolved.is_none()) {
            *rows.comments.entry(comment.about.strip_prefix("event/").unwrap_or_default()).or_default() += 1;
        }
        rows
    }

    /// A list of these events, with the day above those of one day.
    pub fn list(&self, events: &[&'a Kept<Event>], day_before: Option<&'a Kept<Event>>) -> AnyView {
        let mut html = Html::with_capacity(events.len() * 900);
        let mut day = day_before.map(|event| self.day(&event.time));
        for event in events {
            let today = self.day(&event.time);
            if day.as_ref() != Some(&today) {
                html.raw("<li class=\"tl-day\"><h3>").text(&today).raw("</h3></li>");
            }
            day = Some(today);
            self.row(&mut html, event);
        }
        view! { <ol class="tl" inner_html=html.finish()></ol> }.into_any()
    }

    /// The day of a time where the reader is.
    fn day(&self, time: &TimeRange) -> String {
        time.sort_key().map_or_else(|| "No time known".into(), |at| self.zone.local(at).date().format("%A %-d %B %Y").to_string())
    }

    fn row(&self, html: &mut Html, event: &Event) {
        html.raw("<li class=\"ev ").raw(self.kind(&event.actor).word()).raw("\" id=\"event-").text(event.id.as_str());
        html.raw("\" data-item tabindex=\"-1\">");
        self.time(html, &event.time);
        html.raw("<i class=\"dot\"></i><div><p>");
        self.sentence(html, event);
        html.raw("</p>");
        self.body(html, event);
        self.flags(html, event);
        self.links(html, event);
        html.raw("<p class=\"ev-tools\"><a class=\"btn quiet small\" data-edit href=\"").text(&self.opens).text(event.id.as_str()).raw("#open-event\">");
        html.raw(if self.may_edit { "Edit" } else { "Details" });
        html.raw("<span class=\"visually-hidden\"> ").text(&show_clock(&event.time, &self.zone)).raw("</span></a></p></div></li>");
    }

    fn time(&self, html: &mut Html, time: &TimeRange) {
        html.raw(if time.is_exact() { "<time" } else { "<time class=\"range\"" });
        if let Some(at) = time.sort_key() {
            html.raw(" datetime=\"").text(&at.rfc3339()).raw("\"");
        }
        let end = |at: Option<domain::Instant>| at.map_or_else(|| "unknown".into(), |at| at.rfc3339());
        html.raw(" title=\"").text(&end(time.earliest));
        if !time.is_exact() {
            html.raw(" to ").text(&end(time.latest));
        }
        html.raw(" (reported in ").text(&time.zone).raw(")\">").text(&show_clock(time, &self.zone)).raw("</time>");
    }

    /// Who did what to what, for whom.
    fn sentence(&self, html: &mut Html, event: &Event) {
        html.raw("<span class=\"who\"><span class=\"visually-hidden\">").raw(self.kind(&event.actor).word()).raw(" </span>");
        html.text(self.case.dossier.name_of(&event.actor)).raw("</span> <b class=\"verb\">").raw(verb_phrase(event)).raw("</b>");
        if !event.resource.is_empty() {
            html.raw(" ").text(&event.resource);
        }
        for (words, whom) in [(" for ", &event.on_behalf_of), (", set going by ", &event.invoked_by)] {
            if let Some(whom) = whom {
                html.raw("<span class=\"muted\">").raw(words).text(self.case.dossier.name_of(whom)).raw("</span>");
            }
        }
    }

    fn body(&self, html: &mut Html, event: &Event) {
        if event.body.is_empty() {
            return;
        }
        html.raw("<div class=\"ev-body md\">");
        if event.body.len() <= BODY_BYTES_MAX {
            html.prose(&event.body);
        } else {
            let end = (0..=BODY_BYTES_MAX).rev().find(|end| event.body.is_char_boundary(*end)).unwrap_or(0);
            html.raw("<p>").text(&event.body[..end]).raw("… <a href=\"").text(&self.opens).text(event.id.as_str()).raw("#open-event\">read on</a></p>");
        }
        html.raw("</div>");
    }

    fn flags(&self, html: &mut Html, event: &Event) {
        let mut list = FlagList { html, open: false };
        for mark in self.marks.get(&event.id).into_iter().flatten() {
            list.flag("flag mark", mark.label());
        }
        let asked = event.effect.is_effectful();
        list.tri(event.requested, asked, ["requested", "not requested", "requested?"]);
        list.tri(event.authorised, asked, ["authorised", "not authorised", "authorised?"]);
        list.tri(event.confirmed, asked, ["confirmed", "not confirmed", "confirmed?"]);
        if asked {
            list.flag("flag", event.effect.label());
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
        self.evidence(&mut list, event);
        if let Some(count) = self.comments.get(event.id.as_str()) {
            list.start().raw("<li><a class=\"flag\" href=\"").text(&self.opens).text(event.id.as_str()).raw("#comments\">").number(*count);
            list.html.raw(if *count == 1 { " comment</a></li>" } else { " comments</a></li>" });
        }
        if list.open {
            html.raw("</ul>");
        }
    }

    fn evidence(&self, list: &mut FlagList, event: &Event) {
        for link in &event.evidence {
            let name = self.case.dossier.evidence.find(&link.id).map_or("evidence", |item| item.name.as_str());
            let html = list.start();
            html.raw("<li><a class=\"flag lines\" href=\"").text(&self.evidence_url).text(link.id.as_str());
            if let Some(lines) = link.lines {
                let (first, last) = (lines.0.to_string(), lines.to_string());
                html.raw("?line=").text(&first).raw("#L").text(&first).raw("\">").text(name).raw(":").text(&last);
            } else if let Some(record) = link.record {
                let record = record.to_string();
                html.raw("?record=").text(&record).raw("\">").text(name).raw(" record ").text(&record);
            } else {
                html.raw("\">").text(name);
            }
            html.raw("</a></li>");
        }
    }

    /// What the event hangs on.
    fn links(&self, html: &mut Html, event: &Event) {
        for edge in self.edges.get(&event.id).into_iter().flatten() {
            let Some(other) = self.case.dossier.events.get(&edge.to) else { continue };
            html.raw("<p class=\"edge\" id=\"edge-").text(edge.id.as_str()).raw("\">").raw(edge.kind.label());
            html.raw(" <a href=\"").text(&self.case.event_url(&other.id)).raw("\">").text(&event_line(self.case, other, &self.zone)).raw("</a></p>");
        }
    }

    fn kind(&self, actor: &Id) -> PrincipalKind {
        self.case.dossier.principals.find(actor).map_or(PrincipalKind::Unknown, |kept| kept.kind)
    }
}

/// Flags of one row; the list is begun by the first of them.
struct FlagList<'h> {
    html: &'h mut Html,
    open: bool,
}

impl FlagList<'_> {
    fn start(&mut self) -> &mut Html {
        if !self.open {
            self.open = true;
            self.html.raw("<ul class=\"flags\">");
        }
        self.html
    }

    fn flag(&mut self, class: &'static str, words: &'static str) {
        self.start().raw("<li class=\"").raw(class).raw("\">").raw(words).raw("</li>");
    }

    /// An unknown answer is shown only where it is asked for: of acts that changed something.
    fn tri(&mut self, answer: Tri, asked: bool, words: [&'static str; 3]) {
        match answer {
            Tri::Yes => self.flag("flag yes", words[0]),
            Tri::No => self.flag("flag no", words[1]),
            Tri::Unknown if asked => self.flag("flag un", words[2]),
            Tri::Unknown => {}
        }
    }
}

/// An event in a line: `17:00 forum-agent posts an answer`.
pub fn event_line(case: &Case, event: &Event, zone: &Zone) -> String {
    let space = if event.resource.is_empty() { "" } else { " " };
    format!("{} {} {}{space}{}", show_clock(&event.time, zone), case.dossier.name_of(&event.actor), verb_phrase(event), event.resource)
}

/// What the actor does, as a sentence says it.
pub fn verb_phrase(event: &Event) -> &'static str {
    match event.verb {
        Verb::Read => "reads",
        Verb::List => "lists",
        Verb::Search => "searches",
        Verb::Write => "writes",
        Verb::Post => "posts",
        Verb::Call => "calls",
        Verb::Execute => "executes",
        Verb::Grant => "grants",
        Verb::Revoke => "revokes",
        Verb::Delete => "deletes",
        Verb::Share => "shares",
        Verb::Login => "logs in",
        Verb::Config => "configures",
        Verb::LoggingControl => "changes logging",
        Verb::Other => match event.kind {
            EventKind::Action => "acts",
            EventKind::Grant => "grants",
            EventKind::Access => "gains access",
            EventKind::Message => "says",
            EventKind::Alert => "raises an alert",
            EventKind::Decision => "decides",
            EventKind::Stop => "stops",
            EventKind::Containment => "contains",
            EventKind::Note => "notes",
        },
    }
}
