//! On every page of an incident that was imported: where it is from, and what of it counts here.

use leptos::prelude::*;

use crate::case::Case;
use crate::component::Icon;

/// The notice of an import.
pub(super) fn banner(case: &Case) -> Option<AnyView> {
    let origin = case.incident()?.origin.clone()?;
    let signed = match origin.is_known {
        true => format!("It is signed with a key of this instance, {}.", origin.signer),
        false => format!(
            "It is signed with the key {}, which this instance does not know: compare it with the one of the instance that it is from.",
            origin.signer
        ),
    };
    let history = case.url(&format!("evidence/{}", origin.history));
    Some(
        view! {
            <div class="notice" id="imported" role="status">
                <Icon name="question"/>
                <div>
                    <b>{format!("Imported from {}", origin.key)}</b>
                    <p>
                        {signed}
                        {format!(" The verdict there was “{}”; what was judged there counts for nothing here. ", origin.verdict)}
                        <a href=history>"Its history as it came"</a>
                    </p>
                </div>
            </div>
        }
        .into_any(),
    )
}
