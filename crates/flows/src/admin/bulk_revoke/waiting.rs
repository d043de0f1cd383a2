//! What was allowed before a bulk ending and has not begun yet: codes and devices that would begin, if they came now, a session which the
//! filter admits. It is taken back before the walk, which may have passed by when they come.

use super::Ending;
use crate::{FlowResult, LoadedRealm};
use perennial_domain::{
    ClientId, DeviceId, GrantId, Timestamp, UserId,
    device::DeviceState,
    lifetime::Floors,
    session_filter::{Glance, SessionFilter},
};
use perennial_protocol::{ScopeSet, scope::OFFLINE_ACCESS};
use perennial_storage::{Tx, codes, devices};

/// Of those that wait.
#[derive(Default)]
pub(super) struct Waiting {
    /// SHA-256 of the codes.
    codes: Vec<[u8; 32]>,
    devices: Vec<DeviceId>,
}

impl Waiting {
    pub(super) fn is_empty(&self) -> bool {
        self.codes.is_empty() && self.devices.is_empty()
    }
}

/// Those that fit, as far as they were allowed before an instant, if one is named.
pub(super) fn find(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    filter: &SessionFilter,
    before: Option<Timestamp>,
) -> FlowResult<Waiting> {
    let (now, own) = (tx.now()?, realm.model.realm.id);
    let is_meant = |granted_at: Timestamp| before.is_none_or(|before| granted_at < before);
    let mut waiting = Waiting::default();
    for code in codes::list_waiting(tx, own, now)? {
        let given = Given {
            id: code.grant_id,
            client: code.grant.client_id,
            user: code.grant.user_id,
            scope: &code.grant.scope,
            resources: &code.grant.resources,
            chosen_end_s: code.grant.chosen_end_s,
            ip: &code.grant.began_from.ip,
        };
        if is_meant(code.grant.issued_at) && given.fits(realm, filter, now) {
            waiting.codes.push(code.code_hash);
        }
    }
    for device in devices::list_approved(tx, own, now)? {
        let DeviceState::Approved(approval) = &device.state else { continue };
        let given = Given {
            id: GrantId(device.id.0),
            client: device.client_id,
            user: approval.user_id,
            scope: &approval.scope,
            resources: &approval.resources,
            chosen_end_s: approval.chosen_end_s,
            ip: &device.request.ip,
        };
        if is_meant(approval.granted_at) && given.fits(realm, filter, now) {
            waiting.devices.push(device.id);
        }
    }
    Ok(waiting)
}

impl Ending<'_> {
    /// Whoever comes with it afterwards gets nothing. One that is being redeemed is waited for: its session is there for the walk.
    pub(super) async fn take_back(&self, before: Option<Timestamp>) -> FlowResult<()> {
        let wanted = self.filter.clone();
        let look = move |tx: &mut Tx<'_>, realm: &LoadedRealm| find(tx, realm, &wanted, before);
        let (waiting, _) = self.site.read(self.realm_name, look).await?;
        if waiting.is_empty() {
            return Ok(());
        }
        let unit = move |tx: &mut Tx<'_>, _: &LoadedRealm| {
            for code in &waiting.codes {
                codes::take_back(tx, code)?;
            }
            for device in &waiting.devices {
                devices::take_back(tx, *device)?;
            }
            Ok(())
        };
        self.site.write(self.realm_name, unit).await?;
        Ok(())
    }
}

/// What a user has allowed.
struct Given<'a> {
    id: GrantId,
    client: ClientId,
    user: UserId,
    scope: &'a ScopeSet,
    resources: &'a [String],
    chosen_end_s: Option<i64>,
    ip: &'a str,
}

impl Given<'_> {
    /// Whether the filter admits the session that it would begin now. Nothing pauses or blocks what begins.
    fn fits(&self, realm: &LoadedRealm, filter: &SessionFilter, now: Timestamp) -> bool {
        let begun = self.as_begun(realm, now);
        let ends_in_time = |bound: Timestamp| begun.alive_until(&realm.model, now).is_some_and(|end| end < bound);
        filter.admits(realm.model.realm.id, &begun)
            && filter.blocked != Some(true)
            && filter.ends_before.is_none_or(ends_in_time)
    }

    fn as_begun(&self, realm: &LoadedRealm, now: Timestamp) -> Glance {
        Glance {
            id: self.id,
            realm_id: realm.model.realm.id,
            client_id: self.client,
            user_id: self.user,
            offline: self.scope.contains(OFFLINE_ACCESS),
            paused: false,
            started_at: now,
            last_used_at: now,
            chosen_end_at: self.chosen_end_s.map(|seconds| now.plus_s(seconds)),
            scope: self.scope.to_string(),
            resources: (!self.resources.is_empty()).then(|| self.resources.join(" ")),
            began_ip: self.ip.to_owned(),
            last_ip: None,
            user_floors: Floors::default(),
        }
    }
}
