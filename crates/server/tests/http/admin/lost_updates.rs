//! Two admins who read the same thing: the second one's change is refused where it insists on what was read (`If-Match`), and
//! overwrites only the fields that it sends where it does not.

use super::walk::upstream;
use perennial_testkit::{Admin, Answer, demo, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

/// The paths below `/admin/realms` of one of each kind, and a change of it that can be seen.
async fn one_of_each(admin: &Admin) -> Vec<(String, &'static str)> {
    let client = admin.client_uuid(demo::PHOTO_FRAME).await;
    let resource = admin.create_resource("https://api.example/", json!({})).await;
    let hook = admin.post("/demo/webhooks", &json!({"url": "https://hooks.example/", "eventTypes": ["LOGIN"]})).await;
    admin.post(&format!("/demo/clients/{client}/roles"), &json!({"name": "viewer"})).await.expect(201);
    let group = admin.post("/demo/groups", &json!({"name": "staff"})).await;
    let provider = admin.post("/demo/identity-provider/instances", &upstream("up")).await.created_id();
    let role = admin.realm_role("uma_authorization").await["id"].as_str().expect("an id").to_owned();
    vec![
        ("/demo".to_owned(), "displayName"),
        (format!("/demo/clients/{client}"), "name"),
        (format!("/demo/users/{}", admin.user_id("bob").await), "firstName"),
        (format!("/demo/client-scopes/{}", admin.scope_id("phone").await), "description"),
        ("/demo/roles/uma_authorization".to_owned(), "description"),
        (format!("/demo/roles-by-id/{role}"), "description"),
        (format!("/demo/clients/{client}/roles/viewer"), "description"),
        (format!("/demo/resources/{resource}"), "description"),
        (format!("/demo/webhooks/{}", hook.created_id()), "url"),
        (format!("/demo/groups/{}", group.created_id()), "description"),
        (format!("/demo/identity-provider/instances/{provider}"), "displayName"),
        ("/demo/events/config".to_owned(), "eventsExpiration"),
    ]
}

fn value(field: &str, text: &str) -> Value {
    match field {
        "url" => json!({"url": format!("https://hooks.example/{text}")}),
        // Any number that differs from the others'.
        "eventsExpiration" => json!({field: 1_000 + text.bytes().map(i64::from).sum::<i64>()}),
        _ => json!({field: text}),
    }
}

async fn put_if(admin: &Admin, path: &str, tag: &str, body: &Value) -> Answer {
    Answer::of(admin.request(Method::PUT, path).header("If-Match", tag).json(body)).await
}

async fn tag(admin: &Admin, path: &str) -> String {
    let answer = admin.get(path).await.expect(200);
    let tag = answer.header("etag").to_owned();
    assert!(tag.starts_with('"') && tag.len() > 2, "{path}: {answer}");
    tag
}

on_both_databases! {
    async fn of_two_admins_who_read_the_same_only_the_first_overwrites_it(server) {
        let admin = Admin::sign_in(&server).await;
        for (path, field) in one_of_each(&admin).await {
            let read = tag(&admin, &path).await;
            assert_eq!(read, tag(&admin, &path).await, "{path}: reading changes nothing");
            put_if(&admin, &path, &read, &value(field, "first")).await.expect(204);
            let refused = put_if(&admin, &path, &read, &value(field, "second")).await.expect(412);
            assert!(refused.has("errorMessage"), "{path}: {refused}");
            let now = admin.get(&path).await.expect(200);
            assert_eq!(now.json()[field], value(field, "first")[field], "{path}");
            put_if(&admin, &path, now.header("etag"), &value(field, "second")).await.expect(204);
        }
    }

    async fn who_does_not_insist_changes_what_is_there(server) {
        let admin = Admin::sign_in(&server).await;
        for (path, field) in one_of_each(&admin).await {
            let before = admin.get(&path).await.expect(200).json();
            admin.put(&path, &value(field, "mine")).await.expect(204);
            put_if(&admin, &path, "*", &value(field, "yours")).await.expect(204);
            put_if(&admin, &path, "\"another\"", &value(field, "nobody's")).await.expect(412);
            let mut wanted = before;
            wanted[field] = value(field, "yours")[field].clone();
            assert_eq!(admin.get(&path).await.expect(200).json(), wanted, "{path}: absent fields are left alone");
        }
    }

    async fn racing_admins_with_the_same_tag_do_not_both_win(server) {
        let admin = Admin::sign_in(&server).await;
        for (turn, (path, field)) in one_of_each(&admin).await.into_iter().enumerate() {
            let read = tag(&admin, &path).await;
            // What is written is new each time: two paths lead to one role.
            let (a, b) = (value(field, &format!("a{turn}")), value(field, &format!("b{turn}")));
            let (one, other) = tokio::join!(put_if(&admin, &path, &read, &a), put_if(&admin, &path, &read, &b));
            let mut statuses = [one.status, other.status];
            statuses.sort_unstable();
            assert_eq!(statuses, [204, 412], "{path}");
        }
    }

    async fn racing_admins_who_change_different_fields_both_win(server) {
        let admin = Admin::sign_in(&server).await;
        let path = format!("/demo/users/{}", admin.user_id("bob").await);
        for turn in 0..5 {
            let (first, last) = (json!({"firstName": format!("A{turn}")}), json!({"lastName": format!("B{turn}")}));
            let (one, other) = tokio::join!(admin.put(&path, &first), admin.put(&path, &last));
            one.expect(204);
            other.expect(204);
            let bob = admin.get(&path).await.expect(200).json();
            assert_eq!((&bob["firstName"], &bob["lastName"]), (&first["firstName"], &last["lastName"]));
        }
    }

    async fn a_mapper_and_an_admins_consent_are_overwritten_as_read_only(server) {
        let admin = Admin::sign_in(&server).await;
        let client = admin.client_uuid(demo::PHOTO_FRAME).await;
        let mapper = |name: &str| json!({
            "name": name, "protocol": "openid-connect", "protocolMapper": "oidc-hardcoded-claim-mapper",
            "config": {"claim.name": "colour", "claim.value": "red"}
        });
        let models = format!("/demo/clients/{client}/protocol-mappers/models");
        let id = admin.post(&models, &mapper("first")).await.created_id();
        admin.put(&format!("/demo/admin-consents/{client}"), &json!({"scopes": ["phone"]})).await.expect(204);
        let (consent, a, b) = (format!("/demo/admin-consents/{client}"), json!({"scopes": ["email"]}), json!({"scopes": ["address"]}));
        for (path, first, second) in [(format!("{models}/{id}"), mapper("a"), mapper("b")), (consent, a, b)] {
            let read = tag(&admin, &path).await;
            put_if(&admin, &path, &read, &first).await.expect(204);
            let now = admin.get(&path).await.expect(200);
            put_if(&admin, &path, &read, &second).await.expect(412);
            assert_eq!(admin.get(&path).await.expect(200).json(), now.json(), "{path}");
            put_if(&admin, &path, now.header("etag"), &second).await.expect(204);
        }
        admin.get(&format!("/demo/admin-consents/{}", admin.client_uuid("account").await)).await.expect(404);
    }

    async fn of_two_admins_who_both_mean_to_be_the_first_only_one_is(server) {
        let admin = Admin::sign_in(&server).await;
        let path = format!("/demo/admin-consents/{}", admin.client_uuid(demo::PHOTO_FRAME).await);
        let first = async |scope: &str| {
            let body = json!({"scopes": [scope]});
            Answer::of(admin.request(Method::PUT, &path).header("If-None-Match", "*").json(&body)).await
        };
        let (one, other) = tokio::join!(first("email"), first("phone"));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 412]);
        let given = admin.get(&path).await.expect(200).json();
        assert_eq!(given["scopes"], if one.status == 204 { json!(["email"]) } else { json!(["phone"]) });
        admin.delete(&path).await.expect(204);
        // Nothing is what any tag names: who insists on one has read what is gone.
        for tag in ["*", "\"another\""] {
            put_if(&admin, &path, tag, &json!({"scopes": ["email"]})).await.expect(412);
        }
        first("address").await.expect(204);
        let of_a_user = format!("/demo/users/{}", admin.user_id("bob").await);
        for (path, body) in [(&path, json!({"scopes": ["email"]})), (&of_a_user, json!({"firstName": "Rob"}))] {
            let request = admin.request(Method::PUT, path).header("If-None-Match", "*").json(&body);
            Answer::of(request).await.expect(412);
        }
    }

    async fn what_has_no_tag_is_not_changed_by_who_insists_on_one(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = crate::support::alices_backup(&server).await;
        let alice = admin.user_id("alice").await;
        let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
        let insisting = async |method: Method, path: String, body: Value| {
            Answer::of(admin.request(method, &path).header("If-Match", "\"another\"").json(&body)).await.expect(412)
        };
        let session = format!("/demo/offline-sessions/{}", crate::support::grant_of(&tokens));
        insisting(Method::PATCH, session, json!({"paused": true})).await;
        let consent = format!("/demo/users/{alice}/consents/{}", demo::NIGHTLY_BACKUP);
        insisting(Method::PUT, consent, json!({"grantedClientScopes": []})).await;
        for of in [String::new(), format!("/clients/{uuid}"), format!("/users/{alice}")] {
            insisting(Method::POST, format!("/demo{of}/push-revocation"), json!({"notBefore": "now"})).await;
        }
        crate::support::expect_alive(&client, &tokens).await;
    }

    async fn a_tag_that_does_not_fit_tells_nothing_to_who_may_not_know(server) {
        let admin = Admin::sign_in(&server).await;
        let viewer = admin.with_roles(&server, "vera", &["view-realm", "view-clients", "view-users", "view-events"]).await;
        for (path, field) in one_of_each(&admin).await {
            put_if(&viewer, &path, "\"another\"", &value(field, "x")).await.expect(403);
        }
    }
}
