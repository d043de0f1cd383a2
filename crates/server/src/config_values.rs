//! What single configuration values may be: each parser says what it accepts, and the kinds that need care are types of
//! their own. Where a value comes from is not known here.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use url::Url;

/// A text that must never be printed. Reading it takes a named step.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// Where the database is. Shows itself without the password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The file of an SQLite database.
    pub fn sqlite_path(&self) -> Option<&str> {
        let rest = self.0.strip_prefix("sqlite:")?;
        Some(rest.strip_prefix("//").unwrap_or(rest))
    }
}

impl FromStr for DatabaseUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const ACCEPTED: &str = "`sqlite:PATH` or `postgres://USER:PASSWORD@HOST/DATABASE`";
        let is_file = text.strip_prefix("sqlite:").is_some_and(|path| !path.is_empty() && path != ":memory:");
        let is_server = ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
        if is_file || is_server { Ok(Self(text.to_owned())) } else { Err(ACCEPTED) }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.sqlite_path().is_some() {
            return f.write_str(&self.0);
        }
        match Url::parse(&self.0) {
            // Parameters may hold a password as well.
            Ok(url) => write!(f, "postgres://{}{}", url.host_str().unwrap_or("(local socket)"), url.path()),
            Err(_) => f.write_str("postgres://(not shown)"),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

impl FromStr for LogFormat {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("`text` or `json`"),
        }
    }
}

/// What a password hash costs; `Test` protects nothing and needs the test clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PasswordCostSetting {
    #[default]
    Standard,
    Test,
}

impl FromStr for PasswordCostSetting {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "standard" => Ok(Self::Standard),
            "test" => Ok(Self::Test),
            _ => Err("`standard` or `test`"),
        }
    }
}

/// A block of addresses (RFC 4632): `10.0.0.0/8`, or one address alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressBlock {
    address: IpAddr,
    prefix: u8,
}

impl AddressBlock {
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let differing = u32::from(own) ^ u32::from(other);
                differing.leading_zeros() >= u32::from(self.prefix)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let differing = u128::from(own) ^ u128::from(other);
                differing.leading_zeros() >= u32::from(self.prefix)
            }
            _ => false,
        }
    }
}

impl FromStr for AddressBlock {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const ACCEPTED: &str = "addresses or blocks such as `10.0.0.0/8`, separated by commas";
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u8>().map_err(|_| ACCEPTED)?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| ACCEPTED)?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(longest);
        if prefix > longest { Err(ACCEPTED) } else { Ok(Self { address, prefix }) }
    }
}

/// `HOST:PORT`, where the host is an IP address or `localhost`.
pub fn listen_address(text: &str) -> Result<SocketAddr, &'static str> {
    const ACCEPTED: &str = "an address and a port such as `127.0.0.1:8080`, `[::1]:8080` or `0.0.0.0:443`";
    let text = text.strip_prefix("localhost:").map_or_else(|| text.to_owned(), |port| format!("127.0.0.1:{port}"));
    text.parse().map_err(|_| ACCEPTED)
}

/// An origin (RFC 6454): scheme, host, port. A trailing slash is dropped, anything more is refused.
pub fn base_url(text: &str) -> Result<String, &'static str> {
    const ACCEPTED: &str =
        "`http://` or `https://`, a host, perhaps a port, and no path, such as `https://id.example.com`";
    let url = Url::parse(text).map_err(|_| ACCEPTED)?;
    let is_bare = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    let is_web = matches!(url.scheme(), "http" | "https");
    if is_bare && is_web { Ok(url.origin().ascii_serialization()) } else { Err(ACCEPTED) }
}

pub fn switch(text: &str) -> Result<bool, &'static str> {
    match text {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err("`true` or `false`"),
    }
}

pub fn address_blocks(text: &str) -> Result<Vec<AddressBlock>, &'static str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::parse).collect()
}

/// 0 leaves the choice to the server.
pub fn small_number(text: &str) -> Result<u32, &'static str> {
    text.parse().ok().filter(|number| *number <= 512).ok_or("a number from 0 (chosen by the number of cores) to 512")
}

/// Whole seconds.
pub fn pause_s(text: &str) -> Result<Duration, &'static str> {
    let seconds = text.parse().ok().filter(|seconds| *seconds <= 300);
    seconds.map(Duration::from_secs).ok_or("a number of seconds from 0 to 300")
}

pub fn smtp_url(text: &str) -> Result<Secret, &'static str> {
    let is_smtp = Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "smtp" | "smtps") && url.has_host());
    // As it is read where mails are sent; whether TLS works on this machine is another question.
    let is_understood = match AsyncSmtpTransport::<Tokio1Executor>::from_url(text) {
        Ok(_) => true,
        Err(error) => error.is_tls(),
    };
    if is_smtp && is_understood {
        Ok(Secret::new(text))
    } else {
        Err(
            "`smtp://` or `smtps://`, perhaps a user and a password, a host, and after `smtp` perhaps `?tls=required` or `?tls=opportunistic`",
        )
    }
}

pub fn mailbox(text: &str) -> Result<Mailbox, &'static str> {
    text.parse().map_err(|_| "an e-mail address, perhaps with a name: `Perennial <no-reply@example.com>`")
}

pub fn not_empty(text: &str) -> Result<String, &'static str> {
    if text.trim().is_empty() { Err("a text that is not empty") } else { Ok(text.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_an_origin_without_a_trailing_slash() {
        assert_eq!(base_url("https://id.example.com/").as_deref(), Ok("https://id.example.com"));
        assert_eq!(base_url("http://localhost:8080").as_deref(), Ok("http://localhost:8080"));
        assert_eq!(base_url("https://id.example.com:443").as_deref(), Ok("https://id.example.com"));
        for wrong in ["https://id.example.com/auth", "ftp://x", "id.example.com", "https://u:p@x", "https://x?y", ""] {
            assert!(base_url(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_block_contains_its_addresses_and_no_others() {
        let block: AddressBlock = "10.1.0.0/16".parse().unwrap();
        assert!(block.contains("10.1.255.3".parse().unwrap()));
        assert!(block.contains("::ffff:10.1.0.9".parse().unwrap()));
        assert!(!block.contains("10.2.0.1".parse().unwrap()));
        assert!(!block.contains("::1".parse().unwrap()));
        let everything: AddressBlock = "0.0.0.0/0".parse().unwrap();
        assert!(everything.contains("192.0.2.1".parse().unwrap()));
        assert!("10.0.0.0/33".parse::<AddressBlock>().is_err());
        assert!("proxy".parse::<AddressBlock>().is_err());
    }

    #[test]
    fn a_mail_server_is_one_that_mails_can_be_sent_through() {
        for right in
            ["smtp://mail:1025", "smtp://u:p%40@mail?tls=required", "smtp://mail?tls=opportunistic", "smtps://mail"]
        {
            assert!(smtp_url(right).is_ok(), "{right}");
        }
        for wrong in ["smtp://mail?tls=requird", "smtp://u:%ff@mail", "smtp:mail", "http://mail", "mail:25", ""] {
            assert!(smtp_url(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn secrets_are_not_printed() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "[secret]");
        let url: DatabaseUrl = "postgres://app:hunter2@db.example/perennial?password=hunter2".parse().unwrap();
        assert_eq!(format!("{url} {url:?}"), "postgres://db.example/perennial postgres://db.example/perennial");
    }

    #[test]
    fn a_listen_address_may_say_localhost() {
        assert_eq!(listen_address("localhost:0"), Ok("127.0.0.1:0".parse().unwrap()));
        assert!(listen_address("8080").is_err());
    }
}
