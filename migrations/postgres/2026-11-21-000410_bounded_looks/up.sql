-- When a code or an approval counts as granted, and whose approval it is: asked before each bulk ending, of those that still give
-- something. What an older version has written lacks it, and lives for a minute.
ALTER TABLE authorization_codes ADD COLUMN issued_at BIGINT;
DROP INDEX authorization_codes_by_realm;
CREATE INDEX authorization_codes_by_realm ON authorization_codes (realm_id, expires_at);
DROP INDEX authorization_codes_by_user;
CREATE INDEX authorization_codes_by_user ON authorization_codes (user_id, expires_at);
ALTER TABLE devices ADD COLUMN granted_at BIGINT;
ALTER TABLE devices ADD COLUMN granted_by UUID;

-- Walks over whole tables, which one node at a time makes for all: nobody else begins one before `next_at`; a node at work moves
-- that mark, and leaves behind where the next round goes on.
CREATE TABLE walks (
    name TEXT NOT NULL PRIMARY KEY,
    next_at BIGINT NOT NULL,
    after_id UUID
);
INSERT INTO walks (name, next_at) VALUES ('grants', 0), ('notices', 0), ('user_sessions', 0);
