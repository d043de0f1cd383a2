//! The token response: signs what a grant has decided, outside of the unit of work.

use crate::{FlowError, FlowResult, LoadedRealm, Site, dpop::KeyThumbprint, holder::Holder};
use perennial_crypto::{RefreshClaims, RefreshTokenId, RefreshTokenType, half_hash, thumbprint_text};
use perennial_domain::{
    ClientId, GrantId, RoleId, Timestamp,
    audit::{Action, Actor},
    claims::{ACR_PASSWORD, AccessClaims, Audience, IdClaims},
    client::Client,
    grant::{Grant, GrantType, Standing},
    mapper::{Rule, Teller},
    resource::{Resource, scope_for},
};
use perennial_protocol::{ScopeSet, introspection::Confirmation, scope::OPENID, token::TokenResponse};
use std::collections::BTreeSet;

const JWT: &str = "JWT";
const ACCESS_JWT: &str = "at+jwt";

/// What a grant decided, everything owned, so that it can leave the unit.
#[derive(Clone, Debug)]
pub struct Issue {
    pub client_id: ClientId,
    pub grant: Grant,
    pub holder: Holder,
    /// Of this access token: the grant's scope, or less.
    pub scope: ScopeSet,
    /// Of this access token: one of the grant's resources, or all.
    pub resources: Vec<String>,
    /// Where the client asked for some of the audience only; empty: all of it.
    pub audience: Vec<String>,
    /// The end of the token that this one was exchanged for, which it must not outlive.
    pub not_after: Option<Timestamp>,
    pub nonce: Option<String>,
    /// The key that the request proved: the access token is bound to it (RFC 9449 §6).
    pub key: Option<KeyThumbprint>,
    /// Whether the client gets a refresh token.
    pub refreshable: bool,
    /// Sessions that made room for this one.
    pub evicted: Vec<GrantId>,
    pub now: Timestamp,
}

/// What the access token and the ID token of one answer share.
struct Signing<'a> {
    site: &'a Site,
    realm: &'a LoadedRealm,
    /// Whose tokens they are.
    client: &'a Client,
    sid: &'a str,
    lifespan_s: i64,
}

impl Issue {
    /// The tokens, signed. No secret of them is kept anywhere.
    pub fn answer(&self, site: &Site, realm: &LoadedRealm) -> FlowResult<TokenResponse> {
        for grant in &self.evicted {
            let action = Action::GrantEnded { grant: *grant, why: "session_limit".into() };
            site.record(self.now, realm.name(), Actor::Server, action);
        }
        let client = realm.client(self.client_id)?;
        // Of the grant's own client: an exchanged token names another's.
        let ends_at = self.session_end(realm, realm.client(self.grant.client_id)?);
        let ends_at = self.not_after.map_or(ends_at, |latest| ends_at.min(latest));
        let left_s = self.now.seconds_until(ends_at).max(0);
        let lifespan_s = realm.model.policy_for(client, &self.resources).access_token_lifespan_s.min(left_s);
        let sid = self.grant.sid();
        let signing = Signing { site, realm, client, sid: &sid, lifespan_s };
        let access_token = self.access_token(&signing)?;
        let id_token = match self.scope.contains(OPENID) {
            true => Some(self.id_token(&signing, &access_token)?),
            false => None,
        };
        let refresh_token = if self.refreshable { Some(self.refresh_token(realm, client)?) } else { None };
        Ok(TokenResponse {
            access_token,
            expires_in: lifespan_s,
            // 0 would say that nothing limits it.
            refresh_expires_in: self.refreshable.then_some(left_s.max(1)),
            refresh_token,
            token_type: if self.key.is_some() { "DPoP" } else { "Bearer" }.into(),
            issued_token_type: None,
            id_token,
            not_before_policy: realm.model.not_before_of(client, &self.holder.user).as_s(),
            session_state: Some(sid),
            scope: self.access_scope(realm).to_string(),
            dpop_nonce: self.key.map(|_| realm.refresh.nonce(self.now.as_s())),
        })
    }

    fn refresh_token(&self, realm: &LoadedRealm, client: &Client) -> FlowResult<String> {
        refresh_token(realm, client, &self.grant, fixed_end(realm, client, &self.grant, &self.holder))
    }

    /// Of the access token: what its resources take of the scope.
    fn access_scope(&self, realm: &LoadedRealm) -> ScopeSet {
        let resources: Vec<&Resource> = realm.model.living_resources(&self.resources).collect();
        scope_for(&resources, &self.scope)
    }

    /// The earliest end: the grant's own, and for an online grant its user session's.
    fn session_end(&self, realm: &LoadedRealm, client: &Client) -> Timestamp {
        let own = realm.model.end_of(client, &self.grant, self.holder.owner()).at;
        match (&self.grant.standing, &self.holder.session) {
            (Standing::Online { .. }, Some(session)) => {
                own.min(session.ends_at(&realm.model.realm.settings.token_policy))
            }
            _ => own,
        }
    }

    fn access_token(&self, signing: &Signing<'_>) -> FlowResult<String> {
        let Signing { site, realm, client, sid, lifespan_s } = *signing;
        let scope = self.access_scope(realm);
        let rules = realm.model.rules_for(client, &scope);
        let roles = self.carried_roles(realm, client, &rules);
        let teller = self.teller(realm, client, &roles);
        let mut audience = self.services(&teller, &rules);
        if !self.audience.is_empty() {
            audience.retain(|name| self.audience.contains(name));
        }
        if audience.is_empty() {
            // RFC 9068 §3: a default resource; ours is the issuer itself, whose userinfo the token opens.
            audience.push(realm.issuer.clone());
        }
        let claims = AccessClaims {
            iss: &realm.issuer,
            sub: self.grant.user_id.to_string(),
            aud: Audience::of(audience),
            exp: self.now.as_s() + lifespan_s,
            iat: self.now.as_s(),
            auth_time: self.auth_time(),
            jti: self.token_id(site),
            typ: "Bearer",
            azp: &client.client_id,
            client_id: &client.client_id,
            sid,
            gid: self.grant.id.to_string(),
            gep: self.grant.access_epoch,
            xcl: (client.id != self.grant.client_id).then(|| client.id.to_string()),
            acr: ACR_PASSWORD,
            scope: scope.to_string(),
            cnf: self.key.map(|key| Confirmation { jkt: thumbprint_text(&key) }),
            mapped: teller.claims(&rules, |targets| targets.access),
        };
        let typ = if client.settings.access_token_rfc9068 { ACCESS_JWT } else { JWT };
        let signer = realm.signer(client.settings.access_token_algorithm.as_deref())?;
        signer.sign_jwt(typ, &claims).map_err(FlowError::internal)
    }

    /// The user's roles that the access token carries.
    pub fn roles(&self, realm: &LoadedRealm, client: &Client) -> BTreeSet<RoleId> {
        self.carried_roles(realm, client, &realm.model.rules_for(client, &self.access_scope(realm)))
    }

    fn carried_roles(&self, realm: &LoadedRealm, client: &Client, rules: &[&Rule]) -> BTreeSet<RoleId> {
        if !rules.iter().any(|rule| rule.tells_roles()) {
            return BTreeSet::new();
        }
        realm.model.roles_in_scope(client, &self.holder.roles)
    }

    /// Whom the access token is for: the services that mappers name and whose roles it carries, or the resources that were chosen
    /// (RFC 8707 §2: a token for chosen resources is for nobody else).
    fn services<'a>(&self, teller: &Teller<'a>, rules: &[&'a Rule]) -> Vec<String> {
        if self.resources.is_empty() { teller.audience(rules) } else { self.resources.clone() }
    }

    fn teller<'a>(&'a self, realm: &'a LoadedRealm, client: &'a Client, roles: &'a BTreeSet<RoleId>) -> Teller<'a> {
        let holder = &self.holder;
        Teller {
            model: &realm.model,
            client,
            user: &holder.user,
            roles,
            groups: &holder.groups,
            grant: &self.grant,
            audience: &self.audience,
        }
    }

    fn id_token(&self, signing: &Signing<'_>, access_token: &str) -> FlowResult<String> {
        let Signing { site, realm, client, sid, lifespan_s } = *signing;
        let signer = realm.signer(client.settings.id_token_algorithm.as_deref())?;
        // In an ID token, too, a user has no roles but those that the client may carry.
        let roles = realm.model.roles_in_scope(client, &self.holder.roles);
        let teller = self.teller(realm, client, &roles);
        let claims = IdClaims {
            iss: &realm.issuer,
            sub: self.grant.user_id.to_string(),
            aud: &client.client_id,
            exp: self.now.as_s() + lifespan_s,
            iat: self.now.as_s(),
            auth_time: self.auth_time(),
            jti: self.token_id(site),
            typ: "ID",
            azp: &client.client_id,
            sid,
            acr: ACR_PASSWORD,
            nonce: self.nonce.as_deref(),
            at_hash: half_hash(signer.algorithm(), access_token),
            mapped: teller.claims(&realm.model.rules_for(client, &self.scope), |targets| targets.id),
        };
        signer.sign_jwt(JWT, &claims).map_err(FlowError::internal)
    }

    /// A service account never signed in.
    fn auth_time(&self) -> Option<i64> {
        (self.grant.grant_type != GrantType::ClientCredentials).then(|| self.grant.auth_at.as_s())
    }

    fn token_id(&self, site: &Site) -> String {
        site.entropy.uuid_v7(self.now.as_ms()).to_string()
    }
}

/// Whom an access token is for, before a client narrows it.
pub fn audience_of(realm: &LoadedRealm, client: &Client, issue: &Issue) -> Vec<String> {
    let rules = realm.model.rules_for(client, &issue.access_scope(realm));
    let roles = issue.carried_roles(realm, client, &rules);
    issue.services(&issue.teller(realm, client, &roles), &rules)
}

/// The end that use cannot move: the grant's own, and for an online grant its user session's. It is a refresh token's `exp`.
pub fn fixed_end(realm: &LoadedRealm, client: &Client, grant: &Grant, holder: &Holder) -> Option<Timestamp> {
    let own = realm.model.fixed_end_of(client, grant, holder.owner()).map(|end| end.at);
    let session = holder.session.as_ref().filter(|_| !grant.is_offline());
    let sessions = session.map(|session| session.max_end(&realm.model.realm.settings.token_policy));
    [own, sessions].into_iter().flatten().min()
}

/// The token that the grant's row stands for, with its fixed end: derived, so that a retry gives equal bytes.
pub fn refresh_token(
    realm: &LoadedRealm,
    client: &Client,
    grant: &Grant,
    fixed_end: Option<Timestamp>,
) -> FlowResult<String> {
    let key = realm.refresh.find(&grant.family.key_id);
    let key = key.ok_or_else(|| FlowError::internal("a grant names a refresh key that is gone"))?;
    let (sub, sid, scope) = (grant.user_id.to_string(), grant.sid(), grant.scope.to_string());
    let offline = grant.is_offline();
    Ok(key.derive(&RefreshClaims {
        typ: if offline { RefreshTokenType::Offline } else { RefreshTokenType::Refresh },
        iss: &realm.issuer,
        azp: &client.client_id,
        sub: &sub,
        sid: Some(&sid),
        jti: RefreshTokenId::new(grant.id.0, grant.family.generation),
        iat_s: grant.family.stamped_at.as_s(),
        exp_s: fixed_end.map(Timestamp::as_s),
        scope: &scope,
    }))
}

/// Scopes that a new grant gets from what was asked for: the client's default scopes always, the rest as asked.
pub fn granted_scope(realm: &LoadedRealm, client: &Client, asked: &ScopeSet) -> ScopeSet {
    let shown = |name: &str| {
        name == OPENID || realm.model.find_scope(name).is_some_and(|scope| scope.settings.include_in_token_scope)
    };
    asked.union(&realm.model.default_scopes_of(client)).filtered(shown)
}
