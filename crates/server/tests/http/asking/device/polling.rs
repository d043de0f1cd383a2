//! What a polling device is answered (RFC 8628 §3.5), also by several nodes and for several polls at once.

use super::{INTERVAL_S, alices_device, ask};
use crate::faults::expect_trouble;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Answer, Browser, Choice, Client, TestServer, on_both_databases, on_postgres};

on_both_databases! {
    async fn a_poll_before_the_answer_is_pending_and_one_too_early_slows_down(server) {
        let client = Client::photo_frame(&server);
        let code = ask(&client).await.text("device_code");
        client.poll_device(&code).await.expect_error(400, "authorization_pending");
        client.poll_device(&code).await.expect_error(400, "slow_down");
        // RFC 8628 §3.5: five seconds more, for this poll and all that follow.
        server.advance_clock(INTERVAL_S).await;
        client.poll_device(&code).await.expect_error(400, "slow_down");
        server.advance_clock(INTERVAL_S + 10).await;
        client.poll_device(&code).await.expect_error(400, "authorization_pending");
        server.advance_clock(INTERVAL_S + 9).await;
        client.poll_device(&code).await.expect_error(400, "slow_down");
    }

    async fn an_approved_code_polled_too_early_is_kept_for_the_next_poll(server) {
        let client = Client::photo_frame(&server);
        let device = ask(&client).await;
        let code = device.text("device_code");
        client.poll_device(&code).await.expect_error(400, "authorization_pending");
        Browser::new(&server).connect_device(&server, &device, &Person::alice(), &Choice::accept()).await;
        client.poll_device(&code).await.expect_error(400, "slow_down");
        server.advance_clock(2 * INTERVAL_S).await;
        client.poll_device(&code).await.expect_tokens();
    }

    async fn a_refused_device_is_told_so(server) {
        let client = Client::photo_frame(&server);
        let device = ask(&client).await;
        let page = Browser::new(&server).connect_device(&server, &device, &Person::alice(), &Choice::cancel()).await;
        assert!(page.text().contains("was not connected"), "{page}");
        client.poll_device(&device.text("device_code")).await.expect_error(400, "access_denied");
    }

    async fn a_code_that_waited_too_long_is_expired_for_the_device_and_wrong_for_the_person(server) {
        let client = Client::photo_frame(&server);
        let device = ask(&client).await;
        server.advance_clock(601).await;
        client.poll_device(&device.text("device_code")).await.expect_error(400, "expired_token");
        let page = Browser::new(&server).enter_code(&server, &device.text("user_code")).await;
        assert!(page.text().contains("not valid") && page.has("#user_code"), "{page}");
    }

    async fn an_approval_that_is_never_fetched_expires_with_the_code(server) {
        let client = Client::photo_frame(&server);
        let device = ask(&client).await;
        Browser::new(&server).connect_device(&server, &device, &Person::alice(), &Choice::accept()).await;
        server.advance_clock(601).await;
        client.poll_device(&device.text("device_code")).await.expect_error(400, "expired_token");
    }

    async fn a_code_is_redeemed_once_and_a_second_time_costs_the_session_nothing(server) {
        let client = Client::photo_frame(&server);
        let device = ask(&client).await;
        Browser::new(&server).connect_device(&server, &device, &Person::alice(), &Choice::accept()).await;
        let tokens = client.poll_device(&device.text("device_code")).await.expect_tokens();
        server.advance_clock(INTERVAL_S).await;
        client.poll_device(&device.text("device_code")).await.expect_error(400, "invalid_grant");
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn of_many_polls_at_once_one_gets_the_tokens(server) {
        let client = Client::photo_frame(&server);
        poll_at_once(&server, &[&client]).await;
    }

    async fn consent_taken_away_before_the_device_came_gives_it_nothing(server) {
        let admin = perennial_testkit::Admin::sign_in(&server).await;
        admin.change_client(demo::PHOTO_FRAME, serde_json::json!({"consentRequired": true})).await;
        let client = Client::photo_frame(&server);
        let device = ask(&client).await;
        let browser = Browser::new(&server);
        browser.connect_device(&server, &device, &Person::alice(), &Choice::accept()).await;
        perennial_testkit::Console::account_in(browser, &Person::alice()).await.remove_app(demo::PHOTO_FRAME).await;
        client.poll_device(&device.text("device_code")).await.expect_error(400, "access_denied");
    }

    async fn a_disabled_client_gets_nothing_from_a_code_that_was_approved(server) {
        let client = Client::photo_frame(&server);
        let device = ask(&client).await;
        Browser::new(&server).connect_device(&server, &device, &Person::alice(), &Choice::accept()).await;
        let admin = perennial_testkit::Admin::sign_in(&server).await;
        admin.change_client(demo::PHOTO_FRAME, serde_json::json!({"enabled": false})).await;
        client.poll_device(&device.text("device_code")).await.expect_error(401, "invalid_client");
    }
}

on_postgres! {
    async fn two_nodes_give_a_devices_tokens_once(server) {
        let node = server.second_node().await;
        poll_at_once(&server, &[&Client::photo_frame(&server), &Client::photo_frame(&node)]).await;
    }

    async fn a_device_that_changes_nodes_is_slowed_down_all_the_same(server) {
        let node = server.second_node().await;
        let code = ask(&Client::photo_frame(&server)).await.text("device_code");
        Client::photo_frame(&server).poll_device(&code).await.expect_error(400, "authorization_pending");
        Client::photo_frame(&node).poll_device(&code).await.expect_error(400, "slow_down");
    }
}

async fn poll_at_once(server: &TestServer, nodes: &[&Client]) {
    let device = ask(nodes[0]).await;
    Browser::new(server).connect_device(server, &device, &Person::alice(), &Choice::accept()).await;
    let code = device.text("device_code");
    let polls: Vec<_> =
        (0..32).map(|n| tokio::spawn(Answer::of(nodes[n % nodes.len()].poll_device_request(&code)))).collect();
    let mut given = Vec::new();
    for poll in polls {
        let answer = poll.await.expect("an answer");
        match answer.status {
            200 => given.push(answer),
            // A busy machine may put some off.
            503 => expect_trouble(&answer),
            _ => assert!(["slow_down", "invalid_grant"].contains(&answer.text("error").as_str()), "{answer}"),
        }
    }
    assert_eq!(given.len(), 1, "one poll wins");
    nodes[0].refresh(&given[0].refresh_token()).await.expect_tokens();
}

on_both_databases! {
    async fn a_device_that_forgot_something_is_told_what(server) {
        let (client, _) = alices_device(&server).await;
        let grant = ("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
        client.token(&[grant]).await.expect_error(400, "invalid_request");
        client.token(&[grant, ("device_code", "nonsense")]).await.expect_error(400, "invalid_grant");
        client.token(&[grant, ("device_code", "a"), ("device_code", "b")]).await.expect_error(400, "invalid_request");
        client.ask_for_device(&[("scope", "openid nonsense")]).await.expect_error(400, "invalid_scope");
        client.ask_for_device(&[("scope", "openid"), ("resource", "https://nowhere.example")]).await.expect_error(400, "invalid_target");
        Client::public(&server, "nobody").ask_for_device(&[]).await.expect_error(401, "invalid_client");
        let get = Answer::of(server.http().get(client.url("/protocol/openid-connect/auth/device"))).await;
        assert!((400..500).contains(&get.status), "{get}");
    }
}
