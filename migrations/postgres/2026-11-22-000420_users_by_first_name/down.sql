DROP INDEX users_by_first_name;
