//! The known cast: people at browsers without JavaScript, and programs.

use std::sync::Arc;

use reqwest::cookie::{CookieStore, Jar};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

use crate::form::Form;
use crate::page::{Answer, Page};
use crate::stream::Stream;
use crate::world::PASSWORD;

/// A person at a browser. Follows redirects and keeps cookies, as browsers do.
#[derive(Clone)]
pub struct Person {
    url: String,
    jar: Arc<Jar>,
    client: Client,
    still: Client,
}

impl Person {
    /// Somebody who has not signed in.
    pub fn stranger(url: &str) -> Self {
        let jar = Arc::new(Jar::default());
        let client =
            |policy| Client::builder().cookie_provider(jar.clone()).redirect(policy).build().expect("a client");
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
        Page::read(self.client.get(format!("{}{path}", self.url)).send().await.expect("an answer")).await
    }

    /// Sends a form that nobody has looked at.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        Page::read(self.client.post(format!("{}{path}", self.url)).form(fields).send().await.expect("an answer")).await
    }

    /// Fills in the form of that id as it stands on a page, and sends it.
    pub async fn submit(&self, page: &Page, form: &str, fields: &[(&str, &str)]) -> Page {
        self.send(page.form(form), fields).await
    }

    /// Presses a button that needs nothing filled in.
    pub async fn press(&self, page: &Page, label: &str) -> Page {
        self.send(page.button(label), &[]).await
    }

    /// Sends a form that was found on a page as it stands.
    pub async fn send_form(&self, form: Form) -> Page {
        self.send(form, &[]).await
    }

    async fn send(&self, form: Form, fields: &[(&str, &str)]) -> Page {
        let filled = form.fill(fields);
        Page::read(
            self.client.post(format!("{}{}", self.url, form.action)).form(&filled).send().await.expect("an answer"),
        )
        .await
    }

    /// Uploads a file with the form of the evidence page.
    pub async fn upload(&self, key: &str, name: &str, text: &str) -> Page {
        let boundary = "a-boundary-that-is-in-no-file";
        let body = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"source\"\r\n\r\nthe gateway\r\n--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/plain\r\n\r\n{text}\r\n--{boundary}--\r\n"
        );
        let request = self.client.post(format!("{}/incidents/{key}/evidence", self.url));
        let request = request.header("content-type", format!("multipart/form-data; boundary={boundary}")).body(body);
        Page::read(request.send().await.expect("an answer")).await
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

    /// What it carries, for a program of another's making.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// What stands in the header by which it is known.
    pub fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }

    /// Calls and answers the body where that succeeds.
    pub async fn ok_or_null(&self, method: &str, path: &str, body: Value) -> Value {
        let answer = self.try_ask(method, path, &[], body).await;
        answer.filter(|(status, _)| (200..300).contains(status)).map_or(Value::Null, |(_, body)| body)
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

    /// The same against a node that may be gone: nothing comes back when it does not answer to the end.
    pub async fn try_ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Value,
    ) -> Option<(u16, Value)> {
        let mut request = self.request(method, path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !body.is_null() {
            request = request.json(&body);
        }
        let response = request.send().await.ok()?;
        let status = response.status().as_u16();
        let text = response.text().await.ok()?;
        Some((status, serde_json::from_str(&text).unwrap_or(Value::String(text))))
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
        let item = self.begin_upload(key, name, bytes).await;
        self.settled(key, item).await
    }

    /// Uploads a file, and does not wait until it was read.
    pub async fn begin_upload(&self, key: &str, name: &str, bytes: Vec<u8>) -> Value {
        let response = self
            .request("POST", &format!("/incidents/{key}/evidence?name={name}"))
            .body(bytes)
            .send()
            .await
            .expect("an answer");
        assert_eq!(response.status().as_u16(), 201);
        response.json().await.expect("JSON")
    }

    /// An item once nobody reads it any more: on a busy machine an upload is answered before that.
    async fn settled(&self, key: &str, item: Value) -> Value {
        let path = format!("/incidents/{key}/evidence/{}", item["id"].as_str().expect("an id"));
        for waited in 0..600 {
            let (status, reading) = self.call("GET", &format!("{path}/reading"), Value::Null).await;
            if status != 200 || reading["state"] != "reading" {
                return if waited == 0 { item } else { self.ok("GET", &path, Value::Null).await };
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("{path} was not read within half a minute");
    }

    /// Follows an incident.
    pub async fn follow(&self, key: &str) -> Stream {
        self.follow_at(&format!("/incidents/{key}/live")).await
    }

    /// Follows what has its stream at this address.
    pub async fn follow_at(&self, at: &str) -> Stream {
        let response = self.request("GET", at).send().await.expect("an answer");
        assert_eq!(response.status().as_u16(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Stream::new(response)
    }
}
