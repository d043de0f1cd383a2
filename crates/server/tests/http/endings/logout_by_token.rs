//! The logout endpoint, given a refresh token: one of an offline session ends that session, whatever its generation and whatever key it is
//! bound to; what is not ours ends nothing.

use crate::support::{alices_backup, alices_frame, alices_online, expect_alive, expect_gone, is_signed_out};
use crate::tokens::authorized;
use perennial_testkit::demo;
use perennial_testkit::{Admin, Client, DpopKey, Prover, on_both_databases, token};

on_both_databases! {
    async fn an_old_generation_ends_its_session_and_is_no_reuse(server) {
        let admin = Admin::sign_in(&server).await;
        admin.rotate_always().await;
        for (client, first) in [alices_backup(&server).await, alices_frame(&server).await] {
            let mut newest = first.clone();
            for _ in 0..3 {
                newest = client.refresh(&newest.refresh_token()).await.expect_tokens();
            }
            client.log_out(&first.refresh_token()).await.expect(204);
            expect_gone(&client, &newest).await;
        }
        assert!(admin.events("type=REFRESH_TOKEN_REUSED").await.is_empty());
        let ended = admin.events("type=REVOKE_GRANT").await;
        assert_eq!(ended.len(), 2, "{ended:?}");
        assert!(ended.iter().all(|event| event["details"]["by"] == "client"), "{ended:?}");
    }

    async fn a_token_that_is_bound_to_a_key_ends_its_session_without_a_proof(server) {
        let frame = Client::photo_frame(&server);
        let owner = Prover::new(&frame, &server, DpopKey::new());
        let tokens = authorized(&owner).await;
        let other = authorized(&owner).await;
        // Whoever finds it may end what it could be abused for, as with a revocation.
        frame.log_out(&tokens.refresh_token()).await.expect(204);
        owner.refresh(&tokens.refresh_token()).await.expect_refusal("Offline session not found");
        owner.refresh(&other.refresh_token()).await.expect_bound_tokens();
    }

    async fn an_offline_token_leaves_the_browser_signed_in(server) {
        let (browser, client, online) = alices_online(&server).await;
        let (_, offline) = alices_backup(&server).await;
        client.log_out(&offline.refresh_token()).await.expect(204);
        expect_gone(&client, &offline).await;
        expect_alive(&client, &online).await;
        assert!(!is_signed_out(&server, &browser).await);
    }

    async fn a_forged_token_ends_nothing_and_leaves_no_trace(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = alices_backup(&server).await;
        let (before, lines) = (admin.events("").await, server.audit_lines().len());
        for (what, damaged) in token::damaged(&tokens.refresh_token()).iter().filter(|(_, damaged)| !damaged.is_empty()) {
            let answer = client.log_out(damaged).await;
            assert_eq!(answer.status, 204, "{what}: {answer}");
        }
        assert_eq!((admin.events("").await, server.audit_lines().len()), (before, lines));
        expect_alive(&client, &tokens).await;
    }

    async fn nobody_else_logs_out_with_it(server) {
        let (client, tokens) = alices_backup(&server).await;
        let thief = Client::confidential(&server, demo::NIGHTLY_BACKUP, "wrong");
        for token in [tokens.refresh_token(), "forged".to_owned()] {
            thief.log_out(&token).await.expect_error(401, "invalid_client");
        }
        Client::photo_frame(&server).log_out(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
        expect_alive(&client, &tokens).await;
    }
}
