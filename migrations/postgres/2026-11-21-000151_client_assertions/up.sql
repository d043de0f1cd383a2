-- Client assertions that were used, until they would have ended (RFC 7523 §3).
CREATE TABLE used_assertions (
    hash BYTEA NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX used_assertions_by_end ON used_assertions (expires_at);
