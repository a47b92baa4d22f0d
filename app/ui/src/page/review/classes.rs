//! What the records were classified as: by rule for many, and what can be undone.

use domain::casefile::CaseItem;
use domain::classification::Classification;
use domain::vocabulary::FindingClass;
use leptos::prelude::*;

use super::ReviewPage;
use crate::case::Case;
use crate::component::address::encode;
use crate::component::times::to_minute;
use crate::component::{ActButton, Form, OpenForm, Select, TextArea, When, choices};
use crate::page::exposure::class_counts;

/// The classifications of the item, how many records they reach, and the rule for all that match.
pub(super) fn section(case: &Case, shown: &ReviewPage, may: bool) -> AnyView {
    let mut stated: Vec<&CaseItem<Classification>> =
        case.dossier.classifications.iter().filter(|kept| kept.evidence == shown.item.id).collect();
    stated.sort_by_key(|kept| std::cmp::Reverse(kept.stated.at));
    let total = shown.found.as_ref().map_or(0, |found| found.total);
    let counts = match &shown.classes {
        Some(classes) if total > 0 => class_counts(classes, total),
        Some(_) => "nothing to classify".to_string(),
        None => "counted when you attest: there are too many records to do it now".to_string(),
    };
    let none = stated.is_empty();
    let rows = stated.into_iter().map(|kept| row(case, shown, kept, may)).collect_view();
    view! {
        <section class="card" id="classes">
            <header>
                <h2>"3. Say what they are"</h2>
                {(may && total > 0).then(|| view! { <div class="actions">{rule(case, shown, total)}</div> })}
            </header>
            <p>"Of what is asked now: " <b class="num">{counts}</b></p>
            {none.then(|| view! { <p class="muted">"Nothing is classified yet. Open a record and press what it is, or classify all that match by a rule: the rule is kept, and holds for the records it fits. Of two that fit a record, the later counts."</p> })}
            <ul class="hairline">{rows}</ul>
        </section>
    }
    .into_any()
}

fn row(case: &Case, shown: &ReviewPage, kept: &CaseItem<Classification>, may: bool) -> impl IntoView + use<> {
    let back = case.url(&format!("classifications/{}/delete", encode(kept.id.as_str())));
    let when = to_minute(kept.stated.at);
    let (words, note) = (kept.words(), kept.note.clone());
    let title = format!("Remove: {words}");
    let then = format!("{}#classes", shown.query.here());
    view! {
        <li id=format!("classification-{}", kept.id) class="stack" data-item="" tabindex="0">
            <div class="spread">
                <p><b>{kept.class.label()}</b> ": " {words}</p>
                {may.then(|| view! { <ActButton action=back label="Remove" title=title fields=vec![("then", then)]/> })}
            </div>
            <p class="muted">{kept.stated.by.name.clone()} ", " <When time=when/> {(!note.is_empty()).then(|| format!(": {note}"))}</p>
        </li>
    }
}

/// Classifies all that match, now and whenever the records are read anew.
fn rule(case: &Case, shown: &ReviewPage, total: u64) -> impl IntoView + use<> {
    let (action, evidence) = (case.url("classifications"), shown.item.id.to_string());
    let then = format!("{}#classes", shown.query.here());
    let fields = shown.query.fields();
    let fields = fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    let fields = fields.collect_view();
    let counted =
        if total == 1 { "The one record that matches".to_string() } else { format!("All {total} records that match") };
    let words = format!("{counted}: {}.", shown.query.filter.words());
    view! {
        <OpenForm label="Classify all that match" form="rule">
            <Form id="rule" action=action submit="Classify them">
                <input type="hidden" name="evidence" value=evidence/>
                <input type="hidden" name="then" value=then/>
                {fields}
                <p>{words}</p>
                <Select name="class" label="What they are" options=choices(FindingClass::ALL, FindingClass::word, FindingClass::label) blank="Choose"/>
                <TextArea name="note" label="Why" rows=2/>
            </Form>
        </OpenForm>
    }
}

/// Who said what a record is, and why.
pub(super) fn told(class: &Classification) -> impl IntoView + use<> {
    let note = (!class.note.is_empty()).then(|| format!(": {}", class.note));
    let (label, by, rule) = (class.class.label(), class.stated.by.name.clone(), class.words());
    let rule = class.filter.is_some().then(|| format!(" by the rule “{rule}”"));
    view! { <p class="muted">"Classified as " <b>{label}</b> " by " {by} {rule} {note}</p> }
}
