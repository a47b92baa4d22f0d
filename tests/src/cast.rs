//! The known cast: people at browsers without JavaScript, and programs.

use std::sync::Arc;
use std::time::Duration;

use reqwest::cookie::{CookieStore, Jar};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;

use crate::form::{Form, forms, unescape};
use crate::world::PASSWORD;

/// A person at a browser. Follows redirects and keeps cookies, as browsers do.
#[derive(Clone)]
pub struct Person {
    url: String,
    jar: Arc<Jar>,
    client: Client,
    still: Client,
}

/// A page as it came.
pub struct Page {
    /// The status.
    pub status: u16,
    /// Where it was found in the end.
    pub path: String,
    /// The HTML.
    pub html: String,
}

/// An answer before anybody follows it.
pub struct Answer {
    /// The status.
    pub status: u16,
    headers: Vec<(String, String)>,
    /// The body, as text.
    pub body: String,
}

impl Answer {
    async fn read(response: Response) -> Self {
        let status = response.status().as_u16();
        let headers = response.headers().iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_string())).collect();
        Self { status, headers, body: response.text().await.expect("text") }
    }

    /// A header, empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }
}

impl Page {
    /// Fails unless the page says this.
    #[track_caller]
    pub fn says(&self, words: &str) -> &Self {
        assert!(self.text().contains(words), "“{words}” is not on {} ({}):\n{}", self.path, self.status, self.text());
        self
    }

    /// Fails if the page says this.
    #[track_caller]
    pub fn says_not(&self, words: &str) -> &Self {
        assert!(!self.text().contains(words), "“{words}” is on {}", self.path);
        self
    }

    /// Fails unless the page came with this status.
    #[track_caller]
    pub fn has_status(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}:\n{}", self.path, self.text());
        self
    }

    /// What a reader reads: the text without tags, blanks folded.
    pub fn text(&self) -> String {
        let body = self.html.split_once("<body").map_or(self.html.as_str(), |(_, body)| body);
        let mut text = String::new();
        let mut in_tag = false;
        for c in body.chars() {
            match c {
                '<' => in_tag = true,
                '>' => {
                    in_tag = false;
                    text.push(' ');
                }
                c if !in_tag => text.push(c),
                _ => {}
            }
        }
        unescape(&text).split_whitespace().collect::<Vec<_>>().join(" ").replace(" .", ".").replace(" ,", ",")
    }

    /// The value of the first hidden field of that name after a marker.
    pub fn field_after(&self, marker: &str, name: &str) -> Option<String> {
        let (_, rest) = self.html.split_once(marker)?;
        let (_, rest) = rest.split_once(&format!("name=\"{name}\" value=\""))?;
        rest.split('"').next().map(str::to_string)
    }

    /// The form of that id.
    #[track_caller]
    pub fn form(&self, id: &str) -> Form {
        let found = forms(&self.html);
        let ids: Vec<String> = found.iter().map(|form| form.id.clone()).collect();
        let form = found.into_iter().find(|form| form.id == id);
        form.unwrap_or_else(|| panic!("there is no form “{id}” on {} ({}), only {ids:?}:\n{}", self.path, self.status, self.text()))
    }

    /// The form of the button that says this.
    #[track_caller]
    pub fn button(&self, label: &str) -> Form {
        let found = forms(&self.html);
        let labels: Vec<String> = found.iter().map(|form| form.button.clone()).collect();
        let form = found.into_iter().find(|form| form.button == label);
        form.unwrap_or_else(|| panic!("there is no button “{label}” on {} ({}), only {labels:?}", self.path, self.status))
    }

    /// The form that posts to a path with this end.
    #[track_caller]
    pub fn form_to(&self, end: &str) -> Form {
        let found = forms(&self.html);
        let actions: Vec<String> = found.iter().map(|form| form.action.clone()).collect();
        let form = found.into_iter().find(|form| form.action.ends_with(end));
        form.unwrap_or_else(|| panic!("no form on {} ({}) posts to …{end}, only to {actions:?}", self.path, self.status))
    }

    /// The sentence beside a field of a form that came back.
    pub fn error_beside(&self, form: &str, field: &str) -> Option<String> {
        let (_, rest) = self.html.split_once(&format!("id=\"{form}-{}-error\"", field.replace('.', "-")))?;
        let (_, rest) = rest.split_once('>')?;
        Some(unescape(rest.split('<').next()?))
    }
}

impl Person {
    /// Somebody who has not signed in.
    pub fn stranger(url: &str) -> Self {
        let jar = Arc::new(Jar::default());
        let client = |policy| Client::builder().cookie_provider(jar.clone()).redirect(policy).build().expect("a client");
        Self { url: url.into(), client: client(Policy::limited(5)), still: client(Policy::none()), jar }
    }

    /// Signs in.
    pub async fn sign_in(url: &str, email: &str) -> Self {
        let person = Self::stranger(url);
        let page = person.post("/sign-in", &[("email", email), ("password", PASSWORD), ("next", "/incidents")]).await;
        assert_eq!(page.path, "/incidents", "{email} is signed in: {}", page.text());
        person
    }

    /// Looks at a page.
    pub async fn get(&self, path: &str) -> Page {
        read(self.client.get(format!("{}{path}", self.url)).send().await.expect("an answer")).await
    }

    /// Sends a form that nobody has looked at.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        read(self.client.post(format!("{}{path}", self.url)).form(fields).send().await.expect("an answer")).await
    }

    /// Fills in the form of that id as it stands on a page, and sends it.
    pub async fn submit(&self, page: &Page, form: &str, fields: &[(&str, &str)]) -> Page {
        self.send(page.form(form), fields).await
    }

    /// Presses a button that needs nothing filled in.
    pub async fn press(&self, page: &Page, label: &str) -> Page {
        self.send(page.button(label), &[]).await
    }

    async fn send(&self, form: Form, fields: &[(&str, &str)]) -> Page {
        let filled = form.fill(fields);
        read(self.client.post(format!("{}{}", self.url, form.action)).form(&filled).send().await.expect("an answer")).await
    }

    /// Uploads a file with the form of the evidence page.
    pub async fn upload(&self, key: &str, name: &str, text: &str) -> Page {
        let boundary = "a-boundary-that-is-in-no-file";
        let body = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"source\"\r\n\r\nthe gateway\r\n--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/plain\r\n\r\n{text}\r\n--{boundary}--\r\n"
        );
        let request = self.client.post(format!("{}/incidents/{key}/evidence", self.url));
        let request = request.header("content-type", format!("multipart/form-data; boundary={boundary}")).body(body);
        read(request.send().await.expect("an answer")).await
    }

    /// A request that follows no redirect, to be refined.
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        self.still.request(method.parse::<Method>().expect("a method"), format!("{}{path}", self.url))
    }

    /// Sends a form and looks at the answer before anybody follows it.
    pub async fn knock(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        Answer::read(self.request("POST", path).form(fields).send().await.expect("an answer")).await
    }

    /// Looks at the answer for a page before anybody follows it.
    pub async fn peek(&self, path: &str) -> Answer {
        Answer::read(self.request("GET", path).send().await.expect("an answer")).await
    }

    /// The status for a page and where it sends to; its body, which may never end, is left unread.
    pub async fn status(&self, path: &str) -> (u16, String) {
        let response = self.request("GET", path).send().await.expect("an answer");
        let to = response.headers().get("location").and_then(|to| to.to_str().ok()).unwrap_or_default();
        (response.status().as_u16(), to.to_string())
    }

    /// The cookies the browser would send.
    pub fn cookies(&self) -> String {
        let url = self.url.parse().expect("a URL");
        self.jar.cookies(&url).map(|value| value.to_str().unwrap_or_default().to_string()).unwrap_or_default()
    }
}

async fn read(response: Response) -> Page {
    let (status, path) = (response.status().as_u16(), response.url().path().to_string());
    Page { status, path, html: response.text().await.expect("text") }
}

/// A program with a token.
#[derive(Clone)]
pub struct Program {
    url: String,
    token: String,
    client: Client,
}

impl Program {
    /// A program that carries this token.
    pub fn new(url: &str, token: &str) -> Self {
        Self { url: url.into(), token: token.into(), client: Client::new() }
    }

    /// A request with the token, to be refined.
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method: Method = method.parse().expect("a method");
        self.client.request(method, format!("{}/api/v1{path}", self.url)).bearer_auth(&self.token)
    }

    /// Calls with headers and answers with headers.
    pub async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Value) -> Answer {
        let mut request = self.request(method, path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !body.is_null() {
            request = request.json(&body);
        }
        Answer::read(request.send().await.expect("an answer")).await
    }

    /// Calls `/api/v1` and answers status and body.
    pub async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        self.call_seen(method, path, body, None).await
    }

    /// The same with the version that the caller saw.
    pub async fn call_seen(&self, method: &str, path: &str, body: Value, seen: Option<u64>) -> (u16, Value) {
        let tag = seen.map(|version| format!("\"{version}\""));
        let headers: Vec<(&str, &str)> = tag.iter().map(|tag| ("if-match", tag.as_str())).collect();
        let answer = self.ask(method, path, &headers, body).await;
        (answer.status, serde_json::from_str(&answer.body).unwrap_or(Value::String(answer.body)))
    }

    /// Calls and expects success.
    pub async fn ok(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, body) = self.call(method, path, body).await;
        assert!((200..300).contains(&status), "{method} {path}: {status} {body}");
        body
    }

    /// Calls, expects this refusal and answers its sentence.
    pub async fn refused(&self, status: u16, method: &str, path: &str, body: Value) -> String {
        let (found, body) = self.call(method, path, body).await;
        assert_eq!(found, status, "{method} {path}: {body}");
        body["detail"].as_str().unwrap_or_default().to_string()
    }

    /// Uploads a file and answers its record.
    pub async fn upload(&self, key: &str, name: &str, bytes: Vec<u8>) -> Value {
        let response = self.request("POST", &format!("/incidents/{key}/evidence?name={name}")).body(bytes).send().await.expect("an answer");
        assert_eq!(response.status().as_u16(), 201);
        response.json().await.expect("JSON")
    }

    /// Follows an incident.
    pub async fn follow(&self, key: &str) -> Stream {
        let response = self.request("GET", &format!("/incidents/{key}/live")).send().await.expect("an answer");
        assert_eq!(response.status().as_u16(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Stream { response, read: String::new() }
    }
}

/// How long a stream may take to say something.
const SILENCE_MAX: Duration = Duration::from_secs(10);

/// A live stream.
pub struct Stream {
    response: Response,
    read: String,
}

impl Stream {
    /// The id of the next event; `None` when the stream has ended.
    pub async fn next(&mut self) -> Option<u64> {
        loop {
            if let Some((event, rest)) = self.read.split_once("\n\n") {
                let id = event.lines().find_map(|line| line.strip_prefix("id:")).map(|id| id.trim().parse().expect("a version"));
                self.read = rest.to_string();
                if id.is_some() {
                    return id;
                }
                continue;
            }
            let chunk = tokio::time::timeout(SILENCE_MAX, self.response.chunk()).await.expect("the stream says something in time");
            match chunk {
                Ok(Some(bytes)) => self.read.push_str(&String::from_utf8_lossy(&bytes)),
                Ok(None) | Err(_) => return None,
            }
        }
    }

    /// Waits until the stream tells of this version or a later one.
    pub async fn until(&mut self, version: u64) {
        loop {
            let told = self.next().await.expect("the stream goes on");
            if told >= version {
                return;
            }
        }
    }
}
