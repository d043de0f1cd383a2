//! Searches for users: whatever letters a name has and whoever typed it, what is a wildcard and what is not, and the same from page
//! to page.

use perennial_testkit::{Admin, on_both_databases};
use serde_json::{Value, json};

/// What is found by a query of these parameters, and that as many are counted.
async fn found(admin: &Admin, query: &[(&str, &str)]) -> Vec<String> {
    let mut text = String::new();
    for (name, value) in query {
        text += &format!("{name}={}&", perennial_api::paths::encode(value));
    }
    let answer = admin.get(&format!("/demo/users?{text}")).await.expect(200).json();
    let count = admin.get(&format!("/demo/users/count?{text}")).await.expect(200).json();
    let all = answer.as_array().expect("a list").iter();
    let names: Vec<String> = all.map(|user| user["username"].as_str().expect("a name").to_owned()).collect();
    assert_eq!(count, json!(names.len()), "{text}");
    names
}

async fn create(admin: &Admin, username: &str, first: &str, last: &str) {
    let fields = json!({"username": username, "firstName": first, "lastName": last, "enabled": true});
    admin.create_user(fields).await;
}

on_both_databases! {
    async fn names_are_found_without_case_in_any_script(server) {
        let admin = Admin::sign_in(&server).await;
        create(&admin, "u1", "Ángel", "MUÑOZ").await;
        create(&admin, "u2", "Éva-Émile", "Ødegård").await;
        create(&admin, "u3", "Иван", "ПЕТРОВ").await;
        create(&admin, "u4", "محمد", "李").await;
        for (text, user) in [
            ("ángel", "u1"), ("Ángel", "u1"), ("ÁNGEL", "u1"), ("áng", "u1"),
            ("muñoz", "u1"), ("Muñoz", "u1"), ("MUÑOZ", "u1"), ("muñ", "u1"), ("*ñoz*", "u1"), ("\"muñoz\"", "u1"),
            ("ángel muñoz", "u1"), ("éva-émile", "u2"), ("ÉVA-É", "u2"), ("ødeg", "u2"), ("ØDEGÅRD", "u2"),
            ("иван", "u3"), ("Иван", "u3"), ("петров", "u3"), ("Петр", "u3"), ("ПЕТРОВ", "u3"), ("*етро*", "u3"),
            ("محم", "u4"), ("李", "u4"),
        ] {
            assert_eq!(found(&admin, &[("search", text)]).await, [user], "{text}");
        }
        for (field, text, exact, user) in [
            ("lastName", "ñOZ", "false", "u1"), ("lastName", "muñoz", "true", "u1"), ("firstName", "ángel", "true", "u1"),
            ("firstName", "иван", "true", "u3"), ("firstName", "ива", "false", "u3"),
        ] {
            assert_eq!(found(&admin, &[(field, text), ("exact", exact)]).await, [user], "{text}");
        }
        for (field, text, exact) in [("lastName", "muño", "true"), ("search", "munoz", "false"), ("search", "ñoz", "false")] {
            assert_eq!(found(&admin, &[(field, text), ("exact", exact)]).await, [""; 0], "{text}");
        }
    }

    async fn only_an_asterisk_is_a_wildcard_and_only_in_a_search(server) {
        let admin = Admin::sign_in(&server).await;
        create(&admin, "w1", "50%_off", "a*b").await;
        create(&admin, "w2", "50x_off", r"back\slash").await;
        create(&admin, "w3", "500off", "axb").await;
        for (text, users) in [
            ("50%", &["w1"][..]),
            ("50%_o", &["w1"]),
            ("50x_", &["w2"]),
            ("50_", &[]),
            ("5*off", &["w1", "w2", "w3"]),
            ("50*_off", &["w1", "w2"]),
            ("a*b", &["w1", "w3"]),
            ("\"a*b\"", &["w1"]),
            (r"back\", &["w2"]),
            (r"*k\s*", &["w2"]),
            (r"back\\", &[]),
            ("*", &["alice", "bob", "w1", "w2", "w3"]),
            ("\"50%_off", &[]),
        ] {
            assert_eq!(found(&admin, &[("search", text)]).await, users, "{text}");
        }
        for (field, text, users) in [
            ("lastName", "a*b", &["w1"][..]),
            ("lastName", "*", &["w1"]),
            ("lastName", r"\", &["w2"]),
            ("firstName", "%_", &["w1"]),
            ("firstName", "0_", &[]),
        ] {
            assert_eq!(found(&admin, &[(field, text)]).await, users, "{field}={text}");
        }
    }

    async fn each_word_is_found_somewhere_and_a_changed_name_by_what_it_is_now(server) {
        let admin = Admin::sign_in(&server).await;
        for number in 0..30 {
            let fields = json!({
                "username": format!("m{number:02}"), "email": format!("m{number:02}@corp.example"),
                "firstName": if number % 2 == 0 { "Maria" } else { "Mario" }, "lastName": format!("Garcia {number}"),
                "enabled": number % 3 == 0, "attributes": {"team": [if number % 5 == 0 { "night" } else { "day" }]},
            });
            admin.create_user(fields).await;
        }
        assert_eq!(found(&admin, &[("search", "garcia mario m0")]).await, ["m01", "m03", "m05", "m07", "m09"]);
        assert_eq!(found(&admin, &[("search", "m2 m29@corp")]).await, ["m29"]);
        assert_eq!(found(&admin, &[("search", "maria"), ("enabled", "true"), ("q", "team:night")]).await, ["m00"]);
        assert_eq!(found(&admin, &[("search", "garcia"), ("username", "9"), ("firstName", "RIO")]).await, ["m09", "m19", "m29"]);
        assert_eq!(found(&admin, &[("search", "maria nobody")]).await, [""; 0]);
        let page = |path: &'static str| {
            let admin = &admin;
            async move {
                let all = admin.get(path).await.expect(200).json();
                all.as_array().expect("a list").iter().map(|user| user["username"].clone()).collect::<Vec<Value>>()
            }
        };
        assert_eq!(page("/demo/users?search=maria&first=12&max=2").await, ["m24", "m26"]);
        assert_eq!(page("/demo/users?search=maria&after=M24&max=2").await, ["m26", "m28"]);
        assert_eq!(page("/demo/users?search=*aria*&first=12&max=2").await, ["m24", "m26"]);
        assert_eq!(page("/demo/users?search=*aria*&after=m24&max=9").await, ["m26", "m28"]);
        assert_eq!(page("/demo/users?search=maria&max=0").await, Vec::<Value>::new());
        admin.change_user("m28", json!({"firstName": "Zoe"})).await;
        assert_eq!(page("/demo/users?search=maria&after=m24").await, ["m26"]);
        assert_eq!(found(&admin, &[("search", "zoe")]).await, ["m28"]);
    }
}
