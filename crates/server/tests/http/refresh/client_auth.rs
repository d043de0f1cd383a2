//! Client authentication at the token endpoint: every way that is wrong, and the two that are right.

use crate::support::alices_backup;
use perennial_testkit::client::Authentication;
use perennial_testkit::demo;
use perennial_testkit::{Answer, Client, on_both_databases};

on_both_databases! {
    async fn basic_and_post_both_work(server) {
        let (client, tokens) = alices_backup(&server).await;
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        let by_post = client.with(Authentication::Post(demo::NIGHTLY_BACKUP_SECRET.to_owned()));
        by_post.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn every_failure_looks_alike_and_is_401(server) {
        let unknown = Client::confidential(&server, "nobody", "x");
        let wrong = Client::confidential(&server, demo::NIGHTLY_BACKUP, "wrong");
        let none = Client::public(&server, demo::NIGHTLY_BACKUP);
        let empty = Client::confidential(&server, demo::NIGHTLY_BACKUP, "");
        let public_with_secret = Client::confidential(&server, demo::PHOTO_FRAME, "x");
        let posted = Client::new(&server, demo::REALM, demo::NIGHTLY_BACKUP, Authentication::Post("wrong".into()));
        let mut descriptions = std::collections::BTreeSet::new();
        for client in [unknown, wrong, none, empty, public_with_secret, posted] {
            let answer = client.refresh("x").await.expect_error(401, "invalid_client");
            descriptions.insert(answer.text("error_description"));
            if matches!(client.authentication, Authentication::Basic(_)) {
                assert!(answer.header("www-authenticate").starts_with("Basic"), "RFC 6749 §5.2: {answer}");
            }
        }
        assert_eq!(descriptions.len(), 1, "it tells which client ids exist: {descriptions:?}");
    }

    async fn two_ways_at_once_are_an_invalid_request(server) {
        let client = Client::nightly_backup(&server);
        let both = [("grant_type", "client_credentials"), ("client_id", demo::NIGHTLY_BACKUP), ("client_secret", demo::NIGHTLY_BACKUP_SECRET)];
        let answer = client.token(&both).await;
        assert!(answer.status == 400 || answer.status == 401, "RFC 6749 §2.3: {answer}");
        let other = [("grant_type", "client_credentials"), ("client_id", demo::PHOTO_FRAME)];
        let answer = client.token(&other).await;
        assert!(answer.status == 400 || answer.status == 401, "two different clients: {answer}");
    }

    async fn a_broken_authorization_header_is_refused_cleanly(server) {
        let url = server.demo_url("/protocol/openid-connect/token");
        for header in ["Basic", "Basic !!!", "Basic bm9jb2xvbg==", "Basic //79", "Bearer x", "Digest x", "Basic YTo="] {
            let request = server.http().post(&url).header("Authorization", header).form(&[("grant_type", "client_credentials")]);
            let answer = Answer::of(request).await;
            assert!(answer.status == 400 || answer.status == 401, "{header}: {answer}");
            assert!(answer.json()["error"].is_string(), "{header}: {answer}");
        }
    }

    async fn no_client_at_all_is_refused(server) {
        let url = server.demo_url("/protocol/openid-connect/token");
        let answer = Answer::of(server.http().post(&url).form(&[("grant_type", "client_credentials")])).await;
        assert!(answer.status == 400 || answer.status == 401, "{answer}");
        assert!(["invalid_client", "invalid_request"].contains(&answer.text("error").as_str()), "{answer}");
    }

    async fn a_query_string_on_the_token_endpoint_is_ignored(server) {
        let (client, tokens) = alices_backup(&server).await;
        let url = format!("{}?client_id=evil&grant_type=password", client.url("/protocol/openid-connect/token"));
        let form = [("grant_type", "refresh_token"), ("refresh_token", &tokens.refresh_token())];
        let request = server.http().post(url).basic_auth(demo::NIGHTLY_BACKUP, Some(demo::NIGHTLY_BACKUP_SECRET)).form(&form);
        Answer::of(request).await.expect_tokens();
    }
}
