//! Pages of the whole instance.

use app::page;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Permit;
use domain::trends::FiledBy;
use serde::Deserialize;
use store::{BoardFilter, Error, Filter};

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

pub(super) async fn incidents(asked: PageRequest) -> Response {
    if let Some(key) = named(&asked).await {
        return Redirect::to(&format!("/incidents/{key}")).into_response();
    }
    let listed = async {
        let filter: Filter = query::read(&asked.query)?;
        let cursor = asked.query.get("cursor").and_then(|cursor| cursor.parse().ok());
        asked.site.store.incidents(&asked.signed.actor, &filter, cursor, PAGE).await
    };
    let page = match listed.await {
        Ok(page) => page,
        Err(error) => return asked.fail(&error),
    };
    let cards: Vec<page::incidents::IncidentRow> = page.items.into_iter().map(card).collect();
    let next = page.next_cursor.and_then(|next| next.parse().ok());
    let plain = asked.query.values().all(|value| value.trim().is_empty());
    let empty = cards.is_empty() && plain;
    asked.show("Incidents", || page::incidents::list_page(&cards, &asked.query, next, empty)).await
}

/// The incident whose key is all that was searched for, where the reader may see it.
async fn named(asked: &PageRequest) -> Option<domain::Key> {
    let mut typed = asked.query.iter().filter(|(_, value)| !value.trim().is_empty());
    match (typed.next(), typed.next()) {
        (Some((name, value)), None) if name == "q" => called(asked, value).await,
        _ => None,
    }
}

/// The incident of that key, as somebody types it, where the reader may see it.
pub(super) async fn called(asked: &PageRequest, typed: &str) -> Option<domain::Key> {
    let key = domain::Key::parse(&typed.trim().to_uppercase())?;
    asked.site.store.version(&asked.signed.actor, key).await.ok().map(|_| key)
}

/// An incident in a list.
pub(super) fn card(card: store::IncidentSummary) -> page::incidents::IncidentRow {
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

pub(super) async fn new_incident(asked: PageRequest) -> Response {
    asked.show("File an incident", page::incidents::new_page).await
}

pub(super) async fn load_library(State(site): State<Site>, signed: Signed, headers: HeaderMap) -> Response {
    let loaded = async {
        signed.actor.permit(Permit::Edit)?;
        library::load(&site.store).await
    };
    match loaded.await {
        Ok(_) => form::on(&headers, "/incidents"),
        Err(error) => problem::page(&error, None, "/incidents"),
    }
}

pub(super) async fn board(asked: PageRequest) -> Response {
    let found = async {
        asked
            .site
            .store
            .remediations_board(
                &asked.signed.actor,
                &query::read::<BoardFilter>(&asked.query)?,
                asked.query.get("cursor").map(String::as_str),
                BOARD,
            )
            .await
    };
    match found.await {
        Ok(found) => {
            let items: Vec<_> = found.items.into_iter().map(board_item).collect();
            asked.show("Remediation", || page::board::page(&items, &asked.query)).await
        }
        Err(error) => asked.fail(&error),
    }
}

/// A remediation item, whose incident is named.
pub(super) fn board_item(item: store::BoardItem) -> page::board::BoardItem {
    page::board::BoardItem {
        key: item.incident,
        incident_title: item.incident_title,
        id: item.remediation.id.clone(),
        item: item.remediation,
    }
}

/// Of whose incidents the months are told.
#[derive(Deserialize)]
struct TrendsQuery {
    filed_by: Option<FiledBy>,
}

pub(super) async fn trends(asked: PageRequest) -> Response {
    let told = async {
        let sent: TrendsQuery = query::read(&asked.query)?;
        Ok::<_, Error>((asked.site.store.trends(&asked.signed.actor).await?, sent.filed_by))
    };
    match told.await {
        Ok((trends, filed_by)) => asked.show("Trends", || page::trends::page(&trends, filed_by)).await,
        Err(error) => asked.fail(&error),
    }
}

/// What is asked of the reader.
pub(super) fn asked_item(item: store::InboxItem) -> page::inbox::InboxItem {
    page::inbox::InboxItem { key: item.incident, title: item.incident_title, waiting: item.waiting }
}

/// A remediation item of the reader's.
pub(super) fn due_item(item: store::DueItem) -> page::inbox::Due {
    page::inbox::Due { key: item.incident, title: item.incident_title, item: item.remediation }
}

pub(super) async fn inbox(asked: PageRequest) -> Response {
    let inbox = match asked.site.store.inbox(&asked.signed.actor).await {
        Ok(inbox) => inbox,
        Err(error) => return asked.fail(&error),
    };
    let wanted: Vec<_> = inbox.asked.into_iter().map(asked_item).collect();
    let due: Vec<_> = inbox.due.into_iter().map(due_item).collect();
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
    asked.show("For you", || page::inbox::page(&wanted, &due, &reviews, &stopped)).await
}

pub(super) async fn people(asked: PageRequest) -> Response {
    let found = async {
        asked.signed.actor.permit(Permit::Admin)?;
        Ok::<_, Error>((
            asked.site.store.users(&asked.signed.actor).await?,
            asked.site.store.invitations(&asked.signed.actor).await?,
        ))
    };
    let (users, invitations) = match found.await {
        Ok(found) => found,
        Err(error) => return asked.fail(&error),
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
    let link = asked.once("invitation");
    let response = asked.show("People", || page::people::page(&users, &invitations, link)).await;
    shown_once(&asked, response, "invitation")
}

/// A secret shown right after it was made is not shown again.
pub(super) fn shown_once(asked: &PageRequest, mut response: Response, name: &str) -> Response {
    if asked.once(name).is_some() {
        cookie::set(&mut response, &once_cookie(name), "", 0, asked.site.front.secure);
    }
    response
}

pub(super) async fn account(asked: PageRequest) -> Response {
    let tokens = match asked.site.store.tokens(&asked.signed.actor, &asked.signed.actor.person.id).await {
        Ok(tokens) => tokens,
        Err(error) => return asked.fail(&error),
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
    let fresh = asked.once("token");
    let mail = asked.signed.mail;
    let (email, zone, theme) =
        (asked.signed.email.clone(), asked.signed.actor.zone.name().to_string(), asked.signed.theme.clone());
    let response = asked.show("Account", || page::account::page(&email, &zone, &theme, mail, &tokens, fresh)).await;
    shown_once(&asked, response, "token")
}

pub(super) async fn help(asked: PageRequest) -> Response {
    asked.show("Help", page::help::page).await
}

/// How a typed time is understood, as a sentence.
pub(super) async fn understood(State(site): State<Site>, signed: Signed, OneEach(query): OneEach) -> Response {
    let text = query.get("text").map_or("", String::as_str);
    match domain::time::read_time(text, site.store.clock().now(), &signed.actor.zone) {
        Ok(time) => domain::time::explain_time(&time).into_response(),
        Err(sentence) => sentence.into_response(),
    }
}
