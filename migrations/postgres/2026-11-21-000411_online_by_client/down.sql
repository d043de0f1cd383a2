DROP INDEX grants_online_by_client;
