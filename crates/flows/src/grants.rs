//! What the grants share: a new grant's row and the session limit. What may be granted at all is in `gates`.

pub mod allowed;
pub mod authorization_code;
pub mod client_credentials;
pub mod device_code;
pub mod gates;
pub mod password;
pub mod refresh_token;
pub mod token_exchange;

use crate::{
    FlowResult, LoadedRealm, client_auth::Credentials, dpop::KeyThumbprint, events, figures, holder::Holder,
    tokens::Issue,
};
use perennial_domain::{
    GrantId, Timestamp, UserSessionId,
    client::Client,
    client_scope::PermissionType,
    event::{Event, EventType},
    figure::Figure,
    grant::{Grant, GrantType, Offline, Place, Standing},
    lifetime,
    rotation::TokenFamily,
};
use perennial_protocol::{Params, ScopeSet, scope::OFFLINE_ACCESS};
use perennial_storage::{
    Tx, grants,
    policy_classes::{self, PolicyClass},
};

/// A request at the token endpoint: its parameters, what it says of its client, and where it came from.
pub struct TokenCall<'a> {
    pub params: &'a Params,
    pub credentials: Credentials,
    pub place: Place,
}

/// What a grant begins with.
pub struct Beginning<'a> {
    pub id: GrantId,
    pub grant_type: GrantType,
    /// Checked against the client and the gates.
    pub scope: ScopeSet,
    /// As [`crate::resources::granted`] sorts them.
    pub resources: Vec<String>,
    pub session: Option<UserSessionId>,
    /// Seconds; `None`: until revoked.
    pub chosen_end_s: Option<i64>,
    pub device_label: Option<String>,
    pub auth_at: Timestamp,
    /// The key that the request proved (RFC 9449); of an exchange, the one that the subject token is bound to.
    pub key: Option<KeyThumbprint>,
    pub place: &'a Place,
    /// Where its first tokens go, if that is another place: the server of a web app is not where its user signed in.
    pub used_from: Option<&'a Place>,
}

/// A stored grant, and the sessions that made room for it.
pub struct Begun {
    pub grant: Grant,
    pub now: Timestamp,
    pub evicted: Vec<GrantId>,
    pub key: Option<KeyThumbprint>,
}

impl Begun {
    /// The first tokens of the grant: for all that it was given. A caller that chose among the resources says so in the issue.
    pub fn into_issue(self, holder: Holder, refreshable: bool) -> Issue {
        let grant = self.grant;
        Issue {
            client_id: grant.client_id,
            scope: grant.scope.clone(),
            resources: grant.resources.clone(),
            audience: Vec::new(),
            not_after: None,
            nonce: None,
            key: self.key,
            refreshable,
            evicted: self.evicted,
            now: self.now,
            grant,
            holder,
        }
    }
}

/// Stores a new grant; where it has offline access, the least recently used sessions beyond the limit make room.
pub fn begin(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    client: &Client,
    holder: &Holder,
    beginning: Beginning<'_>,
) -> FlowResult<Begun> {
    let now = tx.now()?;
    let floors = realm.model.floors_for(client, &beginning.resources).max(holder.user.floors);
    let mut evicted = Vec::new();
    let standing = if beginning.scope.contains(OFFLINE_ACCESS) {
        evicted = make_room(tx, realm, client, holder)?;
        Standing::Offline(Offline {
            began_in: beginning.session,
            chosen_end_at: chosen_end(realm, client, holder, &beginning, now),
            device_label: beginning.device_label,
            ..Offline::default()
        })
    } else {
        Standing::Online { session: beginning.session }
    };
    let begins = match standing {
        Standing::Offline(_) => now,
        Standing::Online { .. } => realm.model.realm.settings.token_policy.online_start_of(now),
    };
    let started = client.settings.lapses.start_of(&beginning.scope, floors.start_of(begins));
    let grant = Grant {
        id: beginning.id,
        realm_id: realm.model.realm.id,
        client_id: client.id,
        user_id: holder.user.id,
        standing,
        scope: beginning.scope,
        resources: beginning.resources,
        grant_type: beginning.grant_type,
        began_from: beginning.place.clone(),
        started_at: started,
        auth_at: beginning.auth_at,
        last_used_at: started,
        last_used_from: beginning.used_from.unwrap_or(beginning.place).clone(),
        family: new_family(realm, now),
        access_epoch: 0,
        withdrawn: ScopeSet::default(),
        // A confidential client's refresh token is bound by its authentication (RFC 9449 §5).
        // What was exchanged for a bound token is bound for good: its client's authentication says nothing about the key's owner.
        sender_key: beginning.key.filter(|_| client.is_public() || beginning.grant_type == GrantType::TokenExchange),
    };
    if grant.is_offline() && !grant.resources.is_empty() {
        let class = PolicyClass { client: client.id, resources: grant.resources.clone() };
        policy_classes::register(tx, grant.realm_id, &class)?;
    }
    grants::insert(tx, &grant)?;
    figures::note(realm, Figure::Begun, u64::from(grant.is_offline()));
    raise_beginning(tx, realm, client, &grant, &evicted)?;
    Ok(Begun { grant, now, evicted, key: beginning.key })
}

/// What the client got, and whose place it took.
fn raise_beginning(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    client: &Client,
    grant: &Grant,
    evicted: &[GrantId],
) -> FlowResult<()> {
    for id in evicted {
        let event = Event::new(EventType::OfflineSessionEvicted).client(&client.client_id).user(grant.user_id);
        events::raise(tx, realm, event.grant_id(*id).detail("made_room_for", grant.id))?;
    }
    let event_type = match grant.grant_type {
        GrantType::AuthorizationCode => EventType::CodeToToken,
        GrantType::Password => EventType::Login,
        GrantType::ClientCredentials => EventType::ClientLogin,
        GrantType::DeviceCode => EventType::DeviceCodeToToken,
        GrantType::TokenExchange => EventType::TokenExchange,
    };
    let event = Event::new(event_type).client(&client.client_id).grant(grant).at_place(&grant.began_from);
    let event = event.detail("grant_type", grant.grant_type.as_str()).detail("scope", &grant.scope);
    events::raise(tx, realm, event)
}

fn new_family(realm: &LoadedRealm, now: Timestamp) -> TokenFamily {
    TokenFamily {
        generation: 0,
        stamped_at: now,
        proven: false,
        replays: 0,
        foreign_run: 0,
        foreign_generation: 0,
        key_id: realm.refresh.active().kid().to_owned(),
        held_key_id: None,
    }
}

/// Service accounts have no limit: their sessions are not a person's devices. What has ended, but was not swept yet, takes no
/// room.
fn make_room(tx: &mut Tx<'_>, realm: &LoadedRealm, client: &Client, holder: &Holder) -> FlowResult<Vec<GrantId>> {
    let limit = realm.model.policy_of(client).offline_session_limit;
    if limit == 0 || holder.user.service_account_of.is_some() {
        return Ok(Vec::new());
    }
    let now = tx.now()?;
    let has_ended = |grant: &Grant| lifetime::has_ended(realm.model.end_of(client, grant, holder.owner()), now);
    let ended = |tx: &mut Tx<'_>| -> FlowResult<Vec<GrantId>> {
        let own = grants::list_of_user_and_client(tx, holder.user.id, client.id)?;
        Ok(own.iter().filter(|grant| grant.is_offline() && has_ended(grant)).map(|grant| grant.id).collect())
    };
    let seen = ended(tx)?;
    if !seen.is_empty() {
        // One that is used at this very moment is looked at as it is then.
        grants::hold_all(tx, &seen)?;
        let still = ended(tx)?;
        grants::delete_all(tx, &still)?;
    }
    Ok(grants::evict_least_recently_used(tx, holder.user.id, client.id, limit - 1)?)
}

/// The end that the session has from its consent: the one that the user chose, or that of the admin's approval which it needs.
fn chosen_end(
    realm: &LoadedRealm,
    client: &Client,
    holder: &Holder,
    beginning: &Beginning<'_>,
    now: Timestamp,
) -> Option<Timestamp> {
    let chosen = beginning.chosen_end_s.map(|seconds| now.plus_s(seconds));
    let used = PermissionType::of(holder.user.service_account_of, client);
    let asks = client.needs_consent() && used == PermissionType::Delegated;
    let needs = |name: &str| realm.model.is_reserved(used, name) || (asks && !holder.owner().gave(client, name));
    let needs_approval = beginning.scope.iter().any(needs);
    let approval = client.settings.admin_consent.as_ref().filter(|_| needs_approval);
    [chosen, approval.and_then(|approval| approval.ends_at)].into_iter().flatten().min()
}
