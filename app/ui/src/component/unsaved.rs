//! What the reader typed and did not save: offered where its form is, else at the top of the page.

use leptos::prelude::*;

use super::When;
use super::address::{encode, slug};
use super::times::to_minute;
use crate::frame::{Frame, Unsaved};

/// The offer beside its form.
pub fn offer(form: &str, record: &str) -> Option<AnyView> {
    let frame = Frame::current();
    let offers: Vec<AnyView> = frame.waiting(form, record).into_iter().map(one).collect();
    (!offers.is_empty()).then(|| offers.into_any())
}

/// Offers of forms that are on other pages of the incident or agent with this address.
pub fn elsewhere(own: &str) -> Option<AnyView> {
    let frame = Frame::current();
    let others = frame.unsaved.iter().filter(|unsaved| unsaved.at != frame.at && unsaved.at.starts_with(own));
    let offers: Vec<AnyView> = others.map(one).collect();
    (!offers.is_empty()).then(|| view! { <section aria-label="What you did not save">{offers}</section> }.into_any())
}

fn one(unsaved: &Unsaved) -> AnyView {
    let Unsaved { form, record, page, at, typed_at, excerpt } = unsaved.clone();
    let joint = if at.contains('?') { '&' } else { '?' };
    let using = format!("{at}{joint}use={0}&typed={1}#{0}", encode(&form), encode(&page));
    let about = at.split(['?', '#']).next().unwrap_or_default().split('/').take(3).collect::<Vec<_>>().join("/");
    let back = Frame::current().at.clone();
    let (mark, id) = (format!("{form} {record}"), format!("unsaved-{form}-{}-{}", slug(&record), slug(&page)));
    let tab = page.clone();
    view! {
        <div class="notice info unsaved" data-unsaved=mark data-page=tab>
            <div>
                <p>"You typed this on "<When time=to_minute(typed_at)/>" and did not save it: "<q>{excerpt}</q></p>
                <form method="post" action=format!("{about}/unsaved/delete") class="actions" id=id>
                    <input type="hidden" name="form" value=form/>
                    <input type="hidden" name="record" value=record/>
                    <input type="hidden" name="page" value=page/>
                    <input type="hidden" name="at" value=back/>
                    <a class="btn small" href=using>"Use it"</a>
                    <button type="submit" class="btn quiet small">"Discard"</button>
                </form>
            </div>
        </div>
    }
    .into_any()
}
