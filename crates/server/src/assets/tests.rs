//! Caching, compression and types of bundled files, and that no path reads anything else.

use super::*;
use actix_web::http::StatusCode;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, dev::ServiceResponse};

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["admin/assets", "account", "pages"] {
        std::fs::create_dir_all(folder.path().join(name)).unwrap();
    }
    for (name, content) in [
        ("admin/index.html", "<!DOCTYPE html>admin"),
        ("admin/assets/app-1_bg.wasm", "wasm"),
        ("admin/assets/app-1_bg.wasm.br", "packed"),
        ("admin/secret.txt", "no asset"),
        ("pages/pages-2.css", "p{}"),
        ("pages/pages-2.css.br", "packed"),
    ] {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

async fn get(uri: &str, headers: &[(&str, &str)]) -> (ServiceResponse, tempfile::TempDir) {
    let folder = folder();
    let assets = Assets::open(Some(folder.path().to_owned()));
    let shell = async |request: HttpRequest, assets: web::Data<Assets>| assets.admin_shell(&request);
    let account = async |request: HttpRequest, assets: web::Data<Assets>| assets.account_shell(&request);
    let app = App::new()
        .app_data(web::Data::new(assets))
        .configure(configure)
        .route("/admin/", web::get().to(shell))
        .route("/account/", web::get().to(account));
    let app = init_service(app).await;
    let mut request = TestRequest::get().uri(uri);
    for (name, value) in headers {
        request = request.insert_header((*name, *value));
    }
    (call_service(&app, request.to_request()).await, folder)
}

fn header<'r>(response: &'r ServiceResponse, name: &str) -> Option<&'r str> {
    response.headers().get(name).and_then(|value| value.to_str().ok())
}

#[actix_web::test]
async fn a_hashed_file_is_kept_for_ever_and_comes_compressed_to_those_who_accept_it() {
    let (plain, _folder) = get("/admin/assets/app-1_bg.wasm", &[("accept-encoding", "gzip, br;q=0")]).await;
    assert_eq!(header(&plain, "content-type"), Some("application/wasm"));
    assert_eq!(header(&plain, "cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(header(&plain, "content-encoding"), None);
    assert_eq!(header(&plain, "vary"), Some("accept-encoding"));
    assert_eq!(read_body(plain).await, "wasm");
    let (packed, _folder) = get("/admin/assets/app-1_bg.wasm", &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(header(&packed, "content-encoding"), Some("br"));
    assert_eq!(header(&packed, "content-type"), Some("application/wasm"));
    assert_eq!(read_body(packed).await, "packed");
}

#[actix_web::test]
async fn a_file_that_is_known_is_not_sent_again() {
    let (again, _folder) = get("/admin/assets/app-1_bg.wasm", &[("if-none-match", "\"app-1_bg.wasm\"")]).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(read_body(again).await, "");
}

#[actix_web::test]
async fn the_shell_is_asked_for_anew_and_carries_the_consoles_policy() {
    let (page, _folder) = get("/admin/", &[]).await;
    assert_eq!(header(&page, "cache-control"), Some("no-cache"));
    assert_eq!(header(&page, "content-security-policy"), Some(crate::security_headers::CONSOLE_POLICY));
    let tag = header(&page, "etag").unwrap().to_owned();
    assert_eq!(read_body(page).await, "<!DOCTYPE html>admin");
    let (again, _folder) = get("/admin/", &[("if-none-match", &tag)]).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
}

#[actix_web::test]
async fn a_missing_bundle_says_how_to_make_it() {
    let (page, _folder) = get("/account/", &[]).await;
    assert_eq!(page.status(), StatusCode::SERVICE_UNAVAILABLE);
    let body = read_body(page).await;
    assert!(String::from_utf8_lossy(&body).contains("cargo xtask web"));
}

#[actix_web::test]
async fn nothing_but_bundled_files_can_be_read() {
    for path in [
        "/admin/assets/../secret.txt",
        "/admin/assets/..%2fsecret.txt",
        "/admin/assets/%2e%2e%2fsecret.txt",
        "/admin/assets/..%5csecret.txt",
        "/admin/assets/..%2f..%2fpages%2fpages-2.css",
        "/admin/assets/%00.css",
        "/admin/assets/.css",
        "/admin/assets/app-1_bg.wasm.br",
        "/assets/none.css",
        "/assets/%2fetc%2fpasswd.css",
    ] {
        let (response, _folder) = get(path, &[]).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[::core::prelude::v1::test]
fn the_page_sheet_is_found_by_its_hash() {
    let folder = folder();
    let assets = Assets::open(Some(folder.path().to_owned()));
    assert_eq!(assets.pages_css_path(), "/assets/pages-2.css");
    assert_eq!(assets.missing(), ["account"]);
    let bare = Assets::open(Some("/nowhere".into()));
    assert_eq!(bare.pages_css_path(), "/assets/pages.css");
    assert_eq!(bare.missing(), ["admin", "account", "pages"]);
}
