//! Whoever reads the postmortem on its page: they can go everywhere it speaks of.

use domain::casefile::Noun;
use domain::document::Place;
use domain::export::html::Audience;
use domain::history::place_of;

use crate::case::Case;
use crate::component::address::encode;
use crate::markdown::to_html;

/// A reader of an incident's page.
pub(super) struct OnPage<'a>(pub &'a Case);

impl Audience for OnPage<'_> {
    fn href(&self, to: &Place) -> Option<String> {
        Some(match to {
            Place::Record { noun: Noun::Event, id } => self.0.event_url(id),
            Place::Record { noun, id } => self.0.url(&place_of(*noun, id)),
            Place::Evidence(link) => self.0.url(&link.place()),
            Place::Records(pairs) => {
                let pairs = pairs.iter().map(|(name, value)| format!("{name}={}", encode(value)));
                self.0.url(&format!("records?{}", pairs.collect::<Vec<_>>().join("&")))
            }
        })
    }

    fn prose(&self, markdown: &str) -> String {
        to_html(markdown).to_string()
    }
}
