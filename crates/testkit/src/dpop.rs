//! A client's key and the DPoP proofs made with it (RFC 9449), by libraries that the server does not use. Proofs are JSON until
//! they are signed, so that tests can bend them.

use crate::answer::Answer;
use crate::authorize::AuthorizationRequest;
use crate::client::Client;
use crate::demo;
use crate::server::TestServer;
use crate::token::unguessable;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer as _;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::cell::RefCell;

const TOKEN: &str = "/protocol/openid-connect/token";
const PUSH: &str = "/protocol/openid-connect/ext/par/request";
const USERINFO: &str = "/protocol/openid-connect/userinfo";

pub enum DpopKey {
    P256(Box<p256::ecdsa::SigningKey>),
    Ed25519(Box<ed25519_dalek::SigningKey>),
}

/// A proof that is not signed yet.
#[derive(Debug, Clone)]
pub struct Proof {
    pub header: Value,
    pub claims: Value,
}

impl Proof {
    /// Sets a claim; null takes it away.
    #[must_use]
    pub fn claim(mut self, name: &str, value: Value) -> Self {
        set(&mut self.claims, name, value);
        self
    }

    #[must_use]
    pub fn header(mut self, name: &str, value: Value) -> Self {
        set(&mut self.header, name, value);
        self
    }

    /// What is signed.
    pub fn message(&self) -> String {
        format!("{}.{}", encode(self.header.to_string()), encode(self.claims.to_string()))
    }
}

impl DpopKey {
    pub fn new() -> Self {
        let secret = Sha256::digest(unguessable());
        Self::P256(Box::new(p256::ecdsa::SigningKey::from_slice(&secret).expect("a scalar of the curve")))
    }

    pub fn ed25519() -> Self {
        let secret = Sha256::digest(unguessable());
        Self::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(&secret.into())))
    }

    pub fn jwk(&self) -> Value {
        match self {
            Self::P256(key) => {
                let point = key.verifying_key().to_sec1_point(false);
                let (x, y) = point.as_bytes()[1..].split_at(32);
                json!({"kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y)})
            }
            Self::Ed25519(key) => json!({"kty": "OKP", "crv": "Ed25519", "x": encode(key.verifying_key().to_bytes())}),
        }
    }

    /// RFC 7638 §3.
    pub fn thumbprint(&self) -> String {
        let jwk = self.jwk();
        let canonical = match self {
            Self::P256(_) => format!(r#"{{"crv":"P-256","kty":"EC","x":{},"y":{}}}"#, jwk["x"], jwk["y"]),
            Self::Ed25519(_) => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":{}}}"#, jwk["x"]),
        };
        encode(Sha256::digest(canonical))
    }

    /// A right proof but for the nonce.
    pub fn proof(&self, method: &str, url: &str, now_s: i64) -> Proof {
        let alg = match self {
            Self::P256(_) => "ES256",
            Self::Ed25519(_) => "EdDSA",
        };
        Proof {
            header: json!({"typ": "dpop+jwt", "alg": alg, "jwk": self.jwk()}),
            claims: json!({"jti": unguessable(), "htm": method, "htu": url, "iat": now_s}),
        }
    }

    pub fn sign(&self, proof: &Proof) -> String {
        let message = proof.message();
        let signature = match self {
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message.as_bytes());
                encode(signature.to_bytes())
            }
            Self::Ed25519(key) => encode(key.sign(message.as_bytes()).to_bytes()),
        };
        format!("{message}.{signature}")
    }
}

impl Default for DpopKey {
    fn default() -> Self {
        Self::new()
    }
}

/// A client that proves a key with each request, and takes the nonces that it is given.
pub struct Prover<'a> {
    pub client: &'a Client,
    pub server: &'a TestServer,
    pub key: DpopKey,
    nonce: RefCell<Option<String>>,
}

impl<'a> Prover<'a> {
    pub fn new(client: &'a Client, server: &'a TestServer, key: DpopKey) -> Self {
        Self { client, server, key, nonce: RefCell::new(None) }
    }

    /// The nonce given last.
    pub fn nonce(&self) -> Option<String> {
        self.nonce.borrow().clone()
    }

    /// A right proof for the token endpoint, with the nonce given last.
    pub async fn token_proof(&self) -> Proof {
        self.proof("POST", TOKEN).await
    }

    /// A right proof for userinfo with this token.
    pub async fn userinfo_proof(&self, access_token: &str) -> Proof {
        self.proof("GET", USERINFO).await.claim("ath", json!(encode(Sha256::digest(access_token))))
    }

    /// The token endpoint; where it asks for a nonce, once more with that.
    pub async fn token(&self, params: &[(&str, &str)]) -> Answer {
        let first = self.token_with(params, &self.token_proof().await).await;
        if first.status == 400 && first.text("error") == "use_dpop_nonce" {
            return self.token_with(params, &self.token_proof().await).await;
        }
        first
    }

    /// The token endpoint with a proof of the test's own.
    pub async fn token_with(&self, params: &[(&str, &str)], proof: &Proof) -> Answer {
        self.token_signed(params, &self.key.sign(proof)).await
    }

    pub async fn token_signed(&self, params: &[(&str, &str)], proof: &str) -> Answer {
        self.heard(Answer::of(self.client.token_request(params).header("DPoP", proof)).await)
    }

    pub async fn refresh(&self, token: &str) -> Answer {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    pub async fn redeem(&self, request: &AuthorizationRequest, code: &str) -> Answer {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &request.redirect_uri),
            ("code_verifier", &request.pkce.verifier),
        ])
        .await
    }

    /// Pushes an authorization request (RFC 9449 §10.1); where a nonce is asked for, once more with that.
    pub async fn push(&self, params: &[(&str, &str)]) -> Answer {
        let first = self.push_once(params).await;
        if first.status == 400 && first.text("error") == "use_dpop_nonce" {
            return self.push_once(params).await;
        }
        first
    }

    /// Userinfo in the `DPoP` scheme; where it asks for a nonce, once more with that.
    pub async fn userinfo(&self, access_token: &str) -> Answer {
        let first = self.userinfo_with(access_token, &self.userinfo_proof(access_token).await).await;
        if first.status == 401 && first.header("www-authenticate").contains("use_dpop_nonce") {
            return self.userinfo_with(access_token, &self.userinfo_proof(access_token).await).await;
        }
        first
    }

    pub async fn userinfo_with(&self, access_token: &str, proof: &Proof) -> Answer {
        let request = self.server.http().get(self.client.url(USERINFO));
        let request = request.header("Authorization", format!("DPoP {access_token}"));
        self.heard(Answer::of(request.header("DPoP", self.key.sign(proof))).await)
    }

    async fn push_once(&self, params: &[(&str, &str)]) -> Answer {
        let proof = self.key.sign(&self.proof("POST", PUSH).await);
        self.heard(Answer::of(self.client.unsent_push(params).header("DPoP", proof)).await)
    }

    async fn proof(&self, method: &str, path: &str) -> Proof {
        let url = format!("{}{path}", self.server.issuer(demo::REALM));
        let proof = self.key.proof(method, &url, self.server.now_s().await);
        match self.nonce() {
            Some(nonce) => proof.claim("nonce", json!(nonce)),
            None => proof,
        }
    }

    fn heard(&self, answer: Answer) -> Answer {
        if !answer.header("dpop-nonce").is_empty() {
            *self.nonce.borrow_mut() = Some(answer.header("dpop-nonce").to_owned());
        }
        answer
    }
}

fn set(object: &mut Value, name: &str, value: Value) {
    let members = object.as_object_mut().expect("an object");
    if value.is_null() {
        members.remove(name);
    } else {
        members.insert(name.to_owned(), value);
    }
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
