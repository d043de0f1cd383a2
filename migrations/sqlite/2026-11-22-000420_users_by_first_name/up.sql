-- Users are searched by the start of their names, without case: the index alone says who can be meant. An expression, so that no row has
-- to be written and no older version can forget one. SQLite's lower() knows ASCII only: a search asks for the ways in which other
-- letters are written.
CREATE INDEX users_by_first_name ON users (realm_id, lower(first_name), username);
