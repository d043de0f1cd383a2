//! The decision of a refresh without its effects: the checks in the order of the offline-access rules, then what the presented
//! generation means. The refresh grant writes what this decides; explaining only listens to it ([`Witness`]), so the two cannot
//! drift apart; introspection and token exchange look at a token by it. Nothing here writes, counts or logs.

use super::{
    generation::{Advance, Advanced, Shown},
    refusal,
};
use crate::{
    FlowResult, LoadedRealm, client_auth,
    dpop::{self, KeyThumbprint},
    holder::{self, Holder},
    resources,
    witness::Witness,
};
use perennial_crypto::{PresentedToken, RefreshTokenType};
use perennial_domain::{
    GrantId, Timestamp,
    access::GrantUse,
    check::Check,
    client::Client,
    grant::{Grant, GrantType, Place},
    rotation::Presented,
};
use perennial_protocol::{ErrorCode, OAuthError, ScopeSet};
use perennial_storage::{Tx, grants};

/// What a refresh asks for. Its client has authenticated.
pub(crate) struct Judge<'a> {
    pub realm: &'a LoadedRealm,
    pub client: &'a Client,
    pub token: &'a str,
    pub scope: Option<&'a str>,
    pub resources: &'a [String],
    /// The key that the request proves.
    pub key: Option<KeyThumbprint>,
    /// `None` where nobody really asks: then it counts as from the place of the last use, by the holder of the right key.
    pub place: Option<&'a Place>,
}

pub(crate) enum Verdict {
    Granted(Box<Judged>),
    /// The token had been replaced and its successor used: the session must end.
    Reused(GrantId, Timestamp),
    /// Newer than the database by more than a lost commit explains, or under a key that the session has left: refused, and the key may
    /// be in wrong hands.
    TooNew(GrantId),
}

/// All that a refresh which may happen writes and issues.
pub(crate) struct Judged {
    /// As it was read: the guard of the write.
    pub grant: Grant,
    pub holder: Holder,
    pub next: Advanced,
    /// Of this access token.
    pub scope: ScopeSet,
    pub resources: Vec<String>,
    pub now: Timestamp,
}

impl<'a> Judge<'a> {
    /// Of a token that nobody refreshes with now.
    pub const fn of_shown(realm: &'a LoadedRealm, client: &'a Client, token: &'a str) -> Self {
        Self { realm, client, token, scope: None, resources: &[], key: None, place: None }
    }

    /// The whole decision, for who only looks: what a refresh would write and issue now, or its refusal. Looking never counts as a
    /// use, nor as reuse.
    pub fn look<W: Witness>(&self, tx: &mut Tx<'_>, witness: &mut W) -> FlowResult<Judged> {
        let presented = self.token(tx, witness)?;
        match self.session(tx, &presented, witness)? {
            Verdict::Granted(judged) => Ok(*judged),
            Verdict::Reused(grant, _) => Err(reused(grant).into()),
            Verdict::TooNew(_) => Err(too_new().into()),
        }
    }

    /// Steps 1 to 3, which ask no database but about a token that names its client otherwise.
    pub fn token<W: Witness>(&self, tx: &mut Tx<'_>, witness: &mut W) -> FlowResult<PresentedToken> {
        witness.checked(Check::ClientEnabled, client_auth::check_enabled(self.realm, self.client))?;
        witness.checked(Check::GrantAllowed, self.may_refresh())?;
        witness.checked(Check::TokenPresent, self.is_present())?;
        let presented = witness.checked(Check::TokenGenuine, genuine(self.realm, self.token))?;
        witness.token(&presented);
        witness.checked(Check::TokenRealm, self.of_this_realm(&presented))?;
        let own = self.issued_to_client(tx, &presented)?;
        witness.checked(Check::TokenClient, own)?;
        Ok(presented)
    }

    /// Steps 4 to 9, on the grant as it stands now.
    pub fn session<W: Witness>(
        &self,
        tx: &mut Tx<'_>,
        presented: &PresentedToken,
        witness: &mut W,
    ) -> FlowResult<Verdict> {
        let held = holder::find_held(tx, self.realm, GrantId(presented.grant_id))?;
        let bound = held.as_ref().and_then(|(grant, _)| grant.sender_key);
        witness.checked(Check::SenderConstraint, self.sent_by_holder(bound))?;
        let (grant, holder) = witness.checked(Check::SessionExists, self.existing(held, presented))?;
        let now = tx.now()?;
        witness.session(&grant, &holder, now);
        // As late as this is known; without the wish of an admin no service has a refresh token.
        self.still_for_services(&grant).inspect_err(|error| witness.seen(Check::GrantAllowed, Some(error)))?;
        let issued_at = Timestamp::from_s(presented.iat_s);
        let used = GrantUse { client: self.client, grant: &grant, issued_at, now };
        self.check_session(&holder, used, witness)?;
        let scope = witness.checked(Check::Scope, self.narrowed_scope(&grant))?;
        let resources =
            witness.checked(Check::Resource, resources::chosen(self.realm, &grant.resources, self.resources))?;
        let next = match self.shown(presented, &grant, now).advance(&grant.family, witness) {
            Advance::To(next) => next,
            Advance::Reused => {
                witness.seen(Check::Generation, Some(&reused(grant.id)));
                return Ok(Verdict::Reused(grant.id, now));
            }
            Advance::TooNew => {
                witness.seen(Check::Generation, Some(&too_new()));
                return Ok(Verdict::TooNew(grant.id));
            }
        };
        witness.seen(Check::Generation, None);
        Ok(Verdict::Granted(Box::new(Judged { grant, holder, next, scope, resources, now })))
    }

    /// For step 9.
    fn shown<'s>(&'s self, presented: &'s PresentedToken, grant: &Grant, now: Timestamp) -> Shown<'s> {
        Shown {
            realm: self.realm,
            policy: self.realm.model.policy_of_grant(self.client, grant),
            kid: &presented.kid,
            presented: Presented {
                generation: presented.generation,
                issued_at_s: presented.iat_s,
                foreign: self.place.is_some_and(|place| place.is_foreign_to(&grant.last_used_from)),
            },
            now,
        }
    }

    fn may_refresh(&self) -> Result<(), OAuthError> {
        let denied = || OAuthError::new(ErrorCode::UnauthorizedClient, "Client not allowed to use refresh tokens");
        if self.client.settings.use_refresh_tokens { Ok(()) } else { Err(denied()) }
    }

    fn still_for_services(&self, grant: &Grant) -> Result<(), OAuthError> {
        let settings = &self.client.settings;
        let allowed = settings.service_accounts && settings.client_credentials_refresh_token;
        if grant.grant_type != GrantType::ClientCredentials || allowed {
            return Ok(());
        }
        let text = "Client not allowed to use refresh tokens for its service account";
        Err(OAuthError::new(ErrorCode::UnauthorizedClient, text))
    }

    fn is_present(&self) -> Result<(), OAuthError> {
        if self.token.is_empty() { Err(OAuthError::invalid_request("No refresh token")) } else { Ok(()) }
    }

    fn of_this_realm(&self, presented: &PresentedToken) -> Result<(), OAuthError> {
        if presented.iss == self.realm.issuer { Ok(()) } else { Err(invalid("token of another realm")) }
    }

    /// Step 3. A client may have been renamed since: whose token it is, its grant says.
    fn issued_to_client(&self, tx: &mut Tx<'_>, presented: &PresentedToken) -> FlowResult<Result<(), OAuthError>> {
        let public = "Invalid refresh token. Token client and authorized client don't match";
        let is_own = presented.azp == self.client.client_id
            || match grants::find(tx, GrantId(presented.grant_id))? {
                Some(grant) => grant.client_id == self.client.id,
                // Nobody's any more: what the token says is all there is.
                None => self.realm.model.find_client(&presented.azp).is_none(),
            };
        Ok(if is_own { Ok(()) } else { Err(OAuthError::invalid_grant(public)) })
    }

    /// Step 4: a public client's token is only for the holder of its key (RFC 9449 §5).
    fn sent_by_holder(&self, bound: Option<KeyThumbprint>) -> Result<(), OAuthError> {
        match bound {
            Some(bound) if self.place.is_some() => dpop::must_be(&bound, self.key.as_ref()),
            _ => Ok(()),
        }
    }

    /// Step 5, first part.
    fn existing(
        &self,
        held: Option<(Grant, Holder)>,
        presented: &PresentedToken,
    ) -> Result<(Grant, Holder), OAuthError> {
        let gone = || {
            OAuthError::invalid_grant(match presented.typ {
                RefreshTokenType::Offline => "Offline session not found",
                RefreshTokenType::Refresh => "Session not active",
            })
        };
        let (grant, holder) = held.ok_or_else(gone)?;
        if grant.client_id != self.client.id || grant.realm_id != self.realm.model.realm.id {
            return Err(invalid("grant of another client"));
        }
        Ok((grant, holder))
    }

    /// Steps 5 and 6, by the one function that everything else asks, too.
    fn check_session<W: Witness>(
        &self,
        holder: &Holder,
        used: GrantUse<'_>,
        witness: &mut W,
    ) -> Result<(), OAuthError> {
        let refuse = |blocked| refusal::of(blocked, used.grant.is_offline());
        let seen = |check, blocked: Option<_>| witness.seen(check, blocked.map(refuse).as_ref());
        holder.check_each(self.realm, used, seen).map_err(refuse)
    }

    /// Step 7: a subset of what was granted; it narrows this access token only. What was withdrawn since is left out in silence: a
    /// client that goes on asking for it keeps its session.
    fn narrowed_scope(&self, grant: &Grant) -> Result<ScopeSet, OAuthError> {
        let held = grant.scope.filtered(|name| self.realm.model.may_request(self.client, name));
        let Some(asked) = self.scope else { return Ok(held) };
        let invalid = || OAuthError::new(ErrorCode::InvalidScope, "Invalid scopes: more than was granted");
        let asked = ScopeSet::parse(asked).ok_or_else(invalid)?;
        if !asked.is_subset_of(&grant.scope.union(&grant.withdrawn)) {
            return Err(invalid());
        }
        Ok(asked.filtered(|name| held.contains(name)))
    }
}

/// Step 2: well-formed, our key, our MAC.
pub(crate) fn genuine(realm: &LoadedRealm, token: &str) -> Result<PresentedToken, OAuthError> {
    realm.refresh.verify(token).map_err(|error| invalid(error.to_string()))
}

pub(super) fn invalid(reason: impl Into<String>) -> OAuthError {
    OAuthError::invalid_grant("Invalid refresh token").because(reason)
}

pub(super) fn reused(grant: GrantId) -> OAuthError {
    let public = "Refresh token was used before; its session has ended";
    OAuthError::invalid_grant(public).because(format!("reuse in grant {grant}"))
}

pub(super) fn too_new() -> OAuthError {
    invalid("newer than the database by more than a lost commit explains, or under a key that its session has left")
}
