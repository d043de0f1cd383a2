//! Calls to the account API of the page's realm. The cookie authenticates; a 401 is told apart, so that the page can
//! ask for a new sign-in and keep what it shows.

use perennial_api::account::ApplicationRepresentation;
use perennial_api::console::{CONSOLE_HEADER, CONSOLE_HEADER_VALUE, ConsoleLogout, Me};
use perennial_api::session::UserSessionRepresentation;
use perennial_api::{ApiError, PageQuery, next_cursor, paths};
use serde::de::DeserializeOwned;
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
    /// What was to be ended is not there any more.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Failure::Refused { status: 404, .. })
    }
}

pub async fn me(realm: &str) -> Result<Me, Failure> {
    read(&send("GET", &paths::account_console_me(realm)).await?.body)
}

pub async fn logout(realm: &str) -> Result<ConsoleLogout, Failure> {
    read(&send("POST", &paths::account_console_logout(realm)).await?.body)
}

pub async fn applications(realm: &str) -> Result<Vec<ApplicationRepresentation>, Failure> {
    all(&paths::account_applications(realm)).await
}

pub async fn offline_sessions(realm: &str) -> Result<Vec<UserSessionRepresentation>, Failure> {
    all(&paths::account_offline_sessions(realm)).await
}

/// Takes an app's consent and with it everything that it can do.
pub async fn remove_app(realm: &str, client_id: &str) -> Result<(), Failure> {
    send("DELETE", &paths::account_consent(realm, client_id)).await.map(drop)
}

pub async fn end_session(realm: &str, id: &str) -> Result<(), Failure> {
    send("DELETE", &paths::account_offline_session(realm, id)).await.map(drop)
}

/// Every page of a list.
async fn all<T: DeserializeOwned>(path: &str) -> Result<Vec<T>, Failure> {
    let (mut items, mut query) = (Vec::new(), PageQuery::default());
    loop {
        let answer = send("GET", &format!("{path}{}", query.to_query())).await?;
        items.extend(read::<Vec<T>>(&answer.body)?);
        query.after = answer.next;
        if query.after.is_none() {
            return Ok(items);
        }
    }
}

struct Answer {
    body: String,
    /// Where the next page of a list begins.
    next: Option<String>,
}

async fn send(method: &str, path: &str) -> Result<Answer, Failure> {
    let response = fetch(method, path).await.map_err(|_| Failure::Unreachable)?;
    let next = response.headers().get("Link").ok().flatten().as_deref().and_then(next_cursor);
    let text = match response.text() {
        Ok(text) => JsFuture::from(text).await.ok().and_then(|text| text.as_string()),
        Err(_) => None,
    };
    let text = text.ok_or(Failure::Unreachable)?;
    match response.status() {
        200..300 => Ok(Answer { body: text, next }),
        401 => Err(Failure::SignedOut),
        // A proxy's error page is no JSON; the status alone must do then.
        status => Err(Failure::Refused { status, error: serde_json::from_str(&text).unwrap_or_default() }),
    }
}

async fn fetch(method: &str, path: &str) -> Result<Response, JsValue> {
    let init = RequestInit::new();
    init.set_method(method);
    let request = Request::new_with_str_and_init(path, &init)?;
    let headers = request.headers();
    headers.set("Accept", "application/json")?;
    // What is refused is told in it (RFC 9110 §12.5.4).
    if let Some(lang) = browser::document_lang() {
        headers.set("Accept-Language", &lang)?;
    }
    if method != "GET" {
        headers.set(CONSOLE_HEADER, CONSOLE_HEADER_VALUE)?;
    }
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    JsFuture::from(window.fetch_with_request(&request)).await?.dyn_into()
}

fn read<T: DeserializeOwned>(body: &str) -> Result<T, Failure> {
    serde_json::from_str(body).map_err(|_| Failure::Unreachable)
}
