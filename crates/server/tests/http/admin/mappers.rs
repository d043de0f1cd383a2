//! Protocol mappers through Keycloak's paths, on client scopes and clients.

use perennial_testkit::{Admin, TestServer, demo, on_both_databases};
use serde_json::{Value, json};

fn department() -> Value {
    json!({
        "name": "department", "protocol": "openid-connect", "protocolMapper": "oidc-usermodel-attribute-mapper",
        "config": {"user.attribute": "department", "claim.name": "department", "access.token.claim": "true", "lightweight.claim": "false"}
    })
}

async fn bases(server: &TestServer) -> (Admin, [String; 2]) {
    let admin = Admin::sign_in(server).await;
    let client = format!("/demo/clients/{}/protocol-mappers", admin.client_uuid(demo::PHOTO_FRAME).await);
    let scope = format!("/demo/client-scopes/{}/protocol-mappers", admin.scope_id("phone").await);
    (admin, [client, scope])
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().filter_map(|one| one["name"].as_str()).collect()
}

on_both_databases! {
    async fn a_mapper_is_created_read_changed_and_deleted(server) {
        let (admin, bases) = bases(&server).await;
        for base in &bases {
            let created = admin.post(&format!("{base}/models"), &department()).await.expect(201);
            assert!(created.header("location").contains(&format!("{base}/models/")), "{created}");
            let id = created.created_id();
            let one = format!("{base}/models/{id}");
            let mut read = admin.get(&one).await.expect(200).json();
            assert_eq!(read["config"], department()["config"], "unknown keys are kept for Keycloak's tools");
            assert_eq!(read["id"], id.as_str());
            read["config"]["claim.name"] = json!("org.department");
            admin.put(&one, &read).await.expect(204);
            assert_eq!(admin.get(&one).await.expect(200).json(), read);
            let conflict = admin.post(&format!("{base}/models"), &department()).await.expect(409);
            assert_eq!(conflict.text("errorMessage"), "Protocol mapper exists with same name");
            let listed = admin.get(&format!("{base}/protocol/openid-connect")).await.expect(200).json();
            assert!(names(&listed).contains(&"department"), "{listed}");
            assert_eq!(admin.get(&format!("{base}/protocol/saml")).await.expect(200).json(), json!([]));
            admin.delete(&one).await.expect(204);
            for answer in [admin.get(&one).await, admin.put(&one, &read).await, admin.delete(&one).await] {
                assert_eq!(answer.expect(404).text("error"), "Model not found");
            }
        }
    }

    async fn several_are_added_all_or_none(server) {
        let (admin, bases) = bases(&server).await;
        for base in &bases {
            let before = admin.get(&format!("{base}/models")).await.expect(200).json();
            let mut other = department();
            other["name"] = json!("other");
            let mut broken = department();
            broken["config"]["claim.name"] = json!("sub");
            admin.post(&format!("{base}/add-models"), &json!([other, broken])).await.expect(400);
            assert_eq!(admin.get(&format!("{base}/models")).await.expect(200).json(), before);
            admin.post(&format!("{base}/add-models"), &json!([other, department()])).await.expect(204);
            let after = admin.get(&format!("{base}/models")).await.expect(200).json();
            assert!(names(&after).contains(&"other") && names(&after).contains(&"department"), "{after}");
        }
    }

    async fn representations_of_clients_and_scopes_carry_their_mappers(server) {
        let admin = Admin::sign_in(&server).await;
        let uuid = admin.create_client(json!({"clientId": "app", "protocolMappers": [department()]})).await;
        let mut app = admin.get(&format!("/demo/clients/{uuid}")).await.expect(200).json();
        assert_eq!(names(&app["protocolMappers"]), ["department"]);
        let id = app["protocolMappers"][0]["id"].clone();
        // Read, changed and written back, it is the same mapper.
        app["description"] = json!("an app");
        admin.put(&format!("/demo/clients/{uuid}"), &app).await.expect(204);
        let read = admin.get(&format!("/demo/clients/{uuid}")).await.expect(200).json();
        assert_eq!(read["protocolMappers"][0]["id"], id);
        admin.change_client("app", json!({"description": "the mappers are not named, so they stay"})).await;
        assert_eq!(names(&admin.client("app").await["protocolMappers"]), ["department"]);
        admin.change_client("app", json!({"protocolMappers": []})).await;
        assert_eq!(admin.client("app").await["protocolMappers"], json!([]));
        let scope = json!({"name": "org", "protocol": "openid-connect", "protocolMappers": [department()]});
        let scope = admin.post("/demo/client-scopes", &scope).await.created_id();
        let read = admin.get(&format!("/demo/client-scopes/{scope}")).await.expect(200).json();
        assert_eq!(names(&read["protocolMappers"]), ["department"]);
    }

    async fn built_in_scopes_show_what_they_say(server) {
        let admin = Admin::sign_in(&server).await;
        let scopes = admin.get("/demo/client-scopes").await.expect(200).json();
        let of = |name: &str| {
            let scope = scopes.as_array().expect("a list").iter().find(|scope| scope["name"] == name);
            names(&scope.expect(name)["protocolMappers"]).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(of("email"), ["email", "email verified"]);
        assert_eq!(of("roles"), ["audience resolve", "client roles", "realm roles"]);
        assert_eq!(of("address"), ["address"]);
        assert_eq!(of("phone"), ["phone number", "phone number verified"]);
        assert_eq!(of("microprofile-jwt"), ["groups", "upn"]);
        assert!(of("profile").contains(&"full name".to_owned()));
        assert!(of("offline_access").is_empty());
    }

    async fn what_could_not_work_is_refused(server) {
        let (admin, bases) = bases(&server).await;
        let with = |field: &str, value: Value| {
            let mut changed = department();
            changed[field] = value;
            changed
        };
        let configured = |key: &str, value: &str| {
            let mut changed = department();
            changed["config"][key] = json!(value);
            changed
        };
        for base in &bases {
            let path = format!("{base}/models");
            let before = admin.get(&path).await.expect(200).json();
            for wrong in [
                json!({}),
                json!([]),
                json!(null),
                with("name", json!("")),
                with("name", json!("x".repeat(256))),
                with("name", json!(7)),
                with("id", json!("not-a-uuid")),
                with("protocol", json!("saml")),
                with("protocolMapper", json!(null)),
                with("protocolMapper", json!("oidc-script-based-protocol-mapper")),
                with("config", json!([])),
                with("config", json!({"claim.name": "x"})),
                configured("claim.name", ""),
                configured("claim.name", "a..b"),
                configured("claim.name", &"x".repeat(256)),
                configured("jsonType.label", "float"),
                configured("access.token.claim", "yes"),
                configured("multivalued", "1"),
                configured("note", &"x".repeat(4_001)),
            ] {
                let answer = admin.post(&path, &wrong).await.expect(400);
                assert!(!answer.body.contains(".rs:"), "{answer}");
            }
            assert_eq!(admin.get(&path).await.expect(200).json(), before);
        }
        for owner in ["clients", "client-scopes"] {
            for id in ["00000000-0000-7000-8000-000000000000", "nonsense"] {
                let base = format!("/demo/{owner}/{id}/protocol-mappers/models");
                admin.get(&base).await.expect(404);
                admin.post(&base, &department()).await.expect(404);
                admin.delete(&format!("{base}/{id}")).await.expect(404);
            }
        }
    }

    async fn who_may_only_look_changes_nothing_and_a_manager_leaves_the_realms_own_clients_alone(server) {
        let (admin, bases) = bases(&server).await;
        let viewer = admin.with_roles(&server, "vera", &["view-clients"]).await;
        let users = admin.with_roles(&server, "ulla", &["manage-users"]).await;
        let manager = admin.with_roles(&server, "mona", &["manage-clients"]).await;
        for base in &bases {
            let path = format!("{base}/models");
            viewer.get(&path).await.expect(200);
            viewer.post(&path, &department()).await.expect(403);
            viewer.post(&format!("{base}/add-models"), &json!([department()])).await.expect(403);
            users.get(&path).await.expect(403);
            let id = manager.post(&path, &department()).await.created_id();
            viewer.put(&format!("{path}/{id}"), &department()).await.expect(403);
            viewer.delete(&format!("{path}/{id}")).await.expect(403);
        }
        let console = format!("/demo/clients/{}", admin.client_uuid("security-admin-console").await);
        manager.post(&format!("{console}/protocol-mappers/models"), &department()).await.expect(403);
        manager.put(&console, &json!({"protocolMappers": [department()]})).await.expect(403);
        let master = format!("/master/client-scopes/{}/protocol-mappers/models", admin.scope_id("phone").await);
        manager.post(&master, &department()).await.expect(403);
    }
}
