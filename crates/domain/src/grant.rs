//! A grant: one authorization of one client by one user, with one token family. With `offline_access` it is an offline session.

use crate::{
    audit::Actor,
    ids::{ClientId, GrantId, RealmId, UserId, UserSessionId},
    rotation::TokenFamily,
    time::Timestamp,
};
use perennial_protocol::ScopeSet;
use serde::{Deserialize, Serialize};

/// Longest user agent kept, in characters: it comes from outside, with every request.
const AGENT_LENGTH: usize = 96;
/// What every browser of one engine says alike, between the parts that tell them apart.
const ENGINE: (&str, &str) = (" AppleWebKit/", "(KHTML, like Gecko)");

/// From where something was done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub ip: String,
    /// The user agent without its boilerplate, at most 96 characters.
    pub user_agent: String,
}

impl Place {
    pub fn new(ip: impl Into<String>, user_agent: &str) -> Self {
        let plain = user_agent.chars().filter(|c| !c.is_control()).take(1_024).collect::<String>();
        Self { ip: ip.into(), user_agent: without_engine(&plain).chars().take(AGENT_LENGTH).collect() }
    }

    /// Both another address *and* another user agent.
    pub fn is_foreign_to(&self, other: &Self) -> bool {
        self.ip != other.ip && self.user_agent != other.user_agent
    }
}

fn without_engine(user_agent: &str) -> String {
    let cut = user_agent.split_once(ENGINE.0).and_then(|(before, rest)| Some((before, rest.split_once(ENGINE.1)?.1)));
    cut.map_or_else(|| user_agent.to_owned(), |(before, after)| format!("{before}{after}"))
}

/// The OAuth grant that a session began with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    AuthorizationCode,
    Password,
    ClientCredentials,
    DeviceCode,
    TokenExchange,
}

impl GrantType {
    pub const ALL: [Self; 5] =
        [Self::AuthorizationCode, Self::Password, Self::ClientCredentials, Self::DeviceCode, Self::TokenExchange];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::Password => "password",
            Self::ClientCredentials => "client_credentials",
            Self::DeviceCode => perennial_protocol::device::GRANT_TYPE,
            Self::TokenExchange => perennial_protocol::token_exchange::GRANT_TYPE,
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|own| own.as_str() == text)
    }
}

/// Whether the grant dies with its user session or lives on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    Online { session: Option<UserSessionId> },
    Offline(Offline),
}

/// Who has stopped a session for the time being.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PausedBy {
    /// The user, or an app with a token of theirs.
    #[default]
    User,
    /// Only an admin lifts it.
    Admin,
    Both,
}

impl PausedBy {
    /// As whom somebody pauses.
    pub const fn of(actor: &Actor) -> Self {
        match actor {
            Actor::Admin { .. } | Actor::Operator => Self::Admin,
            _ => Self::User,
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
            Self::Both => "both",
        }
    }

    /// Who has it paused once `by` did as well; `None` where they had.
    pub const fn joined(standing: Option<Self>, by: Self) -> Option<Self> {
        match (standing, by) {
            (None, by) => Some(by),
            (Some(Self::User), Self::Admin) | (Some(Self::Admin), Self::User) => Some(Self::Both),
            _ => None,
        }
    }

    /// Whose pause is left once `by` has lifted one: their own where there are two, else the one that there is.
    pub const fn lifted(self, by: Self) -> Option<Self> {
        match (self, by) {
            (Self::Both, Self::Admin) => Some(Self::User),
            (Self::Both, _) => Some(Self::Admin),
            _ => None,
        }
    }
}

/// What only an offline session has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offline {
    /// The user session it came from, if there was one; it may be long gone.
    pub began_in: Option<UserSessionId>,
    /// The end that the user chose with the consent.
    pub chosen_end_at: Option<Timestamp>,
    pub paused_at: Option<Timestamp>,
    /// Says something where it is paused.
    pub paused_by: PausedBy,
    pub device_label: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub id: GrantId,
    pub realm_id: RealmId,
    pub client_id: ClientId,
    pub user_id: UserId,
    pub standing: Standing,
    pub scope: ScopeSet,
    /// What was granted with them and taken out since: asking for it is no mistake of the client.
    pub withdrawn: ScopeSet,
    pub resources: Vec<String>,
    pub grant_type: GrantType,
    pub began_from: Place,
    pub started_at: Timestamp,
    /// When the user proved who they are: `auth_time` for as long as the grant lives.
    pub auth_at: Timestamp,
    pub last_used_at: Timestamp,
    pub last_used_from: Place,
    pub family: TokenFamily,
    /// Raised when the grant is narrowed, paused or given an earlier end. A token names the epoch it was issued in (`gep`)
    /// and is inactive in any other: exact where seconds of `iat` would not be.
    pub access_epoch: u32,
    /// The SHA-256 thumbprint of the key that a public client must prove to refresh (RFC 9449 §5).
    pub sender_key: Option<[u8; 32]>,
}

impl Grant {
    pub fn is_offline(&self) -> bool {
        matches!(self.standing, Standing::Offline(_))
    }

    pub fn offline(&self) -> Option<&Offline> {
        match &self.standing {
            Standing::Offline(offline) => Some(offline),
            Standing::Online { .. } => None,
        }
    }

    /// The user session that this grant names: for an offline session the one it began in.
    pub fn user_session(&self) -> Option<UserSessionId> {
        match &self.standing {
            Standing::Online { session } => *session,
            Standing::Offline(offline) => offline.began_in,
        }
    }

    pub fn device_label(&self) -> Option<&str> {
        self.offline()?.device_label.as_deref()
    }

    pub fn paused_by(&self) -> Option<PausedBy> {
        self.offline().filter(|offline| offline.paused_at.is_some()).map(|offline| offline.paused_by)
    }

    pub fn paused_at(&self) -> Option<Timestamp> {
        self.offline().and_then(|offline| offline.paused_at)
    }

    /// `sid` and `session_state`: the user session, or the grant where there is none.
    pub fn sid(&self) -> String {
        self.user_session().map_or_else(|| self.id.to_string(), |session| session.to_string())
    }

    #[cfg(test)]
    pub(crate) fn offline_mut(&mut self) -> &mut Offline {
        match &mut self.standing {
            Standing::Offline(offline) => offline,
            Standing::Online { .. } => panic!("not an offline session"),
        }
    }
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;
    use uuid::Uuid;

    pub fn offline_grant(started_at: Timestamp) -> Grant {
        Grant {
            id: GrantId(Uuid::from_u128(1)),
            realm_id: RealmId(Uuid::from_u128(2)),
            client_id: ClientId(Uuid::from_u128(3)),
            user_id: UserId(Uuid::from_u128(4)),
            standing: Standing::Offline(Offline::default()),
            scope: ScopeSet::lenient("openid offline_access"),
            withdrawn: ScopeSet::default(),
            resources: Vec::new(),
            grant_type: GrantType::AuthorizationCode,
            began_from: Place::new("192.0.2.1", "curl"),
            started_at,
            auth_at: started_at,
            last_used_at: started_at,
            last_used_from: Place::new("192.0.2.1", "curl"),
            family: TokenFamily {
                generation: 0,
                stamped_at: started_at,
                proven: false,
                replays: 0,
                foreign_run: 0,
                foreign_generation: 0,
                key_id: "k1".into(),
                held_key_id: None,
            },
            access_epoch: 0,
            sender_key: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_user_agent_still_tells_browser_and_system() {
        let agent =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
        let kept = Place::new("192.0.2.1", agent).user_agent;
        assert_eq!(kept, "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36");
    }

    #[test]
    fn a_hostile_user_agent_is_cut_and_holds_no_control_characters() {
        let kept = Place::new("192.0.2.1", &format!("a\r\nSet-Cookie: x{}", "é".repeat(5_000))).user_agent;
        assert_eq!(kept.chars().count(), AGENT_LENGTH);
        assert!(!kept.contains(['\r', '\n']));
    }

    #[test]
    fn a_place_is_foreign_only_by_address_and_agent_together() {
        let home = Place::new("192.0.2.1", "curl");
        assert!(!Place::new("192.0.2.2", "curl").is_foreign_to(&home));
        assert!(!Place::new("192.0.2.1", "wget").is_foreign_to(&home));
        assert!(Place::new("192.0.2.2", "wget").is_foreign_to(&home));
    }
}
