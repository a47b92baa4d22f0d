//! From a view to the bytes of a page.

use std::sync::Arc;

use hydration_context::SsrSharedContext;
use leptos::prelude::*;

use crate::frame::Frame;

/// Renders a whole page inside its frame.
pub fn document(frame: Frame, page: impl FnOnce() -> AnyView) -> String {
    let mut html = String::with_capacity(64 * 1024);
    html.push_str("<!DOCTYPE html>");
    html.push_str(&in_owner(frame, || {
        let body = page();
        crate::component::shell::shell(body).into_any()
    }));
    html
}

/// Renders a part of a page, for the caches of parts that many readers share.
pub fn fragment(frame: Frame, part: impl FnOnce() -> AnyView) -> String {
    in_owner(frame, part)
}

fn in_owner(frame: Frame, view: impl FnOnce() -> AnyView) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(|| {
        provide_context(Arc::new(frame));
        view().to_html()
    });
    owner.cleanup();
    html
}
