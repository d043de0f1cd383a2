DROP INDEX users_by_last_name;
