//! Password hashes in the form that Keycloak's realm files have them, to and from PHC strings: whoever moves between the two
//! keeps the passwords. PBKDF2 is checked only, for hashes that were imported; new ones are always argon2id.

use aws_lc_rs::pbkdf2;
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, num::NonZeroU32};

const PREFIX: &str = "$pbkdf2-";
/// More would let one imported hash keep the password pool busy for minutes.
const MOST_ITERATIONS: u32 = 10_000_000;
/// In KiB: 256 MiB.
const MOST_MEMORY_KIB: u64 = 262_144;
/// Of salt and hash; what a PHC string can hold.
const LONGEST: usize = 64;

/// `credentialData`, a JSON text inside of the JSON file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CredentialData {
    hash_iterations: u32,
    algorithm: String,
    #[serde(default)]
    additional_parameters: BTreeMap<String, Vec<String>>,
}

/// `secretData`, the same way; both in base64.
#[derive(Serialize, Deserialize)]
struct SecretData {
    value: String,
    salt: String,
}

/// The PHC string of an exported credential, or why it cannot be taken over.
pub fn phc_from_keycloak(credential_data: &str, secret_data: &str) -> Result<String, &'static str> {
    let data: CredentialData =
        serde_json::from_str(credential_data).map_err(|_| "its credentialData cannot be read")?;
    let secret: SecretData = serde_json::from_str(secret_data).map_err(|_| "its secretData cannot be read")?;
    let bytes = |text: &str| STANDARD.decode(text).ok().filter(|bytes| (8..=LONGEST).contains(&bytes.len()));
    let (Some(salt), Some(hash)) = (bytes(&secret.salt), bytes(&secret.value)) else {
        return Err("its salt and hash must have 8 to 64 bytes each");
    };
    let ending = format!("${}${}", STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hash));
    match data.algorithm.as_str() {
        "argon2" => Ok(format!("{}{ending}", argon2_head(&data)?)),
        "pbkdf2-sha256" | "pbkdf2-sha512" => {
            let iterations = data.hash_iterations;
            if !(1..=MOST_ITERATIONS).contains(&iterations) {
                return Err("its number of iterations is out of bounds");
            }
            Ok(format!("${}$i={iterations}{ending}", data.algorithm))
        }
        _ => Err("its hash algorithm is not known here"),
    }
}

fn argon2_head(data: &CredentialData) -> Result<String, &'static str> {
    let parameter = |name: &str| data.additional_parameters.get(name).and_then(|all| all.first()).map(String::as_str);
    let number = |name: &str| parameter(name).and_then(|text| text.parse::<u64>().ok());
    let kind = parameter("type").unwrap_or("id");
    if !matches!(kind, "id" | "i" | "d") || parameter("version").is_some_and(|version| version != "1.3") {
        return Err("its kind of argon2 is not known here");
    }
    let (Some(memory), Some(lanes)) = (number("memory"), number("parallelism")) else {
        return Err("its argon2 parameters are incomplete");
    };
    if memory > MOST_MEMORY_KIB || lanes > 64 || !(1..=1_000).contains(&data.hash_iterations) {
        return Err("its argon2 costs are out of bounds");
    }
    Ok(format!("$argon2{kind}$v=19$m={memory},t={},p={lanes}", data.hash_iterations))
}

/// `credentialData` and `secretData` of a stored PHC string; `None` for what is no such string.
pub fn phc_to_keycloak(phc: &str) -> Option<(String, String)> {
    let parts: Vec<&str> = phc.strip_prefix('$')?.split('$').collect();
    let standard = |text: &str| Some(STANDARD.encode(STANDARD_NO_PAD.decode(text).ok()?));
    let (algorithm, head, [salt, hash]) = match parts[..] {
        [algorithm, head, salt, hash] => (algorithm, head, [salt, hash]),
        [algorithm, "v=19", head, salt, hash] => (algorithm, head, [salt, hash]),
        _ => return None,
    };
    let costs: BTreeMap<&str, &str> = head.split(',').filter_map(|pair| pair.split_once('=')).collect();
    let one = |text: &str| vec![text.to_owned()];
    let data = match algorithm.strip_prefix("argon2") {
        Some(kind) => CredentialData {
            hash_iterations: costs.get("t")?.parse().ok()?,
            algorithm: "argon2".into(),
            additional_parameters: BTreeMap::from([
                ("hashLength".into(), one(&STANDARD_NO_PAD.decode(hash).ok()?.len().to_string())),
                ("memory".into(), one(costs.get("m")?)),
                ("parallelism".into(), one(costs.get("p")?)),
                ("type".into(), one(kind)),
                ("version".into(), one("1.3")),
            ]),
        },
        None => CredentialData {
            hash_iterations: costs.get("i")?.parse().ok()?,
            algorithm: algorithm.to_owned(),
            additional_parameters: BTreeMap::new(),
        },
    };
    let secret = SecretData { value: standard(hash)?, salt: standard(salt)? };
    Some((serde_json::to_string(&data).ok()?, serde_json::to_string(&secret).ok()?))
}

/// Whether the password is that of a PBKDF2 string; `None` where it is no such string.
pub(crate) fn pbkdf2_matches(password: &str, phc: &str) -> Option<bool> {
    let parts: Vec<&str> = phc.strip_prefix(PREFIX)?.split('$').collect();
    let [digest, head, salt, hash] = parts[..] else { return None };
    let algorithm = match digest {
        "sha256" => pbkdf2::PBKDF2_HMAC_SHA256,
        "sha512" => pbkdf2::PBKDF2_HMAC_SHA512,
        _ => return None,
    };
    let iterations: NonZeroU32 = head.strip_prefix("i=")?.parse().ok()?;
    let (salt, hash) = (STANDARD_NO_PAD.decode(salt).ok()?, STANDARD_NO_PAD.decode(hash).ok()?);
    Some(pbkdf2::verify(algorithm, iterations, &salt, password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Entropy, PasswordCheck, PasswordCost, Passwords};
    use serde_json::json;

    fn exported(algorithm: &str, iterations: u32, salt: &[u8], hash: &[u8]) -> (String, String) {
        let data = json!({"hashIterations": iterations, "algorithm": algorithm, "additionalParameters": {}});
        let secret = json!({"value": STANDARD.encode(hash), "salt": STANDARD.encode(salt)});
        (data.to_string(), secret.to_string())
    }

    #[test]
    fn a_password_hashed_with_pbkdf2_elsewhere_still_matches() {
        for (name, algorithm) in
            [("pbkdf2-sha256", pbkdf2::PBKDF2_HMAC_SHA256), ("pbkdf2-sha512", pbkdf2::PBKDF2_HMAC_SHA512)]
        {
            let mut hash = [0; 64];
            let rounds = NonZeroU32::new(1_000).unwrap();
            pbkdf2::derive(algorithm, rounds, b"sixteen byte salt", b"correct horse", &mut hash);
            let (data, secret) = exported(name, 1_000, b"sixteen byte salt", &hash);
            let phc = phc_from_keycloak(&data, &secret).unwrap();
            let passwords = Passwords::new(PasswordCost::CHEAPEST).unwrap();
            assert_eq!(passwords.verify("correct horse", &phc), PasswordCheck::Match { needs_rehash: true }, "{phc}");
            assert_eq!(passwords.verify("correct horse ", &phc), PasswordCheck::Mismatch);
            assert_eq!(phc_to_keycloak(&phc).map(|(data, secret)| phc_from_keycloak(&data, &secret)), Some(Ok(phc)));
        }
    }

    #[test]
    fn our_own_hash_goes_out_and_comes_back_as_it_was() {
        let passwords = Passwords::new(PasswordCost::CHEAPEST).unwrap();
        let phc = passwords.hash("correct horse", &Entropy::seeded(1)).unwrap();
        let (data, secret) = phc_to_keycloak(&phc).unwrap();
        assert!(data.contains(r#""algorithm":"argon2""#) && data.contains(r#""type":["id"]"#), "{data}");
        assert_eq!(phc_from_keycloak(&data, &secret), Ok(phc));
    }

    #[test]
    fn what_cannot_be_checked_here_or_would_cost_too_much_is_refused() {
        let (salt, hash) = (&[7; 16], &[9; 32]);
        for (algorithm, iterations) in
            [("bcrypt", 10), ("pbkdf2-sha256", 0), ("pbkdf2-sha256", u32::MAX), ("argon2", 5)]
        {
            let (data, secret) = exported(algorithm, iterations, salt, hash);
            assert!(phc_from_keycloak(&data, &secret).is_err(), "{algorithm} {iterations}");
        }
        let (data, secret) = exported("pbkdf2-sha256", 1, &[7; 4], &[9; 200]);
        assert!(phc_from_keycloak(&data, &secret).is_err());
        assert!(phc_from_keycloak("{}", "[]").is_err());
        assert_eq!(phc_to_keycloak("$2b$12$abcdefghijklmnopqrstuv"), None);
    }
}
