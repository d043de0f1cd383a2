//! An authorization request on its way through the pages, and the code that it ends in.

use crate::{
    grant::Place,
    ids::{ClientId, DeviceId, GrantId, RealmId, RequestId, UserId, UserSessionId},
    time::Timestamp,
};
use perennial_protocol::ScopeSet;
use serde::{Deserialize, Serialize};

/// The validated request, stored while its user signs in and consents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    pub client_id: ClientId,
    /// Checked against the registered ones; an answer may go nowhere else.
    pub redirect_uri: String,
    /// Whether the request named it: then the token request must, too (RFC 6749 §4.1.3).
    pub redirect_uri_sent: bool,
    pub form_post: bool,
    pub state: Option<String>,
    pub nonce: Option<String>,
    pub scope: ScopeSet,
    pub code_challenge: Option<String>,
    /// The thumbprint of the key that the token request must prove (RFC 9449 §10).
    #[serde(default)]
    pub dpop_jkt: Option<String>,
    pub prompt_login: bool,
    pub prompt_consent: bool,
    pub select_account: bool,
    /// Seconds; 0 asks for a fresh sign-in.
    pub max_age_s: Option<i64>,
    /// Nobody else may be answered for (`id_token_hint`, OIDC Core §3.1.2.1).
    #[serde(default)]
    pub hinted_user: Option<UserId>,
    pub login_hint: Option<String>,
    pub ui_locales: Option<String>,
    pub resources: Vec<String>,
    /// The device that waits for the answer instead of a redirect URI, which is empty then (RFC 8628).
    #[serde(default)]
    pub device: Option<DeviceId>,
}

/// A request that waits for its user, bound to one browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingRequest {
    pub id: RequestId,
    pub realm_id: RealmId,
    /// SHA-256 of the browser's binding cookie.
    pub binding_hash: [u8; 32],
    pub request: AuthorizationRequest,
    /// The session that signed in for this request: `prompt=login` and `max_age` ask for one made after it began.
    pub signed_in_as: Option<UserSessionId>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

/// What an authorization code stands for; single use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeGrant {
    pub client_id: ClientId,
    pub user_id: UserId,
    pub user_session: UserSessionId,
    pub redirect_uri: String,
    pub redirect_uri_sent: bool,
    pub scope: ScopeSet,
    pub resources: Vec<String>,
    pub nonce: Option<String>,
    pub code_challenge: Option<String>,
    /// The thumbprint of the key that the token request must prove (RFC 9449 §10).
    #[serde(default)]
    pub dpop_jkt: Option<String>,
    pub auth_at: Timestamp,
    /// The end chosen on the consent page, in seconds from the grant; `None`: until revoked.
    pub chosen_end_s: Option<i64>,
    pub began_from: Place,
    /// A code from before the end of all sessions gives none.
    #[serde(default)]
    pub issued_at: Timestamp,
}

/// A stored code; `grant_id` is fixed when it is issued, so that a replay knows what to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationCode {
    /// SHA-256 of the code.
    pub code_hash: [u8; 32],
    pub realm_id: RealmId,
    pub grant_id: GrantId,
    pub grant: CodeGrant,
    pub expires_at: Timestamp,
    pub redeemed_at: Option<Timestamp>,
}
