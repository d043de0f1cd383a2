//! Both consoles' sign-in, callback and sign-out (RFC 6749 §4.1, with PKCE, state and the issuer check of RFC 9207).

use super::cookie::{ConsoleCookie, path};
use crate::{
    http::{
        api_answer::{ApiRefusal, ApiResult, json},
        browser, cookies, form, page, same_origin,
    },
    state::AppState,
};
use actix_web::{HttpRequest, HttpResponse};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use perennial_api::{ConsoleLogout, Me, paths};
use perennial_crypto::{secrets_match, token_hash};
use perennial_flows::{
    FlowError, FlowResult,
    console::{self, ConsoleKind, Visitor, client_id_of},
    sign_in::foreign_form,
};
use perennial_protocol::{Params, endpoints};
use serde::{Deserialize, Serialize};
use url::form_urlencoded::Serializer;

/// Holds a sign-in together while the browser is at the login page.
const SIGNING_IN: &str = "perennial_signing_in";

#[derive(Serialize, Deserialize)]
struct SigningIn {
    realm: String,
    state: String,
    verifier: String,
    return_to: String,
}

/// Sends the browser to the authorization endpoint.
pub async fn login(
    state: &AppState,
    kind: ConsoleKind,
    realm: &str,
    return_to: Option<&str>,
) -> FlowResult<HttpResponse> {
    let issuer = state.site.realm(realm).await?.issuer.clone();
    let own = path(kind, realm);
    let signing_in = SigningIn {
        realm: realm.to_owned(),
        state: state.site.entropy.secret(),
        verifier: state.site.entropy.secret(),
        return_to: return_to.filter(|target| is_below(&own, target)).map_or_else(|| format!("{own}/"), str::to_owned),
    };
    let mut query = Serializer::new(String::new());
    query
        .append_pair("client_id", client_id_of(kind))
        .append_pair("response_type", "code")
        .append_pair("scope", "openid")
        .append_pair("redirect_uri", &redirect_uri(state, kind, realm))
        .append_pair("state", &signing_in.state)
        .append_pair("code_challenge", &URL_SAFE_NO_PAD.encode(token_hash(&signing_in.verifier)))
        .append_pair("code_challenge_method", "S256");
    let location = format!("{issuer}{}?{}", endpoints::AUTHORIZE, query.finish());
    let value = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&signing_in).map_err(FlowError::internal)?);
    Ok(page::see_other(&location).cookie(cookies::lax(SIGNING_IN, value, own, state.https)).finish())
}

/// Takes the code, keeps the grant, and lets the browser go on where it was.
pub async fn callback(state: &AppState, kind: ConsoleKind, request: &HttpRequest) -> FlowResult<HttpResponse> {
    // The cookie proves nothing by itself: a neighbouring host could have planted it.
    let fits = |signing_in: &SigningIn| is_below(&path(kind, &signing_in.realm), &signing_in.return_to);
    let signing_in = read_cookie(request).filter(fits).ok_or_else(foreign_form)?;
    let params = form::of_query(request);
    params.check_repeated()?;
    if !secrets_match(params.get("state").unwrap_or_default(), &signing_in.state) {
        return Err(foreign_form());
    }
    let issuer = state.site.realm(&signing_in.realm).await?.issuer.clone();
    if params.get("iss") != Some(issuer.as_str()) {
        return Err(foreign_form());
    }
    let own = path(kind, &signing_in.realm);
    let forget = cookies::removed(cookies::lax(SIGNING_IN, String::new(), own, state.https));
    let Some(code) = params.get("code") else {
        // Refused at the login or consent page: back to the console, which offers to try again.
        return Ok(page::see_other(&signing_in.return_to).cookie(forget).finish());
    };
    let redeeming = Params::new(vec![
        ("code".into(), code.to_owned()),
        ("redirect_uri".into(), redirect_uri(state, kind, &signing_in.realm)),
        ("code_verifier".into(), signing_in.verifier),
    ]);
    let place = browser::place(request);
    let secret = console::sign_in(&state.site, &signing_in.realm, kind, &redeeming, place).await?;
    let cookie = ConsoleCookie { realm: signing_in.realm, secret }.build(state, kind);
    Ok(page::see_other(&signing_in.return_to).cookie(cookie).cookie(forget).finish())
}

/// Who is signed in.
pub async fn me(state: &AppState, kind: ConsoleKind, request: &HttpRequest) -> ApiResult {
    let (_, visitor) = visitor(state, kind, request).await?;
    let is_admins = kind == ConsoleKind::Admin;
    Ok(json(&Me {
        roles: if is_admins { visitor.caller.roles().map(str::to_owned).collect() } else { Vec::new() },
        all_realms: is_admins && visitor.caller.require_master_admin().is_ok(),
        name: visitor.user.full_name(),
        username: visitor.user.username,
        realm: visitor.realm,
        locale: visitor.user.locale,
    }))
}

/// Ends the console's session, and says where to end the user's.
pub async fn logout(state: &AppState, kind: ConsoleKind, request: &HttpRequest) -> ApiResult {
    if !same_origin::is_console_call(request, &state.site.base_url) {
        return Err(ApiRefusal::Foreign);
    }
    let (cookie, _) = visitor(state, kind, request).await?;
    console::sign_out(&state.site, &cookie.realm, &cookie.secret).await?;
    let redirect = format!("{}{}", cookies::realm_path(&cookie.realm), endpoints::LOGOUT);
    let mut answer = json(&ConsoleLogout { redirect });
    let gone = cookies::removed(cookie.build(state, kind));
    answer.add_cookie(&gone).map_err(FlowError::internal)?;
    Ok(answer)
}

async fn visitor(
    state: &AppState,
    kind: ConsoleKind,
    request: &HttpRequest,
) -> Result<(ConsoleCookie, Visitor), ApiRefusal> {
    let cookie = ConsoleCookie::of_request(request, kind).ok_or(ApiRefusal::Unauthorized)?;
    match console::visitor(&state.site, &cookie.realm, kind, &cookie.secret).await {
        Ok(Some(visitor)) => Ok((cookie, visitor)),
        Ok(None) | Err(FlowError::UnknownRealm) => Err(ApiRefusal::Unauthorized),
        Err(trouble) => Err(trouble.into()),
    }
}

fn redirect_uri(state: &AppState, kind: ConsoleKind, realm: &str) -> String {
    let below = match kind {
        ConsoleKind::Admin => paths::ADMIN_CONSOLE_CALLBACK.to_owned(),
        ConsoleKind::Account => paths::account_console_callback(realm),
    };
    format!("{}{below}", state.site.base_url)
}

fn read_cookie(request: &HttpRequest) -> Option<SigningIn> {
    let value = cookies::read(request, SIGNING_IN)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(value).ok()?).ok()
}

/// A place inside the console, and nowhere else: an open redirect would lend our name to any site.
fn is_below(own: &str, target: &str) -> bool {
    let inside = target.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    let plain = target.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let climbs = target.contains("//") || target.contains("/..") || target.to_ascii_lowercase().contains("%2e");
    inside && plain && !climbs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_leads_back_into_the_console_and_nowhere_else() {
        assert!(is_below("/admin", "/admin/demo/clients?search=a"));
        for target in [
            "//evil.example",
            "https://evil.example/admin/",
            "/administer",
            "/admin//evil.example",
            "/admin/../x",
            "/admin\\evil",
            "/admin/%2E%2e/x",
            "/admin/..",
            "/admin/ñ",
            "/admin/a b",
            "",
        ] {
            assert!(!is_below("/admin", target), "{target}");
        }
    }
}
