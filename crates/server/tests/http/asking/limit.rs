//! How many offline sessions a user may have with a client: the least recently used makes room.

use crate::rotation::at_once;
use crate::support::{DAY_S, grant_of};
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, AuthorizationRequest, Browser, Choice, Client, on_both_databases};
use serde_json::json;

/// alice's offline sessions with photo-frame, one second apart.
async fn sessions(server: &perennial_testkit::TestServer, count: usize) -> Vec<Answer> {
    let client = Client::photo_frame(server);
    let mut all = Vec::new();
    for _ in 0..count {
        server.advance_clock(1).await;
        all.push(client.password_grant(&Person::alice(), "openid offline_access").await.expect_tokens());
    }
    all
}

on_both_databases! {
    async fn the_least_recently_used_session_makes_room_not_the_oldest(server) {
        Admin::sign_in(&server).await.change_realm(json!({"offlineSessionLimit": 2})).await;
        let client = Client::photo_frame(&server);
        let first_two = sessions(&server, 2).await;
        server.advance_clock(1).await;
        let first = client.refresh(&first_two[0].refresh_token()).await.expect_tokens();
        let third = sessions(&server, 1).await;
        client.refresh(&first_two[1].refresh_token()).await.expect_refusal("Offline session not found");
        client.refresh(&first.refresh_token()).await.expect_tokens();
        client.refresh(&third[0].refresh_token()).await.expect_tokens();
    }

    async fn where_nothing_is_set_twenty_sessions_live_and_the_next_one_takes_the_place_of_the_least_recently_used(server) {
        let admin = Admin::sign_in(&server).await;
        assert_eq!(admin.realm().await["offlineSessionLimit"], 20);
        let all = sessions(&server, 21).await;
        let client = Client::photo_frame(&server);
        client.refresh(&all[0].refresh_token()).await.expect_refusal("Offline session not found");
        let admin = Admin::sign_in(&server).await;
        assert_eq!(admin.offline_sessions(demo::PHOTO_FRAME).await.len(), 20);
        for tokens in &all[1..] {
            client.refresh(&tokens.refresh_token()).await.expect_tokens();
        }
        assert_eq!(admin.event("OFFLINE_SESSION_EVICTED").await["grantId"], grant_of(&all[0]));
    }

    async fn sign_ins_at_once_at_the_limit_leave_as_many_sessions_as_it_allows(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"offlineSessionLimit": 2})).await;
        sessions(&server, 2).await;
        server.advance_clock(1).await;
        let (client, alice) = (Client::photo_frame(&server), Person::alice());
        let mut allowed = Vec::new();
        for _ in 0..6 {
            let request = AuthorizationRequest::photo_frame();
            let redirect = Browser::new(&server).authorize(&server, &request, &alice, &Choice::accept()).await;
            allowed.push((request, redirect.code()));
        }
        let begun = at_once(allowed.iter().map(|(request, code)| client.redeem(request, code)).collect()).await;
        let admin = Admin::sign_in(&server).await;
        assert_eq!(admin.offline_sessions(demo::PHOTO_FRAME).await.len(), 2);
        let mut alive = 0;
        for tokens in begun {
            let answer = client.refresh(&tokens.expect_tokens().refresh_token()).await;
            match answer.status {
                200 => alive += 1,
                _ => drop(answer.expect_refusal("Offline session not found")),
            }
        }
        assert_eq!(alive, 2, "whoever comes later takes the place of those who were there");
    }

    async fn the_clients_own_limit_replaces_the_realms_and_0_means_none(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"offlineSessionLimit": 1})).await;
        admin.change_client(demo::PHOTO_FRAME, json!({"offlineSessionLimit": 3})).await;
        sessions(&server, 5).await;
        assert_eq!(admin.offline_sessions(demo::PHOTO_FRAME).await.len(), 3);
        admin.change_client(demo::PHOTO_FRAME, json!({"offlineSessionLimit": 0})).await;
        sessions(&server, 4).await;
        assert_eq!(admin.offline_sessions(demo::PHOTO_FRAME).await.len(), 7);
        admin.change_client(demo::PHOTO_FRAME, json!({"attributes": {"offline.session.limit": ""}})).await;
        sessions(&server, 1).await;
        assert_eq!(admin.offline_sessions(demo::PHOTO_FRAME).await.len(), 1, "the realm's limit counts again");
    }

    async fn a_session_that_has_ended_takes_no_room(server) {
        Admin::sign_in(&server).await.change_realm(json!({"offlineSessionLimit": 2})).await;
        let client = Client::nightly_backup(&server);
        let request = AuthorizationRequest::nightly_backup().prompt("consent");
        let begin = async |days| client.authorize_with(&server, &request, &Person::alice(), &Choice::for_days(days)).await;
        let (lasting, short) = (begin(0).await, begin(7).await);
        server.advance_clock(6 * DAY_S).await;
        client.refresh(&short.refresh_token()).await.expect_tokens();
        server.advance_clock(2 * DAY_S).await;
        let third = begin(0).await;
        for tokens in [lasting, third] {
            client.refresh(&tokens.refresh_token()).await.expect_tokens();
        }
    }

    async fn another_users_sessions_never_make_room(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"offlineSessionLimit": 1})).await;
        let client = Client::photo_frame(&server);
        let bobs = client.password_grant(&Person::bob(), "openid offline_access").await.expect_tokens();
        sessions(&server, 2).await;
        client.refresh(&bobs.refresh_token()).await.expect_tokens();
    }

    async fn service_accounts_have_no_limit(server) {
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"offlineSessionLimit": 1})).await;
        let attributes = json!({"client_credentials.use_refresh_token": "true"});
        admin.create_client(json!({"clientId": "robot", "secret": "s-3-c", "serviceAccountsEnabled": true, "attributes": attributes})).await;
        let robot = Client::confidential(&server, "robot", "s-3-c");
        let first = robot.client_credentials("openid offline_access").await.expect_tokens();
        robot.client_credentials("openid offline_access").await.expect_tokens();
        robot.refresh(&first.refresh_token()).await.expect_tokens();
    }
}
