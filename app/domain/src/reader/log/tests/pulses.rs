//! What recurs regularly, and where it stops.

use crate::reader::log::{Format, Options, Pulse, read_as};

fn pulses(beats: &[(&str, i64)]) -> Vec<Pulse> {
    let line = |(action, second): &(&str, i64)| {
        format!("{{\"time\":{},\"user\":\"probe\",\"action\":\"{action}\"}}\n", 1_773_853_200 + second)
    };
    let text: String = beats.iter().map(line).collect();
    read_as(text.as_bytes(), Format::Jsonl, &Options::default()).summary.pulses
}

fn every(period: i64, count: i64) -> Vec<(&'static str, i64)> {
    (0..count).map(|beat| ("check", beat * period)).collect()
}

/// The period, how often it beat, and the silences, in seconds after the first beat.
type Told = (i64, u64, Vec<(i64, i64)>);

fn told(pulses: &[Pulse]) -> Vec<Told> {
    let pulse = |pulse: &Pulse| {
        let second = |at: crate::time::Instant| (at.micros() - pulse.from.micros()) / 1_000_000;
        let silences = pulse.silences.iter().map(|silence| (second(silence.from), second(silence.to))).collect();
        (pulse.period_micros / 1_000_000, pulse.count, silences)
    };
    pulses.iter().map(pulse).collect()
}

#[test]
fn a_regular_act_is_a_pulse() {
    assert_eq!(told(&pulses(&every(60, 19))), []);
    assert_eq!(told(&pulses(&every(60, 20))), [(60, 20, vec![])]);
    assert_eq!(told(&pulses(&every(60, 500))), [(60, 500, vec![])]);
    // Newest first.
    let backward: Vec<_> = every(60, 100).into_iter().rev().collect();
    assert_eq!(told(&pulses(&backward)), [(60, 100, vec![])]);
    // Within a quarter, for nine of ten.
    let shaken: Vec<_> = every(60, 100).into_iter().map(|(act, at)| (act, at + at / 60 % 2 * 5)).collect();
    assert_eq!(told(&pulses(&shaken)).len(), 1);
    let wild: Vec<_> = every(60, 100).into_iter().map(|(act, at)| (act, at + at / 60 % 2 * 40)).collect();
    assert_eq!(told(&pulses(&wild)), []);
    // All at once is no interval.
    assert_eq!(told(&pulses(&every(0, 100))), []);
}

#[test]
fn where_a_pulse_stops_it_is_silent() {
    let mut early = every(60, 100);
    early.drain(10..20);
    assert_eq!(told(&pulses(&early)), [(60, 90, vec![(540, 1_200)])]);
    let mut late = every(60, 300);
    late.drain(200..210);
    // Two beats that are missing are a silence, and one is none.
    late.drain(100..102);
    late.drain(50..51);
    assert_eq!(told(&pulses(&late)), [(60, 287, vec![(99 * 60, 102 * 60), (199 * 60, 210 * 60)])]);
}

#[test]
fn many_silences_and_many_acts_are_bounded() {
    let beats: Vec<_> =
        (0..2_000).filter(|beat| *beat < 100 || beat % 10 < 2).map(|beat| ("check", beat * 60)).collect();
    let found = pulses(&beats);
    assert_eq!(found[0].silences.len(), 100);
    let last = found[0].silences[99];
    assert!(last.from < last.to && last.to == found[0].to.plus_micros(-60_000_000), "{last:?}");
    // A pulse among many other acts is found, for what is irregular makes room.
    let names: Vec<String> = (0..10_000).map(|number| format!("act-{}", number % 150)).collect();
    let mut beats: Vec<(&str, i64)> =
        names.iter().enumerate().map(|(at, name)| (name.as_str(), (at * at % 7_919) as i64)).collect();
    beats.extend(every(60, 100));
    assert_eq!(told(&pulses(&beats)).iter().filter(|pulse| pulse.0 == 60).count(), 1);
}
