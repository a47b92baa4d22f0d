//! The tree is built here, part by part; what several parts say is said here.

use super::inline::{Inline, Line, Place, joined, said, words};
use super::{Block, Document, Fact, Part, Profile, Section, Source, Withheld, Written, record};
use crate::casefile::{Dossier, Noun};
use crate::names::spell_out;
use crate::postmortem;
use crate::time::Zone;
use crate::timeline::EvidenceLink;
use crate::verdict::Evaluation;
use crate::{Granularity, Id, Instant, TimeRange};

/// How a document is told.
#[derive(Debug, Clone)]
pub struct Telling {
    /// The zone in which times are told.
    pub zone: Zone,
    /// For whose eyes.
    pub profile: Profile,
    /// What it was made from, where it is handed on and has to say so.
    pub origin: Option<Origin>,
}

/// What a document was made from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// As of when the case file stands so: the time of its last change, not of the document.
    pub as_of: Instant,
    /// What ties it to the log: the head of the chain.
    pub head: String,
}

/// The postmortem. What is computed is computed from the `whole` case file; what is read comes from what is `shown` of
/// it, and `withheld` is what is not.
pub fn postmortem(
    whole: &Dossier,
    shown: &Dossier,
    evaluation: &Evaluation,
    withheld: Option<&Withheld>,
    telling: &Telling,
) -> Document {
    let mut build = Build { whole, shown, evaluation, telling, cited: Vec::new() };
    let head = build.head(withheld);
    let sections = Part::ALL.iter().map(|part| build.part(*part)).collect();
    let sources = build.cited.iter().map(|link| build.source(link)).collect();
    let as_of = telling.origin.as_ref().map(|origin| origin.as_of);
    let (title, standing) = (build.title(), build.standing());
    Document { title, profile: telling.profile, zone: telling.zone.clone(), standing, as_of, head, sections, sources }
}

/// A document being built.
pub(super) struct Build<'a> {
    /// The case file: what is computed is computed from it.
    pub whole: &'a Dossier,
    /// What of it these readers see: what is read comes from here.
    pub shown: &'a Dossier,
    pub evaluation: &'a Evaluation,
    pub telling: &'a Telling,
    /// The sources cited so far; their place is their number.
    cited: Vec<EvidenceLink>,
}

impl Build<'_> {
    fn part(&mut self, part: Part) -> Section {
        use postmortem::Section as Narrative;
        let blocks = match part {
            Part::Summary => vec![self.narrative(Narrative::Summary)],
            Part::Impact => vec![self.narrative(Narrative::Impact)],
            Part::Timeline => self.timeline(),
            Part::WhatHappened => {
                let decisions = self.decisions();
                std::iter::once(self.narrative(Narrative::WhatHappened)).chain(decisions).collect()
            }
            Part::Factors => self.factors(),
            Part::Severity => self.severity(),
            Part::Verdict => self.verdict(),
            Part::Gaps => self.gaps(),
            Part::Luck => self.luck(),
            Part::Claims => self.claims(),
            Part::Unknowns => self.unknowns(),
            Part::Remediation => self.remediation(),
            Part::Evidence => self.evidence(),
            Part::Revisions => self.revisions(),
        };
        Section { anchor: part.word().into(), heading: part.label().into(), blocks }
    }

    /// What people wrote.
    pub fn narrative(&self, section: postmortem::Section) -> Block {
        let text = self.shown.section(section).to_string();
        Block::Written(Written { text, nothing: "Not written yet.".into(), section: Some(section) })
    }

    /// The same with a heading of its own below another.
    pub fn subsection(&self, section: postmortem::Section) -> Block {
        Section::block(section.word(), section.label(), vec![self.narrative(section)])
    }

    /// Says why a list is empty: nothing is recorded, or nothing of it is for these readers.
    pub fn nothing(&self, what: &str, is_recorded_nowhere: bool) -> Block {
        let sentence = if is_recorded_nowhere { "is recorded" } else { "is shown in this profile" };
        Block::aside(format!("No {what} {sentence}."))
    }

    /// An instant, to the minute where it is a whole one.
    pub fn instant(&self, at: Instant) -> Inline {
        let granularity = if at.micros() % 60_000_000 == 0 { Granularity::Minute } else { Granularity::Second };
        Inline::Time(TimeRange { granularity, ..TimeRange::exact(at) })
    }

    pub fn span(&self, from: Option<Instant>, to: Option<Instant>) -> Line {
        let end = |at: Option<Instant>| at.map_or_else(|| words("unknown"), |at| self.instant(at));
        vec![end(from), words(" to "), end(to)]
    }

    /// A sentence of the engine, with names.
    pub fn say(&self, sentence: &str) -> Inline {
        said(&spell_out(sentence, self.shown))
    }

    /// An event in a few words.
    pub fn event(&self, id: &Id) -> Inline {
        let Some(kept) = self.shown.events.find(id) else { return words("an event that is not shown") };
        let told = vec![Inline::Time(kept.time.clone()), words(" "), said(&kept.title(self.shown))];
        Inline::Link { to: record(Noun::Event, id), words: told }
    }

    pub fn evidence_name(&self, id: &Id) -> Inline {
        let Some(kept) = self.shown.evidence.find(id) else { return words("evidence that is gone") };
        Inline::Link { to: record(Noun::Evidence, id), words: vec![said(&kept.name)] }
    }

    /// The numbers of what shows an event.
    pub fn cite(&mut self, links: &[EvidenceLink]) -> Vec<usize> {
        let mut number = |link: &EvidenceLink| {
            let place = self.cited.iter().position(|known| known == link).unwrap_or_else(|| {
                self.cited.push(link.clone());
                self.cited.len() - 1
            });
            place + 1
        };
        links.iter().map(&mut number).collect()
    }

    fn source(&self, link: &EvidenceLink) -> Source {
        let kept = self.shown.evidence.find(&link.id);
        let mut told = match kept {
            Some(kept) => vec![said(&kept.name)],
            None => vec![words("evidence that is gone")],
        };
        let lines = link
            .lines
            .map(|lines| if lines.0 == lines.1 { format!(", line {lines}") } else { format!(", lines {lines}") });
        let record = link.record.map(|record| format!(", record {record}"));
        told.extend([lines, record].into_iter().flatten().map(words));
        let mut told = vec![Inline::Link { to: Place::Evidence(link.clone()), words: told }];
        if let Some(kept) = kept {
            told.extend([words(", SHA-256 "), Inline::Code(kept.sha256.clone())]);
        }
        Source { link: link.clone(), words: told }
    }
}

/// A name with what it is.
pub(super) fn fact(name: &str, words: Line) -> Fact {
    Fact { name: name.into(), words }
}

/// Texts that people wrote, with words between them.
pub(super) fn listed<'a>(texts: impl IntoIterator<Item = &'a str>, between: &str) -> Line {
    joined(texts.into_iter().map(|text| vec![said(text)]), between)
}
