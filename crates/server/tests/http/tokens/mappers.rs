//! What mappers make tokens, userinfo and introspection say.

use perennial_testkit::demo::{self, Person};
use perennial_testkit::{Admin, Client, TestServer, on_both_databases, token};
use serde_json::{Value, json};

const EVERYWHERE: [&str; 4] =
    ["access.token.claim", "id.token.claim", "userinfo.token.claim", "introspection.token.claim"];

/// A client of its own with this mapper, told everywhere.
pub async fn app_with(server: &TestServer, kind: &str, config: &[(&str, &str)]) -> (Admin, Client) {
    let admin = Admin::sign_in(server).await;
    admin
        .create_client(json!({"clientId": "app", "secret": "app-secret", "protocolMappers": [mapper(kind, config)]}))
        .await;
    (admin, Client::confidential(server, "app", "app-secret"))
}

pub fn mapper(kind: &str, config: &[(&str, &str)]) -> Value {
    let mut all: serde_json::Map<String, Value> = EVERYWHERE.iter().map(|key| ((*key).into(), json!("true"))).collect();
    all.extend(config.iter().map(|(key, value)| ((*key).to_owned(), json!(value))));
    json!({"name": format!("a {kind}"), "protocol": "openid-connect", "protocolMapper": kind, "config": all})
}

/// Claims of alice's access token, ID token, userinfo and introspection, from the grant itself and after a refresh.
async fn told(client: &Client) -> Vec<Value> {
    let first = client.password_grant(&Person::alice(), "openid offline_access").await.expect_tokens();
    let second = client.refresh(&first.refresh_token()).await.expect_tokens();
    let mut all = Vec::new();
    for tokens in [first, second] {
        all.push(token::claims(&tokens.access_token()));
        all.push(token::claims(&tokens.id_token()));
        all.push(client.userinfo(&tokens.access_token()).await.expect(200).json());
        all.push(client.introspect(&tokens.access_token()).await.expect(200).json());
    }
    all
}

on_both_databases! {
    async fn an_attribute_stands_where_and_as_its_mapper_says(server) {
        let config = [("user.attribute", "level"), ("claim.name", r"org.level\.now"), ("jsonType.label", "int")];
        let (admin, client) = app_with(&server, "oidc-usermodel-attribute-mapper", &config).await;
        let list = [("user.attribute", "teams"), ("claim.name", "org.teams"), ("multivalued", "true"), ("id.token.claim", "false")];
        let mut second = mapper("oidc-usermodel-attribute-mapper", &list);
        second["name"] = json!("teams");
        let path = format!("/demo/clients/{}/protocol-mappers/models", admin.client_uuid("app").await);
        admin.post(&path, &second).await.expect(201);
        admin.change_user("alice", json!({"attributes": {"level": ["7", "8"], "teams": ["a", "b"]}})).await;
        for (at, claims) in told(&client).await.iter().enumerate() {
            let expected = if at % 4 == 1 { json!({"level.now": 7}) } else { json!({"level.now": 7, "teams": ["a", "b"]}) };
            assert_eq!(claims["org"], expected, "{at}: {claims}");
        }
        // What is not of the type is left out.
        admin.change_user("alice", json!({"attributes": {"level": ["high"]}})).await;
        assert!(told(&client).await.iter().all(|claims| claims["org"].is_null()));
    }

    async fn each_kind_says_what_it_is_for(server) {
        let (admin, client) = app_with(&server, "oidc-full-name-mapper", &[]).await;
        let uuid = admin.client_uuid("app").await;
        let path = format!("/demo/clients/{uuid}/protocol-mappers/add-models");
        admin.post(&format!("/demo/clients/{uuid}/roles"), &json!({"name": "reader"})).await.expect(201);
        let roles = format!("/demo/users/{}/role-mappings/clients/{uuid}", admin.user_id("alice").await);
        admin.post(&roles, &json!([{"name": "reader"}])).await.expect(204);
        let mut all = vec![
            mapper("oidc-usermodel-property-mapper", &[("user.attribute", "emailVerified"), ("claim.name", "sure"), ("jsonType.label", "boolean")]),
            mapper("oidc-usermodel-realm-role-mapper", &[("claim.name", "powers"), ("multivalued", "true"), ("usermodel.realmRoleMapping.rolePrefix", "r:")]),
            mapper("oidc-usermodel-client-role-mapper", &[("claim.name", "rights"), ("multivalued", "true"), ("usermodel.clientRoleMapping.clientId", "app")]),
            mapper("oidc-hardcoded-claim-mapper", &[("claim.name", "plan"), ("claim.value", "{\"name\":\"gold\"}"), ("jsonType.label", "JSON")]),
            mapper("oidc-usersessionmodel-note-mapper", &[("user.session.note", "clientId"), ("claim.name", "by")]),
            mapper("oidc-audience-mapper", &[("included.custom.audience", "https://api.example")]),
        ];
        all.push(mapper("oidc-address-mapper", &[]));
        admin.post(&path, &json!(all)).await.expect(204);
        admin.change_user("alice", json!({"attributes": {"street": ["Calle 1"], "country": ["ES"]}})).await;
        for (at, claims) in told(&client).await.iter().enumerate() {
            assert_eq!(claims["name"], "Alice Archer", "{claims}");
            assert_eq!(claims["sure"], true, "{claims}");
            assert!(claims["powers"].as_array().expect("roles").contains(&json!("r:offline_access")), "{claims}");
            assert_eq!(claims["rights"], json!(["reader"]), "{claims}");
            assert_eq!(claims["plan"], json!({"name": "gold"}), "{claims}");
            assert_eq!(claims["by"], "app", "{claims}");
            assert_eq!(claims["address"], json!({"street_address": "Calle 1", "country": "ES"}), "{claims}");
            if at % 4 == 0 {
                assert!(claims["aud"].to_string().contains("https://api.example"), "{claims}");
            }
            if at % 4 == 1 {
                assert_eq!(claims["aud"], "app", "an ID token is for its client alone");
            }
        }
    }

    async fn a_scopes_mappers_act_where_the_token_has_the_scope(server) {
        let (admin, client) = app_with(&server, "oidc-full-name-mapper", &[]).await;
        let attribute = mapper("oidc-usermodel-attribute-mapper", &[("user.attribute", "username"), ("claim.name", "who")]);
        admin.post("/demo/client-scopes", &json!({"name": "who", "protocolMappers": [attribute]})).await.expect(201);
        admin.assign_scope("app", "optional", "who").await;
        let without = client.password_grant(&Person::alice(), "openid").await.expect_tokens();
        assert!(token::claims(&without.access_token())["who"].is_null());
        let with = client.password_grant(&Person::alice(), "openid who offline_access").await.expect_tokens();
        assert_eq!(token::claims(&with.access_token())["who"], "alice");
        let narrowed = client.refresh_narrowed(&with.refresh_token(), "openid").await.expect_tokens();
        assert!(token::claims(&narrowed.access_token())["who"].is_null());
        assert!(client.userinfo(&narrowed.access_token()).await.expect(200).json()["who"].is_null());
    }

    async fn a_change_acts_on_the_next_refresh(server) {
        let config = [("claim.name", "plan"), ("claim.value", "gold")];
        let (admin, client) = app_with(&server, "oidc-hardcoded-claim-mapper", &config).await;
        let tokens = client.password_grant(&Person::alice(), "openid offline_access").await.expect_tokens();
        assert_eq!(token::claims(&tokens.access_token())["plan"], "gold");
        admin.change_client("app", json!({"protocolMappers": []})).await;
        let refreshed = client.refresh(&tokens.refresh_token()).await.expect_tokens();
        assert!(token::claims(&refreshed.access_token())["plan"].is_null());
        assert!(client.userinfo(&tokens.access_token()).await.expect(200).json()["plan"].is_null());
    }

    async fn without_its_mappers_the_scope_roles_gives_none(server) {
        let (admin, client) = app_with(&server, "oidc-full-name-mapper", &[]).await;
        admin.put(&format!("/demo/client-scopes/{}", admin.scope_id("roles").await), &json!({"protocolMappers": []})).await.expect(204);
        let tokens = client.password_grant(&Person::alice(), "openid").await.expect_tokens();
        let claims = token::claims(&tokens.access_token());
        assert!(claims["realm_access"].is_null() && claims["resource_access"].is_null(), "{claims}");
        assert_eq!(claims["aud"], server.issuer(demo::REALM), "no role names a service: {claims}");
    }
}
