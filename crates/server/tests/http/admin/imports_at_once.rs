//! A realm file that comes while an admin changes the same things: each of the two is done whole, one after the other, or refused whole.

use crate::support::Held;
use perennial_domain::{RealmId, Timestamp};
use perennial_storage::{Tx, users};
use perennial_testkit::{Admin, Answer, demo, on_both_databases};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

fn import(admin: &Admin, part: &Value) -> RequestBuilder {
    admin.request(Method::POST, "/demo/partialImport").json(part)
}

/// Both requests, which wait for the same change of the realm and go on together.
async fn at_once(held: Held, first: RequestBuilder, second: RequestBuilder) -> (Answer, Answer) {
    let (first, second) = (tokio::spawn(Answer::of(first)), tokio::spawn(Answer::of(second)));
    held.a_while().await;
    assert!(!first.is_finished() && !second.is_finished(), "one of them did not wait");
    held.let_go().await;
    (first.await.expect("an answer"), second.await.expect("an answer"))
}

on_both_databases! {
    async fn what_a_file_and_an_admin_change_of_one_client_stands_as_both_said(server) {
        let admin = Admin::sign_in(&server).await;
        let path = format!("/demo/clients/{}", admin.client_uuid(demo::PHOTO_FRAME).await);
        let part = json!({
            "ifResourceExists": "OVERWRITE",
            "clients": [{"clientId": demo::PHOTO_FRAME, "description": "of the file"}],
            "roles": {"realm": [{"name": "filed"}]},
        });
        let edit = admin.request(Method::PUT, &path).json(&json!({"name": "of the admin"}));
        let (imported, edited) = at_once(Held::realm(&server).await, import(&admin, &part), edit).await;
        imported.expect(200);
        edited.expect(204);
        let client = admin.get(&path).await.expect(200).json();
        assert_eq!((&client["description"], &client["name"]), (&json!("of the file"), &json!("of the admin")));
        admin.realm_role("filed").await;
    }

    async fn an_admin_who_insists_on_what_was_read_does_not_overwrite_a_file(server) {
        let admin = Admin::sign_in(&server).await;
        let path = format!("/demo/clients/{}", admin.client_uuid(demo::PHOTO_FRAME).await);
        let read = admin.get(&path).await.expect(200);
        let part = json!({
            "ifResourceExists": "OVERWRITE",
            "clients": [{"clientId": demo::PHOTO_FRAME, "name": "of the file"}],
        });
        let edit = admin.request(Method::PUT, &path).header("If-Match", read.header("etag"));
        let edit = edit.json(&json!({"name": "of the admin"}));
        let (imported, edited) = at_once(Held::realm(&server).await, import(&admin, &part), edit).await;
        imported.expect(200);
        assert!(matches!(edited.status, 204 | 412), "{edited}");
        assert_eq!(admin.get(&path).await.expect(200).json()["name"], "of the file", "the admin's came before, or not at all");
    }

    async fn a_file_that_meets_a_name_which_an_admin_has_just_taken_is_refused_whole(server) {
        let admin = Admin::sign_in(&server).await;
        for turn in 0..3 {
            let (name, other) = (format!("fresh-{turn}"), format!("other-{turn}"));
            let part = json!({
                "ifResourceExists": "FAIL",
                "clients": [
                    {"clientId": other, "publicClient": true},
                    {"clientId": name, "publicClient": true, "description": "of the file"},
                ],
                "users": [{"username": other, "enabled": true}],
            });
            let created = admin.request(Method::POST, "/demo/clients");
            let created = created.json(&json!({"clientId": name, "description": "of the admin"}));
            let (imported, created) = at_once(Held::realm(&server).await, import(&admin, &part), created).await;
            let is_file = imported.status == 200;
            let wanted = if is_file { (200, 409) } else { (409, 201) };
            assert_eq!((imported.status, created.status), wanted, "{imported}\n{created}");
            let by = if is_file { "of the file" } else { "of the admin" };
            assert_eq!(admin.client(&name).await["description"], by);
            for path in [format!("/demo/clients?clientId={other}"), format!("/demo/users?username={other}&exact=true")] {
                let found = admin.get(&path).await.expect(200).json();
                assert_eq!(found.as_array().map(Vec::len), Some(usize::from(is_file)), "{path}: half of a file");
            }
        }
    }

    async fn of_two_files_that_make_the_same_realm_one_does(server) {
        let admin = Admin::sign_in(&server).await;
        let whole = |client: &str| {
            let file = json!({"realm": "acme", "enabled": true, "clients": [{"clientId": client, "publicClient": true}]});
            admin.request(Method::POST, "").json(&file)
        };
        let (one, other) = tokio::join!(Answer::of(whole("one")), Answer::of(whole("other")));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409], "{one}\n{other}");
        for (client, answer) in [("one", one), ("other", other)] {
            let found = admin.get(&format!("/acme/clients?clientId={client}")).await.expect(200).json();
            assert_eq!(found.as_array().map(Vec::len), Some(usize::from(answer.status == 201)), "{client}");
        }
    }

    async fn a_users_revocation_policy_that_an_admin_has_just_set_outlives_a_file(server) {
        let admin = Admin::sign_in(&server).await;
        let (bob, mark_s) = (admin.user_id("bob").await, server.now_s().await - 100);
        let set = move |tx: &mut Tx<'_>, realm: RealmId| {
            let bob = users::find_by_username(tx, realm, "bob")?.expect("bob");
            users::set_not_before(tx, bob.id, Timestamp::from_s(mark_s)).map(drop)
        };
        let held = Held::after(&server, set).await;
        let part = json!({
            "ifResourceExists": "OVERWRITE",
            "users": [{"username": "bob", "enabled": true, "firstName": "Robert"}],
        });
        let imported = tokio::spawn(Answer::of(import(&admin, &part)));
        held.a_while().await;
        assert!(!imported.is_finished(), "it did not wait");
        held.let_go().await;
        imported.await.expect("an answer").expect(200);
        let user = admin.get(&format!("/demo/users/{bob}")).await.expect(200).json();
        assert_eq!((&user["firstName"], &user["notBefore"]), (&json!("Robert"), &json!(mark_s)), "{user}");
    }
}
