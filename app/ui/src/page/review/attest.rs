//! The attestation: what was asked and what it returned are kept with it.

use domain::casefile::CaseItem;
use domain::reader::log::RecordPage;
use domain::review::Review;
use domain::vocabulary::{Depth, ReviewMethod, ReviewOutcome};
use leptos::prelude::*;

use super::ReviewPage;
use crate::case::Case;
use crate::component::times::span_text;
use crate::component::{Form, Radios, Select, TextArea, Trouble, choices, instant_text};

/// The form, and who has attested to this item already.
pub(super) fn section(case: &Case, shown: &ReviewPage, found: &RecordPage, may: bool) -> AnyView {
    let known: Vec<&CaseItem<Review>> =
        case.dossier.reviews.iter().filter(|kept| kept.evidence == shown.item.id && kept.revoked.is_none()).collect();
    let exposure = case.url("exposure");
    let rows = known.iter().map(|kept| {
        let href = format!("{exposure}#review-{}", kept.id);
        view! { <li><a href=href>{kept.attested.by.name.clone()}</a> ", " {span_text(Some(kept.from), Some(kept.to))} ": " {kept.outcome.label().to_lowercase()}</li> }
    });
    let rows = rows.collect_view();
    view! {
        <section class="card" id="attest-to-it">
            <header><h2>"4. Attest"</h2></header>
            {may.then(|| form(case, shown, found.total))}
            {(!known.is_empty()).then(|| view! { <h3>"Attested already"</h3><ul class="hairline">{rows}</ul> })}
            {(!may && known.is_empty()).then(|| view! { <p class="muted">"Nobody has attested to these records yet."</p> })}
        </section>
    }
    .into_any()
}

fn form(case: &Case, shown: &ReviewPage, total: u64) -> AnyView {
    let filter = &shown.query.filter;
    let (Some(from), Some(to)) = (filter.from, filter.to) else {
        return view! { <p class="muted">"Give the span a beginning and an end: a review speaks of a span."</p> }
            .into_any();
    };
    let (action, evidence) = (case.url("reviews"), shown.item.id.to_string());
    let hidden = shown.query.fields().into_iter().filter(|(name, _)| name != "filter.from" && name != "filter.to");
    let hidden = hidden.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    let method = if filter.is_whole() { ReviewMethod::Full } else { ReviewMethod::Query };
    let records = if total == 1 { "1 record".to_string() } else { format!("{total} records") };
    let words = format!(
        "You attest that you went through {records} of {}: {}, {}.",
        shown.item.name,
        filter.words(),
        span_text(Some(from), Some(to))
    );
    let narrowed = (!filter.is_whole()).then(|| view! { <p class="hint">"This is narrower than every record of the span. It counts as a review by query: what the query leaves out, somebody has to be able to justify."</p> });
    view! {
        <Form id="attest" action=action submit="Attest">
            <input type="hidden" name="evidence" value=evidence/>
            <input type="hidden" name="from" value=instant_text(from)/>
            <input type="hidden" name="to" value=instant_text(to)/>
            {hidden}
            <p>{words}</p>
            {narrowed}
            <Trouble name="from"/>
            <Trouble name="to"/>
            <div class="row">
                <Select name="method" label="How" options=choices(ReviewMethod::ALL, ReviewMethod::word, ReviewMethod::label) value=method.word() hint="A sample or a machine's look is kept, and does not count."/>
                <Select name="depth" label="How deep" options=choices(Depth::ALL, Depth::word, Depth::label) blank="choose"/>
            </div>
            <Radios name="outcome" label="What was found" options=choices(ReviewOutcome::ALL, ReviewOutcome::word, ReviewOutcome::label)/>
            <TextArea name="note" label="Note" rows=2/>
            <p class="hint">"The query is put to the records once more, counted and hashed, so that anybody can ask the same and compare. You attest with your name; a review is never edited, only revoked with a reason."</p>
        </Form>
    }
    .into_any()
}
