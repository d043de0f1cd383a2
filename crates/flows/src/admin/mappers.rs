//! Protocol mappers as an admin creates, changes and deletes them, on a client scope or on a client.

use super::{Caller, Permission, client_guard, client_scopes};
use crate::{FlowError, FlowResult, LoadedRealm, Site};
use perennial_crypto::Entropy;
use perennial_domain::{
    ClientId, ClientScopeId, MapperId, Timestamp,
    mapper::{MapperKind, ProtocolMapper},
    realm_model::RealmModel,
};
use perennial_storage::{Tx, clients, scopes};
use std::collections::BTreeMap;

/// More would make tokens that no header carries.
const MOST_MAPPERS: usize = 200;

/// A mapper as it is wanted; its configuration has been checked.
#[derive(Clone, Debug)]
pub struct MapperDraft {
    /// Made up where it is absent.
    pub id: Option<MapperId>,
    pub name: String,
    pub kind: MapperKind,
    pub config: BTreeMap<String, String>,
}

/// What carries mappers.
#[derive(Clone, Copy, Debug)]
pub enum Owner {
    Client(Option<ClientId>),
    Scope(Option<ClientScopeId>),
}

#[derive(Clone, Debug)]
pub enum MapperChange {
    Add(Vec<MapperDraft>),
    Replace(Option<MapperId>, MapperDraft),
    Remove(Option<MapperId>),
}

pub fn list(model: &RealmModel, owner: Owner) -> FlowResult<&[ProtocolMapper]> {
    match owner {
        Owner::Client(id) => {
            let client = id.and_then(|id| model.clients.get(&id)).ok_or(FlowError::NotFound("Client not found"))?;
            Ok(&client.settings.mappers)
        }
        Owner::Scope(id) => Ok(&client_scopes::find(model, id)?.settings.mappers),
    }
}

pub fn find(model: &RealmModel, owner: Owner, id: Option<MapperId>) -> FlowResult<&ProtocolMapper> {
    list(model, owner)?.iter().find(|mapper| Some(mapper.id) == id).ok_or_else(missing)
}

/// The ids of those that were added. Acts on the next token, and on what userinfo and introspection say.
pub async fn change(
    site: &Site,
    caller: &Caller,
    realm_name: &str,
    owner: Owner,
    change: MapperChange,
) -> FlowResult<Vec<MapperId>> {
    caller.require(Permission::ManageClients, realm_name)?;
    let (by, entropy) = (caller.clone(), site.entropy.clone());
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        if let MapperChange::Replace(id, _) = &change {
            by.require_unchanged(find(&realm.model, owner, *id)?)?;
        }
        let (after, added) = changed(&entropy, tx.now()?, list(&realm.model, owner)?, &change)?;
        match owner {
            Owner::Client(id) => {
                let id = id.ok_or(FlowError::NotFound("Client not found"))?;
                let mut client = client_guard::steerable(tx, realm, &by, id)?.clone();
                client.settings.mappers = after;
                clients::update(tx, realm.model.realm.id, &realm.stored(client))?
            }
            Owner::Scope(id) => {
                let mut scope = client_scopes::find(&realm.model, id)?.clone();
                client_guard::check_scope(realm, &by, &scope, None)?;
                scope.settings.mappers = after;
                scopes::update(tx, realm.model.realm.id, &scope)?
            }
        };
        Ok(added)
    };
    Ok(site.change(realm_name, unit).await?.0)
}

fn changed(
    entropy: &Entropy,
    now: Timestamp,
    before: &[ProtocolMapper],
    change: &MapperChange,
) -> FlowResult<(Vec<ProtocolMapper>, Vec<MapperId>)> {
    let mut after = before.to_vec();
    let mut added = Vec::new();
    let place = |id: &Option<MapperId>| before.iter().position(|own| Some(own.id) == *id).ok_or_else(missing);
    match change {
        MapperChange::Add(drafts) => {
            for draft in drafts {
                let mapper = realised(entropy, now, draft);
                added.push(mapper.id);
                after.push(mapper);
            }
        }
        MapperChange::Replace(id, draft) => {
            let at = place(id)?;
            after[at] = ProtocolMapper { id: before[at].id, ..realised(entropy, now, draft) };
        }
        MapperChange::Remove(id) => drop(after.remove(place(id)?)),
    }
    sort(&mut after);
    check(&after)?;
    Ok((after, added))
}

/// Those wanted instead of all that were there; one that names an id of those, or else the name, keeps its id.
pub(super) fn replaced(
    entropy: &Entropy,
    now: Timestamp,
    before: &[ProtocolMapper],
    wanted: &[MapperDraft],
) -> FlowResult<Vec<ProtocolMapper>> {
    let one = |draft: &MapperDraft| {
        let named = before.iter().find(|own| draft.id.is_none() && own.name == draft.name).map(|own| own.id);
        realised(entropy, now, &MapperDraft { id: draft.id.or(named), ..draft.clone() })
    };
    let mut after: Vec<ProtocolMapper> = wanted.iter().map(one).collect();
    sort(&mut after);
    check(&after)?;
    Ok(after)
}

fn realised(entropy: &Entropy, now: Timestamp, draft: &MapperDraft) -> ProtocolMapper {
    ProtocolMapper {
        id: draft.id.unwrap_or_else(|| MapperId(entropy.uuid_v7(now.as_ms()))),
        name: draft.name.clone(),
        kind: draft.kind,
        config: draft.config.clone(),
    }
}

/// Written back as it was shown, nothing has changed.
fn sort(mappers: &mut [ProtocolMapper]) {
    mappers.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
}

fn check(mappers: &[ProtocolMapper]) -> FlowResult<()> {
    if mappers.len() > MOST_MAPPERS {
        return Err(FlowError::Invalid(format!("At most {MOST_MAPPERS} protocol mappers")));
    }
    for (at, mapper) in mappers.iter().enumerate() {
        if mappers[..at].iter().any(|other| other.name == mapper.name) {
            return Err(FlowError::Conflict("Protocol mapper exists with same name".into()));
        }
        if mappers[..at].iter().any(|other| other.id == mapper.id) {
            return Err(FlowError::Conflict("Protocol mapper exists with same id".into()));
        }
    }
    Ok(())
}

fn missing() -> FlowError {
    FlowError::NotFound("Model not found")
}
