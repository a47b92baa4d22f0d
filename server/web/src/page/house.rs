//! Pages of the whole instance.

use app::page;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Refusal;
use domain::access::Permit;
use store::Error;

use super::PageRequest;
use crate::door::Signed;
use crate::form::once_cookie;
use crate::query::OneEach;
use crate::site::Site;
use crate::{cookie, form, library, problem, query};

/// How many incidents a page of the list shows.
const PAGE: u32 = 50;
/// How many items a page of the board shows.
const BOARD: u32 = 200;

pub(super) async fn incidents(State(site): State<Site>, asked: PageRequest) -> Response {
    if let Some(key) = named(&site, &asked).await {
        return Redirect::to(&format!("/incidents/{key}")).into_response();
    }
    let listed = async {
        let filter = query::incidents(&asked.query)?;
        let cursor = asked.query.get("cursor").and_then(|cursor| cursor.parse().ok());
        site.store.incidents(&asked.signed.actor, &filter, cursor, PAGE).await
    };
    let page = match listed.await {
        Ok(page) => page,
        Err(error) => return asked.fail(&site, &error),
    };
    let cards: Vec<page::incidents::IncidentRow> = page.items.into_iter().map(card).collect();
    let next = page.next_cursor.and_then(|next| next.parse().ok());
    let plain = asked.query.values().all(|value| value.trim().is_empty());
    let empty = cards.is_empty() && plain;
    asked.show(&site, "Incidents", || page::incidents::list_page(&cards, &asked.query, next, empty)).await
}

/// The incident whose key is all that was searched for, where the reader may see it.
async fn named(site: &Site, asked: &PageRequest) -> Option<domain::Key> {
    let mut typed = asked.query.iter().filter(|(_, value)| !value.trim().is_empty());
    let key = match (typed.next(), typed.next()) {
        (Some((name, value)), None) if name == "q" => domain::Key::parse(&value.trim().to_uppercase())?,
        _ => return None,
    };
    site.store.version(&asked.signed.actor, key).await.ok().map(|_| key)
}

fn card(card: store::IncidentSummary) -> page::incidents::IncidentRow {
    page::incidents::IncidentRow {
        key: card.key,
        title: card.title,
        status: card.status,
        private: card.visibility == domain::incident::Visibility::Private,
        severity: card.severity,
        verdict: card.verdict,
        occurred: card.occurred,
        merged_into: card.merged_into,
        drafted: card.drafted,
        filed: card.filed_at,
        tags: card.tags,
    }
}

pub(super) async fn new_incident(State(site): State<Site>, asked: PageRequest) -> Response {
    asked.show(&site, "File an incident", page::incidents::new_page).await
}

pub(super) async fn load_library(State(site): State<Site>, signed: Signed, headers: HeaderMap) -> Response {
    if !signed.actor.may(Permit::Edit) {
        return problem::page(
            &Error::Refused(Refusal::forbidden("Your role may not load the example library: ask an admin.")),
            None,
            "/incidents",
        );
    }
    match library::load(&site.store).await {
        Ok(_) => form::on(&headers, "/incidents"),
        Err(error) => problem::page(&error, None, "/incidents"),
    }
}

pub(super) async fn board(State(site): State<Site>, asked: PageRequest) -> Response {
    let found = async {
        site.store
            .remediations_board(
                &asked.signed.actor,
                &query::board(&asked.query)?,
                asked.query.get("cursor").map(String::as_str),
                BOARD,
            )
            .await
    };
    match found.await {
        Ok(found) => {
            let items: Vec<page::board::BoardItem> = found
                .items
                .into_iter()
                .map(|item| page::board::BoardItem {
                    key: item.incident,
                    incident_title: item.incident_title,
                    id: item.remediation.id.clone(),
                    item: item.remediation,
                })
                .collect();
            asked.show(&site, "Remediation", || page::board::page(&items, &asked.query)).await
        }
        Err(error) => asked.fail(&site, &error),
    }
}

pub(super) async fn trends(State(site): State<Site>, asked: PageRequest) -> Response {
    let told = async {
        let filed_by = query::filed_by(&asked.query)?;
        Ok::<_, Error>((site.store.trends(&asked.signed.actor).await?, filed_by))
    };
    match told.await {
        Ok((trends, filed_by)) => asked.show(&site, "Trends", || page::trends::page(&trends, filed_by)).await,
        Err(error) => asked.fail(&site, &error),
    }
}

pub(super) async fn inbox(State(site): State<Site>, asked: PageRequest) -> Response {
    let inbox = match site.store.inbox(&asked.signed.actor).await {
        Ok(inbox) => inbox,
        Err(error) => return asked.fail(&site, &error),
    };
    let wanted: Vec<_> = inbox
        .asked
        .into_iter()
        .map(|item| page::inbox::InboxItem { key: item.incident, title: item.incident_title, waiting: item.waiting })
        .collect();
    let due: Vec<_> = inbox
        .due
        .into_iter()
        .map(|item| page::inbox::Due { key: item.incident, title: item.incident_title, item: item.remediation })
        .collect();
    let reviews: Vec<_> = inbox
        .reviews
        .into_iter()
        .map(|review| page::inbox::Review {
            agent: review.agent,
            name: review.name,
            due: review.due,
            overdue: review.overdue,
        })
        .collect();
    let stopped: Vec<_> = inbox
        .containments
        .into_iter()
        .map(|stopped| page::inbox::Stopped {
            id: stopped.id,
            agent: stopped.agent,
            name: stopped.name,
            state: stopped.state,
            awaits_second: stopped.awaits_second,
            due: stopped.due,
            overdue: stopped.overdue,
        })
        .collect();
    asked.show(&site, "For you", || page::inbox::page(&wanted, &due, &reviews, &stopped)).await
}

pub(super) async fn people(State(site): State<Site>, asked: PageRequest, headers: HeaderMap) -> Response {
    let found = async {
        if !asked.signed.actor.may(Permit::Admin) {
            return Err(Refusal::forbidden("Only an admin sees the accounts.").into());
        }
        Ok::<_, Error>((
            site.store.users(&asked.signed.actor).await?,
            site.store.invitations(&asked.signed.actor).await?,
        ))
    };
    let (users, invitations) = match found.await {
        Ok(found) => found,
        Err(error) => return asked.fail(&site, &error),
    };
    let users: Vec<_> = users
        .into_iter()
        .map(|user| page::people::UserRow {
            id: user.id,
            name: user.name,
            email: user.email,
            role: user.role,
            disabled: user.disabled_at.is_some(),
        })
        .collect();
    let invitations: Vec<_> = invitations
        .into_iter()
        .map(|known| page::people::InvitationRow { email: known.email, role: known.role, expires: known.expires_at })
        .collect();
    let link = cookie::read(&headers, &once_cookie("invitation"));
    let response = asked.show(&site, "People", || page::people::page(&users, &invitations, link)).await;
    shown_once(&site, response, "invitation", link.is_some())
}

/// A secret shown right after it was made is not shown again.
pub(super) fn shown_once(site: &Site, mut response: Response, name: &str, shown: bool) -> Response {
    if shown {
        cookie::set(&mut response, &once_cookie(name), "", 0, site.front.secure);
    }
    response
}

pub(super) async fn account(State(site): State<Site>, asked: PageRequest, headers: HeaderMap) -> Response {
    let tokens = match site.store.tokens(&asked.signed.actor, &asked.signed.actor.person.id).await {
        Ok(tokens) => tokens,
        Err(error) => return asked.fail(&site, &error),
    };
    let row = |token: store::Token| page::account::TokenRow {
        id: token.id,
        name: token.name,
        scope: token.scope,
        agent: token.agent,
        created: token.created_at,
        expires: token.expires_at,
        last_used: token.last_used_at,
    };
    // A revoked one does nothing any more.
    let tokens: Vec<_> = tokens.into_iter().filter(|token| token.revoked_at.is_none()).map(row).collect();
    let fresh = cookie::read(&headers, &once_cookie("token"));
    let mail = asked.signed.mail;
    let (email, zone, theme) =
        (asked.signed.email.clone(), asked.signed.actor.zone.name().to_string(), asked.signed.theme.clone());
    let response =
        asked.show(&site, "Account", || page::account::page(&email, &zone, &theme, mail, &tokens, fresh)).await;
    shown_once(&site, response, "token", fresh.is_some())
}

pub(super) async fn help(State(site): State<Site>, asked: PageRequest) -> Response {
    asked.show(&site, "Help", page::help::page).await
}

/// How a typed time is understood, as a sentence.
pub(super) async fn understood(State(site): State<Site>, signed: Signed, OneEach(query): OneEach) -> Response {
    let text = query.get("text").map_or("", String::as_str);
    match domain::time::read_time(text, site.store.clock().now(), &signed.actor.zone) {
        Ok(time) => domain::time::explain_time(&time).into_response(),
        Err(sentence) => sentence.into_response(),
    }
}
