//! Parts of pages that all readers of one version of a case file see alike.
//!
//! Most of a page follows from the case file alone, and takes longer to work out than to send. So it is written once for
//! each zone, and goes with the version it was written of.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::Instant;
use leptos::prelude::*;
use leptos::tachys::html::InertElement;

use crate::fragment::fragment;
use crate::frame::Frame;

/// So many parts are kept of one version: those of a few zones.
const PARTS_MAX: usize = 32;

/// The name of a part, and the zone in which it is told.
type Name = (&'static str, String);

/// What is kept of one version.
#[derive(Debug, Default)]
pub struct VersionHtml(Mutex<HashMap<Name, Arc<dyn Any + Send + Sync>>>);

impl VersionHtml {
    /// The part of that name, as everybody sees it who reads in the zone of this page.
    pub fn part(&self, name: &'static str, write: impl FnOnce() -> AnyView) -> AnyView {
        let html = self.kept(name, |everybody| fragment(everybody, write));
        InertElement::new(html.to_string()).into_any()
    }

    /// What is kept under a name, which has one type. It must follow from the case file alone: it is made in the frame of
    /// a reader who may do nothing, at no time and on no page, in the zone of this page.
    pub fn kept<T: Any + Send + Sync>(&self, name: &'static str, make: impl FnOnce(Frame) -> T) -> Arc<T> {
        let frame = Frame::current();
        let name = (name, frame.zone.name().to_string());
        if let Some(known) = self.parts().get(&name).cloned().and_then(|known| known.downcast().ok()) {
            return known;
        }
        let zone = frame.zone.clone();
        let new = Arc::new(make(Frame { zone, ..Frame::anonymous(frame.assets, Instant::from_micros(0)) }));
        let mut parts = self.parts();
        if parts.len() >= PARTS_MAX {
            parts.clear();
        }
        parts.insert(name, new.clone());
        new
    }

    fn parts(&self) -> std::sync::MutexGuard<'_, HashMap<Name, Arc<dyn Any + Send + Sync>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use domain::access::Role;
    use domain::time::Zone;

    use super::*;
    use crate::frame::{Assets, Viewer};

    #[test]
    fn a_part_is_written_once_for_each_zone_and_knows_nobody() {
        let (kept, times) = (VersionHtml::default(), Cell::new(0));
        let page = |zone: &str| {
            let reader = Viewer { id: "p-1".into(), name: "Rita".into(), role: Role::Admin };
            let zone = Zone::parse(zone).expect("a zone");
            let frame =
                Frame { reader: Some(reader), zone, ..Frame::anonymous(Assets::default(), Instant::from_micros(9)) };
            fragment(frame, || {
                kept.part("one", || {
                    times.set(times.get() + 1);
                    let frame = Frame::current();
                    assert!(frame.reader.is_none() && frame.now.micros() == 0, "nobody reads it, at no time");
                    let zone = frame.zone.name().to_string();
                    view! { <p title=zone></p> }.into_any()
                })
            })
        };
        assert_eq!(
            [page("UTC"), page("UTC"), page("CET")],
            [r#"<p title="UTC"></p>"#, r#"<p title="UTC"></p>"#, r#"<p title="CET"></p>"#]
        );
        assert_eq!(times.get(), 2);
        for number in 0..PARTS_MAX {
            kept.part(Box::leak(format!("part {number}").into_boxed_str()), || ().into_any());
        }
        assert!(kept.parts().len() <= PARTS_MAX);
    }
}
