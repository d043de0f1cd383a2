//! Lists of users, clients, groups, roles and resources: Keycloak's filters do what they do there, others are refused, and every
//! page is of the same search.

use perennial_testkit::{Admin, Answer, demo, on_both_databases};
use serde_json::{Value, json};

fn names(answer: &Answer, field: &str) -> Vec<String> {
    let all = answer.json();
    let all = all.as_array().expect("a list").iter();
    all.map(|one| one[field].as_str().expect("a name").to_owned()).collect()
}

async fn users(admin: &Admin, query: &str) -> Vec<String> {
    let found = names(&admin.get(&format!("/demo/users?{query}")).await.expect(200), "username");
    let count = admin.get(&format!("/demo/users/count?{query}")).await.expect(200).json();
    assert_eq!(count, json!(found.len()), "{query}");
    found
}

/// The path below `/admin/realms` that a `Link` header names.
fn next(answer: &Answer) -> Option<String> {
    let (_, rest) = answer.header("link").split_once("</admin/realms")?;
    Some(rest.split_once('>')?.0.to_owned())
}

/// All pages, one after the other.
async fn followed(admin: &Admin, path: &str, field: &str) -> Vec<String> {
    let (mut found, mut path) = (Vec::new(), Some(path.to_owned()));
    while let Some(here) = path {
        let page = admin.get(&here).await.expect(200);
        found.extend(names(&page, field));
        path = next(&page).filter(|_| found.len() < 100);
    }
    found
}

async fn people(admin: &Admin) {
    let ann = json!({
        "username": "ann.smith", "email": "ann@corp.example", "firstName": "Ann", "lastName": "Smith", "enabled": true,
        "emailVerified": true, "attributes": {"dept": ["sales", "night shift"], "locale": ["es"]}
    });
    let ben = json!({
        "username": "ben", "email": "ben_s@corp.example", "firstName": "Ben", "lastName": "Blacksmith", "enabled": false,
        "attributes": {"dept": ["Sales"], "a%b'": ["x\\y"]}
    });
    let emile = json!({"username": "bens", "firstName": "\u{c9}mile", "lastName": "O'Neil", "enabled": true});
    for person in [ann, ben, emile] {
        admin.create_user(person).await;
    }
}

on_both_databases! {
    async fn users_are_found_by_what_keycloak_finds_them_by(server) {
        let admin = Admin::sign_in(&server).await;
        people(&admin).await;
        for (query, found) in [
            ("lastName=smith", &["ann.smith", "ben"][..]),
            ("lastName=smith&exact=true", &["ann.smith"]),
            ("firstName=en", &["ben"]),
            ("firstName=%C3%89mile&exact=true", &["bens"]),
            ("emailVerified=true&lastName=smith", &["ann.smith"]),
            ("emailVerified=false&lastName=smith", &["ben"]),
            ("username=en", &["ben", "bens"]),
            ("username=ben&exact=true", &["ben"]),
            ("email=CORP.example", &["ann.smith", "ben"]),
            ("email=n_s@", &["ben"]),
            ("email=n_c@", &[]),
            ("email=ann@corp.example&exact=True", &["ann.smith"]),
            ("q=dept:sales", &["ann.smith"]),
            ("q=dept:Sales", &["ben"]),
            ("q=dept:%22night+shift%22+dept:sales", &["ann.smith"]),
            ("q=dept:sales&enabled=false", &[]),
            ("q=a%25b':x%5Cy", &["ben"]),
            ("q=locale:es", &["ann.smith"]),
            ("q=dept:nobody", &[]),
            ("search=smi", &["ann.smith"]),
            ("search=*smith*", &["ann.smith", "ben"]),
            ("search=*smith", &["ann.smith", "ben"]),
            ("search=%22ben%22", &["ben"]),
            ("search=ANN%20smith", &["ann.smith"]),
            ("search=ann%20ben", &[]),
            ("search=b%25", &[]),
            ("search=%C3%89mi", &["bens"]),
            ("search=o'n", &["bens"]),
            ("search=x%00", &[]),
        ] {
            assert_eq!(users(&admin, query).await, found, "{query}");
        }
    }

    async fn a_filter_that_is_not_known_finds_nobody_instead_of_everybody(server) {
        let admin = Admin::sign_in(&server).await;
        for query in ["idpAlias=x", "createdAfter=1", "lastname=Smith", "q=dept", "q=:x", "q=%22dept:x", "emailVerified=perhaps"] {
            for path in ["/demo/users", "/demo/users/count"] {
                let refused = admin.get(&format!("{path}?{query}")).await;
                assert_eq!(refused.status, 400, "{path}?{query}: {refused}");
            }
        }
        let long = "x".repeat(256);
        admin.get(&format!("/demo/users?search={long}")).await.expect(400);
        for path in ["/demo/clients?name=x", "/demo/clients?q=x", "/demo/offline-sessions?search=alice"] {
            admin.get(path).await.expect(400);
        }
        // Sent by Keycloak's tools, and harmless.
        admin.get("/demo/users?briefRepresentation=true&max=1").await.expect(200);
        admin.get("/demo/clients?viewableOnly=true&max=1").await.expect(200);
    }

    async fn the_next_page_of_users_is_of_the_same_search(server) {
        let admin = Admin::sign_in(&server).await;
        people(&admin).await;
        for turn in 0..3 {
            admin.create_user(json!({"username": format!("off{turn}"), "enabled": false, "lastName": "Smith & Sons"})).await;
        }
        assert_eq!(followed(&admin, "/demo/users?enabled=false&max=1", "username").await, ["ben", "off0", "off1", "off2"]);
        let sons = "/demo/users?lastName=smith%20%26%20sons&exact=true&max=2";
        assert_eq!(followed(&admin, sons, "username").await, ["off0", "off1", "off2"]);
        assert_eq!(followed(&admin, "/demo/users?q=dept:sales&max=1", "username").await, ["ann.smith"]);
    }

    async fn members_and_those_with_a_role_come_in_pages(server) {
        let admin = Admin::sign_in(&server).await;
        let group = admin.post("/demo/groups", &json!({"name": "staff"})).await.created_id();
        let role = admin.realm_role("uma_authorization").await;
        admin.post("/demo/roles", &json!({"name": "night"})).await.expect(201);
        for turn in 0..3 {
            let id = admin.create_user(json!({"username": format!("member{turn}"), "groups": ["/staff"]})).await;
            let night = json!([admin.realm_role("night").await, role]);
            admin.post(&format!("/demo/users/{id}/role-mappings/realm"), &night).await.expect(204);
        }
        let all = ["member0", "member1", "member2"];
        assert_eq!(followed(&admin, &format!("/demo/groups/{group}/members?max=1"), "username").await, all);
        assert_eq!(followed(&admin, "/demo/roles/night/users?max=2", "username").await, all);
        assert_eq!(names(&admin.get("/demo/roles/night/users?first=1&max=1").await.expect(200), "username"), ["member1"]);
        admin.get("/demo/roles/night/users?search=x").await.expect(400);
        admin.get(&format!("/demo/groups/{group}/members?after=%00")).await.expect(200);
    }

    async fn groups_come_in_pages_wherever_they_are_listed(server) {
        let admin = Admin::sign_in(&server).await;
        admin.post("/demo/roles", &json!({"name": "night"})).await.expect(201);
        let (night, alice) = (json!([admin.realm_role("night").await]), admin.user_id("alice").await);
        let top = admin.post("/demo/groups", &json!({"name": "one"})).await.created_id();
        let below = format!("/demo/groups/{top}/children");
        for (path, name) in [("/demo/groups", "three"), ("/demo/groups", "two"), (&below, "one"), (&below, "x"), (&below, "y")] {
            let id = admin.post(path, &json!({"name": name})).await.created_id();
            admin.post(&format!("/demo/groups/{id}/role-mappings/realm"), &night).await.expect(204);
            admin.put(&format!("/demo/users/{alice}/groups/{id}"), &json!({})).await.expect(204);
        }
        for (path, all) in [
            ("/demo/groups", &["one", "three", "two"][..]),
            ("/demo/groups?search=t", &["three", "two"]),
            (&below, &["one", "x", "y"]),
            ("/demo/roles/night/groups", &["one", "three", "two", "x", "y"]),
            (&format!("/demo/users/{alice}/groups"), &["one", "x", "y", "three", "two"]),
        ] {
            let separator = if path.contains('?') { '&' } else { '?' };
            assert_eq!(followed(&admin, &format!("{path}{separator}max=1"), "name").await, all, "{path}");
            assert_eq!(followed(&admin, &format!("{path}{separator}max=2"), "name").await, all, "{path}");
        }
    }

    async fn realms_come_in_pages_to_whoever_says_how_many(server) {
        let admin = Admin::sign_in(&server).await;
        for name in ["branch-b", "branch-a", "elsewhere"] {
            admin.post("", &json!({"realm": name})).await.expect(201);
        }
        let all = ["branch-a", "branch-b", "demo", "elsewhere", "master"];
        assert_eq!(followed(&admin, "?max=2", "realm").await, all);
        assert_eq!(followed(&admin, "?max=1&search=BRANCH", "realm").await, ["branch-a", "branch-b"]);
        let whole = admin.get("").await.expect(200);
        assert_eq!((names(&whole, "realm").len(), next(&whole)), (all.len(), None));
    }

    async fn what_admins_allowed_is_searched_by_client_and_comes_in_pages(server) {
        let admin = Admin::sign_in(&server).await;
        for client in [demo::NIGHTLY_BACKUP, demo::PHOTO_FRAME] {
            let uuid = admin.client_uuid(client).await;
            admin.put(&format!("/demo/admin-consents/{uuid}"), &json!({"scopes": ["email"]})).await.expect(204);
        }
        let all = followed(&admin, "/demo/admin-consents?max=1", "clientId").await;
        assert_eq!(all, [demo::NIGHTLY_BACKUP, demo::PHOTO_FRAME]);
        let found = admin.get("/demo/admin-consents?search=FRAME").await.expect(200);
        assert_eq!(names(&found, "clientId"), [demo::PHOTO_FRAME]);
    }

    async fn clients_are_found_by_a_part_of_their_name_and_come_in_pages(server) {
        let admin = Admin::sign_in(&server).await;
        for name in ["night-one", "night-two", "night-three"] {
            admin.create_client(json!({"clientId": name, "attributes": {"team": name}})).await;
        }
        let found = |query: &'static str| {
            let admin = &admin;
            async move { names(&admin.get(&format!("/demo/clients?{query}")).await.expect(200), "clientId") }
        };
        assert_eq!(found("clientId=night&search=true").await, ["night-one", "night-three", "night-two", "nightly-backup"]);
        assert_eq!(found("clientId=night-t&search=True").await, ["night-three", "night-two"]);
        assert_eq!(found("clientId=night").await, [""; 0]);
        assert_eq!(found("clientId=night-one&search=false").await, ["night-one"]);
        assert_eq!(found("search=night-t").await, ["night-three", "night-two"]);
        assert_eq!(found("q=team:night-two").await, ["night-two"]);
        assert_eq!(found("q=access.token.lifespan:9").await, [""; 0]);
        let pages = followed(&admin, "/demo/clients?clientId=night-&search=true&max=1", "clientId").await;
        assert_eq!(pages, ["night-one", "night-three", "night-two"]);
    }

    async fn roles_and_resources_come_in_pages_that_miss_and_repeat_nothing(server) {
        let admin = Admin::sign_in(&server).await;
        let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
        let of_client = format!("/demo/clients/{uuid}/roles");
        for (path, field) in [("/demo/roles", "name"), (of_client.as_str(), "name"), ("/demo/resources", "resource")] {
            let name = |letter: &str| format!("https://paged.example/{letter}");
            for letter in ["b", "d", "f", "h"] {
                admin.post(path, &json!({field: name(letter)})).await.expect(201);
            }
            let first = admin.get(&format!("{path}?search=PAGED.example&max=2")).await.expect(200);
            assert_eq!(names(&first, field), [name("b"), name("d")], "{path}");
            // What the cursor names goes, and others come on both sides of it.
            let last = first.json()[1]["id"].as_str().expect("an id").to_owned();
            let one = if field == "name" { format!("/demo/roles-by-id/{last}") } else { format!("{path}/{last}") };
            admin.delete(&one).await.expect(204);
            for letter in ["a", "e"] {
                admin.post(path, &json!({field: name(letter)})).await.expect(201);
            }
            let further = followed(&admin, &next(&first).expect("a next page"), field).await;
            assert_eq!(further, [name("e"), name("f"), name("h")], "{path}");
            let whole = admin.get(&format!("{path}?search=paged.example")).await.expect(200);
            assert_eq!((names(&whole, field).len(), next(&whole)), (5, None), "{path}");
        }
    }

    async fn sign_ins_come_in_pages_with_the_clients_in_them(server) {
        let admin = Admin::sign_in(&server).await;
        for _ in 0..3 {
            crate::support::alices_online(&server).await;
        }
        let (alice, uuid) = (admin.user_id("alice").await, admin.client_uuid(demo::NIGHTLY_BACKUP).await);
        for path in [format!("/demo/users/{alice}/sessions"), format!("/demo/clients/{uuid}/user-sessions")] {
            let whole = admin.get(&path).await.expect(200);
            assert!(next(&whole).is_none(), "{whole}");
            let all = names(&whole, "id");
            assert_eq!(all.len(), 3);
            assert_eq!(whole.json()[0]["clients"], json!({uuid.as_str(): demo::NIGHTLY_BACKUP}));
            assert_eq!(followed(&admin, &format!("{path}?max=2"), "id").await, all);
            assert_eq!(followed(&admin, &format!("{path}?max=1"), "id").await, all);
            admin.get(&format!("{path}?after=nonsense")).await.expect(400);
        }
        admin.get(&format!("/demo/clients/{uuid}/user-sessions?first=10001")).await.expect(400);
    }

    async fn consents_say_where_offline_access_stands(server) {
        let admin = Admin::sign_in(&server).await;
        let (client, tokens) = crate::support::alices_backup(&server).await;
        let path = format!("/demo/users/{}/consents", admin.user_id("alice").await);
        let shown = admin.get(&path).await.expect(200).json();
        let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
        assert_eq!(shown[0]["additionalGrants"], json!([{"client": uuid, "key": "Offline Token"}]));
        client.revoke(&tokens.refresh_token()).await.expect(200);
        let shown = admin.get(&path).await.expect(200);
        assert!(!shown.body.contains("Offline Token"), "{shown}");
        admin.get("/demo/users/00000000-0000-7000-8000-000000000000/consents").await.expect(404);
    }

    async fn only_the_cursor_leads_deep_into_sessions(server) {
        let admin = Admin::sign_in(&server).await;
        let uuid = admin.client_uuid(demo::NIGHTLY_BACKUP).await;
        for path in ["/demo/offline-sessions".to_owned(), format!("/demo/clients/{uuid}/offline-sessions")] {
            let refused = admin.get(&format!("{path}?first=10001")).await.expect(400);
            assert!(refused.to_string().contains("after"), "{refused}");
            assert_eq!(admin.get(&format!("{path}?first=10000")).await.expect(200).json(), Value::Array(Vec::new()));
        }
    }
}
