//! The user's own activity: what was granted, used, refused and ended, and by whom.

use crate::support::alices_backup;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, Choice, Client, Console, on_both_databases, token};
use serde_json::{Value, json};

const ACTIVITY: &str = "/realms/demo/account/activity";

fn lines(answer: &Answer) -> Vec<Value> {
    answer.json().as_array().expect("a list").clone()
}

on_both_databases! {
    async fn a_user_reads_what_was_granted_and_ended_and_by_whom(server) {
        let admin = Admin::sign_in(&server).await;
        let (_, tokens) = alices_backup(&server).await;
        let gid = token::claims(&tokens.access_token())["gid"].clone();
        admin.end_offline_session(gid.as_str().expect("an id")).await.expect(204);
        let console = Console::account(&server, &Person::alice()).await;
        let all = lines(&console.get(ACTIVITY).await.expect(200));
        let of = |event_type: &str| all.iter().find(|line| line["type"] == event_type && line["clientId"] == demo::NIGHTLY_BACKUP).unwrap_or_else(|| panic!("no {event_type} in {all:?}"));
        assert_eq!(of("GRANT_CONSENT")["by"], "user");
        assert_eq!(of("CODE_TO_TOKEN")["by"], "client");
        let ended = of("REVOKE_GRANT");
        assert_eq!((&ended["by"], &ended["grantId"]), (&Value::from("admin"), &gid));
        assert!(ended["clientName"].is_string() && ended["time"].is_i64(), "{ended}");
    }

    async fn a_user_reads_of_each_session_that_a_bulk_revocation_ended(server) {
        let admin = Admin::sign_in(&server).await;
        let ended: Vec<Value> = [alices_backup(&server).await.1, alices_backup(&server).await.1]
            .iter()
            .map(|tokens| token::claims(&tokens.access_token())["gid"].clone())
            .collect();
        let body = json!({"filter": {"client": demo::NIGHTLY_BACKUP}});
        admin.post("/demo/offline-sessions/revoke", &body).await.expect(200);
        let console = Console::account(&server, &Person::alice()).await;
        let all = lines(&console.get(ACTIVITY).await.expect(200));
        let told: Vec<&Value> = all.iter().filter(|line| line["type"] == "REVOKE_GRANT").collect();
        assert_eq!(told.len(), 2, "{all:?}");
        assert!(ended.iter().all(|gid| told.iter().any(|line| line["grantId"] == *gid)), "{told:?}");
        assert!(told.iter().all(|line| line["by"] == "admin" && line["clientId"] == demo::NIGHTLY_BACKUP), "{told:?}");
        // A dry run ends nothing, and a realm that does not store it is not told.
        admin.configure_events(json!({"enabledEventTypes": ["LOGIN"]})).await;
        alices_backup(&server).await;
        admin.post("/demo/offline-sessions/revoke", &body).await.expect(200);
        assert_eq!(admin.events("type=REVOKE_GRANT").await.len(), 2);
    }

    async fn a_user_reads_of_each_session_that_they_lost_with_all_others(server) {
        let admin = Admin::sign_in(&server).await;
        let alice = admin.user_id("alice").await;
        let mut expected = Vec::new();
        for by in ["admin", "user"] {
            let (_, tokens) = alices_backup(&server).await;
            expected.push((by.to_owned(), token::claims(&tokens.access_token())["gid"].clone()));
            if by == "admin" {
                admin.post(&format!("/demo/users/{alice}/logout"), &Value::Null).await.expect(204);
            } else {
                let change = json!({"currentPassword": Person::alice().password, "newPassword": "a-new-password", "endOfflineSessions": true});
                let console = Console::account(&server, &Person::alice()).await;
                console.post("/realms/demo/account/credentials/password", &change).await.expect(204);
            }
            server.advance_clock(1).await;
        }
        let told = admin.events(&format!("type=REVOKE_GRANT&user={alice}")).await;
        let told: Vec<(String, Value)> = told
            .iter()
            .filter(|event| event["clientId"] == demo::NIGHTLY_BACKUP)
            .map(|event| (event["details"]["by"].as_str().unwrap_or_default().to_owned(), event["grantId"].clone()))
            .collect();
        assert!(expected.iter().all(|one| told.contains(one)) && told.len() == 2, "{told:?}");
    }

    async fn a_user_sees_only_their_own(server) {
        Client::nightly_backup(&server).authorize(&server, &Person::bob(), &Choice::accept()).await;
        let console = Console::account(&server, &Person::alice()).await;
        let all = lines(&console.get(ACTIVITY).await.expect(200));
        assert!(!all.is_empty() && all.iter().all(|line| line["clientId"] != demo::NIGHTLY_BACKUP), "{all:?}");
        // Another's id in the query is no way around.
        let bob = Admin::sign_in(&server).await.events("type=LOGIN&client=nightly-backup").await[0]["userId"].clone();
        let asked = lines(&console.get(&format!("{ACTIVITY}?user={}", bob.as_str().expect("an id"))).await.expect(200));
        assert_eq!(asked, all);
    }

    async fn activity_is_paged_by_its_cursor(server) {
        alices_backup(&server).await;
        let console = Console::account(&server, &Person::alice()).await;
        let all = lines(&console.get(ACTIVITY).await.expect(200));
        let mut path = format!("{ACTIVITY}?max=2");
        let mut walked = Vec::new();
        loop {
            let answer = console.get(&path).await.expect(200);
            walked.extend(lines(&answer));
            let Some(link) = answer.headers_named("link").first().map(|link| (*link).to_owned()) else { break };
            path = link.trim_start_matches('<').split_once('>').expect("an address").0.to_owned();
        }
        assert_eq!(walked, all);
        for query in ["max=x", "after=1", "first=-1"] {
            console.get(&format!("{ACTIVITY}?{query}")).await.expect(400);
        }
    }

    async fn activity_needs_a_sign_in_and_a_token_for_this_api(server) {
        let (_, tokens) = alices_backup(&server).await;
        let with = |bearer: String| server.http().get(server.url(ACTIVITY)).bearer_auth(bearer);
        Answer::of(server.http().get(server.url(ACTIVITY))).await.expect(401);
        Answer::of(with("garbage".into())).await.expect(401);
        let answer = Answer::of(with(tokens.refresh_token())).await;
        assert_eq!(answer.status, 401, "{answer}");
    }
}
