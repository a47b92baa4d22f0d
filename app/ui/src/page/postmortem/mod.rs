//! The postmortem: one page to read, in the order of its parts; sections open in place to be written.
//!
//! What it says is the document ([`domain::document`]). Hung on it here is what only a page has: forms, drawings, and
//! the ways to where a part is kept.

mod bar;
mod html;
mod narrative;
mod reader;

use domain::postmortem::Section;
use leptos::prelude::*;
use leptos::tachys::html::InertElement;

use self::html::Piece;
use self::html::PostmortemHtml;
use super::case::case_page;
use crate::case::Case;

/// The postmortem around what everybody sees of it. `edit` names the section whose form is open.
pub fn page(case: &Case, edit: Option<Section>) -> AnyView {
    let html = PostmortemHtml::of(case);
    let piece = |piece: &Piece| match piece {
        // Without an element around it, what everybody sees stands beside the sections in one article.
        Piece::Html(html) => InertElement::new(html.clone()).into_any(),
        Piece::Narrative { section, notes } => narrative::body(case, *section, *notes, edit),
    };
    let pieces = html.pieces.iter().map(piece).collect_view();
    let body = view! {
        {bar::bar(case, &html)}
        <article class="doc">{pieces}</article>
    };
    case_page(case, "postmortem", body.into_any())
}
