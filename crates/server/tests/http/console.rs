//! The consoles' own sign-in: the server keeps the tokens, the browser holds one cookie per console.

use perennial_testkit::demo::Person;
use perennial_testkit::{Admin, Answer, Browser, Console, on_both_databases};
use reqwest::Method;
use serde_json::json;

on_both_databases! {
    async fn the_browser_gets_one_cookie_that_no_script_and_no_other_site_can_use(server) {
        let browser = Browser::new(&server);
        let page = browser.open_page("/realms/demo/account/console/login?return_to=/realms/demo/account/apps").await;
        let mut answer = follow_login(&server, &browser, &page).await;
        let mut seen = Vec::new();
        for _ in 0..5 {
            seen.extend(answer.headers_named("set-cookie").into_iter().map(str::to_owned));
            if answer.status / 100 != 3 {
                break;
            }
            let location = answer.header("location").to_owned();
            answer = browser.get(&location).await;
        }
        let cookie = seen.iter().find(|cookie| cookie.starts_with("perennial_account=")).expect("the console's cookie");
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
        assert!(cookie.contains("Path=/realms/demo/account"), "{cookie}");
        for cookie in &seen {
            assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite="), "{cookie}");
            assert!(!cookie.contains("eyJ"), "a token in a cookie: {cookie}");
        }
    }

    async fn the_portal_knows_its_user_until_the_sign_out(server) {
        let portal = Console::account(&server, &Person::alice()).await;
        let me = portal.me().await.expect(200);
        assert_eq!(me.text("username"), "alice");
        assert_eq!(me.text("realm"), "demo");
        let cookie = portal.browser.cookies("/realms/demo/account/console/me");
        let answer = portal.sign_out().await.expect(200);
        assert!(answer.text("redirect").contains("/realms/demo/"), "{answer}");
        portal.me().await.expect(401);
        let replayed = server.http().get(server.demo_url("/account/console/me")).header("Cookie", cookie);
        Answer::of(replayed).await.expect(401);
    }

    async fn the_admin_console_works_on_the_same_api_as_programs(server) {
        let console = Console::admin(&server, &Person::admin()).await;
        assert_eq!(console.me().await.expect(200).text("username"), "admin");
        let realm = console.get("/admin/realms/demo").await.expect(200).json();
        assert_eq!(realm["realm"], "demo");
        console.put("/admin/realms/demo", &json!({"accessTokenLifespan": 120})).await.expect(204);
        assert_eq!(Admin::sign_in(&server).await.realm().await["accessTokenLifespan"], 120);
    }

    async fn who_is_signed_in_is_told_with_the_roles_that_count(server) {
        let admin = Admin::sign_in(&server).await;
        admin.with_roles(&server, "vera", &["view-clients", "manage-users"]).await;
        let vera = Console::admin_of_demo(&server, &Person::new("vera", "vera-password")).await;
        let me = vera.me().await.expect(200).json();
        let roles = me["roles"].as_array().expect("roles").clone();
        assert!(roles.contains(&json!("manage-users")) && roles.contains(&json!("view-clients")), "{me}");
        assert!(!roles.contains(&json!("manage-clients")) && me.get("allRealms").is_none(), "{me}");
        let all = Console::admin(&server, &Person::admin()).await.me().await.expect(200).json();
        assert_eq!(all["allRealms"], true);
        // Nobody's business at the portal, where the same person is a user.
        let portal = Console::account(&server, &Person::new("vera", "vera-password")).await;
        assert_eq!(portal.me().await.expect(200).json().get("roles"), None);
    }

    async fn a_users_cookie_opens_no_admin_door(server) {
        let portal = Console::account(&server, &Person::alice()).await;
        portal.get("/admin/realms/demo").await.expect(401);
        portal.get("/admin/console/me").await.expect(401);
    }

    async fn changes_need_the_consoles_header_and_the_same_origin(server) {
        let console = Console::admin(&server, &Person::admin()).await;
        let path = "/admin/realms/demo";
        let body = json!({"accessTokenLifespan": 120});
        let plain = console.browser.fetch(Method::PUT, path).json(&body);
        Answer::of(plain).await.expect(403);
        let cookies = console.browser.cookies(path);
        for (origin, site) in [("https://evil.example", "cross-site"), ("null", "cross-site"), ("http://localhost:1", "same-site")] {
            let request = server.http().put(server.url(path)).header("Cookie", &cookies).header("Origin", origin);
            let request = request.header("Sec-Fetch-Site", site).header("X-Perennial-Console", "1").json(&body);
            Answer::of(request).await.expect(403);
        }
        assert_eq!(Admin::sign_in(&server).await.realm().await["accessTokenLifespan"], 300);
    }

    async fn after_the_sign_in_nobody_is_sent_to_another_site(server) {
        for hostile in ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/admin/../..//evil.example"] {
            let browser = Browser::new(&server);
            let mut url = url::Url::parse(&server.url("/admin/console/login?realm=master")).expect("a URL");
            url.query_pairs_mut().append_pair("return_to", hostile);
            let visit = browser.open(url.as_str()).await;
            let page = visit.page();
            if !page.has("input[name=password]") {
                assert_eq!(page.status, 400, "{page}");
                continue;
            }
            let form = perennial_testkit::authorize::sign_in(&page, &Person::admin());
            let page = browser.submit(&form).await.page();
            assert!(page.url.path().starts_with("/admin"), "{hostile:?} led to {}", page.url);
        }
    }

    async fn a_console_callback_without_its_own_beginning_is_refused(server) {
        let browser = Browser::new(&server);
        for path in ["/admin/console/callback", "/realms/demo/account/console/callback"] {
            let page = browser.open_page(&format!("{path}?code=abc&state=abc")).await;
            assert!((400..500).contains(&page.status), "{page}");
        }
    }
}

async fn follow_login(
    server: &perennial_testkit::TestServer,
    browser: &Browser,
    page: &perennial_testkit::Page,
) -> Answer {
    let form = perennial_testkit::authorize::sign_in(page, &Person::alice());
    let request =
        browser.fetch(Method::POST, form.action.as_str()).header("Origin", server.base_url()).form(&form.pairs());
    Answer::of(request).await
}
