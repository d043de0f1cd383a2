//! Calls to the admin API. The cookie authenticates; a 401 marks the console signed out, and nothing typed is lost.

use std::future::Future;
use std::pin::Pin;

use js_sys::Promise;
use leptos::prelude::*;
use perennial_api::console::{CONSOLE_HEADER, CONSOLE_HEADER_VALUE};
use perennial_api::{ApiError, OfflineSessionPage, PageQuery, UserSessionRepresentation, next_cursor, paths};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Request, RequestInit, Response};

use crate::browser;

/// Why a call gave no answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    SignedOut,
    Refused {
        status: u16,
        error: ApiError,
    },
    /// No answer at all, or one that is not the API's.
    Unreachable,
}

impl Failure {
    /// Somebody changed first what was to be changed (RFC 9110 §15.5.13).
    pub fn is_overtaken(&self) -> bool {
        matches!(self, Failure::Refused { status: 412, .. })
    }

    /// The server is not ready for this yet, and says so (RFC 9110 §15.6.4): the same call works a little later.
    pub fn is_for_now(&self) -> bool {
        matches!(self, Failure::Refused { status: 503, .. })
    }
}

/// Where a document keeps the tag that it was read with, so that the two are never parted. No member of the API is called so.
pub const TAG: &str = " etag";

/// The tag of what does not exist yet: who puts it means to be the first.
pub const ABSENT: &str = "";

/// The tag that a document was read with.
pub fn tag_of(document: &Value) -> Option<String> {
    document.get(TAG)?.as_str().map(str::to_owned)
}

/// Whether two readings say the same, whatever their tags: those follow also what a document does not show.
pub fn says_the_same(one: &Value, other: &Value) -> bool {
    let (Value::Object(one), Value::Object(other)) = (one, other) else { return one == other };
    let members = |all: &Map<String, Value>| all.keys().filter(|name| *name != TAG).count();
    let kept = |(name, value): (&String, &Value)| name == TAG || other.get(name) == Some(value);
    members(one) == members(other) && one.iter().all(kept)
}

/// A page of a list that goes on behind a cursor.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Cursor of the next page, if there is one.
    pub next: Option<String>,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Page { items: Vec::new(), next: None }
    }
}

struct Answer {
    body: String,
    /// The `Link` header.
    link: Option<String>,
    /// When the survey was taken that an order comes from.
    surveyed_at: Option<i64>,
    /// The `Location` header.
    location: Option<String>,
    /// The `ETag` header.
    tag: Option<String>,
}

/// A call to be made.
struct Call {
    method: &'static str,
    path: String,
    body: Option<String>,
    /// The `If-Match` header, or [`ABSENT`].
    if_match: Option<String>,
}

type Sent = Pin<Box<dyn Future<Output = Result<Answer, Failure>>>>;

/// One page of the realm's offline sessions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionPage {
    pub sessions: Vec<UserSessionRepresentation>,
    pub next: Option<String>,
    pub surveyed_at: Option<i64>,
}

/// The handle through which screens call; provided once, at the root.
#[derive(Clone, Copy)]
pub struct Api {
    pub signed_out: RwSignal<bool>,
    /// Grows with each sign-in, so that what could not be loaded before is loaded then.
    pub sign_ins: RwSignal<u32>,
}

impl Api {
    pub fn provide() -> Self {
        let api = Api { signed_out: RwSignal::new(false), sign_ins: RwSignal::new(0) };
        provide_context(api);
        api
    }

    pub async fn get<T: DeserializeOwned>(self, path: &str) -> Result<T, Failure> {
        read(&self.send("GET", path, None).await?.body)
    }

    pub async fn post<T: DeserializeOwned>(self, path: &str, body: &impl Serialize) -> Result<T, Failure> {
        read(&self.send("POST", path, Some(write(body)?)).await?.body)
    }

    /// A page of a list, with the cursor of the next one.
    pub async fn page<T: DeserializeOwned>(self, path: &str) -> Result<Page<T>, Failure> {
        let answer = self.send("GET", path, None).await?;
        Ok(Page { items: read(&answer.body)?, next: answer.link.as_deref().and_then(next_cursor) })
    }

    /// All of a list, page after page, but not more than so many pages; with whether there is more.
    pub async fn pages<T: DeserializeOwned>(self, path: &str, most: usize) -> Result<(Vec<T>, bool), Failure> {
        let separator = if path.contains('?') { '&' } else { '?' };
        let Page { mut items, mut next } = self.page(path).await?;
        for _ in 1..most {
            let Some(cursor) = next else { break };
            let page: Page<T> = self.page(&format!("{path}{separator}after={}", paths::encode(&cursor))).await?;
            items.extend(page.items);
            next = page.next;
        }
        Ok((items, next.is_some()))
    }

    /// A POST whose answer has no body, or none that matters.
    pub async fn post_unanswered(self, path: &str, body: &impl Serialize) -> Result<(), Failure> {
        self.send("POST", path, Some(write(body)?)).await.map(drop)
    }

    /// A POST that says all by its path.
    pub async fn command<T: DeserializeOwned>(self, path: &str) -> Result<T, Failure> {
        read(&self.send("POST", path, None).await?.body)
    }

    /// A document that is to be changed, with its tag under [`TAG`].
    pub async fn document(self, path: &str) -> Result<Value, Failure> {
        let answer = self.send("GET", path, None).await?;
        let mut document: Value = read(&answer.body)?;
        if let (Value::Object(members), Some(tag)) = (&mut document, answer.tag) {
            members.insert(TAG.to_owned(), tag.into());
        }
        Ok(document)
    }

    /// Only if it is still what was read with this tag, or is still not there.
    pub async fn put_if(self, path: &str, body: &impl Serialize, tag: Option<String>) -> Result<(), Failure> {
        let body = Some(write(body)?);
        self.call(Call { method: "PUT", path: path.to_owned(), body, if_match: tag }).await.map(drop)
    }

    /// For answers whose body does not matter.
    pub async fn put(self, path: &str, body: &impl Serialize) -> Result<(), Failure> {
        self.send("PUT", path, Some(write(body)?)).await.map(drop)
    }

    pub async fn patch(self, path: &str, body: &impl Serialize) -> Result<(), Failure> {
        self.send("PATCH", path, Some(write(body)?)).await.map(drop)
    }

    /// Makes something, and gives its id: the end of the address that the answer names.
    pub async fn create(self, path: &str, body: &impl Serialize) -> Result<String, Failure> {
        let answer = self.send("POST", path, Some(write(body)?)).await?;
        let id = answer.location.as_deref().and_then(|url| url.rsplit("/").next()).map(str::to_owned);
        id.ok_or(Failure::Unreachable)
    }

    pub async fn delete(self, path: &str) -> Result<(), Failure> {
        self.send("DELETE", path, None).await.map(drop)
    }

    /// A DELETE that says in its body what goes.
    pub async fn delete_with(self, path: &str, body: &impl Serialize) -> Result<(), Failure> {
        self.send("DELETE", path, Some(write(body)?)).await.map(drop)
    }

    /// `path` with its query.
    pub async fn session_page(self, path: &str) -> Result<SessionPage, Failure> {
        let answer = self.send("GET", path, None).await?;
        let next = answer.link.as_deref().and_then(next_cursor);
        Ok(SessionPage { sessions: read(&answer.body)?, next, surveyed_at: answer.surveyed_at })
    }

    pub async fn offline_sessions(
        self,
        realm: &str,
        client: &str,
        query: &PageQuery,
    ) -> Result<OfflineSessionPage, Failure> {
        let path = paths::admin_client_offline_sessions(realm, client) + &query.to_query();
        let answer = self.send("GET", &path, None).await?;
        Ok(OfflineSessionPage { sessions: read(&answer.body)?, next: answer.link.as_deref().and_then(next_cursor) })
    }

    /// A future behind a pointer: each of the calls above would hold a copy of it otherwise.
    fn send(self, method: &'static str, path: &str, body: Option<String>) -> Sent {
        self.call(Call { method, path: path.to_owned(), body, if_match: None })
    }

    fn call(self, call: Call) -> Sent {
        Box::pin(self.exchange(call))
    }

    async fn exchange(self, call: Call) -> Result<Answer, Failure> {
        let sign_ins = self.sign_ins.try_get_untracked();
        let response = fetch(call).await.map_err(|_| Failure::Unreachable)?;
        let text = match response.text() {
            Ok(text) => text_of(text).await.ok_or(Failure::Unreachable)?,
            Err(_) => return Err(Failure::Unreachable),
        };
        match response.status() {
            200..300 => {
                let header = |name| response.headers().get(name).ok().flatten();
                let surveyed_at = header("sessions-as-of").and_then(|at: String| at.parse().ok());
                let (link, location, tag) = (header("Link"), header("Location"), header("ETag"));
                Ok(Answer { body: text, link, surveyed_at, location, tag })
            }
            401 => {
                // What was asked before the last sign-in says nothing of the present one.
                if self.sign_ins.try_get_untracked() == sign_ins {
                    self.signed_out.set(true);
                }
                Err(Failure::SignedOut)
            }
            // A proxy's error page is no JSON; the status alone must do then.
            status => Err(Failure::Refused { status, error: serde_json::from_str(&text).unwrap_or_default() }),
        }
    }
}

pub fn use_api() -> Api {
    use_context().unwrap_or_else(Api::provide)
}

async fn fetch(call: Call) -> Result<Response, JsValue> {
    let Call { method, path, body, if_match } = call;
    let init = RequestInit::new();
    init.set_method(method);
    if let Some(body) = &body {
        init.set_body(&JsValue::from_str(body));
    }
    let request = Request::new_with_str_and_init(&path, &init)?;
    let headers = request.headers();
    headers.set("Accept", "application/json")?;
    // What is refused is told in it (RFC 9110 §12.5.4).
    if let Some(lang) = browser::document_lang() {
        headers.set("Accept-Language", &lang)?;
    }
    if method != "GET" {
        headers.set(CONSOLE_HEADER, CONSOLE_HEADER_VALUE)?;
    }
    if body.is_some() {
        headers.set("Content-Type", "application/json")?;
    }
    match if_match.as_deref() {
        // RFC 9110 §13.1.2
        Some(ABSENT) => headers.set("If-None-Match", "*")?,
        Some(tag) => headers.set("If-Match", tag)?,
        None => {}
    }
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    JsFuture::from(window.fetch_with_request(&request)).await?.dyn_into()
}

async fn text_of(text: Promise) -> Option<String> {
    JsFuture::from(text).await.ok()?.as_string()
}

fn read<T: DeserializeOwned>(body: &str) -> Result<T, Failure> {
    serde_json::from_str(body).map_err(|_| Failure::Unreachable)
}

fn write(body: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(body).map_err(|_| Failure::Unreachable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn another_tag_alone_is_no_other_document() {
        let read = json!({"name": "a", TAG: "1"});
        assert!(says_the_same(&read, &json!({TAG: "2", "name": "a"})));
        assert!(!says_the_same(&read, &json!({"name": "b", TAG: "1"})));
        assert!(!says_the_same(&read, &json!({"name": "a", "note": "", TAG: "1"})));
        assert_eq!(tag_of(&read).as_deref(), Some("1"));
    }
}
