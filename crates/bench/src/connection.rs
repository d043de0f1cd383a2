//! One keep-alive HTTP/1.1 connection that refreshes tokens: as little work as possible on this side, because it runs on the
//! server's cores. It understands the answers of this server, not HTTP at large.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const BODY: &str = "grant_type=refresh_token&refresh_token=";

pub struct Connection {
    stream: TcpStream,
    /// The request's head, up to the value of its last header, `Content-Length`.
    head: String,
    request: Vec<u8>,
    answer: Vec<u8>,
}

#[derive(Debug, PartialEq, Eq)]
struct Head {
    status: u16,
    /// Where the body begins.
    body_at: usize,
    length: usize,
}

impl Connection {
    pub async fn open(address: SocketAddr, head: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await.context("connecting to the server")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, head: head.to_owned(), request: Vec::new(), answer: Vec::new() })
    }

    /// Presents a token; its successor where the answer is 200 and has another one.
    pub async fn refresh(&mut self, token: &str) -> Result<String> {
        self.request.clear();
        self.request.extend_from_slice(self.head.as_bytes());
        // A token consists of characters that a form leaves alone.
        self.request.extend_from_slice(format!("{}\r\n\r\n{BODY}{token}", BODY.len() + token.len()).as_bytes());
        self.stream.write_all(&self.request).await?;
        let head = self.receive().await?;
        let body = std::str::from_utf8(&self.answer[head.body_at..])?;
        ensure!(head.status == 200, "the server answered {} {body}", head.status);
        let successor = member(body, "refresh_token").context("an answer without a refresh token")?;
        ensure!(successor != token, "the token was not rotated");
        Ok(successor.to_owned())
    }

    async fn receive(&mut self) -> Result<Head> {
        self.answer.clear();
        let head = loop {
            if let Some(head) = read_head(&self.answer)? {
                break head;
            }
            self.read_more().await?;
        };
        while self.answer.len() < head.body_at + head.length {
            self.read_more().await?;
        }
        Ok(head)
    }

    async fn read_more(&mut self) -> Result<()> {
        self.answer.reserve(4096);
        if self.stream.read_buf(&mut self.answer).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }
}

/// `None` until the head is complete.
fn read_head(received: &[u8]) -> Result<Option<Head>> {
    let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let text = std::str::from_utf8(&received[..end])?;
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).context("a status line")?.parse()?;
    let length = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .context("an answer that does not tell its length")?;
    Ok(Some(Head { status, body_at: end + 4, length: length.1.trim().parse()? }))
}

/// A string member of a flat JSON object, for values without escapes.
fn member<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    let (_, after) = json.split_once(&format!("\"{name}\":\""))?;
    after.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_once_it_is_complete() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Type: a\r\ncontent-length: 12\r\n\r\n{";
        assert_eq!(read_head(answer).unwrap(), Some(Head { status: 200, body_at: answer.len() - 1, length: 12 }));
        assert_eq!(read_head(&answer[..30]).unwrap(), None);
        assert!(read_head(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }

    #[test]
    fn a_member_is_found_by_its_whole_name() {
        let json = r#"{"access_token":"a.b","refresh_token":"c.d","refresh":1}"#;
        assert_eq!(member(json, "refresh_token"), Some("c.d"));
        assert_eq!(member(json, "token"), None);
    }
}
