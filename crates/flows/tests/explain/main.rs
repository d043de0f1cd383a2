//! Explaining is the refresh grant's own decision, run without effect: for any policy, client, approval, holder, session, resources and
//! token, what is explained is what happens when the token is then shown, and explaining changes nothing. A request that asks for more
//! than the session has is refused for that where the refresh judges it, and where its token passes that far.

mod cases;
mod setting;
#[path = "../support/mod.rs"]
mod support;

use cases::{APIS, Asked, AskedScope, Case, case};
use perennial_domain::{
    GrantId,
    check::Check,
    client::Client,
    grant::{Grant, Place},
    rotation::Decision,
};
use perennial_flows::{
    FlowError, LoadedRealm,
    explain::{self, Explanation, Subject},
    grants::{TokenCall, refresh_token},
};
use perennial_protocol::{ErrorCode, OAuthError, Params, token::TokenResponse};
use proptest::prelude::*;
use setting::{arrange, raise_floor, shown};
use support::{DEMO, World};

async fn refresh(world: &World, client: &Client, token: &str, asked: Asked) -> Result<TokenResponse, FlowError> {
    let mut pairs = vec![("grant_type", "refresh_token"), ("refresh_token", token)];
    match asked.scope {
        AskedScope::Nothing => {}
        AskedScope::Less => pairs.push(("scope", "openid")),
        AskedScope::More => pairs.push(("scope", "openid phone")),
    }
    pairs.extend(asked.api.map(|at| ("resource", APIS[at])));
    let params = Params::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect());
    let (credentials, place) = (support::credentials(client), Place::new("192.0.2.1", "curl"));
    let call = TokenCall { params: &params, credentials, place };
    refresh_token::run(&world.site, DEMO, call).await
}

fn agree(explained: &Explanation, refreshed: Result<TokenResponse, FlowError>, realm: &LoadedRealm, before: &Grant) {
    match refreshed {
        Ok(tokens) => {
            assert!(explained.works, "it works, and is explained as {:?}", explained.refusal);
            let answer = realm.refresh.verify(&tokens.refresh_token.unwrap()).unwrap();
            let expected = match *explained.decisions.last().unwrap() {
                Decision::Rotate { to } => to,
                Decision::Keep { .. } => explained.generation.unwrap(),
                Decision::Replay { .. } => before.family.generation,
                other => panic!("{other:?} is no success"),
            };
            assert_eq!(answer.generation, expected);
        }
        // Whose a forged token is cannot be told, so what its client would be refused for before is not explained.
        Err(FlowError::OAuth(refusal)) if explained.kind == explain::Kind::Foreign && !is_of_token(&refusal) => {
            assert!(!explained.works);
        }
        Err(FlowError::OAuth(refusal)) => {
            let told = explained.refusal.as_ref().unwrap_or_else(|| panic!("explained as working: {refusal}"));
            assert_eq!(
                (told.code, &told.description, &told.reason),
                (refusal.code, &refusal.description, &refusal.reason)
            );
            assert_eq!(explained.checks.iter().filter(|check| check.status == explain::Status::Failed).count(), 1);
        }
        Err(trouble) => panic!("{trouble}"),
    }
}

/// What only a request can be refused for, since it asks for more than the session has: nothing that a token explains.
fn beyond(explained: &Explanation, case: &Case) -> Option<ErrorCode> {
    let passes =
        |check| explained.checks.iter().any(|seen| seen.check == check && seen.status == explain::Status::Passed);
    let has = |at: usize| case.apis[at].granted && case.apis[at].exists;
    match case.asked {
        Asked { scope: AskedScope::More, .. } if passes(Check::Scope) => Some(ErrorCode::InvalidScope),
        Asked { api: Some(at), .. } if passes(Check::Resource) && !has(at) => Some(ErrorCode::InvalidTarget),
        _ => None,
    }
}

fn is_of_token(refusal: &OAuthError) -> bool {
    refusal.code == ErrorCode::InvalidGrant
}

/// Whether it is explained as working; `None` where the request asked for more than that is about.
async fn check(world: &World, case: &Case) -> Option<bool> {
    let id = GrantId(world.site.entropy.uuid_v7(1));
    let own = case.clone();
    let ((grant, client), _) =
        world.fresh().await.write(DEMO, move |tx, realm| Ok(arrange(tx, realm, &own, id))).await.unwrap();
    raise_floor(world, case, &client).await;
    let realm = world.site.realm(DEMO).await.unwrap();
    let token = shown(&realm, &grant, &client, &case.token);

    let before = world.grant(id).await;
    let explained = explain::explain(&world.site, DEMO, Subject::Token(token.clone())).await.unwrap();
    assert_eq!(world.grant(id).await, before, "explaining changed the session");
    let again = explain::explain(&world.site, DEMO, Subject::Token(token.clone())).await.unwrap();
    assert_eq!((again.works, &again.refusal), (explained.works, &explained.refusal));

    let refreshed = refresh(world, &client, &token, case.asked).await;
    let Some(code) = beyond(&explained, case) else {
        agree(&explained, refreshed, &realm, &grant);
        return Some(explained.works);
    };
    let Err(FlowError::OAuth(refusal)) = refreshed else { panic!("more than the session has was given") };
    assert_eq!(refusal.code, code, "{refusal}");
    assert_eq!(world.grant(id).await, before, "a refused refresh consumed something");
    None
}

#[test]
fn what_is_explained_is_what_a_refresh_then_does() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let world = runtime.block_on(World::create());
    let counts = std::cell::Cell::new((0, 0, 0));
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases: 500, ..ProptestConfig::default() });
    runner
        .run(&case(), |case| {
            let works = runtime.block_on(check(&world, &case));
            let (good, beyond, all) = counts.get();
            counts.set((good + u32::from(works == Some(true)), beyond + u32::from(works.is_none()), all + 1));
            Ok(())
        })
        .unwrap();
    let (good, beyond, all) = counts.get();
    assert!(good * 10 > all && good * 10 < all * 9, "{good} of {all} worked: the cases cover one side only");
    assert!(beyond * 50 > all, "{beyond} of {all} asked for more than their sessions have");
}
