//! `resource` parameters (RFC 8707): which may be granted, and which of those granted a token is for.

use crate::LoadedRealm;
use perennial_protocol::{ErrorCode, OAuthError, Params};

/// More than any client has use for; each set of them is a policy class of its own.
const MOST: usize = 16;

/// The `resource` parameters of a request, as sent.
pub fn of_params(params: &Params) -> Vec<String> {
    params.all("resource").map(str::to_owned).collect()
}

/// The resources of a new grant: each must exist in the realm (RFC 8707 §2). Sorted, each once, so that equal sets are equal.
pub fn granted(realm: &LoadedRealm, asked: &[String]) -> Result<Vec<String>, OAuthError> {
    if asked.len() > MOST {
        return Err(invalid("Too many resources"));
    }
    if asked.iter().any(|uri| !realm.model.resources.contains_key(uri)) {
        return Err(invalid("Unknown resource"));
    }
    Ok(sorted(asked.iter()))
}

/// The resources of an access token (RFC 8707 §2.2): those asked for, which must have been granted, or all. What was deleted
/// since is left out, and a token for nothing that is left is refused.
pub fn chosen(realm: &LoadedRealm, granted: &[String], asked: &[String]) -> Result<Vec<String>, OAuthError> {
    if asked.iter().any(|uri| !granted.contains(uri)) {
        return Err(invalid("The resource was not granted"));
    }
    let wanted = if asked.is_empty() { granted } else { asked };
    let living = sorted(wanted.iter().filter(|uri| realm.model.resources.contains_key(*uri)));
    if !wanted.is_empty() && (living.is_empty() || (!asked.is_empty() && living.len() < sorted(asked.iter()).len())) {
        return Err(invalid("The resource does not exist any more"));
    }
    Ok(living)
}

fn sorted<'a>(uris: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut uris: Vec<String> = uris.cloned().collect();
    uris.sort_unstable();
    uris.dedup();
    uris
}

fn invalid(description: &str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidTarget, description)
}
