//! Authorization requests, and the way through login and consent that a person takes with them.

use crate::browser::{Browser, Redirect, Visit};
use crate::demo::{self, Person};
use crate::page::{Form, Page};
use crate::server::TestServer;
use crate::token::{Pkce, unguessable};
use url::Url;

/// More pages than any way through login and consent has.
const MAX_PAGES: usize = 6;

/// The parameters of one authorization request, in order; tests bend them at will.
#[derive(Debug, Clone)]
pub struct AuthorizationRequest {
    pub realm: String,
    pub params: Vec<(String, String)>,
    pub pkce: Pkce,
    pub redirect_uri: String,
}

/// What a person does on the consent page.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    pub cancel: bool,
    /// Optional scopes whose box is unticked.
    pub declined: Vec<String>,
    /// In days; 0 is "until I take it away"; `None` leaves what the page proposes.
    pub end_days: Option<u32>,
}

impl Choice {
    pub fn accept() -> Self {
        Self::default()
    }

    pub fn cancel() -> Self {
        Self { cancel: true, ..Self::default() }
    }

    pub fn decline(scope: &str) -> Self {
        Self { declined: vec![scope.to_owned()], ..Self::default() }
    }

    pub fn for_days(days: u32) -> Self {
        Self { end_days: Some(days), ..Self::default() }
    }
}

impl AuthorizationRequest {
    /// `response_type=code`, `scope=openid offline_access`, state, nonce and PKCE.
    pub fn new(client_id: &str) -> Self {
        let pkce = Pkce::new();
        let params = [
            ("response_type", "code".to_owned()),
            ("client_id", client_id.to_owned()),
            ("redirect_uri", demo::REDIRECT_URI.to_owned()),
            ("scope", "openid offline_access".to_owned()),
            ("state", unguessable()),
            ("nonce", unguessable()),
            ("code_challenge", pkce.challenge.clone()),
            ("code_challenge_method", "S256".to_owned()),
        ];
        let params = params.map(|(name, value)| (name.to_owned(), value)).to_vec();
        Self { realm: demo::REALM.to_owned(), params, pkce, redirect_uri: demo::REDIRECT_URI.to_owned() }
    }

    pub fn nightly_backup() -> Self {
        Self::new(demo::NIGHTLY_BACKUP)
    }

    pub fn photo_frame() -> Self {
        Self::new(demo::PHOTO_FRAME)
    }

    /// Sets a parameter, replacing what stood there.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        match self.params.iter_mut().find(|(own, _)| own == name) {
            Some((_, own)) => *own = value.to_owned(),
            None => self.params.push((name.to_owned(), value.to_owned())),
        }
        self
    }

    /// Adds a parameter even where it stands already.
    #[must_use]
    pub fn repeat(mut self, name: &str, value: &str) -> Self {
        self.params.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Asks for tokens for protected resources (RFC 8707 §2.1).
    #[must_use]
    pub fn for_resources(self, uris: &[&str]) -> Self {
        uris.iter().fold(self, |request, uri| request.repeat("resource", uri))
    }

    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.params.retain(|(own, _)| own != name);
        self
    }

    #[must_use]
    pub fn scope(self, scope: &str) -> Self {
        self.with("scope", scope)
    }

    #[must_use]
    pub fn prompt(self, prompt: &str) -> Self {
        self.with("prompt", prompt)
    }

    pub fn get(&self, name: &str) -> &str {
        self.params.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value.as_str())
    }

    /// The address to open at the server.
    pub fn url(&self, server: &TestServer) -> String {
        let address = format!("{}/protocol/openid-connect/auth", server.issuer(&self.realm));
        let mut url = Url::parse(&address).expect("the authorization endpoint");
        url.query_pairs_mut().extend_pairs(&self.params);
        url.into()
    }
}

impl Browser {
    /// Takes the request through whatever pages come, as `person` with `choice`, to the client's redirect URI.
    pub async fn authorize(
        &self,
        server: &TestServer,
        request: &AuthorizationRequest,
        person: &Person,
        choice: &Choice,
    ) -> Redirect {
        self.authorize_at(&request.url(server), person, choice).await
    }

    /// Like [`Browser::authorize`] from an address that somebody else built.
    pub async fn authorize_at(&self, url: &str, person: &Person, choice: &Choice) -> Redirect {
        let mut visit = self.open(url).await;
        for _ in 0..MAX_PAGES {
            match visit {
                Visit::Redirect(redirect) => return redirect,
                Visit::Page(page) => visit = self.submit(&answer_page(&page, person, choice)).await,
            }
        }
        panic!("still at the provider after {MAX_PAGES} pages: {}", visit.page());
    }

    /// Opens the request, signs in where that is asked for, and stops at the consent page.
    pub async fn reach_consent(&self, server: &TestServer, request: &AuthorizationRequest, person: &Person) -> Page {
        let page = self.open(&request.url(server)).await.page();
        if page.has("#kc-accept") {
            return page;
        }
        let page = self.submit(&sign_in(&page, person)).await.page();
        assert!(page.has("#kc-accept"), "not the consent page: {page}");
        page
    }
}

/// The login form, filled in.
#[track_caller]
pub fn sign_in(page: &Page, person: &Person) -> Form {
    let form = page.form_with("password");
    let form = form.fill("username", &person.username).fill("password", &person.password);
    form.press("kc-login")
}

/// The consent form, filled in.
#[track_caller]
pub fn decide(page: &Page, choice: &Choice) -> Form {
    if choice.cancel {
        return page.form_with("kc-cancel").press("kc-cancel");
    }
    let mut form = page.form_with("kc-accept");
    for scope in &choice.declined {
        form = form.decline(scope);
    }
    if let Some(days) = choice.end_days {
        let seconds = i64::from(days) * 86_400;
        let value = if days == 0 { "until_revoked".to_owned() } else { seconds.to_string() };
        form = form.choose("offline_end", &value);
    }
    form.press("kc-accept")
}

#[track_caller]
fn answer_page(page: &Page, person: &Person, choice: &Choice) -> Form {
    if page.has("#kc-accept") {
        return decide(page, choice);
    }
    if page.has("input[name=password]") {
        return sign_in(page, person);
    }
    match page.forms().into_iter().next() {
        // `response_mode=form_post` without scripts: a button that sends the answer on.
        Some(form) if form.find("state").is_some() || form.find("iss").is_some() => form,
        _ => panic!("no way on from {page}"),
    }
}
