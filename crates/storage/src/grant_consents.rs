//! What the users of grants have allowed their clients, read beside a glance: the few columns that decide whether a session lives by an
//! admin's approval.

use diesel::prelude::*;
use perennial_domain::{ClientId, GrantId};
use perennial_protocol::ScopeSet;

use crate::schema::{consents, grants, users};
use crate::sql_types::Id;
use crate::{StorageResult, Tx};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    pub grant: GrantId,
    /// What its user allowed the client.
    pub consented: Option<ScopeSet>,
    pub service_account_of: Option<ClientId>,
}

impl Allowed {
    pub fn gave(&self, scope: &str) -> bool {
        self.consented.as_ref().is_some_and(|consented| consented.contains(scope))
    }
}

/// Of these grants, as far as they still are there, in no order.
pub fn list_allowed(tx: &mut Tx<'_>, ids: &[GrantId]) -> StorageResult<Vec<Allowed>> {
    let ids: Vec<Id> = ids.iter().map(|id| Id::from(*id)).collect();
    let consent_of = consents::user_id.eq(grants::user_id).and(consents::client_id.eq(grants::client_id));
    let rows: Vec<(Id, Option<String>, Option<Id>)> = grants::table
        .inner_join(users::table.on(users::id.eq(grants::user_id)))
        .left_join(consents::table.on(consent_of))
        .filter(grants::id.eq_any(ids))
        .select((grants::id, consents::scope.nullable(), users::service_account_of))
        .load(tx.connection())?;
    let allowed = |(id, consented, service): (Id, Option<String>, Option<Id>)| Allowed {
        grant: id.into(),
        consented: consented.as_deref().map(ScopeSet::lenient),
        service_account_of: service.map(Into::into),
    };
    Ok(rows.into_iter().map(allowed).collect())
}
