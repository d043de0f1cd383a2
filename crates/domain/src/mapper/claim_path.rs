//! Where a claim stands: dotted names of nested objects, as Keycloak writes them. What the server itself says of a token can be
//! named by no mapper, whoever made it.

/// Claims of the protocols (RFC 7519 §4.1, RFC 9068 §2.2, OIDC Core §2, RFC 7662 §2.2, RFC 7800, RFC 8693 §4) and our own. A relying
/// party trusts these to be said by the issuer.
const RESERVED: [&str; 35] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "typ",
    "azp",
    "client_id",
    "sid",
    "gid",
    "gep",
    "xcl",
    "acr",
    "amr",
    "scope",
    "scp",
    "cnf",
    "nonce",
    "auth_time",
    "at_hash",
    "c_hash",
    "s_hash",
    "session_state",
    "act",
    "may_act",
    "sub_jwk",
    "sub_id",
    "events",
    "active",
    "username",
    "token_type",
    "_claim_names",
    "_claim_sources",
];
/// Of these every service believes that they are the user's roles.
const REALM_ROLES: &str = "realm_access";
const CLIENT_ROLES: &str = "resource_access";
/// Stands for the `clientId` of the client whose roles are told.
const CLIENT_ID: &str = "${client_id}";
const LONGEST: usize = 255;
const DEEPEST: usize = 8;

/// Which of the role claims a mapper may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writes {
    RealmRoles,
    ClientRoles,
    Other,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimPath {
    segments: Vec<String>,
}

impl ClaimPath {
    /// A dot after a backslash is part of a name. Refuses what is reserved, whether or not a part of it is nested.
    pub fn parse(text: &str, writes: Writes) -> Result<Self, &'static str> {
        if text.is_empty() || text.len() > LONGEST || text.chars().any(char::is_control) {
            return Err("must have 1 to 255 printable characters");
        }
        let segments = split(text);
        if segments.len() > DEEPEST || segments.iter().any(|part| part.trim() != part || part.is_empty()) {
            return Err("must be names with dots between them");
        }
        let first = segments[0].as_str();
        if RESERVED.contains(&first) {
            return Err("is a claim that only the server itself writes");
        }
        if (first == REALM_ROLES && writes != Writes::RealmRoles)
            || (first == CLIENT_ROLES && writes != Writes::ClientRoles)
        {
            return Err("is a claim for roles, which only a mapper of such roles writes");
        }
        if first.contains(CLIENT_ID) || (text.contains(CLIENT_ID) && writes != Writes::ClientRoles) {
            return Err("must not begin with ${client_id}, which is for client roles");
        }
        Ok(Self { segments })
    }

    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().map(String::as_str)
    }

    /// With the client's name put in.
    pub fn for_client<'a>(&'a self, client_id: &'a str) -> impl Iterator<Item = &'a str> {
        self.segments().map(move |part| if part == CLIENT_ID { client_id } else { part })
    }
}

fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek() == Some(&'.') => {
                chars.next();
                parts.last_mut().expect("never empty").push('.');
            }
            '.' => parts.push(String::new()),
            other => parts.last_mut().expect("never empty").push(other),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<String> {
        ClaimPath::parse(text, Writes::Other).expect(text).segments
    }

    #[test]
    fn dots_nest_and_an_escaped_dot_does_not() {
        assert_eq!(parts("a.b.c"), ["a", "b", "c"]);
        assert_eq!(parts(r"https://example\.org/team.name"), ["https://example.org/team", "name"]);
    }

    #[test]
    fn nobody_names_what_the_server_says_itself() {
        for reserved in RESERVED {
            for text in [reserved.to_owned(), format!("{reserved}.x")] {
                for writes in [Writes::Other, Writes::RealmRoles, Writes::ClientRoles] {
                    assert!(ClaimPath::parse(&text, writes).is_err(), "{text}");
                }
            }
        }
        assert!(ClaimPath::parse("subject", Writes::Other).is_ok());
    }

    #[test]
    fn roles_are_told_by_the_mappers_of_roles_alone() {
        assert!(ClaimPath::parse("realm_access.roles", Writes::Other).is_err());
        assert!(ClaimPath::parse("realm_access.roles", Writes::ClientRoles).is_err());
        assert!(ClaimPath::parse("resource_access.x.roles", Writes::RealmRoles).is_err());
        assert!(ClaimPath::parse("resource_access.${client_id}.roles", Writes::ClientRoles).is_ok());
        assert!(ClaimPath::parse("${client_id}.roles", Writes::ClientRoles).is_err(), "a client could be named `sub`");
        assert!(ClaimPath::parse("a.${client_id}", Writes::Other).is_err());
    }

    #[test]
    fn broken_paths_are_refused() {
        for text in
            ["", ".", "a.", ".a", "a..b", " sub", "sub ", "a. b", "a\u{0}", &"x".repeat(256), "a.b.c.d.e.f.g.h.i"]
        {
            assert!(ClaimPath::parse(text, Writes::Other).is_err(), "{text:?}");
        }
    }
}
