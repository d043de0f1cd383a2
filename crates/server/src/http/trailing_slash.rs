//! Middleware: Keycloak answers below its admin API with a slash at the end as without, and its libraries send one.

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::Uri,
    middleware::Next,
};
use perennial_api::paths::ADMIN_REALMS;

pub async fn trim<B: MessageBody>(mut request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    if let Some(uri) = trimmed(request.uri()) {
        request.match_info_mut().get_mut().update(&uri);
        request.head_mut().uri = uri;
    }
    next.call(request).await
}

/// `None` where there is nothing to trim.
fn trimmed(uri: &Uri) -> Option<Uri> {
    let path = uri.path().strip_suffix('/').filter(|path| path.starts_with(ADMIN_REALMS))?;
    let shorter = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(shorter.parse().ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn becomes(uri: &str) -> Option<String> {
        trimmed(&uri.parse().expect("a URI")).map(|uri| uri.to_string())
    }

    #[test]
    fn only_the_admin_api_loses_the_slash_at_the_end() {
        assert_eq!(becomes("/admin/realms/").as_deref(), Some("/admin/realms"));
        assert_eq!(becomes("/admin/realms/demo/users/?max=1").as_deref(), Some("/admin/realms/demo/users?max=1"));
        assert_eq!(becomes("/admin/realms/demo/users?search=a/"), None);
        assert_eq!(becomes("/admin/"), None);
        assert_eq!(becomes("/realms/demo/account/"), None);
    }
}
