//! The refresh grant's checks, in their order, and that a refresh which fails consumes nothing.

use crate::support::{alices_backup, alices_frame};
use perennial_testkit::client::Authentication;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, AuthorizationRequest, Choice, Client, on_both_databases, token};

on_both_databases! {
    async fn a_refresh_gives_new_access_and_id_tokens_with_the_old_sign_in_time(server) {
        let (client, tokens) = alices_backup(&server).await;
        server.advance_clock(60).await;
        let fresh = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert_ne!(fresh.access_token(), tokens.access_token());
        assert_eq!(fresh.scopes(), tokens.scopes());
        let (old, new) = (token::claims(&tokens.id_token()), token::claims(&fresh.id_token()));
        assert_eq!(new["auth_time"], old["auth_time"]);
        assert!(new["nonce"].is_null() && new["iat"].as_i64() > old["iat"].as_i64(), "{new}");
    }

    async fn a_client_that_authenticates_keeps_its_token_by_default(server) {
        let (client, tokens) = alices_backup(&server).await;
        let fresh = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert_eq!(fresh.refresh_token(), tokens.refresh_token());
    }

    async fn scope_narrows_the_access_token_only(server) {
        let client = Client::nightly_backup(&server);
        let request = AuthorizationRequest::nightly_backup().scope("openid offline_access address");
        let tokens = client.authorize_with(&server, &request, &Person::alice(), &Choice::accept()).await;
        let narrow = client.refresh_narrowed(&tokens.refresh_token(), "openid").await.expect_tokens();
        let claims = token::claims(&narrow.access_token());
        assert_eq!(claims["scope"], "openid");
        let full = client.refresh(&narrow.refresh_token()).await.expect_tokens();
        assert_eq!(full.scopes(), tokens.scopes());
    }

    async fn a_scope_that_was_never_granted_is_refused_and_nothing_is_consumed(server) {
        Admin::sign_in(&server).await.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        for scope in ["openid phone", "openid nonsense", "admin"] {
            client.refresh_narrowed(&tokens.refresh_token(), scope).await.expect_error(400, "invalid_scope");
        }
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn a_resource_that_was_never_granted_is_an_invalid_target(server) {
        let (client, tokens) = alices_backup(&server).await;
        let offline = tokens.refresh_token();
        let params =
            [("grant_type", "refresh_token"), ("refresh_token", offline.as_str()), ("resource", "https://api.example")];
        client.token(&params).await.expect_error(400, "invalid_target");
        client.refresh(&offline).await.expect_tokens();
    }

    async fn no_token_at_all_is_an_invalid_request(server) {
        let client = Client::nightly_backup(&server);
        client.token(&[("grant_type", "refresh_token")]).await.expect_error(400, "invalid_request");
        client.refresh("").await.expect_error(400, "invalid_request");
    }

    async fn every_damaged_token_is_refused_alike_and_the_right_one_still_works(server) {
        let (client, tokens) = alices_backup(&server).await;
        for (what, damaged) in token::damaged(&tokens.refresh_token()) {
            let answer = client.refresh(&damaged).await;
            assert_eq!(answer.status, 400, "{what}: {answer}");
            assert_eq!(answer.text("error"), "invalid_grant", "{what}: {answer}");
            assert_eq!(answer.text("error_description"), "Invalid refresh token", "{what}");
        }
        for other in [tokens.access_token(), tokens.id_token()] {
            client.refresh(&other).await.expect_refusal("Invalid refresh token");
        }
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn another_clients_token_is_refused_and_stays_good_for_its_own(server) {
        let (backup, tokens) = alices_backup(&server).await;
        let frame = Client::photo_frame(&server);
        frame.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
        backup.refresh(&tokens.refresh_token()).await.expect_tokens();
        let (frame, tokens) = alices_frame(&server).await;
        backup.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
        frame.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn another_realms_token_is_refused(server) {
        let master = Client::new(&server, demo::MASTER, "admin-cli", Authentication::None);
        let foreign = master.password_grant(&Person::admin(), "openid").await.expect_tokens();
        let here = Client::public(&server, "admin-cli");
        here.refresh(&foreign.refresh_token()).await.expect_refusal("Invalid refresh token");
        let (_, tokens) = alices_frame(&server).await;
        master.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
    }

    async fn a_failed_authentication_consumes_nothing(server) {
        Admin::sign_in(&server).await.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let thief = Client::confidential(&server, demo::NIGHTLY_BACKUP, "wrong");
        thief.refresh(&tokens.refresh_token()).await.expect_error(401, "invalid_client");
        Client::public(&server, demo::NIGHTLY_BACKUP).refresh(&tokens.refresh_token()).await.expect_error(401, "invalid_client");
        let fresh = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert_ne!(fresh.refresh_token(), tokens.refresh_token());
    }

    async fn a_code_or_nonsense_is_no_grant_type(server) {
        let client = Client::nightly_backup(&server);
        for grant in ["", "implicit", "urn:example:nothing", "refresh_token2"] {
            let code = if grant.is_empty() { "invalid_request" } else { "unsupported_grant_type" };
            client.token(&[("grant_type", grant), ("refresh_token", "x")]).await.expect_error(400, code);
        }
    }
}
