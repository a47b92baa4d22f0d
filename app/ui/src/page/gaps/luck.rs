//! The luck ledger: what could have been worse and was not, by nobody's doing.

use domain::timeline::Event;
use leptos::prelude::*;

use crate::case::Case;
use crate::component::Sign;
use crate::component::shell::Empty;
use crate::frame::Frame;

/// Every outcome prevented by luck, and whether a remediation answers it.
pub(super) fn section(case: &Case) -> impl IntoView + use<> {
    let events = case.dossier.lucky_events();
    let unanswered = events.iter().filter(|event| !case.dossier.has_luck_remediation(&event.id)).count();
    let counted = match (events.len(), unanswered) {
        (0, _) => String::new(),
        (_, 0) => "each has a remediation".into(),
        (_, 1) => "one has no remediation".into(),
        (_, count) => format!("{count} have no remediation"),
    };
    let none = events.is_empty();
    let lines = events.into_iter().map(|event| line(case, event)).collect_view();
    view! {
        <section class="card" id="luck">
            <header><h2>"Luck ledger"</h2><small class="muted">{counted}</small></header>
            {none.then(|| view! {
                <Empty title="Nothing is put down to luck" text="Where something worse did not happen, and neither a control nor a person prevented it, say so on the event: “prevented by luck”. It stands here until a remediation answers it, for luck does not repeat."/>
            })}
            {(!none).then(|| view! { <ul class="luck">{lines}</ul> })}
        </section>
    }
}

fn line(case: &Case, event: &Event) -> impl IntoView + use<> {
    let title = case.event_line(event, &Frame::current().zone);
    let answered = case.dossier.has_luck_remediation(&event.id);
    let gaps = case.dossier.gaps.iter().filter(|gap| gap.events.contains(&event.id)).map(|gap| gap.control.label());
    let gaps: Vec<&str> = gaps.collect();
    let state = match (answered, gaps.is_empty()) {
        (true, _) => {
            view! { <Sign kind="ok"/>" A remediation answers it, through the gap “"{gaps.join("”, “")}"”." }.into_any()
        }
        (false, false) => {
            view! { <Sign kind="x"/>" It shows in the gap “"{gaps.join("”, “")}"”, which has no remediation yet." }
                .into_any()
        }
        (false, true) => {
            view! { <Sign kind="x"/>" No gap names this event yet: record one that it shows in, then a remediation." }
                .into_any()
        }
    };
    view! { <li><b><a href=case.event_url(&event.id)>{title}</a></b><p>{state}</p></li> }
}
