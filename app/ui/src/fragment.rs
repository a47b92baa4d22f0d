//! From a view to HTML, inside a frame.

use std::sync::Arc;

use hydration_context::SsrSharedContext;
use leptos::prelude::*;

use crate::frame::Frame;

/// Renders a view inside a frame: a page, or a part of one that many readers share.
pub fn fragment(frame: Frame, view: impl FnOnce() -> AnyView) -> String {
    // A new root takes the place of the owner in which a page is being rendered: a part that is made meanwhile gives it
    // back, or the rest of the page would be without its frame.
    let outer = Owner::current();
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(|| {
        provide_context(Arc::new(frame));
        view().to_html()
    });
    owner.unset_with_forced_cleanup();
    if let Some(outer) = outer {
        outer.set();
    }
    html
}
