//! What a log says last about what can be changed back: only that is applied, never what was in between.

use perennial_domain::{
    ClientId, GrantId, Timestamp,
    audit::{Action, AuditLine},
    ending::Subject,
    grant::PausedBy,
};
use std::collections::{HashMap, HashSet};

/// Gathered from a whole log before any of it is applied.
#[derive(Debug, Default)]
pub struct LastWords {
    paused: HashMap<GrantId, PausedBy>,
    ends: HashMap<GrantId, Timestamp>,
    compromised: HashSet<String>,
    /// By realm and subject.
    marks: HashMap<String, Timestamp>,
    /// When an admin's consent for a client was last changed, and its end since then.
    approvals: HashMap<ClientId, (Timestamp, Option<Timestamp>)>,
}

impl LastWords {
    /// To be called with each line, in order.
    pub fn hear(&mut self, line: &AuditLine) {
        match &line.action {
            Action::GrantPaused { grant } => {
                if let Some(joined) = PausedBy::joined(self.paused.get(grant).copied(), PausedBy::of(&line.actor)) {
                    self.paused.insert(*grant, joined);
                }
            }
            Action::GrantResumed { grant } => {
                if let Some(left) = self.paused.remove(grant).and_then(|by| by.lifted(PausedBy::of(&line.actor))) {
                    self.paused.insert(*grant, left);
                }
            }
            Action::GrantEndChosen { grant, ends_at: Some(end) } => {
                self.ends.insert(*grant, *end);
            }
            Action::GrantEndChosen { grant, ends_at: None } => {
                self.ends.remove(grant);
            }
            Action::NotBeforeSet { of, not_before_at } => {
                self.marks.insert(mark_key(&line.realm, *of), *not_before_at);
            }
            Action::AdminConsentChanged { client, ends_at, .. } => {
                self.approvals.insert(*client, (line.at, *ends_at));
            }
            Action::KeyCompromised { kid, .. } => {
                self.compromised.insert(kid.clone());
            }
            _ => {}
        }
    }

    /// Such a key never comes back.
    pub(super) fn is_compromised(&self, kid: &str) -> bool {
        self.compromised.contains(kid)
    }

    pub(super) fn not_before(&self, realm: &str, of: Subject) -> Option<Timestamp> {
        self.marks.get(&mark_key(realm, of)).copied()
    }

    /// Whether this one's pause of it was not lifted.
    pub(super) fn is_paused(&self, grant: GrantId, by: PausedBy) -> bool {
        self.paused.get(&grant).is_some_and(|standing| *standing == by || *standing == PausedBy::Both)
    }

    /// Whether this end of an admin's consent was not moved before it came.
    pub(super) fn is_approved_until(&self, client: ClientId, end: Timestamp) -> bool {
        self.approvals.get(&client).is_some_and(|(changed_at, ends_at)| *ends_at == Some(end) || end <= *changed_at)
    }

    pub(super) fn own_end(&self, grant: GrantId) -> Option<Timestamp> {
        self.ends.get(&grant).copied()
    }
}

fn mark_key(realm: &str, of: Subject) -> String {
    format!("{of:?} {realm}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use perennial_domain::audit::Actor;
    use perennial_protocol::ScopeSet;
    use uuid::Uuid;

    fn heard(actions: Vec<Action>) -> LastWords {
        heard_by(actions.into_iter().map(|action| (Actor::Server, action)).collect())
    }

    fn heard_by(lines: Vec<(Actor, Action)>) -> LastWords {
        let mut words = LastWords::default();
        for (actor, action) in lines {
            words.hear(&AuditLine { at: Timestamp::from_ms(1), realm: "demo".into(), actor, action });
        }
        words
    }

    #[test]
    fn a_pause_that_was_lifted_is_no_pause() {
        let grant = GrantId(Uuid::from_u128(1));
        let (pause, resume) = (Action::GrantPaused { grant }, Action::GrantResumed { grant });
        let user = PausedBy::User;
        assert!(heard(vec![pause.clone()]).is_paused(grant, user));
        assert!(!heard(vec![pause.clone(), resume.clone()]).is_paused(grant, user));
        assert!(heard(vec![pause.clone(), resume.clone(), pause.clone()]).is_paused(grant, user));
        let two = [(Actor::Server, pause.clone()), (Actor::Operator, pause), (Actor::Operator, resume)];
        let paused = heard_by(two[..2].to_vec());
        assert!(paused.is_paused(grant, user) && paused.is_paused(grant, PausedBy::Admin));
        let left = heard_by(two.to_vec());
        assert!(left.is_paused(grant, user) && !left.is_paused(grant, PausedBy::Admin));
    }

    #[test]
    fn an_end_of_an_admins_consent_counts_unless_it_was_moved_before_it_came() {
        let client = ClientId(Uuid::from_u128(1));
        let until = |ms: Option<i64>| Action::AdminConsentChanged {
            client,
            scopes: Some(ScopeSet::lenient("files")),
            ends_at: ms.map(Timestamp::from_ms),
        };
        let end = Timestamp::from_ms(9);
        assert!(heard(vec![until(Some(9))]).is_approved_until(client, end));
        assert!(!heard(vec![until(Some(9)), until(None)]).is_approved_until(client, end));
        assert!(heard(vec![until(Some(1)), until(None)]).is_approved_until(client, Timestamp::from_ms(1)), "it came");
    }

    #[test]
    fn the_last_end_counts() {
        let grant = GrantId(Uuid::from_u128(1));
        let end = |ms| Action::GrantEndChosen { grant, ends_at: Some(Timestamp::from_ms(ms)) };
        let none = Action::GrantEndChosen { grant, ends_at: None };
        assert_eq!(heard(vec![end(5), end(9)]).own_end(grant), Some(Timestamp::from_ms(9)));
        assert_eq!(heard(vec![end(5), none]).own_end(grant), None);
    }
}
