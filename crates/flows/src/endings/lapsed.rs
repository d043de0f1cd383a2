//! What a new consent must not revive: grants whose consent, mostly an admin's approval, was taken away or has come to its end.
//! They are refused from that moment on; the consent that would let them in again removes them first.

use crate::{FlowResult, LoadedRealm, events};
use perennial_domain::{
    Timestamp,
    access::consent_stands,
    audit::Action,
    client::Client,
    event::{Event, EventType},
    realm_model::Owner,
};
use perennial_storage::{Tx, grants};

/// Ends the grants of user and client that nothing has allowed until now, in the unit that stores a consent. `owner` has the
/// consent as it stood before.
pub(crate) fn end_unallowed(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    (client, owner): (&Client, Owner<'_>),
    now: Timestamp,
) -> FlowResult<Vec<Action>> {
    let mut done = Vec::new();
    for grant in grants::list_of_user_and_client(tx, owner.user.id, client.id)? {
        if !consent_stands((&realm.model, client), &grant, owner, now) && grants::delete(tx, grant.id)? {
            let event = Event::new(EventType::RevokeGrant).client(&client.client_id).grant(&grant);
            events::raise(tx, realm, event.detail(events::BY, "consent"))?;
            done.push(Action::GrantEnded { grant: grant.id, why: "consent_gone".into() });
        }
    }
    Ok(done)
}
