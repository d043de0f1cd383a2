//! The adapter for apps with sign-in: a visit to a secured page becomes an authorization request, and a `scope` that
//! the page's own URL carries is passed on. So `/reports?scope=offline_access` asks for offline access without a line
//! of code in the app. It keeps no session: the app does.

use crate::client::{OfflineClient, PendingSignIn};
use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use url::{Url, form_urlencoded};

/// Turns visits to secured pages into sign-ins.
#[derive(Debug, Clone)]
pub struct LoginRedirect {
    scopes: Vec<String>,
    passed_on: Vec<String>,
}

impl Default for LoginRedirect {
    /// Asks for `openid`, and for `offline_access` where the app's URL carries it.
    fn default() -> Self {
        Self { scopes: vec!["openid".into()], passed_on: vec!["offline_access".into()] }
    }
}

/// A sign-in that has begun.
#[derive(Debug)]
pub struct BegunSignIn {
    /// Where the browser goes now.
    pub location: Url,
    /// What the app's session keeps until the browser is back.
    pub kept: KeptSignIn,
}

/// For the app's session, serialised: what redeems the answer, and where the user wanted to go.
#[derive(Debug, Serialize, Deserialize)]
pub struct KeptSignIn {
    /// For [`OfflineClient::redeem`].
    pub pending: PendingSignIn,
    /// Path and query of the page, without `scope`. Always within this app.
    pub return_to: String,
}

impl LoginRedirect {
    /// Asks for these scopes on every sign-in.
    pub fn asking_for<S: Into<String>>(self, scopes: impl IntoIterator<Item = S>) -> Self {
        Self { scopes: scopes.into_iter().map(Into::into).collect(), ..self }
    }

    /// Passes these on from the app's URL, and no others: anyone can make a link to the app.
    pub fn passing_on<S: Into<String>>(self, scopes: impl IntoIterator<Item = S>) -> Self {
        Self { passed_on: scopes.into_iter().map(Into::into).collect(), ..self }
    }

    /// Begins the sign-in that a visit to this page needs.
    pub fn begin(&self, client: &OfflineClient, page: &HttpRequest) -> BegunSignIn {
        let (scopes, return_to) = self.read(page.path(), page.query_string());
        let (location, pending) = client.authorization_url_for(&scopes);
        BegunSignIn { location, kept: KeptSignIn { pending, return_to } }
    }

    /// The scopes to ask for and the page to come back to.
    fn read(&self, path: &str, query: &str) -> (Vec<String>, String) {
        let mut scopes = self.scopes.clone();
        let mut rest = form_urlencoded::Serializer::new(String::new());
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if name != "scope" {
                rest.append_pair(&name, &value);
                continue;
            }
            for scope in value.split_ascii_whitespace() {
                let allowed = self.passed_on.iter().any(|it| it == scope);
                if allowed && !scopes.iter().any(|it| it == scope) {
                    scopes.push(scope.to_owned());
                }
            }
        }
        // `//host/…` and `/\host/…` would be another site's address.
        let mut return_to = format!("/{}", path.trim_start_matches(['/', '\\']));
        let rest = rest.finish();
        if !rest.is_empty() {
            return_to.push('?');
            return_to.push_str(&rest);
        }
        (scopes, return_to)
    }
}

impl BegunSignIn {
    /// The redirect to the provider. Keep [`kept`](Self::kept) in the session first.
    pub fn redirect(&self) -> HttpResponse {
        HttpResponse::Found()
            .insert_header((LOCATION, self.location.as_str()))
            .insert_header((CACHE_CONTROL, "no-store"))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offline_access_in_the_apps_own_url_is_passed_on_and_taken_off() {
        let (scopes, return_to) = LoginRedirect::default().read("/reports", "year=2026&scope=offline_access&q=a%26b");
        assert_eq!(scopes, ["openid", "offline_access"]);
        assert_eq!(return_to, "/reports?year=2026&q=a%26b");
    }

    #[test]
    fn a_url_without_scope_asks_for_no_more_than_the_app_does() {
        let redirect = LoginRedirect::default().asking_for(["openid", "email"]);
        let (scopes, return_to) = redirect.read("/reports", "");
        assert_eq!(scopes, ["openid", "email"]);
        assert_eq!(return_to, "/reports");
    }

    #[test]
    fn a_link_cannot_ask_for_scopes_that_the_app_does_not_pass_on() {
        let (scopes, _) = LoginRedirect::default().read("/", "scope=admin+offline_access+offline_access&scope=root");
        assert_eq!(scopes, ["openid", "offline_access"]);
        let (scopes, _) =
            LoginRedirect::default().passing_on(["calendar"]).read("/", "scope=calendar%20offline_access");
        assert_eq!(scopes, ["openid", "calendar"]);
    }

    #[test]
    fn the_way_back_never_leaves_the_app() {
        for path in ["//evil.example/x", "/\\evil.example/x", "///evil.example/x"] {
            let (_, return_to) = LoginRedirect::default().read(path, "");
            assert_eq!(return_to, "/evil.example/x");
        }
    }
}
