//! What a restored backup forgot, kind by kind: `perennial recover` ends again what the audit log says has ended, and only once.

use super::recovery::recover;
use crate::support::{DAY_S, alices_backup, alices_frame, alices_online, expect_alive, expect_gone, grant_of, user_of};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, AuthorizationRequest, Choice, Client, Console, TestServer, on_both_databases};
use serde_json::{Value, json};

const CONSENT: &str = "/realms/demo/account/applications/nightly-backup/consent";

on_both_databases! {
    async fn a_scope_that_its_user_took_out_of_a_consent_is_taken_out_again(server) {
        let request = AuthorizationRequest::nightly_backup().scope("openid offline_access phone");
        let client = Client::nightly_backup(&server);
        let tokens = client.authorize_with(&server, &request, &Person::alice(), &Choice::accept()).await;
        let backup = server.back_up().await;
        let left: Vec<String> = consented(&server).await.into_iter().filter(|scope| scope != "phone").collect();
        let wanted: Vec<Value> = left.iter().map(|scope| json!({"name": scope})).collect();
        let portal = Console::account(&server, &Person::alice()).await;
        portal.put(CONSENT, &json!({"grantedScopes": wanted})).await.expect(200);
        server.restore(&backup).await;
        let client = Client::nightly_backup(&server);
        assert!(expect_alive(&client, &tokens).await.scopes().contains(&"phone".to_owned()));
        assert!(consented(&server).await.contains(&"phone".to_owned()));

        let said = recover(&server);
        assert!(said.contains("1  consent narrowed") && said.contains("1  grant narrowed"), "{said}");
        assert_eq!(consented(&server).await, left);
        assert!(!client.is_active(&tokens.access_token()).await);
        assert!(!expect_alive(&client, &tokens).await.scopes().contains(&"phone".to_owned()));
        expect_nothing_forgotten(&server);
    }

    async fn an_earlier_end_that_was_chosen_stands_again(server) {
        let (_, tokens) = alices_backup(&server).await;
        let backup = server.back_up().await;
        let end = (server.now_s().await + 2 * DAY_S) * 1_000;
        let path = format!("/demo/offline-sessions/{}", grant_of(&tokens));
        Admin::sign_in(&server).await.patch(&path, &json!({"expires": end})).await.expect(204);
        server.restore(&backup).await;

        let said = recover(&server);
        assert!(said.contains("1  grant end chosen"), "{said}");
        let shown = Admin::sign_in(&server).await.offline_sessions(demo::NIGHTLY_BACKUP).await.remove(0);
        assert_eq!((&shown["expires"], &shown["endsBy"]), (&json!(end), &json!("consent")), "{shown}");
        let client = Client::nightly_backup(&server);
        assert!(!client.is_active(&tokens.access_token()).await, "it was made for a later end");
        expect_alive(&client, &tokens).await;
        expect_nothing_forgotten(&server);
        server.advance_clock(2 * DAY_S + 1).await;
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not active");
    }

    async fn an_access_token_that_was_revoked_alone_is_inactive_again(server) {
        let (_, tokens) = alices_backup(&server).await;
        let backup = server.back_up().await;
        Client::nightly_backup(&server).revoke(&tokens.access_token()).await.expect(200);
        server.restore(&backup).await;
        let client = Client::nightly_backup(&server);
        assert!(client.is_active(&tokens.access_token()).await);

        let said = recover(&server);
        assert!(said.contains("1  access token denied"), "{said}");
        assert!(!client.is_active(&tokens.access_token()).await);
        client.userinfo(&tokens.access_token()).await.expect(401);
        let fresh = expect_alive(&client, &tokens).await;
        assert!(client.is_active(&fresh.access_token()).await, "its session lost nothing else");
        expect_nothing_forgotten(&server);
    }

    async fn a_browsers_session_that_was_ended_ends_again_and_no_offline_session_with_it(server) {
        let (_, _, online) = alices_online(&server).await;
        let (_, offline) = alices_backup(&server).await;
        let backup = server.back_up().await;
        let sid = online.text("session_state");
        Admin::sign_in(&server).await.delete(&format!("/demo/sessions/{sid}")).await.expect(204);
        server.restore(&backup).await;
        let client = Client::nightly_backup(&server);
        expect_alive(&client, &online).await;
        assert!(signed_in(&server, &user_of(&online)).await.contains(&sid));

        let said = recover(&server);
        assert!(said.contains("1  user session ended"), "{said}");
        client.refresh(&online.refresh_token()).await.expect_refusal("Session not active");
        let left = signed_in(&server, &user_of(&online)).await;
        assert!(!left.contains(&sid) && left.contains(&offline.text("session_state")), "{left:?}");
        expect_alive(&client, &offline).await;
        expect_nothing_forgotten(&server);
    }

    async fn nothing_of_a_client_that_was_deleted_works_again(server) {
        let (_, deleted) = alices_backup(&server).await;
        let (_, other) = alices_frame(&server).await;
        let backup = server.back_up().await;
        Admin::sign_in(&server).await.delete_client(demo::NIGHTLY_BACKUP).await;
        server.restore(&backup).await;
        let client = Client::nightly_backup(&server);
        expect_alive(&client, &deleted).await;

        let said = recover(&server);
        assert!(said.contains("1  client deleted"), "{said}");
        expect_gone(&client, &deleted).await;
        expect_alive(&Client::photo_frame(&server), &other).await;
        expect_nothing_forgotten(&server);
    }

    async fn the_marks_of_a_client_and_of_a_user_stand_again(server) {
        let (_, of_client) = alices_frame(&server).await;
        let (client, untouched) = alices_backup(&server).await;
        let of_user = client.authorize(&server, &Person::bob(), &Choice::accept()).await;
        let backup = server.back_up().await;
        let admin = Admin::sign_in(&server).await;
        let frame = format!("/demo/clients/{}", admin.client_uuid(demo::PHOTO_FRAME).await);
        let bob = format!("/demo/users/{}", user_of(&of_user));
        for path in [&frame, &bob] {
            admin.post(&format!("{path}/push-revocation"), &json!({"notBefore": "now"})).await.expect(200);
        }
        server.restore(&backup).await;
        let (frames, client) = (Client::photo_frame(&server), Client::nightly_backup(&server));
        // The public client's next token is of the same session.
        let of_client = expect_alive(&frames, &of_client).await;
        expect_alive(&client, &of_user).await;

        let said = recover(&server);
        assert!(said.contains("2  not before set"), "{said}");
        expect_gone(&frames, &of_client).await;
        expect_gone(&client, &of_user).await;
        expect_alive(&client, &untouched).await;
        let admin = Admin::sign_in(&server).await;
        for path in [&frame, &bob] {
            let shown = admin.get(path).await.expect(200).json();
            assert!(shown["notBefore"].as_i64() > Some(0), "{shown}");
        }
        expect_nothing_forgotten(&server);
    }
}

/// A second recovery finds nothing more to do.
#[track_caller]
fn expect_nothing_forgotten(server: &TestServer) {
    let said = recover(server);
    assert!(said.contains("nothing had been forgotten"), "{said}");
}

/// What alice's consent for nightly-backup covers, sorted.
async fn consented(server: &TestServer) -> Vec<String> {
    let portal = Console::account(server, &Person::alice()).await;
    let consent = portal.get(CONSENT).await.expect(200).json();
    names(&consent["grantedScopes"], "name")
}

/// The browsers' sessions of a user, by their ids.
async fn signed_in(server: &TestServer, user: &str) -> Vec<String> {
    let shown = Admin::sign_in(server).await.get(&format!("/demo/users/{user}/sessions")).await.expect(200).json();
    names(&shown, "id")
}

fn names(list: &Value, field: &str) -> Vec<String> {
    let mut names: Vec<String> =
        list.as_array().expect("a list").iter().map(|one| one[field].as_str().expect("a text").to_owned()).collect();
    names.sort();
    names
}
