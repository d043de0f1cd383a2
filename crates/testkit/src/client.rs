//! OAuth clients as programs: requests to the token, introspection, revocation and userinfo endpoints, each answered
//! with status, headers and JSON. They assert nothing, so that tests can send what is wrong.

use crate::answer::Answer;
use crate::authorize::{AuthorizationRequest, Choice};
use crate::browser::{Browser, Redirect};
use crate::demo::{self, Person};
use crate::server::{TestServer, http_builder};
use std::net::IpAddr;

const TOKEN: &str = "/protocol/openid-connect/token";
const PUSH: &str = "/protocol/openid-connect/ext/par/request";
const DEVICE: &str = "/protocol/openid-connect/auth/device";
const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
const EXCHANGE_GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const INTROSPECT: &str = "/protocol/openid-connect/token/introspect";
const REVOKE: &str = "/protocol/openid-connect/revoke";
const LOGOUT: &str = "/protocol/openid-connect/logout";
const USERINFO: &str = "/protocol/openid-connect/userinfo";

/// How a client authenticates (RFC 6749 §2.3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authentication {
    Basic(String),
    Post(String),
    /// A signed JWT (RFC 7523 §2.2); the client leaves its name to it.
    Assertion(String),
    /// A public client: its id in the form.
    None,
}

/// One client at one node of the provider.
#[derive(Clone)]
pub struct Client {
    pub id: String,
    pub authentication: Authentication,
    realm_url: String,
    http: reqwest::Client,
}

impl Client {
    pub fn new(server: &TestServer, realm: &str, id: &str, authentication: Authentication) -> Self {
        let realm_url = format!("{}/realms/{realm}", server.node_url());
        Self { id: id.to_owned(), authentication, realm_url, http: server.http().clone() }
    }

    /// The demo realm's confidential client.
    pub fn nightly_backup(server: &TestServer) -> Self {
        let secret = Authentication::Basic(demo::NIGHTLY_BACKUP_SECRET.to_owned());
        Self::new(server, demo::REALM, demo::NIGHTLY_BACKUP, secret)
    }

    /// The demo realm's public client.
    pub fn photo_frame(server: &TestServer) -> Self {
        Self::new(server, demo::REALM, demo::PHOTO_FRAME, Authentication::None)
    }

    /// A confidential client of the demo realm.
    pub fn confidential(server: &TestServer, id: &str, secret: &str) -> Self {
        Self::new(server, demo::REALM, id, Authentication::Basic(secret.to_owned()))
    }

    /// A public client of the demo realm.
    pub fn public(server: &TestServer, id: &str) -> Self {
        Self::new(server, demo::REALM, id, Authentication::None)
    }

    /// The same client, authenticating in another way or with another secret.
    #[must_use]
    pub fn with(mut self, authentication: Authentication) -> Self {
        self.authentication = authentication;
        self
    }

    /// The same client on another machine: a loopback address of its own (127.0.0.0/8), and another user agent.
    #[must_use]
    pub fn from_place(mut self, address: [u8; 4], user_agent: &str) -> Self {
        let builder = http_builder().local_address(IpAddr::from(address)).user_agent(user_agent);
        self.http = builder.build().expect("an HTTP client");
        self
    }

    /// The token endpoint with any parameters and this client's authentication.
    pub async fn token(&self, params: &[(&str, &str)]) -> Answer {
        self.post(TOKEN, params).await
    }

    /// The same before it is sent, for requests that die or race.
    pub fn token_request(&self, params: &[(&str, &str)]) -> reqwest::RequestBuilder {
        self.request(TOKEN, params)
    }

    /// Redeems the code that `request` was answered with.
    pub async fn redeem(&self, request: &AuthorizationRequest, code: &str) -> Answer {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &request.redirect_uri),
            ("code_verifier", &request.pkce.verifier),
        ])
        .await
    }

    pub async fn refresh(&self, token: &str) -> Answer {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    pub async fn refresh_narrowed(&self, token: &str, scope: &str) -> Answer {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)]).await
    }

    /// For chosen ones of the resources granted (RFC 8707 §2.2).
    pub async fn refresh_for(&self, token: &str, resources: &[&str]) -> Answer {
        let mut params = vec![("grant_type", "refresh_token"), ("refresh_token", token)];
        params.extend(resources.iter().map(|uri| ("resource", *uri)));
        self.token(&params).await
    }

    pub async fn password_grant(&self, person: &Person, scope: &str) -> Answer {
        let (username, password) = (person.username.as_str(), person.password.as_str());
        self.token(&[("grant_type", "password"), ("username", username), ("password", password), ("scope", scope)])
            .await
    }

    pub async fn client_credentials(&self, scope: &str) -> Answer {
        self.token(&[("grant_type", "client_credentials"), ("scope", scope)]).await
    }

    /// RFC 8628 §3.1.
    pub async fn ask_for_device(&self, params: &[(&str, &str)]) -> Answer {
        self.post(DEVICE, params).await
    }

    /// RFC 8628 §3.4.
    pub async fn poll_device(&self, device_code: &str) -> Answer {
        self.token(&[("grant_type", DEVICE_GRANT), ("device_code", device_code)]).await
    }

    /// The same before it is sent, for polls that race.
    pub fn poll_device_request(&self, device_code: &str) -> reqwest::RequestBuilder {
        self.request(TOKEN, &[("grant_type", DEVICE_GRANT), ("device_code", device_code)])
    }

    /// RFC 9126 §2.1.
    pub async fn push_request(&self, params: &[(&str, &str)]) -> Answer {
        self.post(PUSH, params).await
    }

    /// The same before it is sent, for requests with proofs.
    pub fn unsent_push(&self, params: &[(&str, &str)]) -> reqwest::RequestBuilder {
        self.request(PUSH, params)
    }

    /// RFC 8693 §2.1: exchanges a token of a type (`access_token`, `refresh_token`).
    pub async fn exchange(&self, token: &str, kind: &str, params: &[(&str, &str)]) -> Answer {
        let kind = format!("urn:ietf:params:oauth:token-type:{kind}");
        let own = [("grant_type", EXCHANGE_GRANT), ("subject_token", token), ("subject_token_type", &kind)];
        self.token(&[&own, params].concat()).await
    }

    /// RFC 7662.
    pub async fn introspect(&self, token: &str) -> Answer {
        self.post(INTROSPECT, &[("token", token)]).await
    }

    /// Whether introspection calls the token active.
    pub async fn is_active(&self, token: &str) -> bool {
        let answer = self.introspect(token).await.expect(200).json();
        let active = answer["active"].as_bool().expect("`active` is a boolean");
        let members = answer.as_object().expect("a JSON object").len();
        assert!(active || members == 1, "an inactive token says more than that: {answer}");
        active
    }

    /// RFC 7009.
    pub async fn revoke(&self, token: &str) -> Answer {
        self.post(REVOKE, &[("token", token)]).await
    }

    pub async fn revoke_with(&self, params: &[(&str, &str)]) -> Answer {
        self.post(REVOKE, params).await
    }

    /// The logout endpoint, given a refresh token.
    pub async fn log_out(&self, refresh_token: &str) -> Answer {
        Answer::of(self.log_out_request(refresh_token)).await
    }

    /// The same before it is sent, for requests with more headers.
    pub fn log_out_request(&self, refresh_token: &str) -> reqwest::RequestBuilder {
        self.request(LOGOUT, &[("refresh_token", refresh_token)])
    }

    pub async fn userinfo(&self, access_token: &str) -> Answer {
        Answer::of(self.http.get(self.url(USERINFO)).bearer_auth(access_token)).await
    }

    /// A whole authorization in a new browser: code, consent as chosen, tokens.
    pub async fn authorize(&self, server: &TestServer, person: &Person, choice: &Choice) -> Answer {
        self.authorize_with(server, &AuthorizationRequest::new(&self.id), person, choice).await
    }

    /// Like [`Client::authorize`] with a request of the test's own.
    pub async fn authorize_with(
        &self,
        server: &TestServer,
        request: &AuthorizationRequest,
        person: &Person,
        choice: &Choice,
    ) -> Answer {
        let redirect = Browser::new(server).authorize(server, request, person, choice).await;
        self.redeem(request, &checked_code(server, request, &redirect)).await.expect_tokens()
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.realm_url)
    }

    async fn post(&self, path: &str, params: &[(&str, &str)]) -> Answer {
        Answer::of(self.request(path, params)).await
    }

    fn request(&self, path: &str, params: &[(&str, &str)]) -> reqwest::RequestBuilder {
        let mut form = params.to_vec();
        let mut request = self.http.post(self.url(path));
        match &self.authentication {
            // Encoding of id and secret: RFC 6749 §2.3.1; ours need none.
            Authentication::Basic(secret) => request = request.basic_auth(&self.id, Some(secret)),
            Authentication::Post(secret) => form.extend([("client_id", self.id.as_str()), ("client_secret", secret)]),
            Authentication::Assertion(jwt) => {
                form.extend([("client_assertion_type", ASSERTION_TYPE), ("client_assertion", jwt)]);
            }
            Authentication::None => form.push(("client_id", &self.id)),
        }
        request.form(&form)
    }
}

/// The code of an answer that is the one asked for (RFC 6749 §10.12, RFC 9207).
#[track_caller]
pub fn checked_code(server: &TestServer, request: &AuthorizationRequest, redirect: &Redirect) -> String {
    assert!(redirect.to.as_str().starts_with(&request.redirect_uri), "{redirect:?}");
    assert_eq!(redirect.get("iss"), Some(server.issuer(&request.realm).as_str()), "{redirect:?}");
    let state = request.get("state");
    assert_eq!(redirect.get("state").unwrap_or_default(), state, "{redirect:?}");
    redirect.code()
}
