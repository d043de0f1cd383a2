//! Groups: their tree, their members, and the roles that they give.

use crate::support::alices_frame;
use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Answer, Client, client::Authentication, on_both_databases, token};
use reqwest::Method;
use serde_json::{Value, json};

async fn group(admin: &Admin, below: Option<&str>, name: &str) -> String {
    let path = below.map_or("/demo/groups".to_owned(), |id| format!("/demo/groups/{id}/children"));
    admin.post(&path, &json!({"name": name})).await.created_id()
}

async fn join(admin: &Admin, username: &str, group: &str) {
    let path = format!("/demo/users/{}/groups/{group}", admin.user_id(username).await);
    Answer::of(admin.request(Method::PUT, &path)).await.expect(204);
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().filter_map(|one| one["name"].as_str()).collect()
}

on_both_databases! {
    async fn groups_make_a_tree(server) {
        let admin = Admin::sign_in(&server).await;
        let outer = group(&admin, None, "outer").await;
        let inner = group(&admin, Some(&outer), "in/ner").await;
        let top = admin.get("/demo/groups").await.expect(200).json();
        assert_eq!(names(&top), ["outer"]);
        assert_eq!((&top[0]["subGroupCount"], &top[0]["path"]), (&json!(1), &json!("/outer")));
        let children = admin.get(&format!("/demo/groups/{outer}/children")).await.expect(200).json();
        assert_eq!(children[0]["path"], "/outer/in~/ner");
        assert_eq!(children[0]["parentId"], outer.as_str());
        let found = admin.get("/demo/groups?search=NER").await.expect(200).json();
        assert_eq!(names(&found[0]["subGroups"]), ["in/ner"]);
        assert_eq!(admin.get("/demo/groups/count").await.expect(200).json(), json!({"count": 2}));
        assert_eq!(admin.get("/demo/groups/count?top=true").await.expect(200).json(), json!({"count": 1}));
        assert_eq!(admin.get("/demo/group-by-path/outer").await.expect(200).text("id"), outer);
        let changed = json!({"name": "office", "attributes": {"floor": ["2"]}});
        admin.put(&format!("/demo/groups/{outer}"), &changed).await.expect(204);
        let read = admin.get(&format!("/demo/groups/{outer}")).await.expect(200).json();
        assert_eq!((&read["name"], &read["attributes"]), (&json!("office"), &json!({"floor": ["2"]})));
        // By its id a group moves: to the top, and back.
        admin.post("/demo/groups", &json!({"id": inner, "name": "in/ner"})).await.expect(204);
        assert_eq!(names(&admin.get("/demo/groups").await.expect(200).json()), ["in/ner", "office"]);
        admin.post(&format!("/demo/groups/{outer}/children"), &json!({"id": inner})).await.expect(204);
        admin.delete(&format!("/demo/groups/{outer}")).await.expect(204);
        assert_eq!(admin.get(&format!("/demo/groups/{inner}")).await.expect(404).text("error"), "Could not find group by id");
    }

    async fn members_have_the_roles_of_their_group_and_of_those_around_it(server) {
        let admin = Admin::sign_in(&server).await;
        let outer = group(&admin, None, "outer").await;
        let inner = group(&admin, Some(&outer), "inner").await;
        admin.post("/demo/roles", &json!({"name": "editor"})).await.expect(201);
        let mappings = format!("/demo/groups/{outer}/role-mappings/realm");
        admin.post(&mappings, &json!([admin.realm_role("editor").await])).await.expect(204);
        let (frame, tokens) = alices_frame(&server).await;
        let roles = |answer: &Answer| token::claims(&answer.access_token())["realm_access"]["roles"].to_string();
        assert!(!roles(&tokens).contains("editor"));
        join(&admin, "alice", &inner).await;
        let as_member = frame.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert!(roles(&as_member).contains("editor"));
        let id = admin.user_id("alice").await;
        let effective = admin.get(&format!("/demo/users/{id}/role-mappings/realm/composite")).await.expect(200).json();
        assert!(names(&effective).contains(&"editor"));
        let direct = admin.get(&format!("/demo/users/{id}/role-mappings/realm")).await.expect(200).json();
        assert!(!names(&direct).contains(&"editor"));
        let members = admin.get(&format!("/demo/groups/{inner}/members")).await.expect(200).json();
        assert_eq!(members[0]["username"], "alice");
        assert_eq!(names(&admin.get(&format!("/demo/users/{id}/groups")).await.expect(200).json()), ["inner"]);
        admin.delete(&format!("/demo/users/{id}/groups/{inner}")).await.expect(204);
        let gone = frame.refresh(&as_member.refresh_token()).await.expect_tokens();
        assert!(!roles(&gone).contains("editor"));
    }

    async fn a_group_can_give_offline_access_and_take_it_away(server) {
        let admin = Admin::sign_in(&server).await;
        admin.take_realm_role("alice", "default-roles-demo").await;
        let client = Client::photo_frame(&server);
        client.password_grant(&Person::alice(), "openid offline_access").await.expect_error(400, "invalid_grant");
        let crew = group(&admin, None, "crew").await;
        let mappings = format!("/demo/groups/{crew}/role-mappings/realm");
        admin.post(&mappings, &json!([admin.realm_role("offline_access").await])).await.expect(204);
        join(&admin, "alice", &crew).await;
        let tokens = client.password_grant(&Person::alice(), "openid offline_access").await.expect_tokens();
        client.refresh(&tokens.refresh_token()).await.expect_tokens();
        admin.delete(&format!("/demo/groups/{crew}")).await.expect(204);
        client.refresh(&tokens.refresh_token()).await.expect_error(400, "invalid_grant");
    }

    async fn new_users_join_the_default_groups(server) {
        let admin = Admin::sign_in(&server).await;
        let crew = group(&admin, None, "crew").await;
        let path = format!("/demo/default-groups/{crew}");
        Answer::of(admin.request(Method::PUT, &path)).await.expect(204);
        assert_eq!(names(&admin.get("/demo/default-groups").await.expect(200).json()), ["crew"]);
        let carol = admin.create_user(json!({"username": "carol"})).await;
        assert_eq!(names(&admin.get(&format!("/demo/users/{carol}/groups")).await.expect(200).json()), ["crew"]);
        admin.delete(&path).await.expect(204);
        let dora = admin.create_user(json!({"username": "dora"})).await;
        assert_eq!(admin.get(&format!("/demo/users/{dora}/groups/count")).await.expect(200).json(), json!({"count": 0}));
    }

    async fn a_mapper_tells_the_groups(server) {
        let admin = Admin::sign_in(&server).await;
        let outer = group(&admin, None, "outer").await;
        join(&admin, "alice", &group(&admin, Some(&outer), "inner").await).await;
        let of = |name: &str, full: &str| json!({"name": name, "protocolMapper": "oidc-group-membership-mapper",
            "config": {"claim.name": name, "full.path": full, "access.token.claim": "true"}});
        let mappers = json!([of("paths", "true"), of("names", "false")]);
        admin.create_client(json!({"clientId": "app", "publicClient": true, "protocolMappers": mappers})).await;
        let app = Client::public(&server, "app");
        let claims = token::claims(&app.password_grant(&Person::alice(), "openid").await.expect_tokens().access_token());
        assert_eq!((&claims["paths"], &claims["names"]), (&json!(["/outer/inner"]), &json!(["inner"])));
    }

    async fn nobody_gains_admin_roles_through_a_group(server) {
        let admin = Admin::sign_in(&server).await;
        let mona = admin.with_roles(&server, "mona", &["manage-users", "manage-realm"]).await;
        let bosses = group(&admin, None, "bosses").await;
        let below = group(&admin, Some(&bosses), "below").await;
        let crew = group(&admin, None, "crew").await;
        let management = admin.client_uuid("realm-management").await;
        let mappings = |group: &str| format!("/demo/groups/{group}/role-mappings/clients/{management}");
        mona.post(&mappings(&crew), &json!([{"name": "realm-admin"}])).await.expect(403);
        admin.post(&mappings(&bosses), &json!([{"name": "realm-admin"}])).await.expect(204);
        let own = format!("/demo/users/{}/groups", admin.user_id("mona").await);
        for group in [&bosses, &below] {
            Answer::of(mona.request(Method::PUT, &format!("{own}/{group}"))).await.expect(403);
            mona.post(&format!("/demo/groups/{group}/children"), &json!({"id": crew})).await.expect(403);
            Answer::of(mona.request(Method::PUT, &format!("/demo/default-groups/{group}"))).await.expect(403);
            mona.delete(&format!("/demo/groups/{group}")).await.expect(403);
        }
        // Nor by making a user who gets it by default.
        let default = format!("/demo/default-groups/{below}");
        Answer::of(admin.request(Method::PUT, &default)).await.expect(204);
        mona.post("/demo/users", &json!({"username": "puppet"})).await.expect(403);
        admin.delete(&default).await.expect(204);
        mona.delete_with(&mappings(&bosses), &json!([{"name": "realm-admin"}])).await.expect(403);
        // Who is an admin by a group is out of reach like any other admin.
        join(&admin, "bob", &below).await;
        let bob = format!("/demo/users/{}/reset-password", admin.user_id("bob").await);
        mona.put(&bob, &json!({"value": "taken-over"})).await.expect(403);
        let cli = Client::new(&server, demo::REALM, "admin-cli", Authentication::None);
        let bearer = cli.password_grant(&Person::bob(), "openid").await.expect_tokens().access_token();
        Admin::with_bearer(&server, &bearer).get("/demo/clients").await.expect(200);
    }

    async fn broken_and_foreign_groups_are_refused(server) {
        let admin = Admin::sign_in(&server).await;
        let crew = group(&admin, None, "crew").await;
        let inner = group(&admin, Some(&crew), "inner").await;
        let again = admin.post("/demo/groups", &json!({"name": "crew"})).await.expect(409);
        assert_eq!(again.text("errorMessage"), "Top level group named 'crew' already exists.");
        let again = admin.post(&format!("/demo/groups/{crew}/children"), &json!({"name": "inner"})).await.expect(409);
        assert_eq!(again.text("errorMessage"), "Sibling group named 'inner' already exists.");
        admin.post(&format!("/demo/groups/{inner}/children"), &json!({"id": crew})).await.expect(400);
        admin.post(&format!("/demo/groups/{crew}/children"), &json!({"id": crew})).await.expect(400);
        for wrong in [json!({}), json!({"name": ""}), json!({"name": "x".repeat(256)}), json!({"name": "a\u{7}"}), json!({"name": 1}),
            json!({"name": "x", "attributes": {"a": ["\u{0}"]}}), json!([]), json!(null)] {
            admin.post("/demo/groups", &wrong).await.expect(400);
        }
        admin.put(&format!("/demo/groups/{crew}"), &json!({"name": ""})).await.expect(400);
        let alice = admin.user_id("alice").await;
        for id in ["00000000-0000-7000-8000-000000000000", "nonsense"] {
            for path in [format!("/demo/groups/{id}"), format!("/demo/groups/{id}/children"), format!("/demo/groups/{id}/members")] {
                admin.get(&path).await.expect(404);
            }
            let joining = admin.request(Method::PUT, &format!("/demo/users/{alice}/groups/{id}"));
            assert_eq!(Answer::of(joining).await.expect(404).text("error"), "Group not found");
            admin.post("/demo/groups", &json!({"id": id})).await.expect(404);
        }
        // A group of one realm is none of another.
        admin.get(&format!("/master/groups/{crew}")).await.expect(404);
        let viewer = admin.with_roles(&server, "vera", &["view-users"]).await;
        viewer.get("/demo/groups").await.expect(200);
        viewer.post("/demo/groups", &json!({"name": "mine"})).await.expect(403);
        let clients = admin.with_roles(&server, "clara", &["manage-clients"]).await;
        clients.get("/demo/groups").await.expect(403);
        let mut at = crew;
        for depth in 2..=32 {
            at = group(&admin, Some(&at), &format!("g{depth}")).await;
        }
        admin.post(&format!("/demo/groups/{at}/children"), &json!({"name": "too-deep"})).await.expect(400);
    }
}
