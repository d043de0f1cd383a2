//! Who listens to a decision while it is made: explaining hears of every check that a refresh, or the use of an access token, would
//! meet, from the code that decides. Nobody listening costs nothing: the witness is a type parameter, and `()` hears nothing.

use crate::holder::Holder;
use perennial_crypto::PresentedToken;
use perennial_domain::{Timestamp, check::Check, grant::Grant, rotation::Decision};
use perennial_protocol::OAuthError;

/// Hears of every check as it is made, and of what the checks look at.
pub(crate) trait Witness {
    /// The check was made: `None` where it passed, else the refusal that the client gets.
    fn seen(&mut self, _: Check, _: Option<&OAuthError>) {}

    fn token(&mut self, _: &PresentedToken) {}

    fn session(&mut self, _: &Grant, _: &Holder, _: Timestamp) {}

    /// What the generation means; heard twice where a lost commit is recovered first.
    fn decided(&mut self, _: Decision) {}

    fn checked<T>(&mut self, check: Check, verdict: Result<T, OAuthError>) -> Result<T, OAuthError> {
        self.seen(check, verdict.as_ref().err());
        verdict
    }
}

/// Nobody listens.
impl Witness for () {}
