DROP INDEX users_by_address;
DROP INDEX users_by_last_name;
DROP INDEX users_by_first_name;
