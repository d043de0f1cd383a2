//! What the listener takes for an answer, and what it does not.

use super::*;

fn get(target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: localhost:9999\r\nAccept-Language: en\r\n\r\n")
}

fn reply_to(request: &str) -> (String, Option<AuthorizationAnswer>) {
    reply(request, "/callback", "s-1")
}

#[test]
fn the_answer_that_is_waited_for_gets_the_closing_page() {
    let (page, answer) = reply_to(&get("/callback?code=c-1&state=s-1&iss=http%3A%2F%2Fop"));
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n") && page.contains("You can close this page."));
    let answer = answer.unwrap();
    assert_eq!(answer.outcome, Outcome::Code("c-1".into()));
    assert_eq!(answer.iss.as_deref(), Some("http://op"));
}

#[test]
fn a_refusal_is_an_answer_too() {
    let (page, answer) = reply_to(&get("/callback?error=access_denied&state=s-1"));
    assert!(page.contains("Nothing was granted"));
    assert!(matches!(answer.unwrap().outcome, Outcome::Refused { error, .. } if error == "access_denied"));
}

#[test]
fn another_state_another_path_and_another_method_are_not_answers() {
    for target in ["/callback?code=c&state=s-2", "/callback?code=c", "/callback", "/callback?code=a&code=b&state=s-1"] {
        let (page, answer) = reply_to(&get(target));
        assert!(page.starts_with("HTTP/1.1 400") && answer.is_none(), "{target}");
    }
    for request in [get("/favicon.ico"), get("/callback").replace("GET", "POST"), String::new()] {
        let (page, answer) = reply_to(&request);
        assert!(page.starts_with("HTTP/1.1 404") && answer.is_none());
    }
}

#[test]
fn nothing_of_the_request_is_repeated_in_the_page() {
    let (page, _) = reply_to(&get("/callback?error=%3Cscript%3E&error_description=marker&state=s-1"));
    assert!(!page.contains("script>") && !page.contains("marker"));
    assert!(page.contains("Cache-Control: no-store") && page.contains("default-src 'none'"));
}

#[test]
fn the_page_speaks_spanish_to_those_who_prefer_it() {
    let request = get("/callback?code=c&state=s-1").replace("Language: en", "Language: es-ES,es;q=0.9,en;q=0.8");
    let (page, _) = reply_to(&request);
    assert!(page.contains("lang=\"es\"") && page.contains("Gracias"));
}

#[tokio::test]
async fn only_http_on_this_machine_can_be_listened_on() {
    for redirect_uri in ["https://localhost:0/callback", "http://example.org/callback", "callback", "app://callback"] {
        let refused = LoopbackListener::bind(redirect_uri).await;
        assert!(matches!(refused, Err(LoopbackError::NotLoopback(_))), "{redirect_uri}");
    }
}

#[tokio::test]
async fn stray_visits_and_idle_connections_do_not_keep_the_answer_away() {
    let listener = LoopbackListener::bind("http://127.0.0.1:0/callback").await.unwrap();
    let address = listener.listeners[0].local_addr().unwrap();
    let waiting = tokio::spawn(listener.wait("s-1", Duration::from_secs(30)));
    let _idle = TcpStream::connect(address).await.unwrap();
    for target in ["/callback?code=forged&state=guess", "/callback?code=c-1&state=s-1"] {
        let mut browser = TcpStream::connect(address).await.unwrap();
        browser.write_all(get(target).as_bytes()).await.unwrap();
        let mut page = String::new();
        browser.read_to_string(&mut page).await.unwrap();
        assert!(page.contains("</html>"));
    }
    assert_eq!(waiting.await.unwrap().unwrap().outcome, Outcome::Code("c-1".into()));
}

#[tokio::test]
async fn a_taken_address_is_told_at_once() {
    let first = LoopbackListener::bind("http://127.0.0.1:0/callback").await.unwrap();
    let address = first.listeners[0].local_addr().unwrap();
    let second = LoopbackListener::bind(&format!("http://{address}/callback")).await;
    assert!(matches!(second, Err(LoopbackError::Listen { .. })));
}

#[tokio::test]
async fn nobody_coming_back_is_an_error() {
    let listener = LoopbackListener::bind("http://127.0.0.1:0/callback").await.unwrap();
    assert!(matches!(listener.wait("s-1", Duration::ZERO).await, Err(LoopbackError::TimedOut(_))));
}
