DROP TABLE walks;
ALTER TABLE devices DROP COLUMN granted_by;
ALTER TABLE devices DROP COLUMN granted_at;
DROP INDEX authorization_codes_by_user;
CREATE INDEX authorization_codes_by_user ON authorization_codes (user_id);
DROP INDEX authorization_codes_by_realm;
CREATE INDEX authorization_codes_by_realm ON authorization_codes (realm_id);
ALTER TABLE authorization_codes DROP COLUMN issued_at;
