//! RFC 7009: any refresh token of a family ends its grant, an access token only itself.

use crate::support::{alices_backup, alices_frame};
use perennial_testkit::demo;
use perennial_testkit::{Admin, Client, on_both_databases, token};

on_both_databases! {
    async fn the_oldest_refresh_token_of_a_family_still_ends_it(server) {
        Admin::sign_in(&server).await.rotate_always().await;
        let (client, tokens) = alices_backup(&server).await;
        let mut current = tokens.clone();
        for _ in 0..3 {
            current = client.refresh(&current.refresh_token()).await.expect_tokens();
        }
        client.revoke(&tokens.refresh_token()).await.expect(200);
        client.refresh(&current.refresh_token()).await.expect_refusal("Offline session not found");
        assert!(!client.is_active(&current.access_token()).await);
    }

    async fn an_access_token_is_revoked_alone(server) {
        let (client, tokens) = alices_backup(&server).await;
        let fresh = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        client.revoke(&tokens.access_token()).await.expect(200);
        assert!(!client.is_active(&tokens.access_token()).await);
        client.userinfo(&tokens.access_token()).await.expect(401);
        assert!(client.is_active(&fresh.access_token()).await);
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn unknown_damaged_and_revoked_tokens_are_answered_alike(server) {
        let (client, tokens) = alices_backup(&server).await;
        for (what, damaged) in token::damaged(&tokens.refresh_token()) {
            let answer = client.revoke(&damaged).await;
            assert_eq!(answer.status, 200, "{what}: {answer}");
        }
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        client.revoke(&tokens.refresh_token()).await.expect(200);
        client.revoke(&tokens.refresh_token()).await.expect(200);
    }

    async fn another_clients_token_is_refused_and_lives_on(server) {
        let (backup, tokens) = alices_backup(&server).await;
        let frame = Client::photo_frame(&server);
        for foreign in [tokens.refresh_token(), tokens.access_token()] {
            let answer = frame.revoke(&foreign).await.expect(400);
            assert!(["invalid_grant", "unauthorized_client", "invalid_request"].contains(&answer.text("error").as_str()));
        }
        assert!(backup.is_active(&tokens.access_token()).await);
        backup.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn a_public_client_revokes_its_own(server) {
        let (client, tokens) = alices_frame(&server).await;
        client.revoke(&tokens.refresh_token()).await.expect(200);
        client.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
    }

    async fn a_wrong_hint_changes_nothing(server) {
        let (client, tokens) = alices_backup(&server).await;
        let offline = tokens.refresh_token();
        for hint in ["access_token", "nonsense"] {
            client.revoke_with(&[("token", &offline), ("token_type_hint", hint)]).await.expect(200);
        }
        client.refresh(&offline).await.expect_refusal("Offline session not found");
    }

    async fn missing_and_repeated_parameters_are_invalid_requests(server) {
        let (client, tokens) = alices_backup(&server).await;
        let offline = tokens.refresh_token();
        client.revoke_with(&[]).await.expect_error(400, "invalid_request");
        client.revoke_with(&[("token", &offline), ("token", &offline)]).await.expect_error(400, "invalid_request");
        client.refresh(&offline).await.expect_tokens();
    }

    async fn nobody_revokes_without_authentication(server) {
        let (client, tokens) = alices_backup(&server).await;
        let thief = Client::confidential(&server, demo::NIGHTLY_BACKUP, "wrong");
        thief.revoke(&tokens.refresh_token()).await.expect_error(401, "invalid_client");
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }
}
