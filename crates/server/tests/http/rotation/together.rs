//! Presenting tokens at once, and reading what came of it.

use crate::faults::expect_trouble;
use perennial_testkit::{Answer, Client, token};
use reqwest::RequestBuilder;
use std::collections::BTreeSet;
use std::time::Duration;

pub const AT_ONCE: usize = 64;
/// Answers that put somebody off.
const PATIENCE: usize = 20;

/// Presents one token [`AT_ONCE`] times, spread over the clients.
pub async fn present(clients: &[&Client], offline: &str) -> Vec<Answer> {
    present_all(clients, &[offline; AT_ONCE]).await
}

/// Presents each of these tokens, spread over the clients.
pub async fn present_all(clients: &[&Client], tokens: &[&str]) -> Vec<Answer> {
    let request = |(at, token): (usize, &&str)| {
        let client = clients[at % clients.len()];
        judged(client.token_request(&[("grant_type", "refresh_token"), ("refresh_token", *token)]))
    };
    at_once(tokens.iter().enumerate().map(request).collect::<Vec<_>>()).await
}

/// On a busy machine so many at once may wait for a database connection in vain: whoever is put off comes back.
pub async fn judged(request: RequestBuilder) -> Answer {
    for _ in 0..PATIENCE {
        let answer = Answer::of(request.try_clone().expect("a form")).await;
        if answer.status != 503 {
            return answer;
        }
        expect_trouble(&answer);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("put off again and again");
}

#[track_caller]
pub fn the_one_successor(answers: &[Answer]) -> String {
    let successors: BTreeSet<String> =
        answers.iter().map(|answer| answer.clone().expect_tokens().refresh_token()).collect();
    assert_eq!(successors.len(), 1, "a family was forked");
    successors.into_iter().next().expect("one successor")
}

/// The refresh tokens of the answers that have one.
pub fn successors(answers: &[Answer]) -> BTreeSet<String> {
    answers.iter().filter(|answer| answer.status == 200).map(Answer::refresh_token).collect()
}

pub async fn at_once<F>(futures: Vec<F>) -> Vec<Answer>
where
    F: Future<Output = Answer>,
{
    let mut pending: Vec<_> = futures.into_iter().map(Box::pin).collect();
    let mut answers = Vec::with_capacity(pending.len());
    std::future::poll_fn(|context| {
        pending.retain_mut(|future| match future.as_mut().poll(context) {
            std::task::Poll::Ready(answer) => {
                answers.push(answer);
                false
            }
            std::task::Poll::Pending => true,
        });
        if pending.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    answers
}

/// The id of the token's session.
pub fn grant_of(token: &str) -> String {
    let claims = token::claims(token);
    let (grant, _) = claims["jti"].as_str().and_then(|jti| jti.rsplit_once('.')).expect("<grant>.<generation>");
    grant.to_owned()
}

pub fn generation(token: &str) -> u64 {
    let claims = token::claims(token);
    let (_, generation) = claims["jti"].as_str().and_then(|jti| jti.rsplit_once('.')).expect("<grant>.<generation>");
    generation.parse().expect("a number")
}
