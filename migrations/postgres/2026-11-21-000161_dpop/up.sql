-- DPoP (RFC 9449): the key that a public client's refresh tokens are bound to, and the proofs seen within their window.

ALTER TABLE grants ADD COLUMN sender_key BYTEA;

CREATE TABLE dpop_proofs (
    use_hash BYTEA NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX dpop_proofs_by_end ON dpop_proofs (expires_at);
