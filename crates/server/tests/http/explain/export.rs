//! Offline sessions as CSV: the list's filter and permission, safe in a spreadsheet.

use super::{new_client, session_of};
use crate::support::{alices_backup, alices_frame, grant_of};
use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, Answer, on_both_databases};
use reqwest::Method;
use reqwest::header::ACCEPT;
use serde_json::json;

const EXPORT: &str = "/demo/offline-sessions/export.csv";

/// Without the head; fields of these sessions hold neither a line end nor, up to the wanted one, a comma.
fn records(answer: &Answer) -> Vec<Vec<String>> {
    let lines = answer.body.split_terminator("\r\n").skip(1);
    lines.map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

on_both_databases! {
    async fn every_session_is_one_record_with_what_the_list_says(server) {
        let (_, alices) = alices_backup(&server).await;
        alices_frame(&server).await;
        let admin = Admin::sign_in(&server).await;
        let answer = admin.get(EXPORT).await.expect(200);
        assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
        assert_eq!(answer.header("content-disposition"), "attachment; filename=\"offline-sessions-demo.csv\"");
        assert_eq!(answer.header("cache-control"), "no-store");
        let head = answer.body.split("\r\n").next().expect("a head");
        assert!(head.starts_with("id,username,userId,clientId,clientName,start,lastAccess,expires,endsBy,"), "{head}");
        let all = records(&answer);
        assert_eq!(all.len(), 2);
        let backup = all.iter().find(|record| record[3] == "nightly-backup").expect("nightly-backup's");
        assert_eq!((backup[0].as_str(), backup[1].as_str()), (grant_of(&alices).as_str(), "alice"));
        assert_eq!((backup[4].as_str(), backup[8].as_str(), backup[10].as_str()), ("\"Nightly backup\"", "consent", "false"));
        assert!(backup[5].ends_with('Z') && backup[5].len() == 20, "{backup:?}");
    }

    async fn the_lists_own_address_gives_it_to_who_asks_for_csv(server) {
        alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        let request = admin.request(Method::GET, "/demo/offline-sessions?client=nightly-backup").header(ACCEPT, "text/csv");
        let answer = Answer::of(request).await.expect(200);
        assert_eq!(records(&answer).len(), 1);
        assert_eq!(answer.body, admin.get(&format!("{EXPORT}?client=nightly-backup")).await.expect(200).body);
        assert!(admin.get("/demo/offline-sessions").await.expect(200).json().is_array());
    }

    async fn the_filter_and_the_order_of_the_list_hold(server) {
        let admin = Admin::sign_in(&server).await;
        let client = new_client(&server, &admin, "many").await;
        let mut began = Vec::new();
        for _ in 0..3 {
            began.push(grant_of(&session_of(&client, &Person::alice()).await));
            server.advance_clock(1).await;
        }
        session_of(&client, &Person::bob()).await;
        alices_frame(&server).await;
        let shown = admin.get(&format!("{EXPORT}?client=many&user=alice&order=asc")).await.expect(200);
        let written: Vec<String> = records(&shown).into_iter().map(|mut record| record.swap_remove(0)).collect();
        assert_eq!(written, began);
        let none = admin.get(&format!("{EXPORT}?ipAddress=192.0.2.77")).await.expect(200);
        assert_eq!(none.body.matches("\r\n").count(), 1, "the head alone: {}", none.body);
    }

    async fn nothing_that_somebody_typed_is_a_formula(server) {
        let (_, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        let path = format!("/demo/offline-sessions/{}", grant_of(&tokens));
        for label in ["=HYPERLINK(\"http://evil.example\",\"x\")", "+1+1", "-1", "@SUM(A1)"] {
            admin.patch(&path, &json!({"deviceLabel": label})).await.expect(204);
            let body = admin.get(EXPORT).await.expect(200).body;
            let written = format!(",\"'{}\",", label.replace('"', "\"\""));
            assert!(body.contains(&written), "{body}");
        }
    }

    async fn what_makes_no_sense_is_refused_before_anything_is_sent(server) {
        let admin = Admin::sign_in(&server).await;
        for (query, field) in [("sort=end", "sort"), ("sort=lastUse", "sort"), ("usedBefore=soon", "usedBefore"), ("colour=red", "colour")] {
            let answer = admin.get(&format!("{EXPORT}?{query}")).await.expect(400);
            assert_eq!(answer.text("field"), field, "{query}");
        }
        admin.get(&format!("{EXPORT}?client=nobody")).await.expect(404);
        admin.get("/nowhere/offline-sessions/export.csv").await.expect(404);
        let answer = admin.post(EXPORT, &json!({})).await;
        assert!([404, 405].contains(&answer.status), "{answer}");
    }

    async fn only_who_may_see_the_list_gets_it(server) {
        let (_, tokens) = alices_backup(&server).await;
        let admin = Admin::sign_in(&server).await;
        let clients_only = admin.with_roles(&server, "clara", &["view-clients"]).await;
        clients_only.get(EXPORT).await.expect(403);
        let viewer = admin.with_roles(&server, "vera", &["view-users"]).await;
        assert!(viewer.get(EXPORT).await.expect(200).body.contains("nightly-backup"));
        let answer = viewer.get("/master/offline-sessions/export.csv").await;
        assert!([403, 404].contains(&answer.status), "{answer}");
        let nobody = Admin::with_bearer(&server, &tokens.access_token());
        let answer = nobody.get(EXPORT).await;
        assert!([401, 403].contains(&answer.status), "{answer}");
        assert!(!answer.body.contains("alice"), "{answer}");
    }
}
