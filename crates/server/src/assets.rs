//! The consoles' bundles and the server pages' style sheet: read from disk in debug builds and where a folder is set,
//! embedded in release builds. Hashed files may be kept for ever, shells are asked for anew each time.

mod bundle;
mod respond;

use std::path::PathBuf;
use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};

pub use bundle::Bundle;

/// Where hashed files of each kind are served. `{file}` is one segment, so no path can climb out of it.
pub const ADMIN_ASSET: &str = "/admin/assets/{file}";
pub const ACCOUNT_ASSET: &str = "/account-assets/{file}";
pub const PAGES_ASSET: &str = "/assets/{file}";

/// Application data: cheap to clone, one for all workers.
#[derive(Clone)]
pub struct Assets {
    bundle: Arc<Bundle>,
}

impl Assets {
    /// `web_dir`: as configured; `None` chooses by the kind of build.
    pub fn open(web_dir: Option<PathBuf>) -> Self {
        Self { bundle: Arc::new(Bundle::open(web_dir)) }
    }

    /// Address of the server pages' style sheet. Without a bundle it leads to nothing and the pages are plain.
    pub fn pages_css_path(&self) -> String {
        let name = self.bundle.page_sheet().unwrap_or_else(|| "pages.css".to_owned());
        PAGES_ASSET.replace("{file}", &name)
    }

    /// The page that starts the admin console, at every path below it that is no file.
    pub fn admin_shell(&self, request: &HttpRequest) -> HttpResponse {
        self.shell(request, "admin")
    }

    /// The page that starts the account portal.
    pub fn account_shell(&self, request: &HttpRequest) -> HttpResponse {
        self.shell(request, "account")
    }

    /// What a start should warn about: names of the bundles that are not there.
    pub fn missing(&self) -> Vec<&'static str> {
        let mut missing: Vec<&'static str> =
            ["admin", "account"].into_iter().filter(|name| !self.bundle.has(&format!("{name}/index.html"))).collect();
        if self.bundle.page_sheet().is_none() {
            missing.push("pages");
        }
        missing
    }

    fn shell(&self, request: &HttpRequest, console: &str) -> HttpResponse {
        match self.bundle.read(&format!("{console}/index.html")) {
            Some(page) => respond::shell(request, &page),
            None => respond::not_bundled(console),
        }
    }

    fn asset(&self, request: &HttpRequest, folder: &str, file: &str) -> HttpResponse {
        respond::asset(request, &self.bundle, folder, file)
    }
}

/// Routes of the hashed files. The shells are routed with the consoles.
pub fn configure(config: &mut web::ServiceConfig) {
    config.route(ADMIN_ASSET, web::get().to(admin_asset));
    config.route(ACCOUNT_ASSET, web::get().to(account_asset));
    config.route(PAGES_ASSET, web::get().to(pages_asset));
}

async fn admin_asset(request: HttpRequest, assets: web::Data<Assets>, file: web::Path<String>) -> HttpResponse {
    assets.asset(&request, "admin/assets", &file)
}

async fn account_asset(request: HttpRequest, assets: web::Data<Assets>, file: web::Path<String>) -> HttpResponse {
    assets.asset(&request, "account/assets", &file)
}

async fn pages_asset(request: HttpRequest, assets: web::Data<Assets>, file: web::Path<String>) -> HttpResponse {
    assets.asset(&request, "pages", &file)
}

#[cfg(test)]
mod tests;
