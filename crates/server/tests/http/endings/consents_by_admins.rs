//! An admin takes single scopes out of what a user has allowed an app: its sessions follow, and nothing is given in a user's name.

use crate::support::{alices_backup, alices_frame, alices_online, expect_alive, expect_ended, grant_of};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, AuthorizationRequest, Choice, Client, Console, TestServer, on_both_databases};
use serde_json::{Value, json};

const SCOPES: &str = "openid offline_access phone";

/// alice allows the client these scopes; what was granted with them.
async fn allowed(server: &TestServer, client: &Client) -> (Answer, Vec<String>) {
    let request = AuthorizationRequest::new(&client.id).scope(SCOPES);
    let tokens = client.authorize_with(server, &request, &Person::alice(), &Choice::accept()).await;
    let scopes = tokens.scopes();
    (tokens, scopes)
}

async fn path_for(admin: &Admin, client_id: &str) -> String {
    format!("/demo/users/{}/consents/{client_id}", admin.user_id("alice").await)
}

/// What the list of consents shows of a client.
async fn listed(admin: &Admin, client_id: &str) -> Option<Value> {
    let list = admin.get(&format!("/demo/users/{}/consents", admin.user_id("alice").await)).await.expect(200).json();
    list.as_array().expect("a list").iter().find(|consent| consent["clientId"] == client_id).cloned()
}

fn left(scopes: &[String], gone: &str) -> Value {
    json!({"grantedClientScopes": scopes.iter().filter(|scope| *scope != gone).collect::<Vec<_>>()})
}

on_both_databases! {
    async fn a_scope_that_an_admin_withdraws_is_gone_from_the_consent_and_from_all_sessions_which_stay(server) {
        let client = Client::nightly_backup(&server);
        let (first, scopes) = allowed(&server, &client).await;
        let (second, _) = allowed(&server, &client).await;
        let admin = Admin::sign_in(&server).await;
        let path = path_for(&admin, demo::NIGHTLY_BACKUP).await;
        // Read, changed and written back.
        let mut consent = listed(&admin, demo::NIGHTLY_BACKUP).await.expect("a consent");
        consent["grantedClientScopes"] = left(&scopes, "phone")["grantedClientScopes"].clone();
        admin.put(&path, &consent).await.expect(204);
        for tokens in [&first, &second] {
            assert!(!client.is_active(&tokens.access_token()).await, "older access tokens carry the scope");
            let fresh = expect_alive(&client, tokens).await;
            assert!(!fresh.scopes().contains(&"phone".to_owned()), "{fresh}");
        }
        let shown = listed(&admin, demo::NIGHTLY_BACKUP).await.expect("a consent");
        assert!(!shown["grantedClientScopes"].to_string().contains("phone"), "{shown}");
        // Whoever wants it again must ask the user.
        let silent = AuthorizationRequest::nightly_backup().scope("openid phone").prompt("none");
        let portal = Console::account(&server, &Person::alice()).await;
        let redirect = portal.browser.open(&silent.url(&server)).await.redirect();
        redirect.expect_error("consent_required", &server.issuer(demo::REALM));
    }

    async fn what_a_user_allows_while_an_admin_looks_at_the_consent_is_not_taken_away_with_another_scope(server) {
        let client = Client::nightly_backup(&server);
        let fewer = AuthorizationRequest::new(&client.id).scope("openid offline_access email");
        client.authorize_with(&server, &fewer, &Person::alice(), &Choice::accept()).await;
        let admin = Admin::sign_in(&server).await;
        let path = path_for(&admin, demo::NIGHTLY_BACKUP).await;
        let read = admin.get(&path).await.expect(200);
        assert_eq!(Some(read.json()), listed(&admin, demo::NIGHTLY_BACKUP).await);
        let put_if = async |tag: &str, consent: &Value| {
            let request = admin.request(reqwest::Method::PUT, &path).header("If-Match", tag);
            Answer::of(request.json(consent)).await
        };
        let rest = async |read: &Answer| {
            let scopes = read.json()["grantedClientScopes"].as_array().expect("a list").clone();
            json!({"grantedClientScopes": scopes.into_iter().filter(|scope| scope != "email").collect::<Vec<_>>()})
        };
        let (tokens, _) = allowed(&server, &client).await;
        put_if(read.header("etag"), &rest(&read).await).await.expect(412);
        assert!(expect_alive(&client, &tokens).await.scopes().contains(&"phone".to_owned()));
        let now = admin.get(&path).await.expect(200);
        put_if(now.header("etag"), &rest(&now).await).await.expect(204);
        let left = admin.get(&path).await.expect(200).json()["grantedClientScopes"].to_string();
        assert!(left.contains("phone") && !left.contains("email"), "{left}");
        // A tag that was good once is not good again, and of two with the same one only the first wins.
        put_if(now.header("etag"), &json!({"grantedClientScopes": ["openid"]})).await.expect(412);
        let viewer = admin.with_roles(&server, "vera", &["view-clients"]).await;
        viewer.get(&path).await.expect(403);
        admin.get(&path_for(&admin, demo::PHOTO_FRAME).await).await.expect(404);
        admin.get(&path_for(&admin, "nobody").await).await.expect(404);
    }

    async fn without_offline_access_the_clients_offline_sessions_end_and_its_online_ones_stay(server) {
        let client = Client::nightly_backup(&server);
        let (offline, scopes) = allowed(&server, &client).await;
        let (_, _, online) = alices_online(&server).await;
        let (frame, framed) = alices_frame(&server).await;
        let admin = Admin::sign_in(&server).await;
        let path = path_for(&admin, demo::NIGHTLY_BACKUP).await;
        admin.put(&path, &left(&scopes, "offline_access")).await.expect(204);
        expect_ended(&client, &offline).await;
        expect_alive(&client, &online).await;
        expect_alive(&frame, &framed).await;
    }

    async fn what_a_client_has_without_a_consent_is_narrowed_all_the_same(server) {
        let frame = Client::photo_frame(&server);
        let (tokens, scopes) = allowed(&server, &frame).await;
        let admin = Admin::sign_in(&server).await;
        let path = path_for(&admin, demo::PHOTO_FRAME).await;
        admin.put(&path, &left(&scopes, "phone")).await.expect(204);
        let fresh = expect_alive(&frame, &tokens).await;
        assert!(!fresh.scopes().contains(&"phone".to_owned()), "{fresh}");
        let shown = listed(&admin, demo::PHOTO_FRAME).await.expect("its offline session");
        assert_eq!(shown["grantedClientScopes"], json!([]), "nobody has consented by that: {shown}");
    }

    async fn with_no_scope_left_the_app_is_removed(server) {
        let (client, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        let path = path_for(&admin, demo::NIGHTLY_BACKUP).await;
        admin.put(&path, &json!({"grantedClientScopes": []})).await.expect(204);
        expect_ended(&client, &tokens).await;
        assert!(listed(&admin, demo::NIGHTLY_BACKUP).await.is_none());
        admin.put(&path, &json!({"grantedClientScopes": []})).await.expect(404);
    }

    async fn an_admin_gives_nothing_in_a_users_name(server) {
        let (client, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        let path = path_for(&admin, demo::NIGHTLY_BACKUP).await;
        let mut more = tokens.scopes();
        more.push("phone".to_owned());
        admin.put(&path, &json!({"grantedClientScopes": more})).await.expect(403);
        let frame = path_for(&admin, demo::PHOTO_FRAME).await;
        admin.put(&frame, &json!({"grantedClientScopes": ["openid"]})).await.expect(403);
        assert_eq!(expect_alive(&client, &tokens).await.scopes(), tokens.scopes());
        assert!(client.is_active(&tokens.access_token()).await);
    }

    async fn the_withdrawal_is_in_the_audit_log_the_sessions_timeline_and_the_admin_events(server) {
        let admin = Admin::sign_in(&server).await;
        admin.configure_events(json!({"adminEventsEnabled": true})).await;
        let client = Client::nightly_backup(&server);
        let (tokens, scopes) = allowed(&server, &client).await;
        let path = path_for(&admin, demo::NIGHTLY_BACKUP).await;
        admin.put(&path, &left(&scopes, "phone")).await.expect(204);
        let told = admin.event("UPDATE_CONSENT").await;
        assert_eq!((&told["details"]["by"], &told["clientId"]), (&json!("admin"), &json!(demo::NIGHTLY_BACKUP)));
        let timeline = admin.get(&format!("/demo/offline-sessions/{}", grant_of(&tokens))).await.expect(200).json();
        let narrowed = timeline["events"].as_array().expect("events").iter();
        assert_eq!(narrowed.filter(|event| event["type"] == "OFFLINE_SESSION_NARROWED").count(), 1, "{timeline}");
        let lines = server.audit_lines();
        let line = |action: &str| lines.iter().find(|line| line["action"] == action).cloned();
        let said = line("consent_narrowed").expect("a line for the consent");
        assert_eq!(said["actor"], "admin", "{said}");
        assert_eq!(line("grant_narrowed").expect("a line for the session")["grant"], grant_of(&tokens));
        let recorded = admin.admin_events("operationTypes=UPDATE").await;
        assert!(recorded.iter().any(|event| event["resourcePath"].as_str().is_some_and(|at| at.contains("/consents/"))));
    }

    async fn only_who_manages_users_withdraws_and_wrong_requests_change_nothing(server) {
        let (client, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        let path = path_for(&admin, demo::NIGHTLY_BACKUP).await;
        let nothing = json!({"grantedClientScopes": []});
        let viewer = admin.with_roles(&server, "viewer", &["view-users"]).await;
        viewer.put(&path, &nothing).await.expect(403);
        Admin::with_bearer(&server, &tokens.access_token()).put(&path, &nothing).await.expect(403);
        for wrong in [json!({}), json!([]), json!({"grantedClientScopes": "openid"}), json!({"grantedClientScopes": ["a b"]}),
            json!({"grantedClientScopes": [""]}), json!({"grantedClientScopes": [7]}), json!({"grantedClientScopes": null})] {
            let answer = admin.put(&path, &wrong).await;
            assert_eq!(answer.status, 400, "{wrong}: {answer}");
        }
        admin.put(&path.replace(demo::NIGHTLY_BACKUP, "no-such-app"), &nothing).await.expect(404);
        admin.put("/demo/users/nobody/consents/nightly-backup", &nothing).await.expect(404);
        admin.put("/demo/users/00000000-0000-7000-8000-000000000000/consents/nightly-backup", &nothing).await.expect(404);
        expect_alive(&client, &tokens).await;
    }
}
