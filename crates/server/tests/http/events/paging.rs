//! Keyset paging of both lists: complete, without repetition, and stable while new events come.

use crate::support::alices_backup;
use perennial_testkit::{Admin, demo, on_both_databases};
use serde_json::{Value, json};

const EVENTS: &str = "/demo/events";
const ADMIN_EVENTS: &str = "/demo/admin-events";

/// Walks the list by its `Link` headers, `between` each two pages.
async fn walk(admin: &Admin, list: &str, query: &str, between: impl AsyncFn()) -> Vec<String> {
    let mut path = format!("{list}?{query}");
    let mut found = Vec::new();
    loop {
        let answer = admin.get(&path).await.expect(200);
        found.extend(ids(&answer.json()));
        let Some(link) = answer.headers_named("link").first().map(|link| (*link).to_owned()) else { return found };
        let next = link.strip_prefix("</admin/realms").and_then(|link| link.split_once(">; rel=\"next\""));
        path = next.unwrap_or_else(|| panic!("no next page in {link}")).0.to_owned();
        between().await;
    }
}

/// All that meets the criteria, in one page.
async fn whole(admin: &Admin, list: &str, criteria: &str) -> Vec<String> {
    ids(&admin.get(&format!("{list}?max=500{criteria}")).await.expect(200).json())
}

fn ids(page: &Value) -> Vec<String> {
    let listed = page.as_array().expect("a list").iter();
    listed.map(|event| event["id"].as_str().expect("an id").to_owned()).collect()
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
        for (max, criteria) in [(4, ""), (4, "&type=REFRESH_TOKEN&type=LOGIN"), (5, "&client=nightly-backup")] {
            let expected = whole(&admin, EVENTS, criteria).await;
            let walked = walk(&admin, EVENTS, &format!("max={max}{criteria}"), async || {
                client.refresh(&token).await.expect_tokens();
            })
            .await;
            assert_eq!(walked, expected, "{criteria}");
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
        let walked = walk(&admin, EVENTS, "max=2&direction=asc", async || {
            pages.set(pages.get() + 1);
            if pages.get() == 1 {
                client.refresh(&token).await.expect_tokens();
            }
        })
        .await;
        let mut all = whole(&admin, EVENTS, "").await;
        all.reverse();
        assert_eq!(walked, all);
        assert_eq!(walked.len(), 5);
    }

    async fn pages_of_admin_events_are_complete_and_stable_while_new_ones_come(server) {
        let admin = Admin::sign_in(&server).await;
        let frame = format!("/demo/clients/{}", admin.client_uuid(demo::PHOTO_FRAME).await);
        let rename = async |name: String| {
            admin.change_realm(json!({"displayName": name})).await;
            admin.put(&frame, &json!({"description": name})).await.expect(204);
        };
        for number in 0..9 {
            rename(format!("Name {number}")).await;
        }
        for (max, criteria) in [(4, ""), (4, "&resourceTypes=REALM"), (3, "&resourcePath=clients/*&operationTypes=UPDATE")] {
            let expected = whole(&admin, ADMIN_EVENTS, criteria).await;
            assert!(expected.len() >= 9, "{expected:?}");
            let query = format!("max={max}{criteria}");
            let walked = walk(&admin, ADMIN_EVENTS, &query, async || rename("Meanwhile".to_owned()).await).await;
            assert_eq!(walked, expected, "{criteria}");
        }
    }

    async fn admin_events_oldest_first_meet_what_comes_meanwhile_at_their_end(server) {
        let admin = Admin::sign_in(&server).await;
        for name in ["One", "Two", "Three", "Four"] {
            admin.change_realm(json!({"displayName": name})).await;
        }
        let pages = std::cell::Cell::new(0);
        let walked = walk(&admin, ADMIN_EVENTS, "max=2&direction=asc", async || {
            pages.set(pages.get() + 1);
            if pages.get() == 1 {
                admin.change_realm(json!({"displayName": "Five"})).await;
            }
        })
        .await;
        let mut all = whole(&admin, ADMIN_EVENTS, "").await;
        all.reverse();
        assert_eq!(walked, all);
        assert_eq!(walked.len(), 5);
    }
}
