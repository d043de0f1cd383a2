-- Which sign-in sessions a client has tokens in, without a look at its offline sessions, which this index costs nothing. By itself,
-- since whoever redeems a code takes codes and grants in another order than a change of both would.
CREATE INDEX grants_online_by_client ON grants (client_id, online_session_id) WHERE NOT offline;
