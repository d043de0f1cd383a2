//! An HTTP answer, read to its end, with the accessors that tests ask for. It judges nothing unless told to expect.

use reqwest::header::HeaderMap;
use serde_json::Value;

/// Status, headers and body of one answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// Sends the request and reads the whole answer; a connection that fails is a failed test.
    pub async fn of(request: reqwest::RequestBuilder) -> Self {
        Self::try_of(request).await.expect("an HTTP answer")
    }

    /// Like [`Answer::of`], for tests in which the server dies.
    pub async fn try_of(request: reqwest::RequestBuilder) -> Result<Self, reqwest::Error> {
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Self { status, headers, body: response.text().await? })
    }

    /// A header's value; empty where it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The last part of the `Location` header: the id of what was created.
    #[track_caller]
    pub fn created_id(&self) -> String {
        assert_eq!(self.status, 201, "nothing was created: {self}");
        let id = self.header("location").rsplit('/').next().unwrap_or_default().to_owned();
        assert!(!id.is_empty(), "no Location: {self}");
        id
    }

    /// All values of a header that may stand several times.
    pub fn headers_named(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("not JSON ({error}): {self}"))
    }

    /// A text member of the JSON body.
    #[track_caller]
    pub fn text(&self, name: &str) -> String {
        let body = self.json();
        body[name].as_str().map(str::to_owned).unwrap_or_else(|| panic!("no text {name:?} in {self}"))
    }

    /// A whole-number member of the JSON body.
    #[track_caller]
    pub fn number(&self, name: &str) -> i64 {
        self.json()[name].as_i64().unwrap_or_else(|| panic!("no number {name:?} in {self}"))
    }

    /// Whether the JSON body has the member.
    #[track_caller]
    pub fn has(&self, name: &str) -> bool {
        self.json().get(name).is_some_and(|value| !value.is_null())
    }

    pub fn access_token(&self) -> String {
        self.text("access_token")
    }

    pub fn refresh_token(&self) -> String {
        self.text("refresh_token")
    }

    pub fn id_token(&self) -> String {
        self.text("id_token")
    }

    /// The granted scopes, sorted.
    #[track_caller]
    pub fn scopes(&self) -> Vec<String> {
        let mut scopes: Vec<String> = self.text("scope").split(' ').map(str::to_owned).collect();
        scopes.sort();
        scopes
    }

    /// Fails the test unless the status is this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "unexpected status: {self}");
        self
    }

    /// Fails the test unless this is a token response, which nobody may store (RFC 6749 §5.1).
    #[track_caller]
    pub fn expect_tokens(self) -> Self {
        let this = self.expect(200);
        assert!(this.header("cache-control").contains("no-store"), "a token answer may be cached: {this}");
        assert_eq!(this.text("token_type"), "Bearer");
        this.access_token();
        this
    }

    /// Fails the test unless this is a token response whose access token is bound to a key (RFC 9449 §5).
    #[track_caller]
    pub fn expect_bound_tokens(self) -> Self {
        let this = self.expect(200);
        assert_eq!(this.text("token_type"), "DPoP");
        this.access_token();
        this
    }

    /// Fails the test unless this is an OAuth error of that code, with that status and in JSON (RFC 6749 §5.2).
    #[track_caller]
    pub fn expect_error(self, status: u16, code: &str) -> Self {
        let this = self.expect(status);
        assert!(this.header("content-type").starts_with("application/json"), "an OAuth error is JSON: {this}");
        assert_eq!(this.text("error"), code, "unexpected error: {this}");
        assert!(!this.has("access_token") && !this.has("refresh_token"), "an error with tokens: {this}");
        this
    }

    /// Like [`Answer::expect_error`], and the description says why.
    #[track_caller]
    pub fn expect_refusal(self, description: &str) -> Self {
        let this = self.expect_error(400, "invalid_grant");
        assert_eq!(this.text("error_description"), description, "unexpected reason: {this}");
        this
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HTTP {}", self.status)?;
        for name in ["content-type", "location", "www-authenticate", "retry-after", "cache-control"] {
            if self.headers.contains_key(name) {
                write!(f, "\n{name}: {}", self.header(name))?;
            }
        }
        let shown: String = self.body.chars().take(2_000).collect();
        write!(f, "\n{shown}")
    }
}
