//! Whether a token can be one of ours at all, asked before any unit of work is opened: a forged one costs no query. Whoever presents it
//! chooses the key's name, so a name that is unknown here has the realm looked at once more, at most once a second for all of them
//! together: another node may have made the key since.

use crate::{FlowResult, LoadedRealm, Site, bearer};
use perennial_crypto::InvalidRefreshToken;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    Ours,
    Forged,
    UnknownKey,
}

/// Whether one of the realm's keys made the token, of either kind.
pub(crate) async fn is_ours(site: &Site, realm_name: &str, token: &str) -> FlowResult<bool> {
    let look = look_at(&*site.glance(realm_name).await?, token);
    if look != Look::UnknownKey {
        return Ok(look == Look::Ours);
    }
    Ok(look_at(&*site.with_latest_keys(realm_name).await?, token) == Look::Ours)
}

fn look_at(realm: &LoadedRealm, token: &str) -> Look {
    match realm.refresh.verify(token) {
        Ok(_) => Look::Ours,
        Err(_) if bearer::verify(realm, token).is_ok() => Look::Ours,
        // An access token has another algorithm.
        Err(InvalidRefreshToken::UnknownKey | InvalidRefreshToken::WrongAlgorithm) => Look::UnknownKey,
        Err(_) => Look::Forged,
    }
}
