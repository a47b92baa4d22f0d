//! What was typed into a form that could not be stored at the moment: it is here, and can be sent again.

use leptos::context::Provider;
use leptos::prelude::*;

use super::conflict::label;
use crate::component::form::FormId;
use crate::component::shell::One;
use crate::component::{Field, TextArea};
use crate::frame::plain_name;

const FORM: &str = "kept";

/// From this length on a text gets several lines.
const LINE_CHARS_MAX: usize = 80;

/// The page. `fields` are those of the form as they were sent to `action`; `of_the_form` are the names of those that
/// are no text of anybody. Somebody who was signed out (`status` 401) signs in beside it.
pub fn kept_page(
    status: u16,
    title: &str,
    detail: &str,
    action: &str,
    fields: &[(String, String)],
    of_the_form: &[&'static str],
) -> AnyView {
    let (title, detail, action) = (title.to_string(), detail.to_string(), action.to_string());
    let (fields, of_the_form) = (fields.to_vec(), of_the_form.to_vec());
    let are_passwords = action.ends_with("/password");
    let inputs =
        move || fields.iter().map(|(name, value)| input(name, value, &of_the_form, are_passwords)).collect_view();
    let sign_in = (status == 401)
        .then(|| view! { <p><a class="btn" href="/sign-in" target="_blank" rel="noopener">"Sign in, in another window"</a></p> });
    view! {
        <One>
            <h1>{title}</h1>
            <section class="card">
                <header><h2>"Nothing you typed is lost"</h2></header>
                <p role="alert">{detail}</p>
                {sign_in}
                <form method="post" action=action id=FORM class="form">
                    <Provider value=FormId(FORM.into())>{inputs()}</Provider>
                    <div class="actions"><button type="submit" class="btn p">"Send it again"</button></div>
                </form>
            </section>
        </One>
    }
    .into_any()
}

/// Words are shown, to be read and copied; what is chosen, numbers and names of records are sent along unseen. A
/// password is asked for again: it stands on no page.
fn input(name: &str, value: &str, of_the_form: &[&str], are_passwords: bool) -> AnyView {
    let (field, value) = (name.to_string(), value.to_string());
    if are_passwords && !of_the_form.contains(&name) {
        return view! { <Field name=field label=label(name) kind="password" required=true/> }.into_any();
    }
    let is_text =
        !of_the_form.contains(&name) && name == plain_name(name) && value.trim().contains(char::is_whitespace);
    if !is_text {
        return view! { <input type="hidden" name=field value=value/> }.into_any();
    }
    let label = label(name);
    if value.contains('\n') || value.chars().count() > LINE_CHARS_MAX {
        return view! { <TextArea name=field label=label value=value rows=8/> }.into_any();
    }
    view! { <Field name=field label=label value=value/> }.into_any()
}
