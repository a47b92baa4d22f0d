//! A pasted timeline, as it was understood: every line is checked by a person before it is added.

use domain::reader::{ParseError, TextLine, TextTimeline};
use domain::time::explain_time;
use domain::timeline::{EventKind, Verb};
use domain::vocabulary::PrincipalKind;
use leptos::prelude::*;

use super::text_area;
use crate::case::Case;
use crate::component::{Field, Flag, Form, Icon, OpenForm, Select, Trouble, choices, time_text};
use crate::page::case::case_page;

/// How many lines are checked at a time; a form holds no more.
pub const LINES_MAX: usize = 200;

/// What was understood of a pasted timeline.
pub fn paste_page(case: &Case, text: &str, preview: &TextTimeline) -> AnyView {
    let body = view! {
        {parse_errors(&preview.parse_errors)}
        <section class="card">
            <header>
                <h2>"Check what was understood"</h2>
                <div class="actions">{again(case, text)}<a class="btn quiet" href=case.url("timeline")>"Leave without adding"</a></div>
            </header>
            {if preview.lines.is_empty() { nothing() } else { lines(case, text, &preview.lines) }}
        </section>
    };
    case_page(case, "timeline", body.into_any())
}

fn again(case: &Case, text: &str) -> impl IntoView + use<> {
    let (action, text) = (case.url("timeline/paste"), text.to_string());
    view! {
        <OpenForm label="Change the text" form="paste-timeline">
            <Form id="paste-timeline" action=action submit="Read it again">{text_area(text, 14)}</Form>
        </OpenForm>
    }
}

fn nothing() -> AnyView {
    view! { <p>"No line of the text begins with a time, so there is nothing to add yet. Change the text: begin each line with its time, such as “17:04” or “[unknown]”."</p> }.into_any()
}

fn parse_errors(parse_errors: &[ParseError]) -> Option<AnyView> {
    if parse_errors.is_empty() {
        return None;
    }
    let line = |parse_error: &ParseError| {
        let (number, reason, text) = (parse_error.line, parse_error.reason.clone(), parse_error.text.clone());
        view! { <li>{format!("Line {number}: {reason} ")}<q>{text}</q></li> }
    };
    let lines = parse_errors.iter().take(LINES_MAX).map(line).collect_view();
    let count = if parse_errors.len() == 1 {
        "One line was not understood".to_string()
    } else {
        format!("{} lines were not understood", parse_errors.len())
    };
    Some(
        view! { <div class="notice warn"><Icon name="warn"/><div><b>{count}</b><ul>{lines}</ul></div></div> }
            .into_any(),
    )
}

fn lines(case: &Case, text: &str, lines: &[TextLine]) -> AnyView {
    let action = case.url("timeline/confirm");
    let left = lines.len().saturating_sub(LINES_MAX);
    let (text, lines) = (text.to_string(), lines.to_vec());
    // The fields must be made inside of their form: there they find what was typed.
    let items =
        move || lines.iter().take(LINES_MAX).enumerate().map(|(place, line)| item(place, line, &lines)).collect_view();
    view! {
        <p class="muted">"Actor, kind and verb are guesses. Correct them, and untick what does not belong."</p>
        {(left > 0).then(|| view! { <p class="notice warn">{format!("These are the first {LINES_MAX} lines; paste the other {left} afterwards.")}</p> })}
        <Form id="confirm-timeline" action=action submit="Add the ticked lines">
            <input type="hidden" name="text" value=text/>
            {items()}
        </Form>
    }
    .into_any()
}

/// One line of the text as the event it would become.
fn item(place: usize, line: &TextLine, lines: &[TextLine]) -> impl IntoView + use<> {
    let name = |field: &str| format!("items.{place}.{field}");
    let note = line.time_note.clone().unwrap_or_default();
    let hint = format!("{}. {note}", explain_time(&line.time));
    let (actor, told) = if line.actor.is_empty() {
        ("somebody".to_string(), "The line names nobody.")
    } else {
        (line.actor.clone(), "As the line names them.")
    };
    let follows = line
        .follows
        .and_then(|at| lines.get(at))
        .map(|cause| view! { <p class="hint">{format!("Hangs from line {}.", cause.line)}</p> });
    view! {
        <fieldset>
            <legend>{format!("Line {}", line.line)}</legend>
            // Ticked, though nothing that judges is: who pasted these lines wants them here, and the box only leaves out
            // what does not belong. What would judge, such as whether an act was asked for, is asked on the event, as unknown.
            <Flag name=name("include:b") label="Add this line" value=true/>
            {follows}
            {line.follows.map(|at| view! { <input type="hidden" name=name("follows:n") value=at.to_string()/> })}
            <Field name=name("time") label="When" value=time_text(&line.time) hint=hint/>
            <Trouble name=name("actor")/>
            <div class="row">
                <Field name=name("actor.name") label="Who acted" value=actor hint=told/>
                <Select name=name("actor.kind") label="What they are" options=choices(PrincipalKind::ALL, PrincipalKind::word, PrincipalKind::label) value=line.actor_kind_guess.word()/>
            </div>
            <div class="row">
                <Select name=name("kind") label="Kind of event" options=choices(EventKind::ALL, EventKind::word, EventKind::label) value=line.kind_guess/>
                <Select name=name("verb") label="What was done" options=choices(Verb::ALL, Verb::word, Verb::label) value=line.verb_guess.unwrap_or("other")/>
            </div>
            <Field name=name("body") label="What happened" value=line.body.clone()/>
        </fieldset>
    }
}
