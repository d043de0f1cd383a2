//! User passwords: argon2id, kept as PHC strings. It hashes when it is called and on the caller's thread;
//! how many run at once is for the caller to bound, since each takes its memory cost.

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use subtle::ConstantTimeEq;

use crate::{Entropy, keycloak_password};

/// The working memory is asked for in one piece of at least this many 1 KiB blocks (40 MiB, of which only what is used costs
/// anything). Above 32 MiB every common allocator takes pages from the system and gives them back; below, glibc would keep them
/// for good after the first few sign-ins.
const OWN_PAGES_BLOCKS: usize = 40 * 1024;

/// What one hash costs. The default is OWASP's recommendation: 19 MiB, two passes, one lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Default for PasswordCost {
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 }
    }
}

impl PasswordCost {
    /// The least that argon2 accepts: makes test suites fast and protects nothing.
    pub const CHEAPEST: Self = Self { memory_kib: 8, passes: 1, lanes: 1 };
}

#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    #[error("argon2 does not accept these costs: {0}")]
    Cost(argon2::Error),
    #[error("the password could not be hashed: {0}")]
    Hash(argon2::password_hash::Error),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordCheck {
    /// The password is right. With `needs_rehash` the stored string has other costs than those in force: hash anew and store.
    Match {
        needs_rehash: bool,
    },
    Mismatch,
}

/// Hashes and checks passwords at one cost.
#[derive(Debug, Clone)]
pub struct Passwords(Argon2<'static>);

impl Passwords {
    pub fn new(cost: PasswordCost) -> Result<Self, PasswordError> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None).map_err(PasswordError::Cost)?;
        Ok(Self(Argon2::new(Algorithm::Argon2id, Version::V0x13, params)))
    }

    /// A PHC string (`$argon2id$v=19$m=…`) with a fresh 16-byte salt.
    pub fn hash(&self, password: &str, entropy: &Entropy) -> Result<String, PasswordError> {
        let salt = entropy.bytes::<16>();
        let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
        derive(&self.0, password, &salt, &mut out).map_err(PasswordError::Cost)?;
        let phc = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(self.0.params()).map_err(PasswordError::Hash)?,
            salt: Some(Salt::new(&salt).map_err(|error| PasswordError::Hash(error.into()))?),
            hash: Some(Output::new(&out).map_err(|error| PasswordError::Hash(error.into()))?),
        };
        Ok(phc.to_string())
    }

    /// Checks against a stored PHC string, at the costs that the string names. What is no such string matches nothing, and takes as long.
    pub fn verify(&self, password: &str, phc: &str) -> PasswordCheck {
        match keycloak_password::pbkdf2_matches(password, phc) {
            Some(true) => return PasswordCheck::Match { needs_rehash: true },
            Some(false) => return PasswordCheck::Mismatch,
            None => {}
        }
        let Some(stored) = Stored::parse(phc) else { return self.verify_absent(password) };
        let mut out = vec![0; stored.hash.as_bytes().len()];
        let derived = derive(&stored.argon2, password, stored.salt.as_ref(), &mut out);
        if derived.is_ok() && bool::from(out.ct_eq(stored.hash.as_bytes())) {
            PasswordCheck::Match { needs_rehash: self.is_outdated(&stored.phc) }
        } else {
            PasswordCheck::Mismatch
        }
    }

    /// The work of [`Self::verify`] for a user who does not exist or has no password, so that timing does not tell who does.
    pub fn verify_absent(&self, password: &str) -> PasswordCheck {
        let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
        let hashed = derive(&self.0, password, &[0; 16], &mut out);
        // The result is of no use; the optimiser must not see that.
        std::hint::black_box((hashed.is_ok(), out));
        PasswordCheck::Mismatch
    }

    fn is_outdated(&self, stored: &PasswordHash) -> bool {
        let same_params = Params::try_from(stored).is_ok_and(|stored_params| {
            let wanted = self.0.params();
            (stored_params.m_cost(), stored_params.t_cost(), stored_params.p_cost())
                == (wanted.m_cost(), wanted.t_cost(), wanted.p_cost())
        });
        let same_kind =
            stored.algorithm == Algorithm::Argon2id.ident() && stored.version == Some(Version::V0x13.into());
        !(same_params && same_kind)
    }
}

/// A stored string, taken apart.
struct Stored {
    phc: PasswordHash,
    argon2: Argon2<'static>,
    salt: Salt,
    hash: Output,
}

impl Stored {
    fn parse(text: &str) -> Option<Self> {
        let phc = PasswordHash::new(text).ok()?;
        let algorithm = Algorithm::try_from(phc.algorithm.as_str()).ok()?;
        let version = Version::try_from(phc.version?).ok()?;
        let argon2 = Argon2::new(algorithm, version, Params::try_from(&phc).ok()?);
        Some(Self { argon2, salt: phc.salt?, hash: phc.hash?, phc })
    }
}

fn derive(argon2: &Argon2<'_>, password: &str, salt: &[u8], out: &mut [u8]) -> Result<(), argon2::Error> {
    let needed = argon2.params().block_count();
    let mut blocks: Vec<Block> = Vec::new();
    blocks.try_reserve_exact(needed.max(OWN_PAGES_BLOCKS)).map_err(|_| argon2::Error::OutOfMemory)?;
    blocks.resize(needed, Block::default());
    argon2.hash_password_into_with_memory(password.as_bytes(), salt, out, &mut blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cheap() -> Passwords {
        Passwords::new(PasswordCost::CHEAPEST).unwrap()
    }

    #[test]
    fn a_password_matches_its_own_hash_and_no_other() {
        let entropy = Entropy::seeded(1);
        let hash = cheap().hash("correct horse", &entropy).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{hash}");
        assert_eq!(cheap().verify("correct horse", &hash), PasswordCheck::Match { needs_rehash: false });
        assert_eq!(cheap().verify("correct horse ", &hash), PasswordCheck::Mismatch);
        assert_eq!(cheap().verify("", &hash), PasswordCheck::Mismatch);
    }

    #[test]
    fn two_hashes_of_one_password_differ() {
        let entropy = Entropy::seeded(1);
        let passwords = cheap();
        assert_ne!(passwords.hash("same", &entropy).unwrap(), passwords.hash("same", &entropy).unwrap());
    }

    #[test]
    fn a_hash_made_at_another_cost_still_matches_and_asks_to_be_renewed() {
        let hash = cheap().hash("correct horse", &Entropy::seeded(1)).unwrap();
        let dearer = Passwords::new(PasswordCost { passes: 2, ..PasswordCost::CHEAPEST }).unwrap();
        assert_eq!(dearer.verify("correct horse", &hash), PasswordCheck::Match { needs_rehash: true });
        assert_eq!(dearer.verify("wrong", &hash), PasswordCheck::Mismatch);
    }

    #[test]
    fn nothing_matches_a_stored_text_that_is_no_hash() {
        for stored in ["", "plain", "$argon2id$", "$argon2id$v=19$m=8,t=1,p=1", "$2b$12$abcdefghijklmnopqrstuv"] {
            assert_eq!(cheap().verify(stored, stored), PasswordCheck::Mismatch, "{stored:?}");
        }
    }

    #[test]
    fn an_absent_user_is_a_mismatch() {
        assert_eq!(cheap().verify_absent("anything"), PasswordCheck::Mismatch);
    }

    #[test]
    fn the_default_cost_is_the_recommendation_of_owasp() {
        assert_eq!(PasswordCost::default(), PasswordCost { memory_kib: 19_456, passes: 2, lanes: 1 });
        assert!(Passwords::new(PasswordCost::default()).is_ok());
        assert!(Passwords::new(PasswordCost { memory_kib: 0, passes: 2, lanes: 1 }).is_err());
    }
}
