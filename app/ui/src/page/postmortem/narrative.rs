//! A section that people write: to read, or open as a form with notes on its words.

use domain::Id;
use domain::casefile::Noun;
use domain::lint::lint_blameless;
use domain::postmortem::Section;
use domain::verdict::lint_statement;
use domain::vocabulary::PrincipalKind;
use leptos::prelude::*;

use crate::case::Case;
use crate::component::discussion::discussion;
use crate::component::past::history_of;
use crate::component::{Form, Icon, TextArea};
use crate::frame::Frame;
use crate::markdown::talk;

/// A section with what can be done about it; there are so many notes on its words.
pub(super) fn body(case: &Case, section: Section, notes: usize, edit: Option<Section>) -> AnyView {
    let form = format!("write-{}", section.word());
    let open = case.may_edit() && (edit == Some(section) || Frame::current().typed.form == form);
    let text = if open { write(case, section, form) } else { read(case, section, notes) };
    let href = format!("{}#narrative-{}", case.url(&format!("postmortem?edit={}", section.word())), section.word());
    let about = format!("section/{}", section.word());
    view! {
        <section id=format!("narrative-{}", section.word()) class="stack" data-item="" tabindex="-1" aria-label=section.label()>
            {text}
            {(case.may_edit() && !open).then(|| view! { <p class="actions"><small><a href=href data-edit="">{if case.dossier.section(section).is_empty() { "Write it" } else { "Edit" }}<span class="visually-hidden">": "{section.label()}</span></a></small></p> })}
            {case.dossier.narratives.find(&Id::new(section.word())).map(|kept| view! { <div class="actions">{history_of(case, Noun::Narrative, &kept.id, section.label())}</div> })}
            {discussion(case, &about, section.label())}
        </section>
    }
    .into_any()
}

fn read(case: &Case, section: Section, notes: usize) -> AnyView {
    let text = case.dossier.section(section);
    if text.trim().is_empty() {
        let needed = Section::REQUIRED.contains(&section).then_some("This may not be left empty. ");
        return view! { <p class="muted">"Not written yet. "{needed}{section.hint()}</p> }.into_any();
    }
    let noted = (case.may_edit() && notes > 0).then(|| {
        let words = if notes == 1 {
            "1 note on the words: edit to see it".to_string()
        } else {
            format!("{notes} notes on the words: edit to see them")
        };
        view! { <p class="muted"><small><Icon name="warn"/>" "{words}</small></p> }
    });
    view! { <div class="md" inner_html=talk(text, &Frame::current().people)></div>{noted} }.into_any()
}

fn write(case: &Case, section: Section, form: String) -> AnyView {
    let kept = case.dossier.narratives.get(&Id::new(section.word()));
    // Version 0 is before anybody wrote it: who saves first then is not overwritten by who saves second.
    let (seen, stored) = (kept.map_or(0, |kept| kept.version), case.dossier.section(section).to_string());
    let text = Frame::current().typed_value(&form, "body").map_or_else(|| stored.clone(), str::to_string);
    let action = case.url(&format!("sections/{}", section.word()));
    let close = format!("{}#narrative-{}", case.url("postmortem"), section.word());
    let fields =
        move || view! { <TextArea name="body" label=section.label() rows=12 value=stored hint=section.hint()/> };
    let form = view! { <Form id=form action=action submit="Save" seen=seen keep=format!("sections/{}", section.word())>{fields()}</Form> };
    view! {
        {form}
        {note_list(case, &text)}
        <p><a href=close>"Close without saving"</a></p>
    }
    .into_any()
}

/// What the words claim beyond the verdict, and where they blame. They are notes: nothing keeps the text from being saved.
fn note_list(case: &Case, text: &str) -> Option<AnyView> {
    let notes = notes(case, text);
    if notes.is_empty() {
        return None;
    }
    let lines = notes.into_iter().map(|note| view! { <li>{note}</li> }).collect_view();
    Some(view! { <div class="notice warn"><Icon name="warn"/><div><b>"Notes on the words as saved"</b><ul>{lines}</ul></div></div> }.into_any())
}

/// What is noted of a text.
pub(super) fn notes(case: &Case, text: &str) -> Vec<String> {
    let people: Vec<&str> = case
        .dossier
        .principals
        .iter()
        .filter(|principal| principal.kind == PrincipalKind::Human)
        .map(|principal| principal.record.name.as_str())
        .collect();
    let mut notes = lint_statement(text, case.verdict());
    notes.extend(lint_blameless(text, &people));
    notes
}
