//! The checks on an authorization request, in the order in which they run. Each is one small file.

mod client;
mod dpop;
mod id_token_hint;
mod lengths;
mod max_age;
mod pkce;
mod prompt;
mod pushed;
mod redirect_uri;
mod request_object;
mod resource;
mod response_type;
mod scope;

use super::answer::Target;
use crate::LoadedRealm;
use perennial_domain::{authorization::AuthorizationRequest, client::Client};
use perennial_protocol::{OAuthError, Params, ScopeSet, authorize::Prompt, authorize::ResponseMode};

/// What a check sees.
pub(super) struct Context<'a> {
    pub realm: &'a LoadedRealm,
    pub client: &'a Client,
    pub params: &'a Params,
    /// The client sent it itself (RFC 9126).
    pub was_pushed: bool,
}

/// The request as far as it has been checked.
pub(super) struct Draft {
    pub request: AuthorizationRequest,
    pub prompt: Prompt,
}

/// Every parameter that a request is judged by; what else a client sends means nothing here (RFC 6749 §3.1).
pub(super) const PARAMETERS: [&str; 18] = [
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "dpop_jkt",
    "id_token_hint",
    "login_hint",
    "max_age",
    "nonce",
    "prompt",
    "redirect_uri",
    "request",
    "request_uri",
    "resource",
    "response_mode",
    "response_type",
    "scope",
    "state",
    "ui_locales",
];

type Check = fn(&Context<'_>, &mut Draft) -> Result<(), OAuthError>;

/// After these a refusal can be sent to the client. The first failure answers.
const REQUEST_CHECKS: [Check; 11] = [
    lengths::check,
    request_object::check,
    pushed::check,
    response_type::check,
    prompt::check,
    scope::check,
    pkce::check,
    max_age::check,
    id_token_hint::check,
    resource::check,
    dpop::check,
];

/// Whom the answer may go to. Until this is known a refusal can only be a page (RFC 6749 §4.1.2.1).
pub(super) fn validate_target(realm: &LoadedRealm, params: &Params) -> Result<Target, OAuthError> {
    params.check_repeated()?;
    let client = client::find(realm, params)?;
    let redirect_uri = redirect_uri::find(client, params)?;
    Ok(Target {
        client_name: client.display_name().to_owned(),
        redirect_uri,
        form_post: ResponseMode::parse(params.get("response_mode")).is_ok_and(|mode| mode == ResponseMode::FormPost),
        state: params.get("state").filter(|state| state.len() <= lengths::STATE).map(str::to_owned),
    })
}

pub(super) fn validate_request(
    realm: &LoadedRealm,
    target: &Target,
    params: &Params,
    was_pushed: bool,
) -> Result<Draft, OAuthError> {
    let client = client::find(realm, params)?;
    let context = Context { realm, client, params, was_pushed };
    let owned = |name: &str| params.get(name).map(str::to_owned);
    let mut draft = Draft {
        prompt: Prompt::default(),
        request: AuthorizationRequest {
            client_id: client.id,
            redirect_uri: target.redirect_uri.clone(),
            redirect_uri_sent: params.get("redirect_uri").is_some(),
            form_post: target.form_post,
            state: target.state.clone(),
            nonce: owned("nonce"),
            scope: ScopeSet::default(),
            code_challenge: None,
            dpop_jkt: None,
            prompt_login: false,
            prompt_consent: false,
            select_account: false,
            max_age_s: None,
            hinted_user: None,
            login_hint: owned("login_hint").filter(|hint| hint.len() <= lengths::HINT),
            ui_locales: owned("ui_locales").filter(|locales| locales.len() <= lengths::HINT),
            resources: Vec::new(),
            device: None,
        },
    };
    for check in REQUEST_CHECKS {
        check(&context, &mut draft)?;
    }
    Ok(draft)
}
