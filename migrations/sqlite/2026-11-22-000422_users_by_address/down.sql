DROP INDEX users_by_address;
