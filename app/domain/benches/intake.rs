//! How many records a second are read and judged, on one core: in lines and in OTLP/JSON as exporters send them, of
//! 10,000 agents that do what they may. Fails below 50,000, which the whole server is to sustain (`make bench-watch`).

use std::fmt::Write;
use std::hint::black_box;
use std::process::ExitCode;
use std::sync::Arc;

use domain::agent::{
    Agent, AgentFile, AgentStatus, ConfirmationRule, Grant, Identifier, Pattern, Standing, Task, Until,
};
use domain::reader::ParseError;
use domain::reader::log::{Format, LogReader, LogRecord, Options, Sink};
use domain::timeline::{Effect, Verb};
use domain::watch::{Act, Intake, Place, Roster, RuleSetting, Watcher};
use domain::{Id, Instant};

const AGENTS: usize = 10_000;
const RECORDS: usize = 100_000;
/// Records of one post.
const EACH: usize = 1_000;
const RECORDS_A_SECOND_MIN: f64 = 50_000.0;
/// 2026-01-01T00:00:00Z, in microseconds.
const BEGAN: i64 = 1_767_225_600_000_000;

#[derive(Default)]
struct Records(Vec<LogRecord>, usize);

impl Sink for Records {
    fn record(&mut self, record: LogRecord) {
        self.0.push(record);
    }

    fn parse_error(&mut self, _: ParseError) {
        self.1 += 1;
    }
}

fn main() -> ExitCode {
    let roster = Roster::of((0..AGENTS).map(|number| Arc::new(file(number))).collect());
    let settings = RuleSetting::defaults();
    let mut is_well = true;
    for (name, format, record) in
        [("lines", Format::Jsonl, lines as fn(&mut String, usize)), ("OTLP", Format::Otlp, spans)]
    {
        let posts = posts(format, record);
        let bytes: usize = posts.iter().map(Vec::len).sum();
        let (mut reading, mut judging, mut offences) = (0.0, 0.0, 0);
        let source = Id::new("source");
        let intake = Intake { source: &source, agents: &[], agents_only: true };
        let mut watcher = Watcher::default();
        for posts in posts.chunks(8) {
            let began = std::time::Instant::now();
            let mut reader = LogReader::new(format, &Options::default());
            let mut records = Records::default();
            posts.iter().for_each(|post| reader.feed(post, &mut records));
            reader.finish(&mut records);
            assert_eq!((records.0.len(), records.1), (posts.len() * EACH, 0), "{name}");
            reading += began.elapsed().as_secs_f64();
            let place = Place { source: source.clone(), batch: Some(1), segment: None };
            let act = |record| Act { agent: None, place: place.clone(), record };
            let acts: Vec<Act> = records.0.into_iter().map(act).collect();
            let began = std::time::Instant::now();
            offences += black_box(watcher.judge(&intake, &acts, &roster, &settings, Instant::from_micros(BEGAN))).len();
            judging += began.elapsed().as_secs_f64();
        }
        let a_second = |seconds: f64| RECORDS as f64 / seconds;
        println!(
            "{name}: {RECORDS} records, {} bytes each; read {:.0}/s, judged {:.0}/s, together {:.0}/s; {offences} offences",
            bytes / RECORDS,
            a_second(reading),
            a_second(judging),
            a_second(reading + judging),
        );
        is_well &= offences == 0 && a_second(reading + judging) >= RECORDS_A_SECOND_MIN;
    }
    if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn posts(format: Format, record: fn(&mut String, usize)) -> Vec<Vec<u8>> {
    let post = |post: usize| {
        let mut text = String::new();
        for number in post * EACH..(post + 1) * EACH {
            record(&mut text, number);
        }
        if format == Format::Otlp {
            text = format!(
                r#"{{"resourceSpans":[{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"agents"}}}}]}},"scopeSpans":[{{"scope":{{"name":"sdk"}},"spans":[{}]}}]}}]}}"#,
                &text[1..]
            ) + "\n";
        }
        text.into_bytes()
    };
    (0..RECORDS / EACH).map(post).collect()
}

fn agent(number: usize) -> usize {
    number * 7919 % AGENTS
}

fn lines(text: &mut String, number: usize) {
    let (agent, area) = (agent(number), agent(number) % 50);
    writeln!(text, r#"{{"time":"2026-01-01T00:00:00Z","actor":{{"type":"agent","name":"app-{agent}"}},"action":"read","resource":"area-{area}/file-{number}","outcome":"success"}}"#).expect("a line");
}

fn spans(text: &mut String, number: usize) {
    let (agent, area) = (agent(number), agent(number) % 50);
    write!(text, r#",{{"traceId":"0101010101010101{number:016x}","spanId":"{number:016x}","name":"execute_tool read_file","startTimeUnixNano":"1767225600000000000","endTimeUnixNano":"1767225600001000000","attributes":[{{"key":"gen_ai.operation.name","value":{{"stringValue":"execute_tool"}}}},{{"key":"gen_ai.agent.name","value":{{"stringValue":"app-{agent}"}}}},{{"key":"gen_ai.tool.name","value":{{"stringValue":"read_file"}}}},{{"key":"gen_ai.tool.call.arguments","value":{{"stringValue":"{{\"path\":\"area-{area}/file-{number}\"}}"}}}}]}}"#).expect("a span");
}

fn file(number: usize) -> AgentFile {
    let began = Instant::from_micros(0);
    let mut agent = Agent::named(Id::new(format!("agent-{number}")), format!("Agent {number}"), began);
    agent.identifiers = Identifier::parse("identifiers", &format!("app-{number}")).into_iter().collect();
    agent.history.push(Standing { status: AgentStatus::Active, from: began, by: None, reason: String::new() });
    let grant = Grant {
        id: Id::new(format!("grant-{number}")),
        agent: agent.id.clone(),
        verbs: vec![Verb::Read],
        resources: Pattern::parse("resources", &format!("area-{}/**", number % 50)).into_iter().collect(),
        ceiling: Effect::Read,
        task: Task::default(),
        rule: ConfirmationRule::None,
        rationale: String::new(),
        approver: None,
        approver_name: String::new(),
        from: began,
        recorded: None,
        until: Until::Never,
        conditions: String::new(),
        ended: None,
        narrows: None,
    };
    AgentFile { agent, grants: vec![grant], reviews: Vec::new() }
}
