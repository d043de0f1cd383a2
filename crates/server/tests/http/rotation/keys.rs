//! Key rotation: a token under an old key goes on under the new one, old keys stay as long as they are needed, and a compromised
//! one takes its sessions with it.

use super::together::generation;
use crate::support::{alices_backup, alices_frame, backup_at};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, Answer, Choice, Client, TestServer, on_both_databases, on_postgres, token};
use serde_json::{Value, json};

const MINUTE_S: i64 = 60;
const DAY_S: i64 = 86_400;

on_both_databases! {
    async fn a_refresh_under_an_old_key_returns_the_token_under_the_new_one(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = alices_backup(&server).await;
        let old = kid(&tokens.refresh_token());
        let done = rotate(&admin, json!({"kind": "refresh"})).await;
        assert_eq!(done["passive"], json!([old]));
        let fresh = client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token();
        assert_eq!(json!([kid(&fresh)]), done["made"]);
        assert_eq!(generation(&fresh), 0, "the mode is never: only the key changed");
        for token in [&fresh, &tokens.refresh_token()] {
            let again = client.refresh(token).await.expect_tokens().refresh_token();
            assert_eq!(again, fresh, "byte for byte");
        }
    }

    async fn rotation_of_tokens_goes_on_across_a_rotation_of_keys(server) {
        let admin = Admin::sign_in(&server).await;
        admin.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let mut current = tokens.refresh_token();
        for _ in 0..3 {
            rotate(&admin, json!({"kind": "refresh"})).await;
            let next = client.refresh(&current).await.expect_tokens().refresh_token();
            assert_eq!(generation(&next), generation(&current) + 1);
            assert_ne!(kid(&next), kid(&current));
            let replayed = client.refresh(&current).await.expect_tokens().refresh_token();
            assert_eq!(replayed, next);
            current = next;
        }
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
    }

    async fn a_successor_that_was_handed_out_stays_what_it_was_across_rotations_of_keys(server) {
        let admin = Admin::sign_in(&server).await;
        admin.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let first = tokens.refresh_token();
        let handed_out = client.refresh(&first).await.expect_tokens().refresh_token();
        for _ in 0..2 {
            rotate(&admin, json!({"kind": "refresh"})).await;
            // Another worker of the client, which holds the first token still.
            let replayed = client.refresh(&first).await.expect_tokens().refresh_token();
            assert_eq!(replayed, handed_out, "byte for byte");
        }
        let next = client.refresh(&handed_out).await.expect_tokens().refresh_token();
        assert_eq!(client.refresh(&handed_out).await.expect_tokens().refresh_token(), next);
        client.refresh(&next).await.expect_tokens();
        client.refresh(&first).await.expect_error(400, "invalid_grant");
    }

    async fn an_old_key_stays_until_no_session_needs_it(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, used) = alices_backup(&server).await;
        let (_, idle) = alices_backup(&server).await;
        let old = kid(&used.refresh_token());
        rotate(&admin, json!({"kind": "refresh"})).await;
        let fresh = moved(&client, &used).await;
        server.advance_clock(2 * MINUTE_S).await;
        retire(&server);
        assert_eq!(status_of(&admin, &old).await, "PASSIVE", "a session names it still");

        let idle_fresh = moved(&client, &idle).await;
        retire(&server);
        assert_eq!(status_of(&admin, &old).await, Value::Null, "nothing needs it");
        client.refresh(&used.refresh_token()).await.expect_refusal("Invalid refresh token");
        for token in [fresh, idle_fresh] {
            client.refresh(&token).await.expect_tokens();
        }
    }

    async fn an_answer_lost_across_a_rotation_of_keys_can_still_be_had(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = alices_backup(&server).await;
        let old = kid(&tokens.refresh_token());
        rotate(&admin, json!({"kind": "refresh"})).await;
        // The answer with the token under the new key gets lost: the row names the new key, the client holds the old.
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        server.advance_clock(20 * DAY_S).await;
        retire(&server);
        assert_eq!(status_of(&Admin::sign_in(&server).await, &old).await, "PASSIVE");
        moved(&client, &tokens).await;
        retire(&server);
        assert_eq!(status_of(&Admin::sign_in(&server).await, &old).await, Value::Null);
    }

    async fn a_fresh_old_key_is_not_retired_however_few_need_it(server) {
        let admin = Admin::sign_in(&server).await;
        let done = rotate(&admin, json!({"kind": "refresh"})).await;
        let old = done["passive"][0].as_str().expect("a kid").to_owned();
        retire(&server);
        assert_eq!(status_of(&admin, &old).await, "PASSIVE", "a unit may be under way that names it");
        server.advance_clock(MINUTE_S).await;
        retire(&server);
        assert_eq!(status_of(&admin, &old).await, Value::Null);
    }

    async fn a_compromised_refresh_key_takes_its_sessions_with_it_at_once(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = alices_backup(&server).await;
        let (frame, others) = alices_frame(&server).await;
        let old = kid(&tokens.refresh_token());
        let done = rotate(&admin, json!({"kind": "refresh", "compromised": true})).await;
        assert_eq!((&done["removed"], &done["endedSessions"]), (&json!([old]), &json!(2)));
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Invalid refresh token");
        frame.refresh(&others.refresh_token()).await.expect_refusal("Invalid refresh token");
        assert!(!client.is_active(&tokens.access_token()).await && !client.is_active(&tokens.refresh_token()).await);
        client.userinfo(&tokens.access_token()).await.expect(401);
        assert!(admin.offline_sessions("nightly-backup").await.is_empty());
        assert_eq!(status_of(&admin, &old).await, Value::Null);
        assert!(server.audit_lines().iter().any(|line| line["action"] == "key_compromised" && line["kid"] == old));

        server.kill();
        server.restart().await;
        let client = Client::nightly_backup(&server);
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Invalid refresh token");
        let again = client.authorize(&server, &Person::alice(), &Choice::accept()).await;
        client.refresh(&again.refresh_token()).await.expect_tokens();
    }

    async fn sessions_that_had_moved_to_a_newer_key_outlive_a_compromised_old_one(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, moved_on) = alices_backup(&server).await;
        let (_, stayed) = alices_backup(&server).await;
        let old = kid(&moved_on.refresh_token());
        rotate(&admin, json!({"kind": "refresh"})).await;
        let fresh = moved(&client, &moved_on).await;
        let done = rotate(&admin, json!({"kind": "refresh", "compromised": true, "kid": old})).await;
        assert_eq!((&done["made"], &done["endedSessions"]), (&json!([]), &json!(1)));
        client.refresh(&fresh).await.expect_tokens();
        for token in [stayed.refresh_token(), moved_on.refresh_token()] {
            client.refresh(&token).await.expect_refusal("Invalid refresh token");
        }
    }

    async fn a_compromised_key_of_one_realm_is_none_of_anothers(server) {
        let admin = Admin::sign_in(&server).await;
        rotate(&admin, json!({"kind": "refresh", "compromised": true})).await;
        rotate(&admin, json!({"kind": "signing", "compromised": true})).await;
        assert_eq!(admin.realm().await["realm"], "demo", "the admin's own tokens are of the realm master");
    }

    async fn old_signing_keys_verify_until_none_of_their_tokens_can_be_alive(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = alices_backup(&server).await;
        let old = kid(&tokens.access_token());
        let before = published(&server).await;
        let done = rotate(&admin, json!({"kind": "signing"})).await;
        assert_eq!(done["made"].as_array().map(Vec::len), Some(2), "one for each algorithm: {done}");
        assert!(client.is_active(&tokens.access_token()).await);
        let fresh = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert!(done["made"].as_array().is_some_and(|made| made.contains(&json!(kid(&fresh.access_token())))));
        assert_eq!(kid(&fresh.id_token()), kid(&fresh.access_token()));
        let after = published(&server).await;
        assert!(before.iter().all(|kid| after.contains(kid)) && after.len() == before.len() + 2, "{after:?}");

        server.advance_clock(DAY_S).await;
        retire(&server);
        assert!(published(&server).await.contains(&old));
        server.advance_clock(MINUTE_S).await;
        retire(&server);
        let last = published(&server).await;
        assert!(!last.contains(&old) && last.len() == 2, "{last:?}");
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn a_compromised_signing_key_is_out_of_the_key_set_at_once_and_sessions_go_on(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = alices_backup(&server).await;
        rotate(&admin, json!({"kind": "signing", "compromised": true})).await;
        assert!(!published(&server).await.contains(&kid(&tokens.access_token())));
        assert!(!client.is_active(&tokens.access_token()).await);
        client.userinfo(&tokens.access_token()).await.expect(401);
        let fresh = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert!(client.is_active(&fresh.access_token()).await);
    }

    async fn keys_are_shown_as_keycloak_shows_them_and_no_secret_with_them(server) {
        let admin = Admin::sign_in(&server).await;
        let keys = admin.get("/demo/keys").await.expect(200).json();
        for (algorithm, kind) in [("RS256", "RSA"), ("ES256", "EC"), ("HS256", "OCT")] {
            let kid = &keys["active"][algorithm];
            let key = keys["keys"].as_array().expect("keys").iter().find(|key| key["kid"] == *kid).expect("the active one");
            assert_eq!((&key["status"], &key["type"], &key["use"]), (&json!("ACTIVE"), &json!(kind), &json!("SIG")));
            assert_eq!(key["publicKey"].is_string(), kind != "OCT", "{key}");
            assert!(key["providerId"].is_string() && key["providerPriority"].is_i64());
        }
    }

    async fn keys_are_shown_to_and_rotated_by_those_who_may_only(server) {
        let nobody = Answer::of(server.http().get(server.url("/admin/realms/demo/keys"))).await;
        nobody.expect(401);
        let alice = Client::photo_frame(&server).password_grant(&Person::alice(), "openid").await.expect_tokens();
        let alice = Admin::with_bearer(&server, &alice.access_token());
        let refused = alice.get("/demo/keys").await;
        assert!(matches!(refused.status, 401 | 403), "{refused}");
        let refused = alice.post("/demo/keys/rotate", &json!({"kind": "refresh", "compromised": true})).await;
        assert!(matches!(refused.status, 401 | 403), "{refused}");
        let (client, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        for body in [json!({}), json!([]), json!({"kind": "all"}), json!({"kind": "refresh", "compromised": "yes"}), json!({"kind": 1}), json!({"kind": "refresh", "kid": 7})] {
            let refused = admin.post("/demo/keys/rotate", &body).await;
            assert_eq!(refused.status, 400, "{body}: {refused}");
        }
        let master = admin.get("/master/keys").await.expect(200).json()["active"]["HS256"].clone();
        for kid in [json!("nothing"), json!(""), master, json!("' OR 1=1 --"), json!("a\u{0}b")] {
            let refused = admin.post("/demo/keys/rotate", &json!({"kind": "refresh", "compromised": true, "kid": kid})).await;
            assert_eq!(refused.status, 404, "{kid}: {refused}");
        }
        admin.post("/nowhere/keys/rotate", &json!({"kind": "refresh"})).await.expect(404);
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn a_key_that_is_passive_already_is_not_rotated_again(server) {
        let admin = Admin::sign_in(&server).await;
        let done = rotate(&admin, json!({"kind": "refresh"})).await;
        let again = admin.post("/demo/keys/rotate", &json!({"kind": "refresh", "kid": done["passive"][0]})).await;
        again.expect(400);
    }

    async fn the_command_line_rotates_beside_a_running_server(server) {
        let (client, tokens) = alices_backup(&server).await;
        let (done, text) = server.run_verb(&["keys", "rotate", "--realm", "demo", "--kind", "refresh"]);
        assert!(done, "{text}");
        let fresh = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert!(text.contains(&kid(&fresh.refresh_token())), "{text}");
        let (done, text) = server.run_verb(&["keys", "list", "--realm", "demo"]);
        assert!(done && text.contains("PASSIVE") && text.contains(&kid(&fresh.refresh_token())), "{text}");
        let (done, text) = server.run_verb(&["keys", "rotate", "--realm", "demo", "--kind", "refresh", "--compromised"]);
        assert!(done && text.contains("1 sessions ended"), "{text}");
        client.refresh(&fresh.refresh_token()).await.expect_refusal("Invalid refresh token");
        let (done, text) = server.run_verb(&["keys", "rotate", "--realm", "nowhere"]);
        assert!(!done && text.contains("nowhere"), "{text}");
    }
}

on_postgres! {
    async fn keys_rotated_at_one_node_are_followed_by_the_other_at_once(server) {
        let (_, tokens) = alices_backup(&server).await;
        let node = server.second_node().await;
        let other = backup_at(&node);
        other.refresh(&tokens.refresh_token()).await.expect_tokens();
        let done = rotate(&Admin::sign_in(&server).await, json!({"kind": "refresh"})).await;
        let fresh = other.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token();
        assert_eq!(json!([kid(&fresh)]), done["made"]);
        backup_at(&server).refresh(&fresh).await.expect_tokens();
    }

    async fn what_one_node_calls_compromised_the_other_refuses_at_once(server) {
        let (client, tokens) = alices_backup(&server).await;
        let node = server.second_node().await;
        let other = backup_at(&node);
        other.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert!(other.is_active(&tokens.access_token()).await);
        let admin = Admin::sign_in(&server).await;
        rotate(&admin, json!({"kind": "refresh", "compromised": true})).await;
        other.refresh(&tokens.refresh_token()).await.expect_refusal("Invalid refresh token");
        assert!(!other.is_active(&tokens.access_token()).await);
        drop(client);
    }

    async fn a_flood_of_made_up_keys_keeps_no_token_under_a_new_one_out(server) {
        let (client, tokens) = alices_backup(&server).await;
        let node = server.second_node().await;
        let other = backup_at(&node);
        other.refresh(&tokens.refresh_token()).await.expect_tokens();
        let (_, rest) = tokens.refresh_token().split_once('.').map(|(head, rest)| (head.to_owned(), rest.to_owned())).expect("a JWS");
        let forged = format!("{}.{rest}", URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT","kid":"made-up"}"#));
        let flood: Vec<_> = (0..30)
            .map(|_| {
                let (other, forged) = (other.clone(), forged.clone());
                tokio::spawn(async move { (other.refresh(&forged).await, other.revoke(&forged).await) })
            })
            .collect();
        rotate(&Admin::sign_in(&server).await, json!({"kind": "refresh"})).await;
        let fresh = moved(&client, &tokens).await;
        other.refresh(&fresh).await.expect_tokens();
        for one in flood {
            let (refreshed, revoked) = one.await.expect("answers");
            refreshed.expect_refusal("Invalid refresh token");
            revoked.expect(200);
        }
        other.refresh(&fresh).await.expect_tokens();
    }

    async fn two_nodes_that_rotate_at_once_leave_one_active_key(server) {
        let node = server.second_node().await;
        let (here, there) = (Admin::sign_in(&server).await, Admin::sign_in(&node).await);
        let (client, tokens) = alices_backup(&server).await;
        let wanted = json!({"kind": "refresh"});
        let (first, second) = tokio::join!(rotate(&here, wanted.clone()), rotate(&there, wanted.clone()));
        assert_ne!(first["made"], second["made"]);
        let keys = here.get("/demo/keys").await.expect(200).json();
        let of_refresh = keys["keys"].as_array().expect("keys").iter().filter(|key| key["algorithm"] == "HS256");
        let active = of_refresh.filter(|key| key["status"] == "ACTIVE").count();
        assert_eq!(active, 1, "{keys}");
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }
}

async fn rotate(admin: &Admin, wanted: Value) -> Value {
    admin.post("/demo/keys/rotate", &wanted).await.expect(200).json()
}

/// What the hourly job does.
fn retire(server: &TestServer) {
    let (done, text) = server.run_verb(&["keys", "retire", "--realm", "demo"]);
    assert!(done, "{text}");
}

/// The token under the new key, shown once: nothing needs the old one any more.
async fn moved(client: &Client, tokens: &Answer) -> String {
    let fresh = client.refresh(&tokens.refresh_token()).await.expect_tokens().refresh_token();
    client.refresh(&fresh).await.expect_tokens().refresh_token()
}

/// Null where the key is gone.
async fn status_of(admin: &Admin, kid: &str) -> Value {
    let keys = admin.get("/demo/keys").await.expect(200).json();
    let found = keys["keys"].as_array().expect("keys").iter().find(|key| key["kid"] == kid).cloned();
    found.map_or(Value::Null, |key| key["status"].clone())
}

async fn published(server: &TestServer) -> Vec<String> {
    let answer =
        Answer::of(server.http().get(server.demo_url("/protocol/openid-connect/certs"))).await.expect(200).json();
    let keys = answer["keys"].as_array().expect("keys").iter();
    keys.map(|key| key["kid"].as_str().expect("a kid").to_owned()).collect()
}

fn kid(token: &str) -> String {
    token::header(token)["kid"].as_str().expect("a kid").to_owned()
}
