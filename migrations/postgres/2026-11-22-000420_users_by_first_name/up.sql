-- Users are searched by the start of their names, without case: the index alone says who can be meant. An expression, so that no row has
-- to be written and no older version can forget one, in the order of bytes as user names and addresses are, so that a start
-- is a stretch of the order whatever the database's collation is. One index a migration: whoever changes a user waits for it.
CREATE INDEX users_by_first_name ON users (realm_id, lower(first_name) COLLATE "C", username);
