//! What a bulk ending that is under way means: it has yet to come there, and may have passed by where something of it would begin.

use crate::{FlowResult, LoadedRealm};
use perennial_domain::{GrantId, session_filter::SessionFilter};
use perennial_storage::{Tx, bulk_endings, grants};

/// Whether one means this session. Until the unit ends none begins, so that what the session hands on is there for its walk.
pub(crate) fn is_to_end(tx: &mut Tx<'_>, realm: &LoadedRealm, session: GrantId) -> FlowResult<bool> {
    let own = realm.model.realm.id;
    let filters: Vec<SessionFilter> = bulk_endings::list_kept(tx, own)?.into_iter().map(|left| left.filter).collect();
    if filters.is_empty() {
        return Ok(false);
    }
    let seen = grants::glance_at(tx, &[session])?;
    Ok(seen.iter().any(|seen| filters.iter().any(|filter| filter.admits(own, seen))))
}
