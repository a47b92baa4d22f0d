//! To whom it was exposed, and whether the lists are complete.

use domain::draft::typed_list;
use domain::exposure::{Enumeration, Exposure, IN_ALL};
use leptos::prelude::*;

use super::seen;
use crate::case::Case;
use crate::component::times::to_minute;
use crate::component::{ActButton, Field, Form, OpenForm, Sign, TextArea, When};

/// The exposed principals and the two statements that a list is complete.
pub(super) fn section(case: &Case) -> impl IntoView + use<> {
    let exposure = case.dossier.exposure();
    let empty = exposure.principals.is_empty();
    let people = exposure.principals.iter().map(|one| {
        let count = one.count.map(|count| format!(": {count} people"));
        view! { <li>{one.name.clone()}{count}</li> }
    });
    view! {
        <section class="card" id="the-principals">
            <header>
                <h2>"To whom"</h2>
                {case.may_edit().then(|| view! { <div class="actions">{form(case, &exposure)}</div> })}
            </header>
            {empty.then(|| view! { <p>"Nobody is recorded yet. Name the people or groups who could have used an access path: whoever is missing here cannot be ruled out."</p> })}
            <ul class="hairline">{people.collect_view()}</ul>
            <h3>"Are these lists complete?"</h3>
            {whole(case, "resources", "Exposed resources", exposure.resources_enumerated.as_ref(), exposure.resources.is_empty())}
            {whole(case, "principals", "To whom", exposure.principals_enumerated.as_ref(), empty)}
        </section>
    }
}

fn form(case: &Case, exposure: &Exposure) -> impl IntoView + use<> {
    let action = case.url("exposure/principals");
    let names: Vec<String> =
        exposure.principals.iter().filter(|one| one.name != IN_ALL).map(|one| one.name.clone()).collect();
    let names = typed_list(&names);
    let count = exposure.principals.iter().find_map(|one| one.count).map(|count| count.to_string()).unwrap_or_default();
    let seen = seen(case);
    view! {
        <OpenForm label="Edit" form="exposed">
            <Form id="exposed" action=action submit="Save" seen=seen>
                <Field name="names:l" label="People or groups" value=names hint="Separated by commas, such as: all engineers, contractors."/>
                <Field name="count:n" label="How many people in all" kind="number" value=count hint="Empty if it is not known."/>
            </Form>
        </OpenForm>
    }
}

fn whole(
    case: &Case,
    list: &'static str,
    name: &'static str,
    stated: Option<&Enumeration>,
    empty: bool,
) -> impl IntoView + use<> {
    let action = case.url(&format!("exposure/enumeration/{list}"));
    let (may_edit, form, seen) = (case.may_edit(), format!("whole-{list}"), seen(case));
    match stated {
        Some(stated) => {
            let (when, by, basis) = (to_minute(stated.stamp.at), stated.stamp.by.name.clone(), stated.basis.clone());
            view! {
                <div class="stack">
                    <p><b>{name}</b> ": whole, says " {by} ", " <When time=when/> ". From: " {basis}</p>
                    {may_edit.then(|| view! { <ActButton action=action label="Take this back" title=format!("Take this back: the list “{name}” is whole") fields=vec![("basis", String::new())]/> })}
                </div>
            }
            .into_any()
        }
        None => {
            let missing =
                if empty { "the list is still empty" } else { "nobody has confirmed that the list is complete" };
            let may_state = may_edit && !empty;
            view! {
                <div class="stack">
                    <p><Sign kind="un"/> " " <b>{name}</b> ": " {missing}</p>
                    {may_state.then(|| view! {
                        <OpenForm label="Confirm complete" form=form.clone() quiet=true>
                            <Form id=form action=action submit="State it" seen=seen>
                                <TextArea name="basis" label="From which evidence the list was drawn" rows=2 required=true hint="Your name stands under this statement. An agent cannot make it."/>
                            </Form>
                        </OpenForm>
                    })}
                </div>
            }
            .into_any()
        }
    }
}
