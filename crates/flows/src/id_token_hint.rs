//! ID tokens that come back as hints (OIDC Core §3.1.2.1, OIDC RP-Initiated Logout §2). Only who made one counts: one that has expired is
//! as good as a fresh one.

use crate::LoadedRealm;
use perennial_domain::claims::IdTokenHint;
use perennial_protocol::OAuthError;

pub(crate) fn read(realm: &LoadedRealm, token: &str) -> Result<IdTokenHint, OAuthError> {
    let invalid = || OAuthError::invalid_request("Invalid parameter: id_token_hint");
    let hint: IdTokenHint = realm.signing.verify_jwt(token, &["JWT"]).map_err(|_| invalid())?;
    if hint.iss != realm.issuer || hint.typ != "ID" { Err(invalid()) } else { Ok(hint) }
}
