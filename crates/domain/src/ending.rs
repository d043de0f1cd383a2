//! Endings of many sessions at once: whose they are, and which kinds.

use crate::ids::{ClientId, UserId};
use serde::{Deserialize, Serialize};

/// Whose sessions end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Realm,
    Client(ClientId),
    User(UserId),
}

/// Which kinds of sessions end: online grants with the user sessions that they live in, offline sessions, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extent {
    pub online: bool,
    pub offline: bool,
}

impl Extent {
    pub const ALL: Self = Self { online: true, offline: true };
    pub const ONLINE: Self = Self { online: true, offline: false };
    pub const OFFLINE: Self = Self { online: false, offline: true };
}
