-- Links that were mailed to users to act on, by the hash of their token; content: JSON of domain::action_link.
CREATE TABLE action_links (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    realm_id UUID NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    content TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX action_links_by_user ON action_links (user_id);
CREATE INDEX action_links_by_end ON action_links (expires_at);
