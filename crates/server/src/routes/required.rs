//! Routes of the pages on which users say and do what is required of them, at their sign-in or by a link in a mail.

use super::of_realm;
use crate::{
    endpoints::pages::{
        action_link,
        approval::Approval,
        asking::{self, AskingPage},
        consent::Consent,
        new_password::NewPassword,
        verify_email::VerifyEmail,
    },
    routing::{Resource, ServiceConfig, get, post},
};
use perennial_protocol::endpoints as oidc;

pub fn register(config: &mut ServiceConfig) {
    config
        .service(asking_page::<NewPassword>())
        .service(asking_page::<VerifyEmail>())
        .service(asking_page::<Approval>())
        .service(asking_page::<Consent>())
        .service(
            of_realm(oidc::ACTION_LINK_PAGE).route(get().to(action_link::show)).route(post().to(action_link::submit)),
        );
}

fn asking_page<P: AskingPage + 'static>() -> Resource {
    of_realm(P::PATH).route(get().to(asking::show::<P>)).route(post().to(asking::submit::<P>))
}
