//! The rating form: eight questions in the words of the rubric.

use domain::rating::Rating;
use domain::severity::rubric::{self, Rubric, Scale};
use domain::severity::{Class, Dimension, Levels, SeverityFacts};
use leptos::prelude::*;

use crate::case::Case;
use crate::component::{Choice, Flag, Form, OpenForm, Radios, Select, TextArea, choices};
use crate::frame::Frame;
use crate::island::SeverityPreview;

/// The form's id; the preview watches it.
const FORM: &str = "rate";

/// The form, prefilled from the latest rating.
pub(super) fn section(case: &Case) -> impl IntoView + use<> {
    let latest = case.dossier.latest_rating().cloned();
    let (label, open) = if latest.is_some() { ("Rate again", false) } else { ("Rate this incident", true) };
    let action = case.url("ratings");
    view! {
        <section class="card" id="rating">
            <header><h2>"Rate it"</h2><small class="muted">"earlier ratings stay on the record"</small></header>
            <OpenForm label=label form=FORM key="n" open=open>
                <Form id=FORM action=action submit="Keep this rating">{fields(latest)}</Form>
            </OpenForm>
        </section>
    }
}

fn fields(latest: Option<Rating>) -> impl IntoView {
    let facts = latest.as_ref().map(|rating| rating.facts.clone()).unwrap_or_default();
    let rubric = rubric::find(&facts.rubric).unwrap_or(&rubric::ASR_1);
    let preview = preview(&facts);
    let (class, ongoing) = (facts.class.word(), facts.ongoing);
    let scales = rubric.scales.iter().map(|scale| dimension(scale, &facts, latest.as_ref())).collect_view();
    view! {
        <input type="hidden" name="rubric" value=rubric.version/>
        <Radios name="class" label="What it was" options=choices(Class::ALL, Class::word, Class::label) value=class/>
        <Flag name="ongoing:b" label="It still goes on" value=ongoing/>
        {weights(rubric)}
        {scales}
        <p><SeverityPreview form=FORM.to_string() initial=preview/></p>
    }
}

fn weights(rubric: &Rubric) -> impl IntoView + use<> {
    let weighed: Vec<String> = rubric
        .scales
        .iter()
        .filter(|scale| scale.weight > 0)
        .map(|scale| format!("{} 0.{:02}", scale.dimension.label().to_lowercase(), scale.weight))
        .collect();
    let words = format!(
        "{}. The worst of the first four sets the severity; the other four are weighed ({}) and may raise it by one.",
        rubric.title,
        weighed.join(", ")
    );
    view! { <p class="hint">{words}</p> }
}

/// One question: its levels, the worst credible one where it is unknown, and why.
fn dimension(scale: &'static Scale, facts: &SeverityFacts, latest: Option<&Rating>) -> impl IntoView + use<> {
    let dimension = scale.dimension;
    let word = dimension.word();
    let text =
        |levels: &Levels| levels.get(&dimension).copied().flatten().map(|level| level.to_string()).unwrap_or_default();
    let (known, credible) = (text(&facts.dimensions), text(&facts.worst_credible));
    let why = latest.and_then(|rating| rating.rationale.get(&dimension).cloned()).unwrap_or_default();
    let options: Vec<Choice> = scale
        .levels
        .iter()
        .enumerate()
        .map(|(level, words)| (level.to_string(), format!("{level}: {words}")))
        .collect();
    view! {
        <div class="stack">
            {levels(scale, known)}
            <div class="row">
                <Select name=format!("worst_credible.{word}:n") label=format!("{}: if unknown, the worst that is credible", dimension.label()) options=options value=credible blank="Not specified (counts as 3)"/>
                <TextArea name=format!("rationale.{word}") label=format!("{}: why this level", dimension.label()) rows=2 value=why/>
            </div>
        </div>
    }
}

/// The levels of a question as radios, in the rubric's words.
fn levels(scale: &'static Scale, stored: String) -> impl IntoView {
    let name = format!("dimensions.{}:n", scale.dimension.word());
    let frame = Frame::current();
    let chosen = frame.typed_value(FORM, &name).map_or(stored, str::to_string);
    let error = frame.error(FORM, &name).map(str::to_string);
    let radio = |value: String, number: String, words: &'static str| {
        let checked = value == chosen;
        view! { <label><input type="radio" name=name.clone() value=value checked=checked/><b>{number}</b><span>{words}</span></label> }
    };
    let known = scale
        .levels
        .iter()
        .enumerate()
        .map(|(level, words)| radio(level.to_string(), level.to_string(), words))
        .collect_view();
    view! {
        <fieldset class="levels">
            <legend>{scale.dimension.label()} ": " {scale.question}</legend>
            {known}
            {radio(String::new(), "?".into(), "Unknown")}
            {error.map(|sentence| view! { <p class="error">{sentence}</p> })}
        </fieldset>
    }
}

/// What the form comes to as it is sent: what was typed, if it came back, else what is stored.
fn preview(stored: &SeverityFacts) -> String {
    let frame = Frame::current();
    let facts = if frame.typed.form == FORM { typed(&frame) } else { stored.clone() };
    facts.rate().map_or_else(|refusal| refusal.sentence, |severity| severity.sum_up())
}

fn typed(frame: &Frame) -> SeverityFacts {
    let value = |name: &str| frame.typed_value(FORM, name).filter(|value| !value.is_empty());
    let mut facts = SeverityFacts { ongoing: value("ongoing:b").is_some(), ..SeverityFacts::default() };
    for dimension in Dimension::ALL {
        let level =
            |group: &str| value(&format!("{group}.{}:n", dimension.word())).and_then(|level| level.parse().ok());
        facts.dimensions.insert(*dimension, level("dimensions"));
        facts.worst_credible.insert(*dimension, level("worst_credible"));
    }
    facts.class = value("class").and_then(|word| Class::parse(word).ok()).unwrap_or(facts.class);
    facts
}
