//! Between HTTP and the use cases: parameters, client credentials, cookies, and how errors are answered.

pub mod admin_recorder;
pub mod admin_resource;
pub mod api_answer;
pub mod arrival;
pub mod asked_page;
pub mod browser;
pub mod cookies;
pub mod credentials;
pub mod cross_site_post;
pub mod csv;
pub mod dpop;
pub mod flag;
pub mod form;
pub mod json_list;
pub mod json_object;
pub mod late;
pub mod next_page;
pub mod oauth_answer;
pub mod page;
pub mod refusal_language;
pub mod same_origin;
pub mod to_the_end;
pub mod trailing_slash;
pub mod url_origin;
