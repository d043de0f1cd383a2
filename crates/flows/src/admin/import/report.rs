//! What became of an import, thing by thing.

use perennial_domain::audit::Action;
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Scope,
    Client,
    RealmRole,
    ClientRole,
    Resource,
    Group,
    User,
    Webhook,
    IdentityProvider,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Added,
    Overwritten,
    Skipped,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub kind: Kind,
    pub name: String,
    pub id: Uuid,
    pub outcome: Outcome,
}

/// A thing or a part of one that was not taken over, with the reason in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Like `clients[app].redirectUris`.
    pub what: String,
    pub why: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub taken: Vec<Taken>,
    pub left_out: Vec<LeftOut>,
    /// What the audit log is told after the commit.
    pub(super) done: Vec<Action>,
}

impl Report {
    pub fn leave_out(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.left_out.push(LeftOut { what: what.into(), why: why.into() });
    }

    pub(super) fn took(&mut self, kind: Kind, outcome: Outcome, name: impl Into<String>, id: Uuid) {
        self.taken.push(Taken { kind, name: name.into(), id, outcome });
    }

    pub fn count(&self, outcome: Outcome) -> usize {
        self.taken.iter().filter(|taken| taken.outcome == outcome).count()
    }
}
