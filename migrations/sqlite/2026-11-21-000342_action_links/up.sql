-- Links that were mailed to users to act on, by the hash of their token; content: JSON of domain::action_link.
CREATE TABLE action_links (
    token_hash BLOB NOT NULL PRIMARY KEY,
    realm_id BLOB NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    content TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX action_links_by_user ON action_links (user_id);
CREATE INDEX action_links_by_end ON action_links (expires_at);
