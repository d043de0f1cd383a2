-- Users are searched by the start of their names, without case. User names and addresses are stored in lower case and have their indexes.
-- As expressions, so that no row has to be written and no older version can forget one; in the order of bytes, as those others are, so
-- that a start is a stretch of the order whatever the database's collation is.
CREATE INDEX users_by_first_name ON users (realm_id, lower(first_name) COLLATE "C");
CREATE INDEX users_by_last_name ON users (realm_id, lower(last_name) COLLATE "C");
