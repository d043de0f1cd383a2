//! Bad input at the authorization endpoint: an error page where nobody may be redirected, an error answer where the
//! client is known.

use perennial_testkit::demo;
use perennial_testkit::{AuthorizationRequest, Browser, Page, Visit, on_both_databases};

on_both_databases! {
    async fn an_unknown_client_gets_a_page_and_no_redirect(server) {
        for request in [
            AuthorizationRequest::new("nobody"),
            AuthorizationRequest::new("<script>alert(1)</script>"),
            AuthorizationRequest::nightly_backup().without("client_id"),
            AuthorizationRequest::nightly_backup().with("client_id", ""),
            AuthorizationRequest::nightly_backup().with("client_id", "NIGHTLY-BACKUP"),
        ] {
            assert_error_page(&Browser::new(&server).open(&request.url(&server)).await.page());
        }
    }

    async fn a_redirect_uri_that_is_not_exactly_registered_gets_a_page_and_no_redirect(server) {
        for hostile in [
            "https://evil.example/callback",
            "http://localhost:9999/callback/",
            "http://localhost:9999/callback?x=1",
            "http://localhost:9999/callback#x",
            "http://localhost:9999/Callback",
            "http://localhost:9999/callback/../callback",
            "http://localhost:9998/callback",
            "https://localhost:9999/callback",
            "http://localhost:9999@evil.example/callback",
            "http://localhost.evil.example:9999/callback",
            "//localhost:9999/callback",
            "javascript:alert(document.domain)",
            "data:text/html,<script>alert(1)</script>",
            "http://localhost:9999/callback\r\nSet-Cookie: a=b",
            "http://localhost:9999/callback\u{0}",
            " http://localhost:9999/callback",
            "",
        ] {
            let request = AuthorizationRequest::nightly_backup().with("redirect_uri", hostile);
            assert_error_page(&Browser::new(&server).open(&request.url(&server)).await.page());
        }
        let long = format!("http://localhost:9999/callback?{}", "a".repeat(10_000));
        let request = AuthorizationRequest::nightly_backup().with("redirect_uri", &long);
        let page = Browser::new(&server).open(&request.url(&server)).await.page();
        assert!((400..500).contains(&page.status), "{page}");
        assert_error_page(&Browser::new(&server).open(&AuthorizationRequest::nightly_backup().without("redirect_uri").url(&server)).await.page());
    }

    async fn a_repeated_parameter_gets_a_page(server) {
        for name in ["client_id", "redirect_uri", "state", "scope", "nonce"] {
            let request = AuthorizationRequest::nightly_backup();
            let again = request.get(name).to_owned();
            let visit = Browser::new(&server).open(&request.repeat(name, &again).url(&server)).await;
            match visit {
                Visit::Page(page) => assert_error_page(&page),
                Visit::Redirect(redirect) => redirect.expect_error("invalid_request", &server.issuer(demo::REALM)),
            }
        }
    }

    async fn what_is_wrong_otherwise_goes_back_to_the_client_with_state_and_issuer(server) {
        let backup = AuthorizationRequest::nightly_backup;
        for (request, error) in [
            (backup().without("response_type"), "invalid_request"),
            (backup().with("response_type", "token"), "unsupported_response_type"),
            (backup().with("response_type", "code id_token"), "unsupported_response_type"),
            (backup().with("response_mode", "fragment"), "invalid_request"),
            (backup().with("response_mode", "carrier-pigeon"), "invalid_request"),
            (backup().scope("openid nonsense"), "invalid_scope"),
            (backup().scope("openid \"quoted\""), "invalid_scope"),
            (backup().scope(&format!("openid {}", "a".repeat(3_000))), "invalid_request"),
            (backup().prompt("none login"), "invalid_request"),
            (backup().with("max_age", "soon"), "invalid_request"),
            (backup().with("max_age", "-1"), "invalid_request"),
            (backup().with("code_challenge_method", "plain"), "invalid_request"),
            (backup().without("code_challenge_method"), "invalid_request"),
            (backup().with("code_challenge", "short"), "invalid_request"),
            (backup().with("code_challenge", &"a".repeat(200)), "invalid_request"),
            (backup().with("request", "eyJhbGciOiJub25lIn0.e30."), "request_not_supported"),
            (backup().with("request_uri", "https://evil.example/r"), "request_uri_not_supported"),
            (backup().with("resource", "https://api.example"), "invalid_target"),
            (AuthorizationRequest::photo_frame().without("code_challenge"), "invalid_request"),
        ] {
            let redirect = Browser::new(&server).open(&request.url(&server)).await.redirect();
            assert!(redirect.to.as_str().starts_with(demo::REDIRECT_URI), "{redirect:?}");
            redirect.expect_error(error, &server.issuer(demo::REALM));
            assert_eq!(redirect.get("state"), Some(request.get("state")));
            assert!(redirect.get("error_description").is_some_and(|text| !text.contains('\n')), "{redirect:?}");
        }
    }

    async fn hostile_languages_are_ignored(server) {
        for hostile in ["../../etc/passwd", "<script>alert(1)</script>", "es\r\nSet-Cookie: a=b", "\u{0}", "%00", "en-US-x-\"'"] {
            let request = AuthorizationRequest::nightly_backup().with("ui_locales", hostile);
            let page = Browser::new(&server).open_page(&request.url(&server)).await;
            assert_eq!(page.status, 200, "{hostile:?}: {page}");
            assert!(page.has("input[name=password]") && !page.has("script"), "{hostile:?}");
            assert!(!page.html.contains("etc/passwd") && !page.html.contains("alert(1)"), "{hostile:?}");
        }
        let request = AuthorizationRequest::nightly_backup().with("ui_locales", &"x".repeat(10_000));
        let page = Browser::new(&server).open(&request.url(&server)).await.page();
        assert!(page.status == 200 || (400..500).contains(&page.status), "{page}");
    }

    async fn what_comes_back_to_a_page_is_escaped(server) {
        let request = AuthorizationRequest::nightly_backup().with("login_hint", "\"><img src=x onerror=alert(1)>");
        let page = Browser::new(&server).open_page(&request.url(&server)).await;
        assert!(!page.has("img[onerror]"), "{page}");
        page.assert_hardened();
    }

    async fn a_hostile_state_comes_back_unchanged_and_splits_no_header(server) {
        let state = "a\r\nSet-Cookie: evil=1\r\n\r\n<script>&=#%00\u{e9}";
        let request = AuthorizationRequest::nightly_backup().with("state", state).prompt("none");
        let redirect = Browser::new(&server).open(&request.url(&server)).await.redirect();
        redirect.expect_error("login_required", &server.issuer(demo::REALM));
        assert_eq!(redirect.get("state"), Some(state));
        let answer = Browser::new(&server).get(&request.url(&server)).await;
        assert!(answer.headers_named("set-cookie").iter().all(|cookie| !cookie.starts_with("evil")), "{answer}");
    }

    async fn unknown_parameters_are_ignored(server) {
        let request = AuthorizationRequest::nightly_backup().with("kc_idp_hint", "x").with("x-client-SKU", "msal");
        let page = Browser::new(&server).open_page(&request.url(&server)).await;
        assert!(page.has("input[name=password]"), "{page}");
    }

    async fn a_post_works_like_a_get_and_is_asked_again_as_one_so_that_the_cookies_come_along(server) {
        let request = AuthorizationRequest::nightly_backup();
        let url = format!("{}/protocol/openid-connect/auth", server.issuer(demo::REALM));
        let answer = perennial_testkit::Answer::of(server.http().post(&url).form(&request.params)).await;
        assert_eq!(answer.status, 303, "{answer}");
        assert!(answer.header("set-cookie").is_empty(), "nobody's open sign-in is disturbed: {answer}");
        let page = Browser::new(&server).open_page(&format!("{}{}", server.url(""), answer.header("location"))).await;
        assert!(page.has("input[name=password]"), "{page}");
    }
}

#[track_caller]
fn assert_error_page(page: &Page) {
    assert_eq!(page.status, 400, "{page}");
    page.assert_hardened();
    assert!(!page.html.contains("evil.example\""), "a link to a foreign address: {page}");
    assert!(page.has("#reference"), "no reference that finds the event: {page}");
}
