//! The authorization response (RFC 6749 §4.1.2, RFC 9207): only a validated target can be answered, which is a type of its own.

use crate::{FlowResult, LoadedRealm};
use perennial_domain::authorization::AuthorizationRequest;
use perennial_protocol::{OAuthError, endpoints};
use url::form_urlencoded::Serializer;

/// A redirect URI that is registered for its client, with the request's `state`.
#[derive(Clone, Debug)]
pub struct Target {
    pub(super) client_name: String,
    pub(super) redirect_uri: String,
    pub(super) form_post: bool,
    pub(super) state: Option<String>,
}

/// An answer on its way to the client through the browser.
#[derive(Clone, Debug)]
pub struct Answer {
    pub client_name: String,
    pub redirect_uri: String,
    pub form_post: bool,
    pub params: Vec<(String, String)>,
}

impl Target {
    /// A stored request's target. Its URI was checked when the request came; the client may have lost it since.
    pub fn of(request: &AuthorizationRequest, realm: &LoadedRealm) -> FlowResult<Self> {
        let client = realm.client(request.client_id)?;
        if request.device.is_some() {
            // The device asks for itself; its person is told here that it will.
            return Ok(Self {
                client_name: client.display_name().to_owned(),
                redirect_uri: device_done(realm, request.ui_locales.as_deref()),
                form_post: false,
                state: None,
            });
        }
        if !client.allows_redirect(&request.redirect_uri) {
            return Err(OAuthError::invalid_request("Invalid parameter: redirect_uri").into());
        }
        Ok(Self {
            client_name: client.display_name().to_owned(),
            redirect_uri: request.redirect_uri.clone(),
            form_post: request.form_post,
            state: request.state.clone(),
        })
    }

    pub fn refuse(&self, issuer: &str, error: &OAuthError) -> Answer {
        let code = ("error".to_owned(), error.code.as_str().to_owned());
        let description = ("error_description".to_owned(), error.description.clone());
        self.answer(issuer, vec![code, description])
    }

    /// Adds `state` and `iss` (RFC 9207 §2) to the answer.
    pub fn answer(&self, issuer: &str, mut params: Vec<(String, String)>) -> Answer {
        if let Some(state) = &self.state {
            params.push(("state".into(), state.clone()));
        }
        params.push(("iss".into(), issuer.to_owned()));
        Answer {
            client_name: self.client_name.clone(),
            redirect_uri: self.redirect_uri.clone(),
            form_post: self.form_post,
            params,
        }
    }
}

/// The page that says what came of it, in the language that was asked for.
fn device_done(realm: &LoadedRealm, ui_locales: Option<&str>) -> String {
    let page = format!("{}{}", realm.issuer, endpoints::DEVICE_DONE_PAGE);
    let Some(ui_locales) = ui_locales else { return page };
    let language = Serializer::new(String::new()).append_pair("ui_locales", ui_locales).finish();
    format!("{page}?{language}")
}

impl Answer {
    /// The redirect URI with the answer in its query; what was there stays (RFC 6749 §3.1.2).
    pub fn location(&self) -> String {
        let separator = if self.redirect_uri.contains('?') { '&' } else { '?' };
        let mut query = Serializer::new(String::new());
        query.extend_pairs(&self.params);
        format!("{}{separator}{}", self.redirect_uri, query.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_keeps_the_query_and_escapes_the_state() {
        let target = Target {
            client_name: "App".into(),
            redirect_uri: "https://app.example/cb?tenant=1".into(),
            form_post: false,
            state: Some("a&b=c\r\nX: y".into()),
        };
        let answer = target.answer("https://op.example/realms/r", vec![("code".into(), "c".into())]);
        let expected = "https://app.example/cb?tenant=1&code=c&state=a%26b%3Dc%0D%0AX%3A+y&iss=https%3A%2F%2Fop.example%2Frealms%2Fr";
        assert_eq!(answer.location(), expected);
    }
}
