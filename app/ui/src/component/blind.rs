//! What the sources relied on do not see.

use std::collections::BTreeMap;

use domain::verdict::catalogue::blind_spots;
use leptos::prelude::*;

use super::Icon;
use crate::case::Case;

/// The known blind spots of every source whose coverage was stated; nothing where there are none.
pub fn blind_spots_of(case: &Case) -> Option<AnyView> {
    let mut files: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for item in
        case.dossier.evidence.iter().filter(|item| case.dossier.coverage.iter().any(|kept| kept.evidence == item.id))
    {
        for spot in blind_spots(&item.format) {
            files.entry((spot.title, spot.blind)).or_default().push(item.name.clone());
        }
    }
    if files.is_empty() {
        return None;
    }
    let item = |((title, blind), names): ((&str, &str), Vec<String>)| {
        let (title, blind) = (title.to_string(), blind.to_string());
        view! { <li><Icon name="warn"/> <span><b>{title}</b> ": " {blind} " " <span class="muted">{names.join(", ")}</span></span></li> }
    };
    Some(
        view! {
            <section class="card" id="blind-spots">
                <header><h2>"What these sources do not see"</h2><small class="muted">"known blind spots of what is relied on"</small></header>
                <ul class="todo">{files.into_iter().map(item).collect_view()}</ul>
            </section>
        }
        .into_any(),
    )
}
