//! Requests that the server makes itself, to addresses that admins entered: webhooks, and whoever else must be told.
//!
//! Such an address must not turn the server into a door to its own network (SSRF). Unless the operator allows private targets,
//! only `https` is spoken, and only to public addresses, judged after the name was resolved and used as judged. No redirect
//! is followed, no proxy asked, nobody waited for long, and of an answer no more is read than is asked for.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use perennial_domain::outbox::{Answer, Outcome};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use url::{Host, Url};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// From the start to the end of the answer.
const TIMEOUT: Duration = Duration::from_secs(15);
/// The same where somebody waits for what is in it.
const FETCH_TIMEOUT: Duration = Duration::from_secs(8);
const AGENT: &str = concat!("Perennial/", env!("CARGO_PKG_VERSION"));

const NOT_PUBLIC: &str = "the name leads to an address that is not public";

pub struct Outbound {
    allows_private: bool,
    /// Made at first use: reading the system's certificates takes time and memory.
    client: OnceLock<reqwest::Client>,
}

/// One request.
pub struct Post<'a> {
    pub url: &'a str,
    pub content_type: &'static str,
    pub headers: HeaderMap,
    pub body: String,
}

impl Outbound {
    pub fn new(allows_private: bool) -> Self {
        Self { allows_private, client: OnceLock::new() }
    }

    /// What is wrong with an address, in words for whoever entered it. A name is judged again whenever it is resolved.
    pub fn check(&self, address: &str) -> Result<Url, &'static str> {
        let url = Url::parse(address).map_err(|_| "must be an absolute address")?;
        let allowed = match url.scheme() {
            "https" => true,
            "http" => self.allows_private,
            _ => false,
        };
        if !allowed {
            return Err("must be an https address");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not hold a user name or password");
        }
        let ip = match url.host() {
            Some(Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
            Some(Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
            Some(Host::Domain(_)) => None,
            None => return Err("must name a host"),
        };
        if ip.is_some_and(|ip| !self.allows_private && !is_public(ip)) {
            return Err("must be a public address");
        }
        Ok(url)
    }

    /// Where a host is, for protocols other than HTTP: the address that was judged is the one to connect to.
    pub async fn locate(&self, host: &str, port: u16) -> Result<SocketAddr, String> {
        let found = tokio::net::lookup_host((host, port)).await.map_err(|error| error.to_string())?;
        let found: Vec<SocketAddr> = found.collect();
        if !self.allows_private && !found.iter().all(|address| is_public(address.ip())) {
            return Err(NOT_PUBLIC.to_owned());
        }
        found.first().copied().ok_or_else(|| "the name leads nowhere".to_owned())
    }

    /// Any 2xx is a delivery, 410 means that nothing more is wanted (as the Standard Webhooks convention has it).
    pub async fn post(&self, post: Post<'_>) -> Outcome {
        let url = match self.check(post.url) {
            Ok(url) => url,
            Err(reason) => return Outcome::Hopeless(Answer::new(None, &format!("the address {reason}"))),
        };
        let client = match self.client() {
            Ok(client) => client,
            Err(error) => return Outcome::Unreachable(Answer::new(None, &error.to_string())),
        };
        let request = client.post(url).headers(post.headers).header(CONTENT_TYPE, post.content_type).body(post.body);
        match request.send().await {
            Ok(answer) => outcome_of(answer).await,
            // The address may hold what nobody else should read.
            Err(error) => Outcome::Unreachable(Answer::new(None, &reason_of(&error.without_url()))),
        }
    }

    /// The whole of a text that is at most so many bytes long, or why there is none; the reason is for the log.
    pub async fn get(&self, address: &str, longest: usize) -> Result<String, String> {
        let url = self.check(address).map_err(|reason| format!("the address {reason}"))?;
        let client = self.client().map_err(|error| error.to_string())?;
        let told = |error: reqwest::Error| reason_of(&error.without_url());
        let mut answer = client.get(url).timeout(FETCH_TIMEOUT).send().await.map_err(told)?;
        if !answer.status().is_success() {
            return Err(format!("the answer is {}", answer.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(told)? {
            if body.len() + chunk.len() > longest {
                return Err(format!("the answer is longer than {longest} bytes"));
            }
            body.extend_from_slice(&chunk);
        }
        String::from_utf8(body).map_err(|_| "the answer is no text".to_owned())
    }

    fn client(&self) -> Result<&reqwest::Client, reqwest::Error> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let builder = reqwest::Client::builder()
            .user_agent(AGENT)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .https_only(!self.allows_private);
        let builder = if self.allows_private { builder } else { builder.dns_resolver(Arc::new(PublicOnly)) };
        let built = builder.build()?;
        Ok(self.client.get_or_init(|| built))
    }
}

/// A header's value; `None` for what no header can carry.
pub fn header(text: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(text).ok()
}

async fn outcome_of(mut answer: reqwest::Response) -> Outcome {
    let status = answer.status();
    let mut start = Vec::with_capacity(Answer::LONGEST);
    while start.len() < Answer::LONGEST {
        match answer.chunk().await {
            Ok(Some(chunk)) => start.extend(chunk.iter().take(Answer::LONGEST - start.len())),
            Ok(None) | Err(_) => break,
        }
    }
    let said = Answer::new(Some(i32::from(status.as_u16())), &String::from_utf8_lossy(&start));
    match status.as_u16() {
        200..=299 => Outcome::Delivered(said),
        410 => Outcome::Hopeless(said),
        _ => Outcome::Refused(said),
    }
}

/// The innermost cause: what failed, not that something did.
fn reason_of(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

/// Resolves names, and refuses those that lead to an address which is not public.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if found.iter().all(|address| is_public(address.ip())) {
                let addresses: Addrs = Box::new(found.into_iter());
                Ok(addresses)
            } else {
                Err(NOT_PUBLIC.into())
            }
        })
    }
}

/// The special-purpose registries of IANA (RFC 6890), by what they leave over.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || a == 0
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b))
        || a >= 224;
    !special
}

/// Global unicast is 2000::/3; of that, tunnels and documentation are not.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [first, second, ..] = ip.segments();
    let special = match first {
        0x2001 => second < 0x0200 || second == 0x0db8,
        _ => first == 0x2002,
    };
    (first & 0xe000) == 0x2000 && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_and_plain_http_need_the_operators_leave() {
        let strict = Outbound::new(false);
        for refused in [
            "http://example.com/",
            "https://127.0.0.1/",
            "https://10.1.2.3/",
            "https://169.254.169.254/latest/meta-data",
            "https://100.64.0.1/",
            "https://0.0.0.0/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[fd00::1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://user:password@example.com/",
            "ftp://example.com/",
            "/relative",
            "",
        ] {
            assert!(strict.check(refused).is_err(), "{refused}");
        }
        for allowed in ["https://example.com/hook?x=1", "https://93.184.216.34/", "https://[2606:2800:220:1::1]/"] {
            assert!(strict.check(allowed).is_ok(), "{allowed}");
        }
        assert!(Outbound::new(true).check("http://127.0.0.1:9/").is_ok());
    }

    #[tokio::test]
    async fn a_host_is_connected_to_at_the_address_that_was_judged() {
        let strict = Outbound::new(false);
        for private in ["localhost", "127.0.0.1", "10.0.0.25", "::1", "169.254.169.254"] {
            assert_eq!(strict.locate(private, 25).await, Err(NOT_PUBLIC.to_owned()), "{private}");
        }
        assert_eq!(strict.locate("93.184.216.34", 25).await, Ok(([93, 184, 216, 34], 25).into()));
        assert_eq!(Outbound::new(true).locate("127.0.0.1", 25).await, Ok(([127, 0, 0, 1], 25).into()));
    }

    #[tokio::test]
    async fn a_name_that_leads_to_a_private_address_is_refused_when_it_is_resolved() {
        let name: Name = "localhost".parse().expect("a name");
        assert!(PublicOnly.resolve(name).await.is_err());
    }
}
