//! Contributing factors: what was caused by what. There is no single root cause.

use std::collections::BTreeMap;

use domain::Id;
use domain::casefile::{CaseItem, Noun};
use domain::factor::Factor;
use domain::longest::Longest;
use leptos::prelude::*;

use crate::case::Case;
use crate::component::field::Choice;
use crate::component::past::history_of;
use crate::component::pick::ids;
use crate::component::shell::Empty;
use crate::component::{ActButton, Flag, Form, Icon, Many, OpenForm, TextArea};

/// How many characters of a factor its links show.
const LINK_CHARS_MAX: usize = 80;

/// The factors as a drawing and in words, and the form for one.
pub(super) fn section(case: &Case, edit: Option<&Id>) -> impl IntoView + use<> {
    let order = in_order(case);
    let none = order.is_empty();
    let numbers = numbers(&order);
    let rows = order.iter().map(|factor| row(case, factor, &numbers)).collect_view();
    let editing = edit.and_then(|id| case.dossier.factors.get(id)).cloned();
    view! {
        <section class="card" id="factors">
            <header><h2>"Contributing factors"</h2><small class="muted">"what came together"</small></header>
            {none.then(|| view! {
                <Empty title="No factor is recorded yet" text="Nothing goes wrong for one reason. Write down what contributed, each in a sentence, and which factor came of which: a permission that was too broad, a test that did not run, a label that was missing."/>
            })}
            {drawing(&order)}
            {(!none).then(|| view! { <ol class="hairline">{rows}</ol> })}
            {case.may_edit().then(|| form(case, editing.as_ref()))}
        </section>
    }
}

/// Causes before what came of them; the number of a factor is its place here.
fn in_order(case: &Case) -> Vec<&CaseItem<Factor>> {
    let layers = layers(case.dossier.factors.iter().map(|factor| &factor.record));
    let mut factors: Vec<_> = case.dossier.factors.iter().collect();
    factors.sort_by_key(|factor| (layers.before(&factor.id), factor.id.clone()));
    factors
}

/// How many steps lie before each factor at most. A circle of factors ends where it closes.
fn layers<'a>(factors: impl Iterator<Item = &'a Factor>) -> Longest<'a> {
    let factors: BTreeMap<&Id, &Factor> = factors.map(|factor| (&factor.id, factor)).collect();
    let causes = |factor: &'a Factor| factor.because_of.iter().filter(|id| factors.contains_key(*id)).collect();
    Longest::of(&factors.iter().map(|(id, factor)| (*id, causes(factor))).collect())
}

/// The number of each factor.
fn numbers<'a>(order: &[&'a CaseItem<Factor>]) -> BTreeMap<&'a Id, usize> {
    order.iter().zip(1..).map(|(factor, number)| (&factor.id, number)).collect()
}

fn row(case: &Case, factor: &CaseItem<Factor>, numbers: &BTreeMap<&Id, usize>) -> impl IntoView + use<> {
    let number = numbers.get(&factor.id).copied().unwrap_or_default();
    let because = factor.because_of.iter().filter_map(|id| {
        let cause = case.dossier.factors.get(id)?;
        let words = format!("{}. {}", numbers.get(id)?, short(&cause.statement));
        Some(view! { <p class="edge">"because of "<a href=format!("#factor-{id}")>{words}</a></p> })
    });
    let because = because.collect::<Vec<_>>();
    let edit = format!("{}#factor-form", case.url(&format!("claims?edit={}", factor.id)));
    let delete = case.url(&format!("factors/{}/delete", factor.id));
    let name = short(&factor.statement);
    view! {
        <li id=format!("factor-{}", factor.id) data-item="" tabindex="0">
            <p><b class="num">{format!("{number}. ")}</b>{factor.statement.clone()}" "{factor.unspecified.then(|| view! { <span class="flag un">"unspecified"</span> })}</p>
            {because}
            <div class="actions">
                {case.may_edit().then(|| view! {
                    <a class="btn quiet small" href=edit data-edit="" aria-label=format!("Edit: {name}")>"Edit"</a>
                    <ActButton action=delete label="Delete" title=format!("Delete: {name}") seen=factor.version/>
                })}
                {history_of(case, Noun::Factor, &factor.id, &name)}
            </div>
        </li>
    }
}

fn short(text: &str) -> String {
    if text.chars().count() <= LINK_CHARS_MAX {
        text.to_string()
    } else {
        text.chars().take(LINK_CHARS_MAX).collect::<String>() + "…"
    }
}

const STEP_X: usize = 96;
const STEP_Y: usize = 44;

/// The graph, from the causes on the left: each circle is a factor's number, an unspecified one is hatched.
pub(crate) fn drawing(order: &[&CaseItem<Factor>]) -> Option<AnyView> {
    if !order.iter().any(|factor| !factor.because_of.is_empty()) {
        return None;
    }
    let layers = layers(order.iter().map(|factor| &factor.record));
    let mut filled: BTreeMap<usize, usize> = BTreeMap::new();
    let mut at: BTreeMap<&Id, (usize, usize)> = BTreeMap::new();
    for factor in order {
        let layer = layers.before(&factor.id);
        let row = filled.entry(layer).or_default();
        at.insert(&factor.id, (24 + layer * STEP_X, 24 + *row * STEP_Y));
        *row += 1;
    }
    let width = 48 + filled.keys().max().copied().unwrap_or(0) * STEP_X;
    let height = 48 + (filled.values().max().copied().unwrap_or(1) - 1) * STEP_Y;
    let (mut said, numbers) = (Vec::new(), numbers(order));
    let mut lines = Vec::new();
    for (number, factor) in (1..).zip(order) {
        let causes: Vec<String> =
            factor.because_of.iter().filter_map(|id| numbers.get(id)).map(usize::to_string).collect();
        if !causes.is_empty() {
            said.push(format!("{number} because of {}", causes.join(" and ")));
        }
        for ((x1, y1), (x2, y2)) in factor.because_of.iter().filter_map(|id| Some((*at.get(id)?, *at.get(&factor.id)?)))
        {
            lines.push(view! { <line x1=x1.to_string() y1=y1.to_string() x2=x2.to_string() y2=y2.to_string() stroke="currentColor" stroke-width="1.5" opacity="0.45"></line> });
        }
    }
    let nodes = (1..)
        .zip(order)
        .filter_map(|(number, factor)| at.get(&factor.id).map(|(x, y)| node(number, *x, *y, factor.unspecified)))
        .collect_view();
    let label = format!("Factors, causes on the left: {}.", said.join("; "));
    Some(
        view! {
            <div class="scroll" tabindex="0" role="region" aria-label="Graph of the factors">
                <svg width=width.to_string() height=height.to_string() viewBox=format!("0 0 {width} {height}") role="img" aria-label=label>{lines}{nodes}</svg>
            </div>
        }
        .into_any(),
    )
}

fn node(number: usize, x: usize, y: usize, unspecified: bool) -> impl IntoView {
    let (cx, cy, base) = (x.to_string(), y.to_string(), (y + 5).to_string());
    view! {
        <circle cx=cx.clone() cy=cy.clone() r="15" fill="Canvas" stroke="currentColor" stroke-width="1.5" stroke-dasharray=unspecified.then_some("4 3")></circle>
        {unspecified.then(|| view! { <circle cx=cx.clone() cy=cy r="15" fill="url(#hatch)"></circle> })}
        <text x=cx y=base text-anchor="middle" font-size="14" font-weight="600" fill="currentColor">{number.to_string()}</text>
    }
}

fn form(case: &Case, editing: Option<&CaseItem<Factor>>) -> AnyView {
    let owned = case.clone();
    match editing {
        Some(factor) => {
            let (action, seen, record) =
                (case.url(&format!("factors/{}", factor.id)), factor.version, factor.record.clone());
            view! {
                <section id="factor-form" class="stack">
                    <h3>"Edit a factor"</h3>
                    <Form id="edit-factor" action=action submit="Save" seen=seen>{fields(&owned, Some(&record))}</Form>
                    <p><a href=case.url("claims")>"Close this form"</a></p>
                </section>
            }
            .into_any()
        }
        None => view! {
            <div id="factor-form">
                <OpenForm label="Add a factor" form="add-factor">
                    <Form id="add-factor" action=owned.url("factors") submit="Add it">{fields(&owned, None)}</Form>
                </OpenForm>
            </div>
        }
        .into_any(),
    }
}

fn fields(case: &Case, factor: Option<&Factor>) -> impl IntoView + use<> {
    let others = case.dossier.factors.iter().filter(|other| factor.is_none_or(|factor| factor.id != other.id));
    let options: Vec<Choice> = others.map(|other| (other.id.to_string(), other.statement.clone())).collect();
    let statement = factor.map(|factor| factor.statement.clone()).unwrap_or_default();
    let because = factor.map(|factor| ids(&factor.because_of)).unwrap_or_default();
    view! {
        <TextArea name="statement" label="What contributed" rows=2 value=statement required=true hint="In a sentence: a condition, not a person."/>
        <Many name="because_of[]" label="Caused by" options=options value=because empty="There is no other factor yet."/>
        <Flag name="unspecified:b" label="Unspecified: somebody says that there is such a factor and not what it is" value=factor.is_some_and(|factor| factor.unspecified)/>
        <p class="hint"><Icon name="question"/>" What is not said may touch anything, so an unspecified factor keeps the incident from being verified as a no-op. Untick it once it is known."</p>
    }
}

#[cfg(test)]
mod tests {
    use domain::Id;
    use domain::factor::Factor;

    use super::layers;

    fn factor(id: &str, because_of: &[&str]) -> Factor {
        Factor {
            id: Id::new(id),
            statement: id.into(),
            unspecified: false,
            because_of: because_of.iter().map(|id| Id::from(*id)).collect(),
        }
    }

    #[test]
    fn a_factor_stands_behind_all_its_causes_and_circles_end() {
        let graph = [factor("a", &[]), factor("b", &["a"]), factor("c", &["a", "b"]), factor("d", &["gone"])];
        let found = graph.each_ref().map(|factor| layers(graph.iter()).before(&factor.id));
        assert_eq!(found, [0, 1, 2, 0]);
        let circle = [factor("a", &["b"]), factor("b", &["a"])];
        assert!(circle.iter().all(|factor| layers(circle.iter()).before(&factor.id) < 2));
    }
}
