//! A form that another site posts arrives without our `Lax` cookies, so nobody would seem to be signed in. It is asked again
//! as GET: a top-level navigation, with which the cookies come along and every rule for signed-in people holds.

use super::{cookies, page};
use actix_web::{HttpRequest, HttpResponse};
use perennial_protocol::{OAuthError, Params};
use url::form_urlencoded::Serializer;

/// Characters of a query that every browser and proxy carries.
const LONGEST_QUERY: usize = 8_000;

/// The redirect to the same endpoint, where the request brought none of the browser's cookies.
pub fn as_get(request: &HttpRequest, params: &Params) -> Result<Option<HttpResponse>, OAuthError> {
    if [cookies::SESSION, cookies::BINDING].iter().any(|name| cookies::read(request, name).is_some()) {
        return Ok(None);
    }
    params.check_repeated()?;
    let query = Serializer::new(String::new()).extend_pairs(params.pairs()).finish();
    if query.len() > LONGEST_QUERY {
        return Err(OAuthError::invalid_request("The request is too long"));
    }
    Ok(Some(page::see_other(&format!("{}?{query}", request.path())).finish()))
}
