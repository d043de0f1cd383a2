//! Keyset paging: complete, without repetition, and stable while new events come.

use crate::support::alices_backup;
use perennial_testkit::{Admin, on_both_databases};
use serde_json::{Value, json};

/// Walks the list by its `Link` headers, `between` each two pages.
async fn walk(admin: &Admin, query: &str, between: impl AsyncFn()) -> Vec<String> {
    let mut path = format!("/demo/events?{query}");
    let mut ids = Vec::new();
    loop {
        let answer = admin.get(&path).await.expect(200);
        let page = answer.json();
        ids.extend(
            page.as_array().expect("a list").iter().map(|event| event["id"].as_str().expect("an id").to_owned()),
        );
        let Some(link) = answer.headers_named("link").first().map(|link| (*link).to_owned()) else { return ids };
        let next = link.strip_prefix("</admin/realms").and_then(|link| link.split_once(">; rel=\"next\""));
        path = next.unwrap_or_else(|| panic!("no next page in {link}")).0.to_owned();
        between().await;
    }
}

on_both_databases! {
    async fn pages_are_complete_and_stable_while_new_events_come(server) {
        let admin = Admin::sign_in(&server).await;
        admin.configure_events(json!({"enabledEventTypes": ["LOGIN", "CODE_TO_TOKEN", "REFRESH_TOKEN"]})).await;
        let (client, tokens) = alices_backup(&server).await;
        let token = tokens.refresh_token();
        for _ in 0..21 {
            client.refresh(&token).await.expect_tokens();
        }
        for query in ["max=4", "max=4&type=REFRESH_TOKEN&type=LOGIN", "max=5&client=nightly-backup"] {
            let before = admin.events(&query.replace("max=4", "max=500").replace("max=5&", "max=500&")).await;
            let expected: Vec<String> = before.iter().map(|event: &Value| event["id"].as_str().expect("an id").to_owned()).collect();
            let walked = walk(&admin, query, async || {
                client.refresh(&token).await.expect_tokens();
            })
            .await;
            assert_eq!(walked, expected, "{query}");
        }
    }

    async fn oldest_first_meets_what_comes_meanwhile_at_its_end(server) {
        let admin = Admin::sign_in(&server).await;
        admin.configure_events(json!({"enabledEventTypes": ["REFRESH_TOKEN"]})).await;
        let (client, tokens) = alices_backup(&server).await;
        let token = tokens.refresh_token();
        for _ in 0..4 {
            client.refresh(&token).await.expect_tokens();
        }
        let pages = std::cell::Cell::new(0);
        let walked = walk(&admin, "max=2&direction=asc", async || {
            pages.set(pages.get() + 1);
            if pages.get() == 1 {
                client.refresh(&token).await.expect_tokens();
            }
        })
        .await;
        let mut all: Vec<String> = admin.events("").await.iter().map(|event| event["id"].as_str().expect("an id").to_owned()).collect();
        all.reverse();
        assert_eq!(walked, all);
        assert_eq!(walked.len(), 5);
    }
}
