-- Made when all rows are there: that is much faster than keeping them while
-- rows are written.
CREATE INDEX event_by_time ON event (time);
CREATE INDEX event_by_kind ON event (kind);
CREATE INDEX event_by_identity ON event (identity);
CREATE INDEX event_by_client ON event (client);
CREATE INDEX event_by_log ON event (log);
CREATE INDEX resource_by_arn ON resource (arn);
CREATE INDEX text_by_text ON text (text);
CREATE INDEX kind_by_name ON kind (name);
CREATE INDEX kind_by_error_code ON kind (error_code) WHERE error_code IS NOT NULL;
CREATE INDEX identity_by_actor ON identity (actor);
CREATE INDEX identity_by_name ON identity (name);
CREATE INDEX identity_by_session ON identity (session);
CREATE INDEX identity_by_username ON identity (username);
CREATE INDEX identity_by_arn ON identity (arn);
CREATE INDEX identity_by_access_key ON identity (access_key);
CREATE INDEX client_by_address ON client (address);
CREATE INDEX client_by_agent ON client (agent);
CREATE INDEX unread_by_log ON unread (log);
CREATE INDEX contradiction_by_event ON contradiction (event);
CREATE INDEX shared_by_id ON shared (shared_id);
CREATE INDEX session_by_access_key ON session (access_key);
CREATE INDEX session_by_actor ON session (actor);
CREATE INDEX issue_by_access_key ON issue (access_key);
CREATE INDEX edge_by_issue ON edge (issue);
CREATE INDEX edge_by_session ON edge (session);
CREATE INDEX finding_by_code ON finding (code);
