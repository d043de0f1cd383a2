//! A provider above the demo realm that the test signs for, and what it tells the realm.

use perennial_crypto::{SigningAlgorithm, SigningKey};
use perennial_testkit::{Admin, Answer, TestServer, token};
use serde_json::{Value, json};

pub const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
pub const PATH: &str = "/protocol/openid-connect/logout/backchannel-logout";
pub const PROVIDERS: &str = "/demo/identity-provider/instances";
pub const ISSUER: &str = "https://up.example";
/// Who the demo realm is at the provider.
pub const CLIENT: &str = "perennial";
/// Who alice is there.
pub const SUBJECT: &str = "alice-up-there";

/// A provider that the test signs for; alice is linked with it.
pub struct Provider {
    pub key: SigningKey,
    pub now_s: i64,
}

impl Provider {
    pub async fn new(server: &TestServer) -> Self {
        let key = SigningKey::generate(SigningAlgorithm::ES256).expect("a key");
        let own = Self { key, now_s: server.now_s().await };
        let admin = Admin::sign_in(server).await;
        admin.post(PROVIDERS, &described("up", &own.config())).await.expect(201);
        link(&admin, "alice", SUBJECT).await;
        own
    }

    pub fn config(&self) -> Value {
        json!({"issuer": ISSUER, "clientId": CLIENT, "useJwksUrl": "false", "publicKeySignatureVerifier": jwks(&self.key)})
    }

    pub fn claims(&self) -> Value {
        json!({
            "iss": ISSUER, "aud": CLIENT, "sub": SUBJECT, "iat": self.now_s, "exp": self.now_s + 120,
            "jti": token::unguessable(), "events": {EVENT: {}},
        })
    }

    pub fn revoking(&self) -> Value {
        let mut claims = self.claims();
        claims["events"] = json!({EVENT: {"revoke_offline_access": true}});
        claims
    }

    pub fn sign(&self, claims: &Value) -> String {
        self.key.sign_jwt("logout+jwt", claims).expect("a signature")
    }

    pub async fn tell(&self, server: &TestServer, claims: &Value) -> Answer {
        tell(server, &self.sign(claims)).await
    }
}

pub fn jwks(key: &SigningKey) -> String {
    json!({"keys": [key.public_jwk()]}).to_string()
}

pub fn described(alias: &str, config: &Value) -> Value {
    json!({"alias": alias, "providerId": "oidc", "config": config})
}

pub async fn link_of(admin: &Admin, username: &str) -> String {
    format!("/demo/users/{}/federated-identity/up", admin.user_id(username).await)
}

pub async fn link(admin: &Admin, username: &str, subject: &str) {
    let identity = json!({"userId": subject, "userName": "up-there"});
    admin.post(&link_of(admin, username).await, &identity).await.expect(204);
}

pub async fn tell(server: &TestServer, logout_token: &str) -> Answer {
    Answer::of(server.http().post(server.demo_url(PATH)).form(&[("logout_token", logout_token)])).await
}

/// Refused as §2.8 has it.
#[track_caller]
pub fn refused(answer: Answer) -> Answer {
    let answer = answer.expect_error(400, "invalid_request");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(!answer.text("error_description").is_empty(), "{answer}");
    answer
}
