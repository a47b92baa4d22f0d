//! The door for people: forms of pages. Each posts to the path of a command.
//! Done, the browser is sent to the page that shows it; refused, the page
//! comes back with what was typed and the sentence beside the field.

use std::collections::BTreeMap;

use app::frame::Typed;
use app::page::problem::Posted;
use axum::Router;
use axum::extract::{OriginalUri, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::Value;
use store::{Error, OpenIncident, Topic};

use crate::command::{Call, Method, ONCE, Route, routes};
use crate::cookie;
use crate::door::{Address, Outside, Signed};
use crate::fields::Fields;
use crate::inside::inside;
use crate::page;
use crate::problem::{self, Problem};
use crate::query::Query;
use crate::received::{BODY_BYTES_MAX, Sent};
use crate::site::Site;
use crate::unsaved;

/// A form's routes: one for every command that writes.
pub fn router() -> Router<Site> {
    let mut router = Router::new();
    let mut taken = std::collections::BTreeSet::new();
    for route in routes().iter().filter(|route| route.method != Method::Get) {
        let path = form_path(route);
        // Where a path is both created at and replaced at, the first in the table has it.
        if taken.insert(path.clone()) {
            router = router.route(
                &path,
                post(
                    move |site: State<Site>,
                          door: Door,
                          params: Path<BTreeMap<String, String>>,
                          uri: OriginalUri,
                          headers: HeaderMap,
                          sent: Sent| take(route, site, door, params, uri, headers, sent),
                ),
            );
        }
    }
    router
}

/// Where a command's form posts to.
pub fn form_path(route: &Route) -> String {
    match route.method {
        Method::Delete => format!("{}/delete", route.path),
        _ => route.path.to_string(),
    }
}

/// Who posts, if they are let in, and where they are.
type Door = (Result<Signed, Outside>, Address);

async fn take(
    route: &'static Route,
    State(site): State<Site>,
    (signed, address): Door,
    Path(mut params): Path<BTreeMap<String, String>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let signed = match signed {
        Ok(signed) => signed,
        Err(outside) => return keep_outside(&site, outside, &address, sent, uri.path()).await,
    };
    // What they may is known before anything is made of what they sent.
    let let_in = site.admit(&signed.actor, route.permit, &mut params).await;
    let fields = match sent.fields(&site, &signed.actor).await {
        Ok(fields) => fields,
        Err(unreceived) => return unreceived.page("/incidents"),
    };
    let incident = let_in.as_ref().ok().cloned().flatten();
    let form = Form { site, signed, incident, headers, fields };
    match let_in.and_then(|_| Ok(form.fields.json()?)) {
        Ok(body) => form.send(route, params, uri.path(), body).await,
        Err(error) => form.refuse(uri.path(), &error).await,
    }
}

/// A form that somebody sent.
pub struct Form {
    /// The server.
    pub site: Site,
    /// Who sent it.
    pub signed: Signed,
    /// The incident in its path, opened for them.
    pub incident: Option<OpenIncident>,
    /// What the browser says of itself.
    pub headers: HeaderMap,
    /// What was typed.
    pub fields: Fields,
}

impl Form {
    /// Runs its command and leads on to where that shows, or brings the form back.
    async fn send(self, route: &Route, params: BTreeMap<String, String>, path: &str, body: Value) -> Response {
        let key = self.incident.as_ref().map(OpenIncident::key);
        let done = match (route.run)(self.call(route, params, body)) {
            Ok(run) => run.await,
            Err(refusal) => Err(refusal.into()),
        };
        if let Some(topic) = key.map(Topic::Incident).or_else(|| agent_at(path)) {
            let (store, actor) = (&self.site.store, &self.signed.actor);
            unsaved::answered(store, actor, &topic, &self.fields, &self.headers, done.is_ok()).await;
        }
        match done {
            Ok(reply) => {
                // A form among many, such as one of a list that is worked through, says where it is left for.
                let place = self.fields.get("then").and_then(inside).unwrap_or(reply.location);
                // What was deleted can be restored on the page where that shows.
                if route.method == Method::Delete && key.is_some() {
                    return on(&self.headers, &page::with_query(&place, "undo=1"));
                }
                let mut response = on(&self.headers, &place);
                keep_once(&self.site, &reply.body, &mut response);
                response
            }
            Err(Error::Conflict(conflict)) => {
                let field = |name: &str| self.fields.get(name).unwrap_or_default();
                let posted = Posted { action: path, form: field("form"), keep: field("keep") };
                page::conflict(page::frame(&self.site, &self.signed, &at(&self.fields)), &conflict, posted)
            }
            Err(error) => self.refuse(path, &error).await,
        }
    }

    fn call(&self, route: &Route, params: BTreeMap<String, String>, body: Value) -> Call<Query> {
        Call {
            store: self.site.store.clone(),
            actor: self.signed.actor.clone(),
            incident: self.incident.clone(),
            params,
            query: Query::new(),
            permit: route.permit,
            body,
            seen: self.fields.get("seen").and_then(|seen| seen.parse().ok()),
        }
    }

    /// Brings the page of the form back; where that cannot be had at the moment, what was typed into it.
    async fn refuse(self, action: &str, error: &Error) -> Response {
        if error.is_passing() {
            return problem::kept(&problem::describe(error), action, &at(&self.fields), &self.fields);
        }
        self.back(error).await
    }

    /// Brings the page of the form back with what was typed. Who sent it is known and the incident is open: the page is
    /// shown to them as it is, and nothing is asked a second time.
    pub async fn back(self, error: &Error) -> Response {
        let problem = problem::describe(error);
        let (at, typed) = (at(&self.fields), typed_of(&self.fields, &problem));
        match page::again(self.site, self.signed, self.incident, self.headers, (&at, typed)).await {
            Some(mut response) => {
                *response.status_mut() = problem.status;
                problem::ask_to_wait(error, &mut response);
                response
            }
            None => problem::page(error, None, &at),
        }
    }
}

/// What somebody typed who is not let in comes back to them; a button without words only leads to the way in.
async fn keep_outside(site: &Site, outside: Outside, address: &Address, sent: Sent, action: &str) -> Response {
    let fields = match sent.fields_of_stranger(site, &address.0, BODY_BYTES_MAX).await {
        Ok(fields) => fields,
        Err(unreceived) => return unreceived.page("/sign-in"),
    };
    match outside {
        Outside::Failed(error, _) => problem::kept(&problem::describe(&error), action, &at(&fields), &fields),
        Outside::Unknown(_) if fields.has_words() => {
            let detail =
                "You were signed out before this was sent, and nothing was stored. Sign in, then send it again.";
            let mut signed_out = problem::describe(&Error::Unauthorised);
            signed_out.detail = detail.into();
            problem::kept(&signed_out, action, &at(&fields), &fields)
        }
        Outside::Unknown(way_in) => way_in,
    }
}

/// The agent whose form is posted.
fn agent_at(path: &str) -> Option<Topic> {
    unsaved::topic_at(path).filter(|topic| matches!(topic, Topic::Agent(_)))
}

/// The page the form is on: inside this site, whatever was sent.
pub fn at(fields: &Fields) -> String {
    fields.get("at").and_then(inside).unwrap_or_else(|| "/incidents".into())
}

/// How long a secret that was just made waits for the page that shows it.
const ONCE_SECONDS: i64 = 120;

/// A secret that was just made is shown once, on the page the browser is sent to. It travels with the browser:
/// a session is kept in the database, where it would stand as it is.
fn keep_once(site: &Site, body: &Value, response: &mut Response) {
    for name in ONCE {
        if let Some(secret) = body.get(name).and_then(Value::as_str) {
            cookie::set(response, &once_cookie(name), secret, ONCE_SECONDS, site.front.secure);
        }
    }
}

/// The cookie in which a secret of that name travels.
pub fn once_cookie(name: &str) -> String {
    format!("inquest_{name}")
}

/// Sends the browser on. The browser's part is told where in a header, for a fetch cannot see the anchor.
pub fn on(headers: &HeaderMap, location: &str) -> Response {
    let location = inside(location).and_then(|location| HeaderValue::from_str(&location).ok());
    let location = location.unwrap_or(HeaderValue::from_static("/incidents"));
    if headers.contains_key("inquest-fetch") {
        let mut response = StatusCode::NO_CONTENT.into_response();
        response.headers_mut().insert("inquest-location", location);
        return response;
    }
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// What was typed and what is wrong with it, and the status that says so.
pub fn typed(fields: &Fields, error: &Error) -> (Typed, StatusCode) {
    let problem = problem::describe(error);
    (typed_of(fields, &problem), problem.status)
}

fn typed_of(fields: &Fields, problem: &Problem) -> Typed {
    Typed {
        form: fields.get("form").unwrap_or_default().to_string(),
        values: fields.typed(),
        errors: errors(problem),
        detail: Some(detail(problem)),
    }
}

fn errors(problem: &Problem) -> BTreeMap<String, String> {
    problem
        .fields
        .iter()
        .map(|(field, sentence)| (field.clone(), sentence.as_str().unwrap_or_default().to_string()))
        .collect()
}

/// The sentence above the form: where a field has the sentence, it only points there.
fn detail(problem: &Problem) -> String {
    if problem.fields.is_empty() {
        problem.detail.clone()
    } else {
        format!("Nothing was saved yet: {}", problem.detail)
    }
}
