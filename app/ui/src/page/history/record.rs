//! The history of one record: every version, what it changed word by word, and the way back to it.

use domain::casefile::{Change, Effort};
use domain::history::{FieldChange, Piece, field_changes, permit_to_put_back, place, subject, word_diff};
use leptos::prelude::*;

use super::{act, who};
use crate::capital::in_capital;
use crate::case::Case;
use crate::component::ActButton;
use crate::component::When;
use crate::component::shell::Empty;
use crate::component::times::to_minute;
use crate::frame::Frame;
use crate::page::case::case_page;

/// How many steps the comparing of all versions on a page may take: some 10 ms.
const STEPS_MAX: usize = 1_000_000;

/// The versions of a record, the newest first.
pub fn record_page(case: &Case, changes: &[Change]) -> AnyView {
    let Some(newest) = changes.first() else {
        let all = case.url("history");
        let body = view! {
            <h2 class="visually-hidden">"Versions"</h2>
            <Empty title="This record has no history" text="It was never in this incident, or its address was mistyped. The history of the whole incident holds every change.">
                <p><a class="btn" href=all>"All changes"</a></p>
            </Empty>
        };
        return case_page(case, "history", body.into_any());
    };
    let name = subject(newest, &case.dossier);
    let gone = newest.after.is_null();
    let kept = permit_to_put_back(newest.noun).err().map(|refusal| refusal.sentence);
    let may = kept.is_none() && permit_to_put_back(newest.noun).is_ok_and(|permit| Frame::current().may(permit));
    let mut effort = Effort::steps(STEPS_MAX);
    let rows: Vec<_> =
        changes.iter().map(|change| row(case, change, may && change.version != newest.version, &mut effort)).collect();
    let show = (!gone).then(|| view! { <a href=case.url(&place(newest))>"Show it"</a>" · " });
    let body = view! {
        <section class="card">
            <header><h2>{in_capital(&name)}</h2><small class="muted">{show}<a href=case.url("history")>"All changes"</a></small></header>
            <p class="muted">{if gone { "It is deleted. Restoring a version brings it back." } else { "Every version of this record. Restoring one is a new change: nothing that came after it is lost." }}</p>
            {kept.map(|sentence| view! { <p class="muted">{sentence}</p> })}
            <ol class="history">{rows}</ol>
        </section>
    };
    case_page(case, "history", body.into_any())
}

fn row(case: &Case, change: &Change, may_restore: bool, effort: &mut Effort) -> impl IntoView + use<> {
    let zone = &Frame::current().zone;
    let fields = field_changes(change, &case.dossier, zone);
    let fields: Vec<AnyView> = fields.into_iter().map(|change| field(change, effort)).collect();
    let restore = case.url(&format!("changes/{}/restore", change.version));
    let title = format!("Restore this version: {}", change.version);
    view! {
        <li id=format!("change-{}", change.version) data-item="" tabindex="0">
            <When time=to_minute(change.at)/>
            <div>
                <p>{who(change)}{act(change, &case.dossier)}</p>
                {fields}
                <p class="muted"><small class="num">{format!("version {}", change.version)}</small></p>
                {(may_restore && !change.after.is_null()).then(|| view! { <div class="actions"><ActButton action=restore label="Restore this version" title=title/></div> })}
            </div>
        </li>
    }
}

fn field(field: FieldChange, effort: &mut Effort) -> AnyView {
    let FieldChange { field, before, after } = field;
    let pieces = word_diff(&before, &after, effort).into_iter().map(piece).collect_view();
    view! { <p class="muted"><small>{field}</small></p><p class="words">{pieces}</p> }.into_any()
}

/// Colour and strike say it to the eye; the hidden words say it to those who listen.
pub(in crate::page) fn piece(piece: Piece) -> AnyView {
    match piece {
        Piece::Same(text) => view! { <span>{text}</span> }.into_any(),
        Piece::Gone(text) => {
            view! { <del><span class="visually-hidden">"taken out: "</span>{text}<span class="visually-hidden">"; "</span></del> }.into_any()
        }
        Piece::New(text) => {
            view! { <ins><span class="visually-hidden">"put in: "</span>{text}<span class="visually-hidden">"; "</span></ins> }.into_any()
        }
    }
}
