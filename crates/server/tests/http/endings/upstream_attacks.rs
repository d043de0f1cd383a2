//! Whoever could send the realm a logout token that is not its provider's, not for it, or not any more; and clumsy callers.

use super::upstream_provider::{
    EVENT, ISSUER, PATH, PROVIDERS, Provider, SUBJECT, described, link, link_of, refused, tell,
};
use crate::support::{alices_backup, alices_online, expect_alive, expect_gone, user_of};
use perennial_crypto::{SigningAlgorithm, SigningKey};
use perennial_testkit::{Admin, Answer, Client, on_both_databases, on_postgres, token};
use serde_json::{Value, json};

on_both_databases! {
    async fn a_token_that_says_something_else_is_refused_and_ends_nothing(server) {
        let up = Provider::new(&server).await;
        let (client, offline) = alices_backup(&server).await;
        let changes = [
            ("iss", json!("https://elsewhere.example")),
            ("iss", json!(format!("{ISSUER}/"))),
            ("iss", Value::Null),
            ("aud", json!("another-client")),
            ("aud", json!([])),
            ("aud", Value::Null),
            ("iat", json!(up.now_s - 301)),
            ("iat", json!(up.now_s + 61)),
            ("iat", json!("now")),
            ("iat", json!(i64::MIN)),
            ("iat", Value::Null),
            ("exp", json!(up.now_s)),
            ("exp", json!("soon")),
            ("jti", Value::Null),
            ("jti", json!("")),
            ("jti", json!("x".repeat(300))),
            ("nonce", json!("n-0S6_WzA2Mj")),
            ("events", Value::Null),
            ("events", json!({})),
            ("events", json!([EVENT])),
            ("events", json!({"http://schemas.example/another": {}})),
            ("sub", json!("")),
            ("sub", Value::Null),
        ];
        for (name, value) in changes {
            let mut claims = up.revoking();
            match value.is_null() {
                true => drop(claims.as_object_mut().expect("claims").remove(name)),
                false => claims[name] = value.clone(),
            }
            let answer = up.tell(&server, &claims).await;
            assert_eq!((answer.status, answer.text("error").as_str()), (400, "invalid_request"), "{name} {value}: {answer}");
        }
        expect_alive(&client, &offline).await;
    }

    async fn a_session_of_the_providers_alone_is_nobody_here(server) {
        let up = Provider::new(&server).await;
        let mut claims = up.claims();
        claims.as_object_mut().expect("claims").remove("sub");
        claims["sid"] = json!("a-session-there");
        let answer = refused(up.tell(&server, &claims).await);
        assert!(answer.text("error_description").contains("sub is needed"), "{answer}");
        claims["sub"] = json!(SUBJECT);
        up.tell(&server, &claims).await.expect(200);
    }

    async fn forged_tokens_are_refused(server) {
        let up = Provider::new(&server).await;
        let (client, offline) = alices_backup(&server).await;
        for (what, damaged) in token::damaged(&up.sign(&up.revoking())) {
            let answer = tell(&server, &damaged).await;
            assert_eq!((answer.status, answer.text("error").as_str()), (400, "invalid_request"), "{what}: {answer}");
        }
        let other = SigningKey::generate(SigningAlgorithm::ES256).expect("a key");
        refused(tell(&server, &other.sign_jwt("logout+jwt", &up.revoking()).expect("signed")).await);
        // The public key is no shared secret, whatever a header says.
        for (header, mac) in [(json!({"alg": "HS256", "kid": up.key.kid()}), "c2lnbmF0dXJl"), (json!({"alg": "none"}), "")] {
            let forged = format!("{}.{}.{mac}", base64_url(&header), base64_url(&up.revoking()));
            refused(tell(&server, &forged).await);
        }
        refused(tell(&server, &up.key.sign_jwt("at+jwt", &up.revoking()).expect("signed")).await);
        let mut giant = up.revoking();
        giant["padding"] = json!("x".repeat(20_000));
        refused(up.tell(&server, &giant).await);
        expect_alive(&client, &offline).await;
    }

    async fn a_provider_of_another_realm_ends_nothing_here(server) {
        let up = Provider::new(&server).await;
        let (client, offline) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        admin.post("", &json!({"realm": "branch"})).await.expect(201);
        let url = server.url(&format!("/realms/branch{PATH}"));
        let there = |token: String| Answer::of(server.http().post(&url).form(&[("logout_token", token)]));
        refused(there(up.sign(&up.revoking())).await);
        admin.post("/branch/identity-provider/instances", &described("up", &up.config())).await.expect(201);
        there(up.sign(&up.revoking())).await.expect(200);
        expect_alive(&client, &offline).await;
        let nowhere = server.url(&format!("/realms/nowhere{PATH}"));
        Answer::of(server.http().post(nowhere).form(&[("logout_token", up.sign(&up.claims()))])).await.expect(404);
    }

    async fn a_provider_that_is_disabled_not_heard_or_gone_is_refused(server) {
        let up = Provider::new(&server).await;
        let (client, offline) = alices_backup(&server).await;
        let (admin, path) = (Admin::sign_in(&server).await, format!("{PROVIDERS}/up"));
        let (deaf, heard) = (json!({"config": {"backchannelSupported": "false"}}), json!({"config": {"backchannelSupported": "true"}}));
        for (change, back) in [(json!({"enabled": false}), json!({"enabled": true})), (deaf, heard)] {
            admin.put(&path, &change).await.expect(204);
            refused(up.tell(&server, &up.revoking()).await);
            admin.put(&path, &back).await.expect(204);
        }
        admin.delete(&path).await.expect(204);
        refused(up.tell(&server, &up.revoking()).await);
        // Its links went with it: another one under its name means nobody yet.
        admin.post(PROVIDERS, &described("up", &up.config())).await.expect(201);
        up.tell(&server, &up.revoking()).await.expect(200);
        expect_alive(&client, &offline).await;
        link(&admin, "alice", SUBJECT).await;
        up.tell(&server, &up.revoking()).await.expect(200);
        expect_gone(&client, &offline).await;
    }

    async fn a_clumsy_caller_is_told_what_is_missing(server) {
        let up = Provider::new(&server).await;
        let (url, signed) = (server.demo_url(PATH), up.sign(&up.claims()));
        let form = |pairs: &[(&str, &str)]| Answer::of(server.http().post(&url).form(pairs));
        refused(form(&[]).await);
        refused(form(&[("logout_token", "")]).await);
        refused(form(&[("token", &signed)]).await);
        refused(form(&[("logout_token", &signed), ("logout_token", &signed)]).await);
        refused(Answer::of(server.http().post(&url).json(&json!({"logout_token": signed}))).await);
        let got = Answer::of(server.http().get(&url)).await;
        assert!(got.status == 404 || got.status == 405, "{got}");
        // None of that has used it up.
        tell(&server, &signed).await.expect(200);
        server.assert_never_logged(&[&signed]);
    }

    async fn a_subject_that_nobody_is_linked_with_has_nothing_to_end(server) {
        let up = Provider::new(&server).await;
        let (client, offline) = alices_backup(&server).await;
        let own_id = user_of(&offline);
        for subject in ["somebody-else", own_id.as_str(), "alice", "a\u{0}b"] {
            let mut claims = up.revoking();
            claims["sub"] = json!(subject);
            up.tell(&server, &claims).await.expect(200);
        }
        let admin = Admin::sign_in(&server).await;
        admin.delete(&link_of(&admin, "alice").await).await.expect(204);
        up.tell(&server, &up.revoking()).await.expect(200);
        expect_alive(&client, &offline).await;
    }

    async fn a_logout_token_is_taken_once(server) {
        let up = Provider::new(&server).await;
        let (mut claims, client) = (up.claims(), Client::nightly_backup(&server));
        claims.as_object_mut().expect("claims").remove("exp");
        up.tell(&server, &claims).await.expect(200);
        let (_, _, later) = alices_online(&server).await;
        refused(up.tell(&server, &claims).await);
        // The same id in another token is the same token.
        let mut again = claims.clone();
        again["events"] = up.revoking()["events"].clone();
        refused(up.tell(&server, &again).await);
        // It is remembered as long as it would be good.
        server.advance_clock(300).await;
        server.run_jobs().await;
        refused(up.tell(&server, &claims).await);
        expect_alive(&client, &later).await;
    }
}

on_postgres! {
    async fn two_nodes_take_a_logout_token_once(server) {
        let (up, second) = (Provider::new(&server).await, server.second_node().await);
        let signed = up.sign(&up.claims());
        let calls = [&server, &second, &server, &second].map(|node| {
            let request = node.http().post(node.demo_url(PATH)).form(&[("logout_token", signed.as_str())]);
            tokio::spawn(Answer::of(request))
        });
        let mut taken = 0;
        for call in calls {
            taken += usize::from(call.await.expect("an answer").status == 200);
        }
        assert_eq!(taken, 1);
    }
}

fn base64_url(value: &Value) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(value.to_string())
}
