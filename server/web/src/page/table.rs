//! The table of pages. The router is made from it, and a form that was refused finds its page in it.

use axum::Router;
use axum::routing::{get, post};
use futures::future::BoxFuture;
use percent_encoding::percent_decode_str;

use super::{
    PageRequest, agent, case, changes, entrance, home, house, log, merging, missing, paste, proposal, revision, search,
    shared, watch,
};
use crate::site::Site;
use crate::{export, live, upload};

/// What shows a page.
pub(super) type Show = fn(PageRequest) -> BoxFuture<'static, axum::response::Response>;

/// The parts of a path that vary.
pub(super) type Params = std::collections::BTreeMap<String, String>;

macro_rules! table {
    (@show page $run:path) => {{
        let show: Show = |asked| Box::pin($run(asked));
        Some(show)
    }};
    (@show file $run:path) => { None };
    ($($kind:ident $path:literal $run:path;)*) => {
        /// The paths of all that needs an account and is asked for with GET. The access matrix of the tests reads this list.
        pub const PAGES: [&str; [$($path),*].len()] = [$($path),*];

        /// What shows the pages among them: a file or a stream is not shown once more.
        const SHOWN: [(&str, Option<Show>); PAGES.len()] = [$(($path, table!(@show $kind $run))),*];

        fn pages() -> Router<Site> {
            Router::new()$(.route($path, get($run)))*
        }
    };
}

table! {
    page "/" home::show;
    page "/incidents" house::incidents;
    page "/incidents/new" house::new_incident;
    page "/incidents/{key}" case::overview;
    page "/incidents/{key}/timeline" case::timeline;
    page "/incidents/{key}/principals" case::principals;
    page "/incidents/{key}/exposure" case::exposure;
    page "/incidents/{key}/evidence" log::register;
    page "/incidents/{key}/evidence/{id}" case::evidence;
    file "/incidents/{key}/evidence/{id}/content" upload::content_for_person;
    page "/incidents/{key}/evidence/{id}/coverage/proposal" proposal::page;
    page "/incidents/{key}/evidence/{id}/reading" log::reading;
    page "/incidents/{key}/evidence/{id}/review" log::review;
    page "/incidents/{key}/records" log::records;
    page "/incidents/{key}/confirmations" log::confirmations;
    file "/incidents/{key}/confirmations/export" export::confirmations;
    page "/incidents/{key}/severity" case::severity;
    page "/incidents/{key}/verdict" case::verdict;
    page "/incidents/{key}/gaps" case::gaps;
    page "/incidents/{key}/remediation" case::remediation;
    page "/incidents/{key}/claims" case::claims;
    page "/incidents/{key}/metrics" case::metrics;
    page "/incidents/{key}/postmortem" case::postmortem;
    page "/incidents/{key}/revisions" revision::list;
    page "/incidents/{key}/revisions/{id}" revision::one;
    file "/incidents/{key}/revisions/{id}/export" export::for_person;
    page "/incidents/{key}/history" case::history;
    page "/incidents/{key}/settings" case::settings;
    page "/incidents/{key}/wording" case::wording;
    page "/incidents/{key}/merge" merging::page;
    file "/incidents/{key}/export" export::for_person;
    file "/incidents/{key}/live" live::for_person;
    file "/incidents/{key}/here" case::here;
    page "/search" search::show;
    page "/inbox" house::inbox;
    page "/remediation" house::board;
    page "/agents" agent::list;
    file "/agents/export" export::agents_for_person;
    page "/agents/new" agent::new;
    page "/agents/seen" agent::seen;
    page "/agents/{id}" agent::one;
    file "/agents/{id}/live" live::for_person;
    page "/agents/{id}/review" agent::review;
    page "/watch" watch::alerts::list;
    file "/watch/live" live::for_watcher;
    page "/watch/alerts/{id}" watch::alerts::one;
    page "/watch/rules" watch::rules::list;
    page "/watch/rules/{kind}/trial" watch::rules::trial;
    page "/watch/stops" watch::stops::list;
    page "/watch/stops/new" watch::stops::new;
    page "/watch/stops/recipes" watch::stops::recipes;
    page "/watch/stops/{id}" watch::stops::one;
    page "/watch/notices" watch::notices::show;
    page "/watch/sources" watch::sources;
    page "/watch/sources/new" watch::new;
    page "/watch/sources/{id}" watch::source;
    page "/trends" house::trends;
    file "/trends/export" export::trends_for_person;
    page "/people" house::people;
    page "/changes" changes::log;
    page "/account" house::account;
    page "/help" house::help;
    file "/understood" house::understood;
}

/// Pages and the forms that are not commands.
pub fn router() -> Router<Site> {
    pages()
        .route("/sign-in", get(entrance::sign_in_page).post(entrance::sign_in))
        .route("/sign-out", post(entrance::sign_out))
        .route("/setup", get(entrance::setup_page).post(entrance::setup))
        .route("/invite/{token}", get(entrance::invite_page).post(entrance::accept))
        .route("/shared/{key}/{secret}", get(shared::page))
        .route("/shared/{key}/{secret}/{file}", get(shared::file))
        .route("/library", post(house::load_library))
        .route("/incidents/{key}/evidence", post(upload::by_person))
        .route("/incidents/{key}/timeline/paste", post(paste::preview))
        .route("/incidents/{key}/timeline/confirm", post(paste::confirm))
        .fallback(missing)
}

/// What shows the page at a path, and the parts of it that vary. A word that stands in the table goes before one that
/// varies.
pub(super) fn find(path: &str) -> Option<(Show, Params)> {
    let fits = SHOWN.iter().filter_map(|(pattern, show)| Some((show, params(pattern, path)?)));
    let (show, params) = fits.min_by_key(|(_, params)| params.len())?;
    Some(((*show)?, params))
}

/// The parts of a path that vary, if it fits a pattern.
fn params(pattern: &str, path: &str) -> Option<Params> {
    let (mut params, mut parts) = (Params::new(), path.split('/'));
    for word in pattern.split('/') {
        let part = parts.next()?;
        match word.strip_prefix('{').and_then(|word| word.strip_suffix('}')) {
            Some(_) if part.is_empty() => return None,
            Some(name) => {
                params.insert(name.to_string(), percent_decode_str(part).decode_utf8().ok()?.into_owned());
            }
            None if word == part => {}
            None => return None,
        }
    }
    parts.next().is_none().then_some(params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_found_as_the_router_finds_it() {
        let found = |path: &str| find(path).map(|(_, params)| params.into_values().collect::<Vec<_>>());
        assert_eq!(found("/"), Some(vec![]));
        assert_eq!(found("/incidents/new"), Some(vec![]));
        assert_eq!(found("/incidents/INC-1"), Some(vec!["INC-1".into()]));
        assert_eq!(found("/incidents/inc%2D1/evidence/a"), Some(vec!["a".into(), "inc-1".into()]));
        assert_eq!(found("/agents/seen"), Some(vec![]));
        for nowhere in ["/incidents/", "/incidents/INC-1/live", "/agents/export", "/nowhere", "", "/sign-in"] {
            assert_eq!(found(nowhere), None, "{nowhere}");
        }
    }
}
