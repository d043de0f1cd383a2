//! Listens to a decision and keeps what it heard.

use crate::{holder::Holder, witness::Witness};
use perennial_crypto::PresentedToken;
use perennial_domain::{Timestamp, check::Check, claims::AccessFacts, grant::Grant, rotation::Decision};
use perennial_protocol::OAuthError;

/// What the checks looked at, as far as they came.
#[derive(Default)]
pub(crate) struct Trace {
    seen: Vec<(Check, Option<OAuthError>)>,
    pub token: Option<PresentedToken>,
    pub access: Option<AccessFacts>,
    pub session: Option<SeenSession>,
    pub decisions: Vec<Decision>,
}

/// A session as the checks looked at it.
pub(crate) struct SeenSession {
    pub grant: Grant,
    pub holder: Holder,
    pub now: Timestamp,
}

impl Witness for Trace {
    /// A check that is made twice counts as it was made last.
    fn seen(&mut self, check: Check, refusal: Option<&OAuthError>) {
        self.seen.retain(|(seen, _)| *seen != check);
        self.seen.push((check, refusal.cloned()));
    }

    fn token(&mut self, token: &PresentedToken) {
        self.token = Some(token.clone());
    }

    fn session(&mut self, grant: &Grant, holder: &Holder, now: Timestamp) {
        self.session = Some(SeenSession { grant: grant.clone(), holder: holder.clone(), now });
    }

    fn decided(&mut self, decision: Decision) {
        self.decisions.push(decision);
    }
}

impl Trace {
    pub fn of_access(facts: &AccessFacts) -> Self {
        Self { access: Some(facts.clone()), ..Self::default() }
    }

    /// `None`: the check was not made. `Some(None)`: it passed.
    pub fn outcome_of(&self, check: Check) -> Option<Option<&OAuthError>> {
        self.seen.iter().find(|(seen, _)| *seen == check).map(|(_, refusal)| refusal.as_ref())
    }

    /// What the client is told, where a check failed.
    pub fn refusal(&self) -> Option<&OAuthError> {
        self.seen.iter().find_map(|(_, refusal)| refusal.as_ref())
    }
}
