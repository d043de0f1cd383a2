//! `client_id`: known, enabled, and allowed to use the code flow.

use crate::LoadedRealm;
use perennial_domain::client::Client;
use perennial_protocol::{ErrorCode, OAuthError, Params};

pub(super) fn find<'r>(realm: &'r LoadedRealm, params: &Params) -> Result<&'r Client, OAuthError> {
    let client_id = params.require("client_id")?;
    let unknown = || OAuthError::new(ErrorCode::InvalidRequest, "Client not found");
    let client = realm.model.find_client(client_id).ok_or_else(unknown)?;
    if !realm.model.admits(client) {
        return Err(OAuthError::new(ErrorCode::UnauthorizedClient, "Client disabled"));
    }
    if !client.settings.standard_flow {
        return Err(OAuthError::new(ErrorCode::UnauthorizedClient, "Standard flow is disabled for the client"));
    }
    Ok(client)
}
