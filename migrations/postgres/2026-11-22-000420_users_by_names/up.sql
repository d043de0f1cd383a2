-- Users are searched by the start of their names and addresses, without case, and each of these indexes alone says who can be meant.
-- First and last names are expressions, so that no row has to be written and no older version can forget one, in the order of bytes as
-- user names and addresses are, so that a start is a stretch of the order whatever the database's collation is.
CREATE INDEX users_by_first_name ON users (realm_id, lower(first_name) COLLATE "C", username);
CREATE INDEX users_by_last_name ON users (realm_id, lower(last_name) COLLATE "C", username);
CREATE INDEX users_by_address ON users (realm_id, email, username);
