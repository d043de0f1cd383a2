//! Cross-origin requests: a client's web origins and nobody else's.

use crate::support::{alices_backup, alices_frame};
use perennial_testkit::{Answer, on_both_databases};
use reqwest::Method;

const ALLOWED: &str = "http://localhost:9999";
const FOREIGN: &str = "https://evil.example";

on_both_databases! {
    async fn an_allowed_origin_is_echoed_and_a_foreign_one_is_not(server) {
        let (frame, tokens) = alices_frame(&server).await;
        let offline = tokens.refresh_token();
        let params = [("grant_type", "refresh_token"), ("refresh_token", offline.as_str())];
        let refused = Answer::of(frame.token_request(&params).header("Origin", FOREIGN)).await;
        assert_eq!(refused.header("access-control-allow-origin"), "", "{refused}");
        let answer = Answer::of(frame.token_request(&params).header("Origin", ALLOWED)).await.expect(200);
        assert_eq!(answer.header("access-control-allow-origin"), ALLOWED);
        assert!(answer.header("vary").to_lowercase().contains("origin"), "{answer}");
    }

    async fn an_error_can_be_read_by_an_allowed_origin_too(server) {
        let (frame, _) = alices_frame(&server).await;
        let params = [("grant_type", "refresh_token"), ("refresh_token", "garbage")];
        let answer = Answer::of(frame.token_request(&params).header("Origin", ALLOWED)).await;
        let answer = answer.expect_error(400, "invalid_grant");
        assert_eq!(answer.header("access-control-allow-origin"), ALLOWED);
    }

    async fn an_allowed_page_logs_out_with_its_token_and_can_read_that_it_did(server) {
        let ((frame, own), (_, others)) = (alices_frame(&server).await, alices_backup(&server).await);
        let (own, others) = (own.refresh_token(), others.refresh_token());
        for (origin, token, status, reader) in
            [(FOREIGN, "garbage", 204, ""), (ALLOWED, others.as_str(), 400, ALLOWED), (ALLOWED, own.as_str(), 204, ALLOWED)]
        {
            let answer = Answer::of(frame.log_out_request(token).header("Origin", origin)).await.expect(status);
            assert_eq!(answer.header("access-control-allow-origin"), reader, "{answer}");
            assert_eq!(answer.header("access-control-allow-credentials"), "");
        }
    }

    async fn userinfo_is_open_to_the_tokens_client_only(server) {
        let (client, tokens) = alices_backup(&server).await;
        let request = |origin: &str| {
            server.http().get(client.url("/protocol/openid-connect/userinfo")).bearer_auth(tokens.access_token()).header("Origin", origin.to_owned())
        };
        assert_eq!(Answer::of(request(ALLOWED)).await.expect(200).header("access-control-allow-origin"), ALLOWED);
        assert_eq!(Answer::of(request(FOREIGN)).await.header("access-control-allow-origin"), "");
    }

    async fn a_preflight_names_methods_and_headers(server) {
        for path in ["/protocol/openid-connect/token", "/protocol/openid-connect/userinfo", "/protocol/openid-connect/revoke", "/protocol/openid-connect/logout"] {
            let request = server.http().request(Method::OPTIONS, server.demo_url(path)).header("Origin", ALLOWED);
            let request = request.header("Access-Control-Request-Method", "POST");
            let answer = Answer::of(request.header("Access-Control-Request-Headers", "authorization")).await;
            assert!(answer.status == 200 || answer.status == 204, "{answer}");
            assert!(answer.header("access-control-allow-methods").contains("POST"), "{answer:?}");
            assert!(answer.header("access-control-allow-headers").to_lowercase().contains("authorization"), "{answer:?}");
        }
    }

    async fn credentials_never_go_along_with_a_wildcard(server) {
        for path in ["/.well-known/openid-configuration", "/protocol/openid-connect/certs"] {
            let answer = Answer::of(server.http().get(server.demo_url(path)).header("Origin", FOREIGN)).await.expect(200);
            assert_eq!(answer.header("access-control-allow-origin"), "*");
            assert_eq!(answer.header("access-control-allow-credentials"), "");
        }
    }

    async fn admin_and_account_apis_answer_no_other_origin(server) {
        for path in ["/admin/realms/demo", "/realms/demo/account/applications"] {
            let request = server.http().get(server.url(path)).header("Origin", FOREIGN).header("Accept", "application/json");
            assert_eq!(Answer::of(request).await.header("access-control-allow-origin"), "");
        }
    }
}
