//! What an attacker tries with DPoP proofs (RFC 9449 §11). Each is refused and consumes nothing.

use super::dpop::{authorized, code_for};
use crate::support::alices_backup;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use perennial_testkit::dpop::Proof;
use perennial_testkit::{Admin, Answer, AuthorizationRequest, Client, DpopKey, Prover, on_both_databases, on_postgres};
use serde_json::json;

const USERINFO: &str = "/protocol/openid-connect/userinfo";

/// Everything that can be wrong with a proof that is right otherwise.
fn bent(right: &Proof, now_s: i64) -> Vec<(&'static str, Proof)> {
    let claim = |name: &str, value| right.clone().claim(name, value);
    let header = |name: &str, value| right.clone().header(name, value);
    let htu = right.claims["htu"].as_str().expect("an address").to_owned();
    let with_secret = |name: &str| {
        let mut jwk = right.header["jwk"].clone();
        jwk[name] = json!("c2VjcmV0");
        header("jwk", jwk)
    };
    vec![
        ("another method", claim("htm", json!("GET"))),
        ("a method in small letters", claim("htm", json!("post"))),
        ("another path", claim("htu", json!(htu.replace("/token", "/revoke")))),
        ("another host", claim("htu", json!(htu.replace("localhost", "evil.example")))),
        ("another realm", claim("htu", json!(htu.replace("/demo/", "/master/")))),
        ("no address", claim("htu", json!("token"))),
        ("an old iat", claim("iat", json!(now_s - 301))),
        ("an iat of the future", claim("iat", json!(now_s + 61))),
        ("an iat beyond all bounds", claim("iat", json!(1e300))),
        ("an iat of text", claim("iat", json!(now_s.to_string()))),
        ("no iat", claim("iat", json!(null))),
        ("no jti", claim("jti", json!(null))),
        ("an empty jti", claim("jti", json!(""))),
        ("a huge jti", claim("jti", json!("x".repeat(300)))),
        ("no htm", claim("htm", json!(null))),
        ("no htu", claim("htu", json!(null))),
        ("the typ of an access token", header("typ", json!("JWT"))),
        ("no typ", header("typ", json!(null))),
        ("alg none", header("alg", json!("none"))),
        ("alg HS256", header("alg", json!("HS256"))),
        ("another key's alg", header("alg", json!("RS256"))),
        ("an unknown alg", header("alg", json!("ES512"))),
        ("no jwk", header("jwk", json!(null))),
        ("a symmetric key", header("jwk", json!({"kty": "oct", "k": "c2VjcmV0"}))),
        ("a private key", with_secret("d")),
        ("a private member", with_secret("k")),
        ("a key of another", header("jwk", DpopKey::new().jwk())),
        ("a point off the curve", header("jwk", json!({"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA"}))),
        ("an extension that must be understood", header("crit", json!(["exp"]))),
        ("too long", claim("extra", json!("x".repeat(8_000)))),
    ]
}

on_both_databases! {
    async fn a_bent_proof_is_refused_and_consumes_nothing(server) {
        let frame = Client::photo_frame(&server);
        let prover = Prover::new(&frame, &server, DpopKey::new());
        let offline = authorized(&prover).await.refresh_token();
        let params = [("grant_type", "refresh_token"), ("refresh_token", offline.as_str())];
        let right = prover.token_proof().await;
        for (what, proof) in bent(&right, server.now_s().await) {
            let answer = prover.token_with(&params, &proof).await;
            assert_eq!((answer.status, answer.text("error").as_str()), (400, "invalid_dpop_proof"), "{what}: {answer}");
        }
        let signed = prover.key.sign(&right);
        let (message, _) = signed.rsplit_once('.').expect("a JWS");
        let public = right.header["jwk"].to_string();
        let hs256 = right.clone().header("alg", json!("HS256")).message();
        for (what, text) in [
            ("nothing", String::new()),
            ("garbage", "garbage".into()),
            ("dots", "..".into()),
            ("no signature", format!("{message}.")),
            ("a foreign signature", format!("{message}.{}", URL_SAFE_NO_PAD.encode([7; 64]))),
            ("the public key as a secret", format!("{hs256}.{}", URL_SAFE_NO_PAD.encode(public))),
            ("two in one header", format!("{signed}, {signed}")),
        ] {
            let answer = prover.token_signed(&params, &text).await;
            assert_eq!((answer.status, answer.text("error").as_str()), (400, "invalid_dpop_proof"), "{what}: {answer}");
        }
        let twice = frame.token_request(&params).header("DPoP", &signed).header("DPoP", &signed);
        Answer::of(twice).await.expect_error(400, "invalid_dpop_proof");
        prover.token_with(&params, &right).await.expect_bound_tokens();
    }

    async fn a_bound_token_is_exchanged_only_with_its_own_key_and_stays_bound(server) {
        let admin = Admin::sign_in(&server).await;
        let attributes = json!({"standard.token.exchange.enabled": "true"});
        admin.change_client("account", json!({"publicClient": false, "attributes": attributes})).await;
        let service = Client::confidential(&server, "account", &admin.client_secret("account").await);
        let frame = Client::photo_frame(&server);
        let owner = Prover::new(&frame, &server, DpopKey::new());
        let jkt = owner.key.thumbprint();
        let bound = authorized(&owner).await.access_token();
        service.exchange(&bound, "access_token", &[]).await.expect_error(400, "invalid_dpop_proof");
        let params = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            ("subject_token", bound.as_str()),
            ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
        ];
        let thief = Prover::new(&service, &server, DpopKey::new());
        thief.token(&params).await.expect_error(400, "invalid_dpop_proof");
        let with_key = Prover::new(&service, &server, owner.key);
        let answer = with_key.token(&params).await.expect_bound_tokens();
        assert_eq!(perennial_testkit::token::claims(&answer.access_token())["cnf"], json!({"jkt": jkt}));
        let wish = [&params[..], &[("scope", "openid offline_access")]].concat();
        let offline = with_key.token(&wish).await.expect_bound_tokens().refresh_token();
        service.refresh(&offline).await.expect_error(400, "invalid_dpop_proof");
        thief.refresh(&offline).await.expect_error(400, "invalid_dpop_proof");
        let kind = "urn:ietf:params:oauth:token-type:refresh_token";
        let again = [params[0], ("subject_token", offline.as_str()), ("subject_token_type", kind)];
        service.exchange(&offline, "refresh_token", &[]).await.expect_error(400, "invalid_dpop_proof");
        thief.token(&again).await.expect_error(400, "invalid_dpop_proof");
        with_key.token(&again).await.expect_bound_tokens();
        with_key.refresh(&offline).await.expect_bound_tokens();
    }

    async fn a_proof_is_good_once(server) {
        let (client, tokens) = alices_backup(&server).await;
        let prover = Prover::new(&client, &server, DpopKey::new());
        let offline = tokens.refresh_token();
        prover.refresh(&offline).await.expect_bound_tokens();
        let params = [("grant_type", "refresh_token"), ("refresh_token", offline.as_str())];
        let proof = prover.token_proof().await;
        prover.token_with(&params, &proof).await.expect_bound_tokens();
        prover.token_with(&params, &proof).await.expect_error(400, "invalid_dpop_proof");
        server.advance_clock(299).await;
        prover.token_with(&params, &proof).await.expect_error(400, "invalid_dpop_proof");
    }

    async fn a_nonce_of_another_realm_or_of_nobody_is_not_taken(server) {
        let (client, tokens) = alices_backup(&server).await;
        let prover = Prover::new(&client, &server, DpopKey::new());
        let offline = tokens.refresh_token();
        prover.refresh(&offline).await.expect_bound_tokens();
        let own = prover.nonce().expect("a nonce");
        let params = [("grant_type", "refresh_token"), ("refresh_token", offline.as_str())];
        let now_s = server.now_s().await;
        let forged = URL_SAFE_NO_PAD.encode([now_s.to_be_bytes().as_slice(), &[0; 16]].concat());
        for nonce in ["", "x", &own[1..], forged.as_str(), foreign_nonce(&server).await.as_str()] {
            let proof = prover.token_proof().await.claim("nonce", json!(nonce));
            prover.token_with(&params, &proof).await.expect_error(400, "use_dpop_nonce");
        }
        let proof = prover.token_proof().await.claim("nonce", json!(own));
        prover.token_with(&params, &proof).await.expect_bound_tokens();
    }

    async fn userinfo_wants_the_scheme_the_proof_and_the_token_to_fit(server) {
        let frame = Client::photo_frame(&server);
        let prover = Prover::new(&frame, &server, DpopKey::new());
        let tokens = authorized(&prover).await;
        let bound = tokens.access_token();
        let refused = frame.userinfo(&bound).await.expect(401);
        assert!(refused.headers_named("www-authenticate").iter().any(|value| value.starts_with("DPoP ")), "{refused}");
        let bare = server.http().get(frame.url(USERINFO)).header("Authorization", format!("DPoP {bound}"));
        let refused = Answer::of(bare).await.expect(401);
        let challenge = refused.header("www-authenticate");
        assert!(challenge.starts_with("DPoP ") && challenge.contains("invalid_dpop_proof"), "{refused}");
        let right = prover.userinfo_proof(&bound).await;
        for (what, proof) in [
            ("no ath", right.clone().claim("ath", json!(null))),
            ("the ath of another token", prover.userinfo_proof(&tokens.refresh_token()).await),
            ("another method", right.clone().claim("htm", json!("POST"))),
            ("another address", prover.token_proof().await.claim("ath", right.claims["ath"].clone())),
        ] {
            let refused = prover.userinfo_with(&bound, &proof).await;
            assert_eq!(refused.status, 401, "{what}: {refused}");
        }
        let thief = Prover::new(&frame, &server, DpopKey::new());
        thief.userinfo(&bound).await.expect(401);
        prover.userinfo_with(&bound, &right).await.expect(200);
        prover.userinfo_with(&bound, &right).await.expect(401);
        let (backup, plain) = alices_backup(&server).await;
        let unbound = Prover::new(&backup, &server, DpopKey::new());
        unbound.userinfo(&plain.access_token()).await.expect(401);
    }

    async fn a_bound_token_opens_no_api_as_a_bearer_token(server) {
        let frame = Client::photo_frame(&server);
        let tokens = authorized(&Prover::new(&frame, &server, DpopKey::new())).await;
        Admin::with_bearer(&server, &tokens.access_token()).get("/demo/clients").await.expect(401);
        let account = server.http().get(server.demo_url("/account/applications")).bearer_auth(tokens.access_token());
        Answer::of(account).await.expect(401);
    }

    async fn a_replayed_code_with_another_key_ends_nothing(server) {
        let frame = Client::photo_frame(&server);
        let owner = Prover::new(&frame, &server, DpopKey::new());
        let request = AuthorizationRequest::photo_frame().with("dpop_jkt", &owner.key.thumbprint());
        let code = code_for(&server, &request).await;
        let offline = owner.redeem(&request, &code).await.expect_bound_tokens().refresh_token();
        let thief = Prover::new(&frame, &server, DpopKey::new());
        thief.redeem(&request, &code).await.expect_error(400, "invalid_dpop_proof");
        owner.refresh(&offline).await.expect_bound_tokens();
    }
}

/// As `master` gives it out.
async fn foreign_nonce(server: &perennial_testkit::TestServer) -> String {
    let cli = Client::new(server, "master", "admin-cli", perennial_testkit::client::Authentication::None);
    let key = DpopKey::new();
    let url = format!("{}/protocol/openid-connect/token", server.issuer("master"));
    let proof = key.sign(&key.proof("POST", &url, server.now_s().await));
    let person = perennial_testkit::demo::Person::admin();
    let params = [("grant_type", "password"), ("username", person.username.as_str()), ("password", &person.password)];
    let answer = Answer::of(cli.token_request(&params).header("DPoP", proof)).await.expect_error(400, "use_dpop_nonce");
    answer.header("dpop-nonce").to_owned()
}

on_postgres! {
    async fn a_proof_is_good_once_at_all_nodes_together_and_a_nonce_at_each(server) {
        let other = server.second_node().await;
        let (client, tokens) = alices_backup(&server).await;
        let prover = Prover::new(&client, &server, DpopKey::new());
        let offline = tokens.refresh_token();
        prover.refresh(&offline).await.expect_bound_tokens();
        let params = [("grant_type", "refresh_token"), ("refresh_token", offline.as_str())];
        let proof = prover.key.sign(&prover.token_proof().await);
        prover.token_signed(&params, &proof).await.expect_bound_tokens();
        let there = Client::nightly_backup(&other);
        Answer::of(there.token_request(&params).header("DPoP", &proof)).await.expect_error(400, "invalid_dpop_proof");
        let fresh = prover.key.sign(&prover.token_proof().await);
        Answer::of(there.token_request(&params).header("DPoP", &fresh)).await.expect_bound_tokens();
    }
}
