//! One offline session with its timeline.

use crate::support::alices_backup;
use perennial_testkit::{Admin, on_both_databases, token};

on_both_databases! {
    async fn a_session_is_shown_with_what_happened_in_it_and_in_no_other(server) {
        let admin = Admin::sign_in(&server).await;
        admin.rotate_always().await;
        alices_backup(&server).await;
        let (client, tokens) = alices_backup(&server).await;
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        client.refresh_narrowed(&tokens.refresh_token(), "openid phone").await.expect_error(400, "invalid_scope");
        let id = token::claims(&tokens.access_token())["gid"].clone();
        let session = admin.get(&format!("/demo/offline-sessions/{}", id.as_str().expect("an id"))).await.expect(200).json();
        let events = session["events"].as_array().expect("a timeline");
        let types: Vec<&str> = events.iter().map(|event| event["type"].as_str().expect("a type")).collect();
        assert_eq!(types, ["REFRESH_TOKEN_ERROR", "REFRESH_TOKEN_REPLAYED", "CODE_TO_TOKEN"]);
        assert!(events.iter().all(|event| event["grantId"] == id), "{session}");
    }
}
