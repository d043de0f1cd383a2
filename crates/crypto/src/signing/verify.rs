//! Reading JWTs that others present, with keys of ours or of a client. Only the signature, the algorithm and the type are
//! judged here; claims such as `exp` and `aud` are the caller's, who has the clock and knows the audience.

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{DecodingKey, Header, Validation, decode, decode_header};
use serde::de::DeserializeOwned;

use super::jwk::Material;
use super::{Jwk, SigningAlgorithm};

/// Longest token that is read at all, in bytes.
const TOKEN_CAP: usize = 16 * 1024;

/// The private reason; none of it shows a part of the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwtError {
    #[error("longer than 16 KiB")]
    TooLong,
    #[error("not a JWT")]
    Malformed,
    #[error("another type of JWT than expected here")]
    WrongType,
    #[error("an extension that must be understood and is not")]
    Critical,
    #[error("signed with a key that is not known")]
    UnknownKey,
    #[error("another algorithm than the key's")]
    WrongAlgorithm,
    #[error("wrong signature")]
    WrongSignature,
    #[error("claims that cannot be read")]
    UnreadableClaims,
}

/// A public key with the one algorithm that it verifies.
#[derive(Debug, Clone)]
pub struct VerifyingKey {
    algorithm: SigningAlgorithm,
    key: DecodingKey,
    validation: Validation,
}

impl VerifyingKey {
    /// `None` for a key that is not for signatures or of a kind that this server does not verify.
    pub fn from_jwk(jwk: &Jwk) -> Option<Self> {
        let algorithm = jwk.signing_algorithm()?;
        let key = match jwk.material()? {
            Material::Rsa { n, e } => DecodingKey::from_rsa_components(n, e),
            Material::P256 { x, y } => DecodingKey::from_ec_components(x, y),
            Material::Ed25519 { x } => DecodingKey::from_ed_components(x),
        };
        // The algorithm is the key's, never the token's choice (RFC 8725 §3.1). Instants are judged by the caller's clock.
        let mut validation = Validation::new(algorithm.jose());
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        Some(Self { algorithm, key: key.ok()?, validation })
    }

    pub fn algorithm(&self) -> SigningAlgorithm {
        self.algorithm
    }

    /// The claims of `token` if this key signed it and its header `typ` is one of `expected_typ`, whatever the case of letters
    /// (RFC 7515 §4.1.9). An empty string in `expected_typ` stands for a header without `typ`.
    pub fn verify_jwt<T: DeserializeOwned>(&self, token: &str, expected_typ: &[&str]) -> Result<T, JwtError> {
        let header = read_header(token, expected_typ)?;
        self.verify_signed(token, &header)
    }

    pub(super) fn verify_signed<T: DeserializeOwned>(&self, token: &str, header: &Header) -> Result<T, JwtError> {
        if header.alg != self.algorithm.jose() {
            return Err(JwtError::WrongAlgorithm);
        }
        match decode(token, &self.key, &self.validation) {
            Ok(data) => Ok(data.claims),
            Err(error) => Err(match error.kind() {
                ErrorKind::InvalidSignature => JwtError::WrongSignature,
                ErrorKind::Json(_) => JwtError::UnreadableClaims,
                _ => JwtError::Malformed,
            }),
        }
    }
}

/// The header, if it can be judged at all and has an expected type. Nothing is proved yet.
pub(super) fn read_header(token: &str, expected_typ: &[&str]) -> Result<Header, JwtError> {
    if token.len() > TOKEN_CAP {
        return Err(JwtError::TooLong);
    }
    let header = decode_header(token).map_err(|_| JwtError::Malformed)?;
    let typ = header.typ.as_deref().unwrap_or_default();
    // The prefix may be left out and is not significant (RFC 7515 §4.1.9).
    let short = typ.get(..12).filter(|p| p.eq_ignore_ascii_case("application/")).map_or(typ, |_| &typ[12..]);
    if !expected_typ.iter().any(|expected| expected.eq_ignore_ascii_case(short)) {
        return Err(JwtError::WrongType);
    }
    // RFC 7515 §4.1.11: none of the extensions is implemented, so none may be required.
    if header.crit.is_some() { Err(JwtError::Critical) } else { Ok(header) }
}
