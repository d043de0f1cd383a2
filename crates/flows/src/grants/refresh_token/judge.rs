//! The decision of a refresh without its effects: the checks in the order of the offline-access rules, then what the presented
//! generation means. The refresh grant writes what this decides; explaining only listens to it ([`Witness`]), so the two cannot
//! drift apart. Nothing here writes, counts or logs.

use super::refusal;
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
    check::Check,
    client::Client,
    grant::{Grant, GrantType, Place},
    rotation::{self, Decision, Presented, TokenFamily},
    token_policy::{EffectivePolicy, RotationMode},
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
    /// As it is to be written.
    pub family: TokenFamily,
    pub used: Used,
    /// The database had lost a commit: the generation goes forward to this one first.
    pub recovered_to: Option<u64>,
    /// Of this access token.
    pub scope: ScopeSet,
    pub resources: Vec<String>,
    pub now: Timestamp,
}

/// What happens to the family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Used {
    Kept,
    Rotated,
    Replayed,
}

impl Judge<'_> {
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
        self.check_session((&grant, &holder), presented, now, witness)?;
        let scope = witness.checked(Check::Scope, self.narrowed_scope(&grant))?;
        let resources =
            witness.checked(Check::Resource, resources::chosen(self.realm, &grant.resources, self.resources))?;
        let shown = Presented {
            generation: presented.generation,
            issued_at_s: presented.iat_s,
            foreign: self.place.is_some_and(|place| place.is_foreign_to(&grant.last_used_from)),
        };
        let (mut family, decision, recovered_to) = self.decide(&grant, (&presented.kid, shown), now, witness);
        // A family under an old key goes on under the active one. A successor that was handed out stays what it was, byte for byte.
        if !matches!(decision, Decision::Replay { .. }) {
            family.go_on_under(self.realm.refresh.active().kid(), &presented.kid);
        }
        let (family, used) = match advance(family, decision, now) {
            Advance::To(family, used) => (family, used),
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
        let judged = Judged { grant, holder, family, used, recovered_to, scope, resources, now };
        Ok(Verdict::Granted(Box::new(judged)))
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
        (grant, holder): (&Grant, &Holder),
        presented: &PresentedToken,
        now: Timestamp,
        witness: &mut W,
    ) -> Result<(), OAuthError> {
        let issued_at = Timestamp::from_s(presented.iat_s);
        let refuse = |blocked| refusal::of(blocked, grant.is_offline());
        let seen = |check, blocked: Option<_>| witness.seen(check, blocked.map(refuse).as_ref());
        holder.check_each((self.realm, self.client), (grant, issued_at), now, seen).map_err(refuse)
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

    /// Step 9: what the generation means. A recovery moves the family forward and asks again.
    fn decide<W: Witness>(
        &self,
        grant: &Grant,
        (kid, shown): (&str, Presented),
        now: Timestamp,
        witness: &mut W,
    ) -> (TokenFamily, Decision, Option<u64>) {
        let policy = self.realm.model.policy_of_grant(self.client, grant);
        let mut family = grant.family.clone();
        let mut decision = meaning(self.realm, (&family, &policy), (kid, shown), now);
        witness.decided(decision);
        let mut recovered_to = None;
        if let Decision::Recover { to } = decision {
            recovered_to = Some(to);
            family.generation = to;
            family.stamped_at = Timestamp::from_s(shown.issued_at_s);
            family.proven = true;
            family.replays = 0;
            decision = rotation::decide(&family, shown, &policy, now);
            witness.decided(decision);
        }
        (family, decision, recovered_to)
    }
}

/// What a generation means that was shown under this key. A family that rotates leaves an older key for good as soon as a token under
/// the newer one was shown: from then on only old generations are under the older key, or a thief's.
pub(crate) fn meaning(
    realm: &LoadedRealm,
    (family, policy): (&TokenFamily, &EffectivePolicy),
    (kid, shown): (&str, Presented),
    now: Timestamp,
) -> Decision {
    match rotation::decide(family, shown, policy, now) {
        Decision::Reused => Decision::Reused,
        // Where tokens stay the same, copies of one may go on under either key.
        _ if policy.rotation == RotationMode::Always && has_left(realm, family, kid) => Decision::TooNew,
        decision => decision,
    }
}

fn has_left(realm: &LoadedRealm, family: &TokenFamily, kid: &str) -> bool {
    if kid == family.key_id || family.held_key_id.as_deref() == Some(kid) {
        return false;
    }
    let made_at = |kid: &str| realm.model.keys.iter().find(|key| key.kid == kid).map(|key| key.created_at);
    // In a restored backup the family may stand under an older key than its newest token.
    made_at(kid) < made_at(&family.key_id)
}

/// Step 2: well-formed, our key, our MAC.
pub(crate) fn genuine(realm: &LoadedRealm, token: &str) -> Result<PresentedToken, OAuthError> {
    realm.refresh.verify(token).map_err(|error| invalid(error.to_string()))
}

enum Advance {
    To(TokenFamily, Used),
    Reused,
    TooNew,
}

/// The family as it is to be written.
fn advance(mut family: TokenFamily, decision: Decision, now: Timestamp) -> Advance {
    let used = match decision {
        Decision::Keep { prove } => {
            family.proven |= prove;
            Used::Kept
        }
        Decision::Rotate { to } => {
            family.generation = to;
            family.stamped_at = now;
            family.proven = false;
            family.replays = 0;
            Used::Rotated
        }
        Decision::Replay { foreign_run } => {
            family.replays += 1;
            family.foreign_run = foreign_run;
            family.foreign_generation = family.generation;
            Used::Replayed
        }
        Decision::Reused => return Advance::Reused,
        Decision::TooNew | Decision::Recover { .. } => return Advance::TooNew,
    };
    Advance::To(family, used)
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
