//! How many tokens one thread can sign in a second: the bare cost that throughput is compared with.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{SigningAlgorithm, SigningError, SigningKey};

/// A measured rate. It is a measurement for benchmarks, not a limit and not a test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SignatureRate {
    pub algorithm: SigningAlgorithm,
    pub per_second: f64,
}

impl SignatureRate {
    /// Signs access tokens of the usual size on this thread until `for_at_least` has passed.
    pub fn measure(algorithm: SigningAlgorithm, for_at_least: Duration) -> Result<Self, SigningError> {
        let key = SigningKey::generate(algorithm)?;
        let claims = sample_claims();
        for _ in 0..20 {
            key.sign_jwt("JWT", &claims)?;
        }
        let start = Instant::now();
        let mut signed = 0_u32;
        while signed == 0 || start.elapsed() < for_at_least {
            std::hint::black_box(key.sign_jwt("JWT", &claims)?);
            signed += 1;
        }
        Ok(Self { algorithm, per_second: f64::from(signed) / start.elapsed().as_secs_f64() })
    }
}

fn sample_claims() -> serde_json::Value {
    json!({
        "iss": "http://localhost:8080/realms/demo", "sub": "018f8c5e-7b1a-7c3d-9e2f-0123456789ab",
        "aud": "account", "azp": "nightly-backup", "client_id": "nightly-backup", "typ": "Bearer",
        "scope": "openid email profile offline_access", "sid": "018f8c5e-7b1a-7c3d-9e2f-0123456789ac",
        "gid": "018f8c5e-7b1a-7c3d-9e2f-0123456789ad", "jti": "018f8c5e-7b1a-7c3d-9e2f-0123456789ae",
        "iat": 1_700_000_000, "exp": 1_700_000_300, "auth_time": 1_699_990_000, "acr": "1",
        "preferred_username": "alice", "realm_access": { "roles": ["offline_access", "default-roles-demo"] },
        "resource_access": { "account": { "roles": ["manage-account", "view-profile"] } },
    })
}
