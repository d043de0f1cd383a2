//! A realm that is disabled refuses its clients without ending anything, and goes on where it was.

use crate::support::alices_backup;
use perennial_testkit::{Admin, on_both_databases};
use serde_json::json;

on_both_databases! {
    async fn a_disabled_realm_refuses_and_resumes_without_losing_a_session(server) {
        let (client, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        admin.change_realm(json!({"enabled": false})).await;
        let refused = client.refresh(&tokens.refresh_token()).await;
        assert_eq!(refused.status, 401, "{refused}");
        assert_eq!(refused.json()["error"], "invalid_client");
        admin.change_realm(json!({"enabled": true})).await;
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
    }

    async fn the_realm_of_the_admins_cannot_be_disabled(server) {
        let admin = Admin::sign_in(&server).await;
        let refused = admin.put("/master", &json!({"enabled": false})).await;
        assert_eq!(refused.status, 400, "{refused}");
        Admin::sign_in(&server).await;
    }
}
