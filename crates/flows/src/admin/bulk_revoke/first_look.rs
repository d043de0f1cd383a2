//! What one short look says of a bulk ending before anything is written: whether there is anything to end, and whether that is a mass.

use super::{Ending, fitting, look, waiting};
use crate::{FlowResult, LoadedRealm, admin::session_search::MOST_GLANCES};
use perennial_storage::Tx;

pub(super) struct FirstLook {
    /// Sessions that live and fit, of those that were looked at.
    pub fitting: u64,
    /// Every row was looked at.
    pub is_all: bool,
    /// Something that was allowed before, and would fit, has yet to begin.
    pub waits: bool,
}

impl FirstLook {
    pub(super) async fn take(ending: &Ending<'_>) -> FlowResult<Self> {
        let wanted = ending.filter.clone();
        let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
            let (seen, rest) = look(tx, realm, &wanted, None, MOST_GLANCES)?;
            let fitting = fitting(tx, realm, &wanted, seen, true)?.len() as u64;
            let waits = !waiting::find(tx, realm, &wanted, None)?.is_empty();
            Ok(Self { fitting, is_all: rest.is_none(), waits })
        };
        Ok(ending.site.read(ending.realm_name, unit).await?.0)
    }

    /// Something is known to end by it.
    pub(super) fn is_something(&self) -> bool {
        self.fitting > 0 || self.waits
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.is_all && !self.is_something()
    }
}
