//! How much of a kind there may be: all of it is part of the realm's model, which each node has in memory.

use crate::{FlowError, FlowResult};

pub struct Room {
    owner: &'static str,
    most: usize,
    what: &'static str,
}

/// Listed whole, as Keycloak does.
pub const SCOPES: Room = Room { owner: "A realm", most: 1_000, what: "client scopes" };
pub const RESOURCES: Room = Room { owner: "A realm", most: 10_000, what: "resources" };
pub const GROUPS: Room = Room { owner: "A realm", most: 10_000, what: "groups" };
pub const ROLES: Room = Room { owner: "A realm or client", most: 10_000, what: "roles" };

impl Room {
    /// Why there can be no more than are there; `None`: there is room.
    pub fn refusal(&self, there: usize) -> Option<String> {
        (there >= self.most).then(|| format!("{} has at most {} {}", self.owner, self.most, self.what))
    }

    /// Counts one more among those that are there.
    pub fn take(&self, there: &mut usize) -> Result<(), String> {
        self.refusal(*there).map_or(Ok(()), Err)?;
        *there += 1;
        Ok(())
    }

    pub fn check(&self, there: usize) -> FlowResult<()> {
        self.refusal(there).map_or(Ok(()), |text| Err(FlowError::Invalid(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_one_fits_and_the_next_is_told_why_it_does_not() {
        for room in [SCOPES, RESOURCES, GROUPS, ROLES] {
            assert!(room.check(room.most - 1).is_ok());
            let refused = room.refusal(room.most).unwrap_or_default();
            assert!(refused.ends_with(&format!("has at most {} {}", room.most, room.what)), "{refused}");
            assert!(matches!(room.check(room.most), Err(FlowError::Invalid(_))));
            let mut there = room.most - 1;
            assert_eq!((room.take(&mut there), room.take(&mut there), there), (Ok(()), Err(refused), room.most));
        }
        assert_eq!(ROLES.refusal(10_000).as_deref(), Some("A realm or client has at most 10000 roles"));
    }
}
