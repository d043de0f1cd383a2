//! A grant's row. It is kept small: what equals the start is null, and scopes and resources are texts.

use std::borrow::Cow;

use diesel::prelude::*;
use perennial_domain::Timestamp;
use perennial_domain::grant::{Grant, GrantType, Offline, PausedBy, Place, Standing};
use perennial_domain::rotation::TokenFamily;
use perennial_protocol::ScopeSet;

use crate::columns::to_hash;
use crate::schema::grants;
use crate::sql_types::Id;
use crate::{StorageError, StorageResult};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = grants, treat_none_as_default_value = false)]
pub(crate) struct GrantRow {
    id: Id,
    realm_id: Id,
    client_id: Id,
    user_id: Id,
    offline: bool,
    online_session_id: Option<Id>,
    began_in_session_id: Option<Id>,
    scope: String,
    resources: Option<String>,
    grant_type: i16,
    began_ip: String,
    began_agent: String,
    started_at: i64,
    auth_at: i64,
    last_used_at: i64,
    last_ip: Option<String>,
    last_agent: Option<String>,
    generation: i64,
    stamped_at: i64,
    proven: bool,
    replays: i32,
    foreign_run: i16,
    foreign_generation: Option<i64>,
    key_id: String,
    access_epoch: i32,
    chosen_end_at: Option<i64>,
    /// As [`pause_column`] has it: a column of its own for who paused it would cost every session a byte.
    paused_at: Option<i64>,
    device_label: Option<String>,
    sender_key: Option<Vec<u8>>,
}

/// Added to the instant where two have paused it, who share the instant of the first.
const BOTH: i64 = 1 << 52;

/// Below zero where an admin has paused it.
pub(crate) fn pause_column((at, by): (Timestamp, PausedBy)) -> i64 {
    match by {
        PausedBy::User => at.as_ms(),
        PausedBy::Admin => -at.as_ms(),
        PausedBy::Both => -(at.as_ms() + BOTH),
    }
}

fn pause_of(column: i64) -> (Timestamp, PausedBy) {
    match column {
        both if both <= -BOTH => (Timestamp::from_ms(-both - BOTH), PausedBy::Both),
        admins if admins < 0 => (Timestamp::from_ms(-admins), PausedBy::Admin),
        users => (Timestamp::from_ms(users), PausedBy::User),
    }
}

impl GrantRow {
    pub(crate) fn new(grant: &Grant) -> StorageResult<Self> {
        let (offline, online_session) = match &grant.standing {
            Standing::Online { session } => (None, *session),
            Standing::Offline(offline) => (Some(offline), None),
        };
        let (began, last) = (&grant.began_from, &grant.last_used_from);
        let family = &grant.family;
        Ok(Self {
            id: grant.id.into(),
            realm_id: grant.realm_id.into(),
            client_id: grant.client_id.into(),
            user_id: grant.user_id.into(),
            offline: offline.is_some(),
            online_session_id: online_session.map(Into::into),
            began_in_session_id: offline.and_then(|offline| offline.began_in).map(Into::into),
            scope: to_scopes(&grant.scope, &grant.withdrawn),
            resources: (!grant.resources.is_empty()).then(|| grant.resources.join(" ")),
            grant_type: grant_type_code(grant.grant_type),
            began_ip: began.ip.clone(),
            began_agent: began.user_agent.clone(),
            started_at: grant.started_at.as_ms(),
            auth_at: grant.auth_at.as_ms(),
            last_used_at: grant.last_used_at.as_ms(),
            last_ip: (last.ip != began.ip).then(|| last.ip.clone()),
            last_agent: (last.user_agent != began.user_agent).then(|| last.user_agent.clone()),
            generation: to_generation(family.generation),
            stamped_at: family.stamped_at.as_ms(),
            proven: family.proven,
            replays: family.replays.cast_signed(),
            foreign_run: family.foreign_run.into(),
            foreign_generation: to_foreign_generation(family),
            key_id: to_key_ids(family).into_owned(),
            access_epoch: grant.access_epoch.cast_signed(),
            chosen_end_at: offline.and_then(|offline| offline.chosen_end_at).map(Timestamp::as_ms),
            paused_at: offline.and_then(|offline| Some(pause_column((offline.paused_at?, offline.paused_by)))),
            device_label: offline.and_then(|offline| offline.device_label.clone()),
            sender_key: grant.sender_key.map(|key| key.to_vec()),
        })
    }

    pub(crate) fn into_grant(self) -> StorageResult<Grant> {
        let standing = if self.offline {
            Standing::Offline(Offline {
                began_in: self.began_in_session_id.map(Into::into),
                chosen_end_at: self.chosen_end_at.map(Timestamp::from_ms),
                paused_at: self.paused_at.map(|column| pause_of(column).0),
                paused_by: self.paused_at.map(|column| pause_of(column).1).unwrap_or_default(),
                device_label: self.device_label,
            })
        } else {
            Standing::Online { session: self.online_session_id.map(Into::into) }
        };
        let (key_id, held_key_id) = parse_key_ids(&self.key_id);
        let (scope, withdrawn) = parse_scopes(&self.scope);
        let began_from = Place { ip: self.began_ip, user_agent: self.began_agent };
        let last_used_from = Place {
            ip: self.last_ip.unwrap_or_else(|| began_from.ip.clone()),
            user_agent: self.last_agent.unwrap_or_else(|| began_from.user_agent.clone()),
        };
        Ok(Grant {
            id: self.id.into(),
            realm_id: self.realm_id.into(),
            client_id: self.client_id.into(),
            user_id: self.user_id.into(),
            standing,
            scope,
            withdrawn,
            resources: self.resources.iter().flat_map(|text| text.split(' ')).map(str::to_owned).collect(),
            grant_type: parse_grant_type(self.grant_type)?,
            began_from,
            started_at: Timestamp::from_ms(self.started_at),
            auth_at: Timestamp::from_ms(self.auth_at),
            last_used_at: Timestamp::from_ms(self.last_used_at),
            last_used_from,
            family: TokenFamily {
                generation: self.generation.cast_unsigned(),
                stamped_at: Timestamp::from_ms(self.stamped_at),
                proven: self.proven,
                replays: self.replays.cast_unsigned(),
                foreign_run: u8::try_from(self.foreign_run).unwrap_or(u8::MAX),
                foreign_generation: self.foreign_generation.unwrap_or(0).cast_unsigned(),
                key_id: key_id.to_owned(),
                held_key_id: held_key_id.map(str::to_owned),
            },
            access_epoch: self.access_epoch.cast_unsigned(),
            sender_key: self.sender_key.map(to_hash).transpose()?,
        })
    }
}

/// A family advances by one, or by the bounded gap of a recovery, from 0: it never comes near the sign bit.
pub(crate) fn to_generation(generation: u64) -> i64 {
    i64::try_from(generation).unwrap_or(i64::MAX)
}

/// Null while no generation was replayed from elsewhere, as with almost every session.
pub(crate) fn to_foreign_generation(family: &TokenFamily) -> Option<i64> {
    (family.foreign_generation != 0).then(|| to_generation(family.foreign_generation))
}

/// The key of the family's tokens, and behind a space the older one that its holder may still have a token of.
pub(crate) fn to_key_ids(family: &TokenFamily) -> Cow<'_, str> {
    match &family.held_key_id {
        None => Cow::Borrowed(&family.key_id),
        Some(held) => Cow::Owned(format!("{} {held}", family.key_id)),
    }
}

pub(crate) fn parse_key_ids(stored: &str) -> (&str, Option<&str>) {
    stored.split_once(' ').map_or((stored, None), |(key, held)| (key, Some(held)))
}

/// Before the name of a scope that was withdrawn; no scope begins with it (RFC 6749 §3.3). A column of its own would cost every
/// session a byte.
const WITHDRAWN: char = '\\';

pub(crate) fn to_scopes(scope: &ScopeSet, withdrawn: &ScopeSet) -> String {
    let mut stored = scope.to_string();
    withdrawn.iter().for_each(|name| stored.extend([' ', WITHDRAWN].into_iter().chain(name.chars())));
    stored
}

/// The scopes that the grant has, and those that it had.
pub(crate) fn parse_scopes(stored: &str) -> (ScopeSet, ScopeSet) {
    let (withdrawn, held): (Vec<&str>, Vec<&str>) = stored.split(' ').partition(|name| name.starts_with(WITHDRAWN));
    let names = held.into_iter().filter(|name| !name.is_empty()).collect();
    (names, withdrawn.into_iter().filter_map(|name| name.strip_prefix(WITHDRAWN)).collect())
}

/// The text of those that it has.
pub(crate) fn held_scopes(stored: String) -> String {
    if stored.contains(WITHDRAWN) { parse_scopes(&stored).0.to_string() } else { stored }
}

const fn grant_type_code(grant_type: GrantType) -> i16 {
    match grant_type {
        GrantType::AuthorizationCode => 1,
        GrantType::Password => 2,
        GrantType::ClientCredentials => 3,
        GrantType::DeviceCode => 4,
        GrantType::TokenExchange => 5,
    }
}

fn parse_grant_type(code: i16) -> StorageResult<GrantType> {
    let known = GrantType::ALL.into_iter().find(|grant_type| grant_type_code(*grant_type) == code);
    known.ok_or_else(|| StorageError::corrupt(format!("unknown grant type {code}")))
}
