-- Who a user is at an upstream provider: its subject there; the provider is in the realm's settings, by its alias.
CREATE TABLE identity_links (
    user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    alias TEXT NOT NULL,
    realm_id BLOB NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    subject TEXT NOT NULL,
    username TEXT NOT NULL,
    PRIMARY KEY (user_id, alias)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX identity_links_by_subject ON identity_links (realm_id, alias, subject);
