//! Trying a rule: what it would have said of what is stored, by the same readers and the same judge as while acts come
//! in. Nothing is written.

use std::sync::Arc;

use domain::access::Permit;
use domain::watch::{
    Act, Intake, Roster, RuleDraft, RuleKind, RuleSetting, RuleTrial, Segment, Source, TrialRead, Tried, Watcher,
};
use domain::{Id, Instant, Refusal};
use tokio::sync::Semaphore;

use super::evaluate::{CONTEXT_BYTES, tail};
use super::reading::{Opened, PATIENCE_MICROS, ToRead, read};
use super::source::{COLUMNS, read as read_source};
use super::{named, rule, segment};
use crate::{Actor, Error, Result, Store};

/// A trial looks back over so many days at most.
const DAYS_MAX: i64 = 90;
/// Unless somebody says otherwise, over so many.
const DAYS: i64 = 30;
/// A trial ends after so long, however much is left.
const MICROS_MAX: i64 = 20_000_000;
/// So many trials are made at once; the next ones are told to come again.
const AT_ONCE: usize = 2;
/// So much of a segment is read at once.
const PIECE_BYTES: u64 = 4 << 20;
/// So many segments are looked up at once.
const SEGMENTS: i64 = 100;
/// So many rows are answered.
const ROWS_MAX: usize = 200;

const DAY: i64 = 24 * 3_600 * 1_000_000;

static PLACES: Semaphore = Semaphore::const_new(AT_ONCE);

/// What a trial judges by, and how far it is.
struct Trying {
    kind: RuleKind,
    settings: Arc<Vec<RuleSetting>>,
    roster: Arc<Roster>,
    since: Instant,
    tried: Tried,
    read: TrialRead,
    stopped: Option<String>,
}

/// What one source's watcher remembers, and the end of what it saw.
#[derive(Default)]
struct Seat {
    watcher: Watcher,
    context: Vec<u8>,
}

/// What is judged together, and when each part of it came in.
struct Round {
    parts: Vec<Opened>,
    spans: Vec<(Instant, Instant)>,
}

impl Store {
    /// What a rule would have said over the last days, on and set as the draft says.
    pub async fn try_rule(
        &self,
        actor: &Actor,
        kind: RuleKind,
        draft: RuleDraft,
        days: Option<i64>,
    ) -> Result<RuleTrial> {
        actor.permit(Permit::Read)?;
        if kind == RuleKind::SourceSilent {
            let sentence = "This rule judges silence and no records: the page of each source says when it was silent.";
            return Err(Refusal::rule(sentence).into());
        }
        let days = days.unwrap_or(DAYS);
        if !(1..=DAYS_MAX).contains(&days) {
            return Err(Refusal::field("days", format!("Give a number of days from 1 to {DAYS_MAX}.")).into());
        }
        let _place = PLACES.try_acquire().map_err(|_| Error::Busy("other rules are being tried".into()))?;
        let (settings, setting) = self.tried_settings(kind, draft).await?;
        let roster = self.roster_now().await?;
        let began = self.now();
        let mut trying = Trying {
            kind,
            settings: Arc::new(settings),
            roster,
            since: began.plus_micros(-days * DAY),
            tried: Tried::default(),
            read: TrialRead::default(),
            stopped: None,
        };
        let sources: Vec<Source> =
            self.all_sources().await?.into_iter().filter(|source| setting.is_for_source(&source.id)).collect();
        let count = i64::try_from(sources.len()).map_err(Error::internal)?;
        for (place, source) in (0..).zip(sources) {
            // Each has its share of the time that is left, so that one large source does not hide the others.
            let left = began.micros() + MICROS_MAX - self.now().micros();
            let until = self.now().plus_micros(left / (count - place).max(1));
            trying = self.try_source(trying, &source, until).await?;
        }
        Ok(trying.into_trial(setting, days))
    }

    /// How all rules are set for the trial, and the one that is tried.
    async fn tried_settings(&self, kind: RuleKind, draft: RuleDraft) -> Result<(Vec<RuleSetting>, RuleSetting)> {
        let mut settings = rule::load(self.reader()).await?;
        let place = settings.iter().position(|setting| setting.kind == kind);
        let place = place.ok_or_else(|| Error::internal("a rule without a setting"))?;
        let mut setting = RuleDraft { on: Some(true), ..draft }.apply(&settings[place])?;
        for (field, list) in [("sources", &mut setting.sources), ("sources_except", &mut setting.sources_except)] {
            *list = named::sources(self.reader(), field, list).await?;
        }
        for (field, list) in [("agents", &mut setting.agents), ("agents_except", &mut setting.agents_except)] {
            *list = named::agents(self.reader(), field, list).await?;
        }
        settings[place] = setting.clone();
        Ok((settings, setting))
    }

    async fn all_sources(&self) -> Result<Vec<Source>> {
        let statement = format!("select {COLUMNS} from sources s order by s.folded, s.id");
        sqlx::query(sqlx::AssertSqlSafe(statement)).fetch_all(self.reader()).await?.iter().map(read_source).collect()
    }

    /// Judges what one source sent: its segments, and then what is not sealed yet.
    async fn try_source(&self, mut trying: Trying, source: &Source, until: Instant) -> Result<Trying> {
        let (mut seat, mut number, mut seq) = (Seat::default(), 0, 0);
        let (mut is_read, mut looked_again) = (false, false);
        while !trying.is_full() {
            let segments = self.tried_segments(&source.id, number, trying.since).await?;
            let is_end = segments.is_empty();
            for segment in segments {
                (number, seq) = (segment.number, segment.last_seq);
                if self.now() >= until {
                    trying.stop_late(source);
                    break;
                }
                (trying, seat) = self.try_segment(trying, seat, source, &segment).await?;
                is_read = true;
            }
            if trying.stopped.is_some() {
                break;
            }
            if !is_end {
                continue;
            }
            let batches = self.batches(&source.id, seq, i64::MAX).await?;
            let Some(last) = batches.last().map(|batch| batch.seq) else { break };
            // What was sealed meanwhile is a segment now.
            if !looked_again && batches.first().is_some_and(|first| first.seq > seq + 1) {
                looked_again = true;
                continue;
            }
            if self.now() >= until {
                trying.stop_late(source);
                break;
            }
            seq = last;
            trying.read.batches += batches.len() as u64;
            let spans = batches.iter().map(|batch| (batch.at, batch.at)).collect();
            (trying, seat) = judged(trying, seat, source, Round { parts: batches, spans }).await?;
            is_read = true;
        }
        trying.read.sources += u64::from(is_read);
        Ok(trying)
    }

    async fn tried_segments(&self, source: &Id, after: i64, since: Instant) -> Result<Vec<Segment>> {
        let statement = format!(
            "select {} from source_segments where source_id = $1 and number > $2 and last_at >= $3 order by number limit $4",
            segment::COLUMNS
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(source.as_str())
            .bind(after)
            .bind(since.micros())
            .bind(SEGMENTS)
            .fetch_all(self.reader())
            .await?;
        rows.iter().map(segment::read).collect()
    }

    async fn try_segment(
        &self,
        mut trying: Trying,
        mut seat: Seat,
        source: &Source,
        segment: &Segment,
    ) -> Result<(Trying, Seat)> {
        if segment.removed_at.is_some() || self.blob_size(&segment.sha256).await?.is_none() {
            trying.read.removed += 1;
            // What follows is not what came next.
            seat.context.clear();
            return Ok((trying, seat));
        }
        trying.read.segments += 1;
        let (mut from, end) = (0, segment.bytes.unsigned_abs());
        while from < end && !trying.is_full() {
            let bytes = self.piece(&segment.sha256, from, end).await?;
            from += bytes.len() as u64;
            let part = Opened { seq: segment.number, at: segment.last_at, bytes };
            let round = Round { parts: vec![part], spans: vec![(segment.first_at, segment.last_at)] };
            (trying, seat) = judged(trying, seat, source, round).await?;
        }
        Ok((trying, seat))
    }

    /// Some of a segment, up to the end of a line.
    async fn piece(&self, sha256: &str, from: u64, end: u64) -> Result<Vec<u8>> {
        let mut to = end.min(from + PIECE_BYTES);
        loop {
            let mut bytes = self.read_blob_range(sha256, from..to).await?.to_vec();
            if to >= end || bytes.is_empty() {
                return Ok(bytes);
            }
            if let Some(cut) = memchr::memrchr(b'\n', &bytes) {
                bytes.truncate(cut + 1);
                return Ok(bytes);
            }
            to = end.min(to + PIECE_BYTES);
        }
    }
}

impl Trying {
    fn is_full(&self) -> bool {
        self.stopped.is_some()
    }

    fn stop_late(&mut self, source: &Source) {
        let seconds = MICROS_MAX / 1_000_000;
        self.stopped = Some(format!(
            "A trial takes {seconds} seconds at most. Of {} and what comes after it not everything was read: try fewer days, or one source.",
            source.name
        ));
    }

    fn into_trial(self, setting: RuleSetting, days: i64) -> RuleTrial {
        let mut items = self.tried.said(setting.window_seconds);
        let left_off = items.len().saturating_sub(ROWS_MAX) as u64;
        let (alerts, acts) = items.iter().fold((0, 0), |(alerts, acts), said| (alerts + said.alerts, acts + said.acts));
        items.truncate(ROWS_MAX);
        RuleTrial {
            name: setting.kind.label(),
            setting,
            days,
            alerts,
            acts,
            items,
            left_off,
            read: self.read,
            stopped: self.stopped,
        }
    }
}

/// Reads and judges, beside the threads that answer everybody.
async fn judged(mut trying: Trying, mut seat: Seat, source: &Source, round: Round) -> Result<(Trying, Seat)> {
    let source = source.clone();
    let work = move || {
        let Some(now) = round.spans.iter().map(|(_, last)| *last).max() else { return (trying, seat) };
        let before = round.parts.first().map_or(0, |part| part.seq - 1);
        // What waits for its rest is judged as it stands.
        let what =
            ToRead { source: &source, context: &seat.context, batches: &round.parts, read_seq: before, primes: false };
        let found = read(&what, now.plus_micros(2 * PATIENCE_MICROS));
        trying.read.records += found.acts.len() as u64;
        trying.read.bytes += round.parts.iter().map(|part| part.bytes.len() as u64).sum::<u64>();
        let intake = Intake { source: &source.id, agents: &source.agents, agents_only: source.agents_only };
        let acts = &found.acts;
        for offence in seat.watcher.judge(&intake, acts, &trying.roster, &trying.settings, now) {
            let received_at = acts.get(offence.act).map_or(now, |act| round.received(act));
            if offence.rule != trying.kind || received_at < trying.since {
                continue;
            }
            if !trying.tried.add(offence, received_at) {
                let sentence = "The rule would have said more than can be counted here: try fewer days, or one source.";
                trying.stopped = Some(sentence.into());
                break;
            }
        }
        let seen: Vec<u8> = std::mem::take(&mut seat.context)
            .into_iter()
            .chain(round.parts.into_iter().flat_map(|part| part.bytes))
            .collect();
        seat.context = tail(seen, CONTEXT_BYTES);
        (trying, seat)
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal(Box::new(error)))
}

impl Round {
    /// When an act came in, as nearly as is known: of a segment only when its first and its last batch did.
    fn received(&self, act: &Act) -> Instant {
        let place = self.parts.iter().position(|part| Some(part.seq) == act.place.batch).unwrap_or_default();
        let (first, last) = self.spans[place];
        act.at().map_or(first, |at| at.clamp(first, last))
    }
}
