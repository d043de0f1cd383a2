//! Claims of access and ID tokens (RFC 9068 §2.2, OIDC Core §2 and §5.1, with Keycloak's role claims).

use crate::{ids::RoleId, realm_model::RealmModel, role::ADMIN_ROLE, role::REALM_MANAGEMENT_CLIENT, user::User};
use perennial_protocol::{ScopeSet, introspection::Confirmation};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Authentication context of a password sign-in (`acr`).
pub const ACR_PASSWORD: &str = "1";

/// `aud` as one string or several (RFC 7519 §4.1.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    pub fn of(mut names: Vec<String>) -> Option<Self> {
        match names.len() {
            0 => None,
            1 => names.pop().map(Self::One),
            _ => Some(Self::Many(names)),
        }
    }

    pub fn contains(&self, name: &str) -> bool {
        match self {
            Self::One(own) => own == name,
            Self::Many(own) => own.iter().any(|other| other == name),
        }
    }

    pub fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(own) => vec![own],
            Self::Many(own) => own,
        }
    }
}

/// An access token's claims. Times are Unix seconds.
#[derive(Debug, Serialize)]
pub struct AccessClaims<'a> {
    pub iss: &'a str,
    pub sub: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aud: Option<Audience>,
    pub exp: i64,
    pub iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    pub jti: String,
    pub typ: &'static str,
    pub azp: &'a str,
    pub client_id: &'a str,
    pub sid: &'a str,
    /// The grant, which introspection and userinfo look up.
    pub gid: String,
    /// The grant's access epoch when the token was issued.
    pub gep: u32,
    pub acr: &'static str,
    pub scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Confirmation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub realm_access: Option<Roles<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub resource_access: BTreeMap<&'a str, Roles<'a>>,
    #[serde(flatten)]
    pub user: UserClaims<'a>,
}

/// What the server reads back from an access token of its own.
#[derive(Clone, Debug, Deserialize)]
pub struct AccessFacts {
    pub iss: String,
    pub sub: String,
    #[serde(default)]
    pub aud: Option<Audience>,
    pub exp: i64,
    pub iat: i64,
    pub jti: String,
    pub typ: String,
    pub azp: String,
    pub gid: String,
    pub gep: u32,
    pub sid: String,
    pub scope: String,
    #[serde(default)]
    pub cnf: Option<Confirmation>,
}

/// An ID token's claims. Times are Unix seconds.
#[derive(Debug, Serialize)]
pub struct IdClaims<'a> {
    pub iss: &'a str,
    pub sub: String,
    /// Always a single string: the client.
    pub aud: &'a str,
    pub exp: i64,
    pub iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    pub jti: String,
    pub typ: &'static str,
    pub azp: &'a str,
    pub sid: &'a str,
    pub acr: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<&'a str>,
    pub at_hash: String,
    #[serde(flatten)]
    pub user: UserClaims<'a>,
}

/// The part of an ID token that a logout hint is read for.
#[derive(Clone, Debug, Deserialize)]
pub struct IdTokenHint {
    pub iss: String,
    pub sub: String,
    pub azp: String,
    pub sid: String,
    pub typ: String,
}

#[derive(Debug, Serialize)]
pub struct Roles<'a> {
    pub roles: Vec<&'a str>,
}

/// Standard claims by scope (OIDC Core §5.4); userinfo answers with these, too.
#[derive(Debug, Default, Serialize)]
pub struct UserClaims<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
}

impl<'a> UserClaims<'a> {
    pub fn for_scope(user: &'a User, scope: &ScopeSet) -> Self {
        let mut claims = Self::default();
        if scope.contains("profile") {
            claims.name = user.full_name();
            claims.given_name = user.first_name.as_deref();
            claims.family_name = user.last_name.as_deref();
            claims.preferred_username = Some(&user.username);
            claims.locale = user.locale.as_deref();
        }
        if scope.contains("email") {
            claims.email = user.email.as_deref();
            claims.email_verified = user.email.is_some().then_some(user.email_verified);
        }
        claims
    }
}

/// Role claims and the audience that follows from them: each other client whose roles the token carries.
#[derive(Debug, Default)]
pub struct RoleClaims<'a> {
    pub realm: Option<Roles<'a>>,
    pub clients: BTreeMap<&'a str, Roles<'a>>,
    pub audience: Vec<String>,
}

impl<'a> RoleClaims<'a> {
    /// `roles` are those in the client's scope; `azp` never stands in its own audience.
    pub fn of(model: &'a RealmModel, roles: &BTreeSet<RoleId>, azp: &str) -> Self {
        let mut claims = Self::default();
        let mut realm = Vec::new();
        for role in roles.iter().filter_map(|id| model.roles.get(id)) {
            match role.client_id.and_then(|id| model.clients.get(&id)) {
                None => realm.push(role.name.as_str()),
                Some(client) => {
                    claims
                        .clients
                        .entry(&client.client_id)
                        .or_insert_with(|| Roles { roles: Vec::new() })
                        .roles
                        .push(&role.name);
                }
            }
        }
        realm.sort_unstable();
        claims.audience = claims.clients.keys().filter(|name| **name != azp).map(|name| (*name).to_owned()).collect();
        // The admin role of `master` is a realm role; the admin API is still the audience it is meant for.
        if realm.contains(&ADMIN_ROLE) && !claims.clients.contains_key(REALM_MANAGEMENT_CLIENT) {
            claims.audience.push(REALM_MANAGEMENT_CLIENT.to_owned());
        }
        claims.realm = (!realm.is_empty()).then_some(Roles { roles: realm });
        claims
    }
}
