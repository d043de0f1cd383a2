//! Which sessions raise a notice, and that each is given once.

use super::{ALICE, deliveries, mail_server, webhook};
use crate::support::{DAY_S, alices_backup, alices_frame};
use perennial_testkit::client::Authentication;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, Choice, Client, Console, Listener, on_both_databases, on_postgres};
use serde_json::json;

on_both_databases! {
    async fn a_session_that_ends_soon_is_told_to_its_user_once(server) {
        let mails = mail_server(&server).await;
        let client = Client::nightly_backup(&server);
        client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
        server.advance_clock(23 * DAY_S - 60).await;
        server.run_jobs().await;
        assert!(mails.mails().is_empty(), "too early: {:?}", mails.mails());
        server.advance_clock(120).await;
        server.run_jobs().await;
        let mail = mails.wait_for(ALICE, 1).await.remove(0);
        assert_eq!(mail.subject, "Nightly backup will soon lose its access");
        assert!(mail.text.contains("has not used it for a while"), "the cause is named: {}", mail.text);
        for _ in 0..3 {
            server.advance_clock(DAY_S).await;
            server.run_jobs().await;
        }
        assert_eq!(mails.mails().len(), 1);
    }

    async fn a_session_in_regular_use_raises_no_notice(server) {
        let mails = mail_server(&server).await;
        let client = Client::nightly_backup(&server);
        let offline = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await.refresh_token();
        for _ in 0..4 {
            server.advance_clock(14 * DAY_S).await;
            client.refresh(&offline).await.expect_tokens();
            server.run_jobs().await;
        }
        assert!(mails.mails().is_empty(), "{:?}", mails.mails());
    }

    async fn a_session_used_again_is_due_again_for_its_new_end(server) {
        let mails = mail_server(&server).await;
        let client = Client::nightly_backup(&server);
        let offline = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await.refresh_token();
        server.advance_clock(24 * DAY_S).await;
        server.run_jobs().await;
        mails.wait_for(ALICE, 1).await;
        client.refresh(&offline).await.expect_tokens();
        server.run_jobs().await;
        server.advance_clock(24 * DAY_S).await;
        server.run_jobs().await;
        assert_eq!(mails.wait_for(ALICE, 2).await.len(), 2);
    }

    async fn the_end_that_the_user_chose_is_named_as_the_cause(server) {
        let mails = mail_server(&server).await;
        let client = Client::nightly_backup(&server);
        client.authorize(&server, &Person::alice(), &Choice::for_days(7)).await;
        server.advance_clock(5 * DAY_S).await;
        server.run_jobs().await;
        assert!(mails.mails().is_empty(), "not before the last quarter");
        server.advance_clock(DAY_S).await;
        server.run_jobs().await;
        let mail = mails.wait_for(ALICE, 1).await.remove(0);
        assert!(mail.text.contains("the end that you chose"), "{}", mail.text);
    }

    async fn the_end_of_an_approval_is_told_before_it_comes(server) {
        let mails = mail_server(&server).await;
        let admin = Admin::sign_in(&server).await;
        let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
        let approve = async |end: Option<i64>| {
            let approval = json!({"scopes": ["openid", "profile", "email", "offline_access"], "expires": end});
            admin.put(&format!("/demo/admin-consents/{uuid}"), &approval).await.expect(204);
        };
        approve(None).await;
        let (browser, request) = (perennial_testkit::Browser::new(&server), perennial_testkit::AuthorizationRequest::nightly_backup());
        let page = browser.open_page(&request.url(&server)).await;
        let code = browser.submit(&perennial_testkit::authorize::sign_in(&page, &Person::alice())).await.redirect().code();
        Client::nightly_backup(&server).redeem(&request, &code).await.expect_tokens();
        server.run_jobs().await;
        assert!(mails.mails().is_empty(), "{:?}", mails.mails());
        approve(Some((server.now_s().await + 12 * DAY_S) * 1_000)).await;
        server.run_jobs().await;
        assert!(mails.mails().is_empty(), "not yet: {:?}", mails.mails());
        server.advance_clock(10 * DAY_S).await;
        server.run_jobs().await;
        assert_eq!(mails.wait_for(ALICE, 1).await.remove(0).subject, "Nightly backup will soon lose its access");
    }

    async fn a_session_that_sleeps_is_told_to_its_user_once(server) {
        let mails = mail_server(&server).await;
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"offlineSessionIdleTimeout": 365 * DAY_S, "offlineSessionDormantNoticeDays": 40})).await;
        let client = Client::nightly_backup(&server);
        client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
        server.advance_clock(39 * DAY_S).await;
        server.run_jobs().await;
        assert!(mails.mails().is_empty());
        server.advance_clock(DAY_S).await;
        server.run_jobs().await;
        let mail = mails.wait_for(ALICE, 1).await.remove(0);
        assert_eq!(mail.subject, "Nightly backup still has access, but does not use it");
        server.advance_clock(30 * DAY_S).await;
        server.run_jobs().await;
        assert_eq!(mails.mails().len(), 1);
    }

    async fn notices_can_be_switched_off_for_a_realm(server) {
        let mails = mail_server(&server).await;
        Admin::sign_in(&server).await.change_realm(json!({"offlineSessionNoticesEnabled": false})).await;
        Client::nightly_backup(&server).authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
        server.advance_clock(25 * DAY_S).await;
        server.run_jobs().await;
        Admin::sign_in(&server).await.change_realm(json!({"offlineSessionNoticesEnabled": true, "offlineSessionExpiringNoticeDays": 0})).await;
        server.run_jobs().await;
        assert!(mails.mails().is_empty(), "{:?}", mails.mails());
        Admin::sign_in(&server).await.change_realm(json!({"offlineSessionExpiringNoticeDays": 7})).await;
        server.run_jobs().await;
        mails.wait_for(ALICE, 1).await;
    }

    async fn a_session_that_has_ended_or_was_revoked_raises_no_notice(server) {
        let mails = mail_server(&server).await;
        let client = Client::nightly_backup(&server);
        let tokens = client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
        client.authorize(&server, &Person::bob(), &Choice::for_days(0)).await;
        client.revoke(&tokens.refresh_token()).await.expect(200);
        server.advance_clock(31 * DAY_S).await;
        server.run_jobs().await;
        assert!(mails.mails().is_empty(), "{:?}", mails.mails());
    }

    async fn the_owner_of_the_app_is_told_whose_session_it_is(server) {
        let mails = mail_server(&server).await;
        let admin = Admin::sign_in(&server).await;
        admin.change_client("nightly-backup", json!({"contacts": ["owner@app.example"]})).await;
        Client::nightly_backup(&server).authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
        server.advance_clock(24 * DAY_S).await;
        server.run_jobs().await;
        let mail = mails.wait_for("owner@app.example", 1).await.remove(0);
        assert_eq!(mail.subject, "Nightly backup: the access for alice ends soon");
        assert!(!mail.text.contains("/account"), "the portal is the user's: {}", mail.text);
        mails.wait_for(ALICE, 1).await;
    }

    async fn a_user_may_want_no_notices_by_mail(server) {
        let mails = mail_server(&server).await;
        let portal = Console::account(&server, &Person::alice()).await;
        let choice = "/realms/demo/account/notices";
        assert_eq!(portal.get(choice).await.expect(200).json(), json!({"mail": true}));
        portal.put(choice, &json!({"mail": false})).await.expect(204);
        assert_eq!(portal.get(choice).await.expect(200).json(), json!({"mail": false}));
        for wrong in [json!({}), json!({"mail": "no"}), json!([false])] {
            portal.put(choice, &wrong).await.expect(400);
        }
        let client = Client::nightly_backup(&server);
        client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
        client.authorize(&server, &Person::bob(), &Choice::for_days(0)).await;
        server.advance_clock(24 * DAY_S).await;
        server.run_jobs().await;
        mails.wait_for("bob@demo.example", 1).await;
        assert!(mails.mails_to(ALICE).is_empty());
    }

    async fn an_app_cannot_silence_the_mails_that_tell_of_it(server) {
        let cli = Client::new(&server, demo::REALM, "admin-cli", Authentication::None);
        let token = cli.password_grant(&Person::alice(), "openid").await.expect_tokens().access_token();
        let choice = server.url("/realms/demo/account/notices");
        let silence = server.http().put(&choice).bearer_auth(&token).json(&json!({"mail": false}));
        Answer::of(silence).await.expect(403);
        let chosen = Answer::of(server.http().get(&choice).bearer_auth(&token)).await.expect(200);
        assert_eq!(chosen.json(), json!({"mail": true}));
    }

    async fn a_listener_gets_both_notices_as_events(server) {
        let listener = Listener::start().await;
        let hook = webhook(&server, &listener, &["OFFLINE_SESSION_EXPIRING", "OFFLINE_SESSION_DORMANT"]).await;
        Admin::sign_in(&server).await.change_realm(json!({"offlineSessionDormantNoticeDays": 20})).await;
        Client::nightly_backup(&server).authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
        server.advance_clock(24 * DAY_S).await;
        server.run_jobs().await;
        let received = listener.wait_for(2).await;
        let find = |name: &str| received.iter().map(|one| one.json()).find(|body| body["type"] == name);
        let expiring = find("OFFLINE_SESSION_EXPIRING").expect("the notice of the end");
        assert_eq!(expiring["data"]["clientId"], "nightly-backup", "{expiring}");
        assert_eq!(expiring["data"]["details"]["ends_by"], "idle", "{expiring}");
        assert!(find("OFFLINE_SESSION_DORMANT").is_some(), "{received:?}");
        assert_eq!(deliveries(&server, &hook).await.len(), 2);
    }

    async fn a_leaked_token_handed_in_is_told_to_its_user_and_the_apps_owner(server) {
        let mails = mail_server(&server).await;
        let admin = Admin::sign_in(&server).await;
        admin.change_client("nightly-backup", json!({"contacts": ["owner@app.example"]})).await;
        let (_, tokens) = alices_backup(&server).await;
        let hand_in = async |token: &str| {
            Answer::of(server.http().post(server.url("/revoke-leaked")).form(&[("token", token)])).await.expect(204);
        };
        hand_in(&tokens.access_token()).await;
        let mail = mails.wait_for(ALICE, 1).await.remove(0);
        assert_eq!(mail.subject, "A token of Nightly backup had leaked and no longer works");
        hand_in(&tokens.refresh_token()).await;
        let mail = mails.wait_for(ALICE, 2).await.remove(1);
        assert_eq!(mail.subject, "We ended an access of Nightly backup: its token had leaked");
        assert!(!mail.raw.contains(&tokens.refresh_token()), "the token stands in the mail");
        hand_in(&tokens.refresh_token()).await;
        let owners = mails.wait_for("owner@app.example", 2).await;
        assert!(owners.iter().all(|mail| mail.subject.contains("alice")), "{owners:?}");
        assert_eq!(mails.mails_to(ALICE).len(), 2, "told once each");
    }

    async fn a_token_used_twice_is_told_to_its_user_at_once(server) {
        let mails = mail_server(&server).await;
        let (client, tokens) = alices_frame(&server).await;
        let first = tokens.refresh_token();
        let second = client.refresh(&first).await.expect_tokens().refresh_token();
        client.refresh(&second).await.expect_tokens();
        client.refresh(&first).await.expect_error(400, "invalid_grant");
        let mail = mails.wait_for(ALICE, 1).await.remove(0);
        assert_eq!(mail.subject, "We ended an access of Photo frame to protect you");
        assert!(mail.text.contains("127.0.0.1"), "from where it was shown: {}", mail.text);
        client.refresh(&first).await.expect_error(400, "invalid_grant");
        server.run_jobs().await;
        assert_eq!(mails.mails().len(), 1, "told once");
    }
}

on_postgres! {
    async fn two_nodes_give_each_notice_once(server) {
        let mails = mail_server(&server).await;
        let listener = Listener::start().await;
        webhook(&server, &listener, &["OFFLINE_SESSION_EXPIRING"]).await;
        let node = server.second_node().await;
        let client = Client::nightly_backup(&server);
        for _ in 0..5 {
            client.authorize(&server, &Person::alice(), &Choice::for_days(0)).await;
        }
        server.advance_clock(24 * DAY_S).await;
        tokio::join!(server.run_jobs(), node.run_jobs());
        tokio::join!(server.run_jobs(), node.run_jobs());
        mails.wait_for(ALICE, 5).await;
        listener.wait_for(5).await;
        server.advance_clock(60).await;
        tokio::join!(server.run_jobs(), node.run_jobs());
        assert_eq!((mails.mails().len(), listener.received().len()), (5, 5));
    }
}
