//! Paths of the protocol endpoints and pages: one list for the server, its tests and the metadata.

/// Below the issuer `{base}/realms/{realm}`.
pub const AUTHORIZE: &str = "/protocol/openid-connect/auth";
pub const TOKEN: &str = "/protocol/openid-connect/token";
pub const USERINFO: &str = "/protocol/openid-connect/userinfo";
pub const CERTS: &str = "/protocol/openid-connect/certs";
pub const INTROSPECT: &str = "/protocol/openid-connect/token/introspect";
pub const REVOKE: &str = "/protocol/openid-connect/revoke";
pub const DEVICE_AUTHORIZATION: &str = "/protocol/openid-connect/auth/device";
pub const PUSHED_AUTHORIZATION: &str = "/protocol/openid-connect/ext/par/request";
/// RFC 7591; a client's own address is below it (RFC 7592).
pub const REGISTRATION: &str = "/clients-registrations/openid-connect";
pub const LOGOUT: &str = "/protocol/openid-connect/logout";
/// Where an upstream provider says that a user has signed out there (OIDC Back-Channel Logout §2.5); Keycloak's name.
pub const BACKCHANNEL_LOGOUT: &str = "/protocol/openid-connect/logout/backchannel-logout";
pub const DISCOVERY: &str = "/.well-known/openid-configuration";

/// Pages, below the issuer.
pub const LOGIN_PAGE: &str = "/login";
pub const NEW_PASSWORD_PAGE: &str = "/new-password";
pub const VERIFY_EMAIL_PAGE: &str = "/verify-email";
/// Where links in mails lead, as with Keycloak.
pub const ACTION_LINK_PAGE: &str = "/login-actions/action-token";
pub const CONSENT_PAGE: &str = "/consent";
/// What only an admin can allow.
pub const APPROVAL_PAGE: &str = "/approval";
/// Where a person enters the code that a device shows (`verification_uri`, RFC 8628 §3.2).
pub const DEVICE_PAGE: &str = "/device";
pub const DEVICE_DONE_PAGE: &str = "/device/done";
pub const LOGOUT_PAGE: &str = "/logout-confirm";
pub const SIGNED_OUT_PAGE: &str = "/signed-out";

/// The issuer identifier of a realm; `base` has no trailing slash.
pub fn issuer(base: &str, realm: &str) -> String {
    format!("{base}/realms/{realm}")
}
