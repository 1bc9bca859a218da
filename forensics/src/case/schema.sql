-- The tables of a case. Any tool for SQLite opens it; `trailseal sql` only reads.
--
-- Texts of records (names, addresses, ARNs, whole records) are what somebody
-- else wrote, verbatim: escape them for where they land. A member that a record
-- lacks is NULL. Begin with the views at the end: `events`, `record`, `resource`,
-- `shared_actions`, `mentions`.

-- The verifications that the case rests on, oldest first.
CREATE TABLE verification (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,              -- when it was made, RFC 3339 in UTC
    tool TEXT NOT NULL,            -- the program and its version
    command TEXT NOT NULL,         -- the command, as it was typed
    input TEXT NOT NULL,           -- what was verified: a folder or a bucket
    outcome TEXT NOT NULL,         -- verified, unchecked or failed
    interrupted INTEGER NOT NULL,  -- 1 if it was ended before it was complete
    report TEXT NOT NULL           -- the report, as JSON
) STRICT;

-- The files of keys that a verification trusted.
CREATE TABLE keyring (
    id INTEGER PRIMARY KEY,
    verification INTEGER NOT NULL REFERENCES verification (id),
    description TEXT NOT NULL,     -- the file, and what keys it holds
    sha256 TEXT NOT NULL           -- of its bytes, in hex
) STRICT;

-- What a verification found that is not verified. `trailseal explain CODE`.
CREATE TABLE finding (
    id INTEGER PRIMARY KEY,
    verification INTEGER NOT NULL REFERENCES verification (id),
    code TEXT NOT NULL,
    answer TEXT NOT NULL,          -- unchecked or failed
    bucket TEXT,                   -- of what it is about, if that is an object
    object TEXT,                   -- its key
    account TEXT,                  -- if it is about an account or Region
    region TEXT,
    chain TEXT,                    -- the chain it was found in
    start TEXT,                    -- the stretch of time it concerns
    "end" TEXT,
    detail TEXT NOT NULL           -- what was expected and what was found
) STRICT;

-- The logs that events were read from. What is said of each is what was
-- concluded when it was read, or verified again since.
CREATE TABLE log (
    id INTEGER PRIMARY KEY,
    location TEXT NOT NULL,        -- s3://bucket/key, or a path
    bucket TEXT,                   -- its bucket; NULL if it is no object of one
    sha256 TEXT NOT NULL,          -- of its inflated content, in hex
    answer TEXT NOT NULL,          -- verified, unchecked or failed
    reason TEXT,                   -- why it is not verified, if it was checked
    digest TEXT,                   -- the digest that vouches for it
    verification INTEGER NOT NULL, -- the verification that concluded so
    seen INTEGER NOT NULL,         -- records and faults: kept + unread
    kept INTEGER NOT NULL,         -- records that are in this case
    unread INTEGER NOT NULL,       -- faults
    unreported INTEGER NOT NULL,   -- of these, the ones not in table `unread`
    odd INTEGER NOT NULL,          -- records about which something is odd
    gave_up INTEGER NOT NULL       -- 1 if the rest of the file was not read
) STRICT;

CREATE INDEX log_by_location ON log (location);

-- What of a log could not be read as a record.
CREATE TABLE unread (
    id INTEGER PRIMARY KEY,
    log INTEGER NOT NULL REFERENCES log (id),
    position INTEGER NOT NULL,     -- records and faults before it in the log
    start INTEGER NOT NULL,        -- where it begins, in bytes
    length INTEGER NOT NULL,       -- its bytes
    fault TEXT NOT NULL            -- why, in words
) STRICT;

-- What events have in common: a few hundred kinds for any number of events. The
-- same kind may be there more than once, with different ids.
CREATE TABLE kind (
    id INTEGER PRIMARY KEY,
    account TEXT,                  -- recipientAccountId
    region TEXT,                   -- awsRegion
    source TEXT,                   -- eventSource
    name TEXT,                     -- eventName
    category TEXT,                 -- eventCategory
    type TEXT,                     -- eventType
    read_only TEXT,                -- 'true', 'false'
    error_code TEXT                -- errorCode; NULL if it succeeded
) STRICT;

-- Who: a userIdentity as it was written, and what it says.
CREATE TABLE identity (
    id INTEGER PRIMARY KEY,
    json TEXT,                     -- userIdentity, verbatim
    actor TEXT NOT NULL,           -- the most lasting identifier; see table `actor`
    kind TEXT NOT NULL,            -- root, user, role-session, service …
    account TEXT,                  -- the actor's account
    name TEXT,                     -- a name for people: user, role, service
    session TEXT,                  -- the name of a role's session
    username TEXT,                 -- what LookupEvents calls the user
    arn TEXT,
    access_key TEXT,               -- the key that signed; NULL if not stated
    mfa TEXT NOT NULL,             -- used, not-used or unstated
    invoked_by TEXT                -- the service that called for the actor
) STRICT;

-- From where.
CREATE TABLE client (
    id INTEGER PRIMARY KEY,
    address TEXT,                  -- sourceIPAddress: an address, or a service
    agent TEXT                     -- userAgent
) STRICT;

-- Who does what from where: far fewer than events. The same may be there more than
-- once, with different ids.
CREATE TABLE conduct (
    id INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL REFERENCES kind (id),
    identity INTEGER NOT NULL REFERENCES identity (id),
    client INTEGER NOT NULL REFERENCES client (id),
    console INTEGER NOT NULL       -- 1 if of the console, or with credentials from it
) STRICT;

-- One row an event. Of an event that was recorded more than once, the record
-- that is best proved.
CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    time INTEGER,                  -- seconds since 1970; NULL if it states no time
    nanos INTEGER NOT NULL,        -- the rest of the time; CloudTrail writes whole seconds
    event_id TEXT,                 -- eventID
    conduct INTEGER NOT NULL REFERENCES conduct (id),
    touched INTEGER,               -- the id of rows of table `touched`; NULL if of none
    log INTEGER NOT NULL REFERENCES log (id),
    position INTEGER NOT NULL,     -- records and faults before it in the log
    start INTEGER NOT NULL,        -- where it begins in the inflated log, in bytes
    length INTEGER NOT NULL,       -- its bytes there
    wrapper INTEGER NOT NULL,      -- 0 none, 1 EventBridge, 2 CloudWatch Logs, 3 LookupEvents
    block INTEGER NOT NULL REFERENCES block (id),
    first INTEGER NOT NULL,        -- where its record begins in the block, in bytes
    size INTEGER NOT NULL          -- and its bytes; see view `record`
) STRICT;

-- Records, verbatim, one after the other: as many as fit a page.
CREATE TABLE block (
    id INTEGER PRIMARY KEY,
    records BLOB NOT NULL
) STRICT;

-- Names that can be searched for: of events, actors and clients, and the ARNs
-- of resources. The same text may be there more than once, with different ids.
CREATE TABLE text (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL
) STRICT;

-- What events touched, as their records state: the same for many events. The same
-- may be there more than once, with different ids. See view `resource`.
CREATE TABLE touched (
    id INTEGER NOT NULL,
    position INTEGER NOT NULL,     -- its place in `resources`, from 0
    arn INTEGER NOT NULL REFERENCES text (id),  -- ARN, or what ARNs begin with
    type TEXT,                     -- such as AWS::S3::Object
    PRIMARY KEY (id, position)
) STRICT, WITHOUT ROWID;

-- Where to look for events that name a resource anywhere in their request or
-- answer. Made for trailseal's own use.
CREATE TABLE mentioned (
    id INTEGER PRIMARY KEY,
    first INTEGER NOT NULL,        -- the first of some events whose ids follow each other
    filters BLOB NOT NULL          -- of each, its length, and a Bloom filter of what it names
) STRICT;

-- Other records of an event that say the same.
CREATE TABLE copy (
    id INTEGER PRIMARY KEY,
    event INTEGER NOT NULL REFERENCES event (id),
    log INTEGER NOT NULL REFERENCES log (id),
    position INTEGER NOT NULL,
    start INTEGER NOT NULL,
    length INTEGER NOT NULL,
    wrapper INTEGER NOT NULL
) STRICT;

CREATE INDEX copy_by_event ON copy (event);

-- Other records of an event that say something else, which CloudTrail's own
-- never do: at least one of the two is not what was recorded.
CREATE TABLE contradiction (
    id INTEGER PRIMARY KEY,
    event INTEGER NOT NULL REFERENCES event (id),
    log INTEGER NOT NULL REFERENCES log (id),
    position INTEGER NOT NULL,
    start INTEGER NOT NULL,
    length INTEGER NOT NULL,
    wrapper INTEGER NOT NULL,
    members TEXT NOT NULL,         -- the members that differ, as a JSON array
    json TEXT NOT NULL             -- the other record, verbatim
) STRICT;

-- Events that correct others (addendum UPDATED_DATA). Both are in table `event`.
CREATE TABLE amendment (
    event INTEGER PRIMARY KEY REFERENCES event (id),  -- the correction
    original_id TEXT NOT NULL,     -- the eventID of what it corrects
    account TEXT,                  -- and its account
    original INTEGER REFERENCES event (id),           -- NULL if that is not in the case
    fields TEXT NOT NULL,          -- the members that it names, as a JSON array
    replaced TEXT,                 -- those that were replaced, as a JSON array
    missing TEXT,                  -- those that it names and lacks
    json TEXT,                     -- the record with the correction applied
    fault TEXT                     -- why that could not be done
) STRICT;

CREATE INDEX amendment_by_original ON amendment (original_id);

-- Values that CloudTrail left out for their size.
CREATE TABLE omitted (
    id INTEGER PRIMARY KEY,
    event INTEGER NOT NULL REFERENCES event (id),
    member TEXT NOT NULL,
    reason TEXT,
    original_size INTEGER          -- in bytes, if CloudTrail says
) STRICT;

CREATE INDEX omitted_by_event ON omitted (event);

-- Records of one action in several accounts, or of the two ends of an Insight.
CREATE TABLE shared (
    event INTEGER PRIMARY KEY REFERENCES event (id),
    shared_id TEXT NOT NULL,       -- sharedEventID
    what TEXT NOT NULL,            -- action or insight
    perspective TEXT NOT NULL      -- caller, target or unknown: whose view it is
) STRICT;

-- Events that blind, destroy or discredit evidence, or undo that. One row for
-- each thing that an event does.
CREATE TABLE hit (
    id INTEGER PRIMARY KEY,
    event INTEGER NOT NULL REFERENCES event (id),
    technique TEXT NOT NULL,       -- its code
    side TEXT NOT NULL,            -- harm or remedy
    outcome TEXT NOT NULL,         -- done, refused, failed or rehearsed
    targets TEXT NOT NULL          -- the names of what it is done to, as a JSON array
) STRICT;

CREATE INDEX hit_by_event ON hit (event);

-- Everyone who did something. Copies are not counted.
CREATE TABLE actor (
    id TEXT PRIMARY KEY,           -- AIDA…, AROA…, or the next best identifier
    kind TEXT NOT NULL,            -- root, user, role-session, service …
    account TEXT,
    name TEXT,                     -- the first of its names
    first TEXT,                    -- its first event, RFC 3339 in UTC
    last TEXT,                     -- its last
    events INTEGER NOT NULL,
    writes INTEGER NOT NULL,       -- events that change something
    errors INTEGER NOT NULL,       -- events that failed, refused ones among them
    denials INTEGER NOT NULL,      -- events that were refused
    console INTEGER NOT NULL,      -- events of the console
    without_mfa INTEGER NOT NULL,  -- events that say that there was no second factor
    summary TEXT NOT NULL          -- names, ARNs, addresses, agents …, as JSON
) STRICT, WITHOUT ROWID;

-- Sessions and long-term keys that were used.
CREATE TABLE session (
    id INTEGER PRIMARY KEY,
    access_key TEXT,
    principal TEXT NOT NULL,       -- principalId, or the ARN
    actor TEXT NOT NULL,           -- see table `actor`
    kind TEXT NOT NULL,            -- root, user, role-session, service …
    account TEXT,
    name TEXT,                     -- the user or role
    session TEXT,                  -- the name of a role's session
    created TEXT,                  -- when it began; NULL for long-term keys
    first TEXT NOT NULL,           -- the time of its first event
    first_event_id TEXT,           -- that event's eventID
    last TEXT NOT NULL,
    last_event_id TEXT,
    events INTEGER NOT NULL,
    detail TEXT NOT NULL           -- all that is known of it, as JSON
) STRICT;

-- Events that issued a credential or opened a session, all records of one
-- action together.
CREATE TABLE issue (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,            -- assume-role, create-access-key …
    time TEXT NOT NULL,
    event_id TEXT,                 -- the eventID of its first record
    issuer TEXT,                   -- who asked; see table `actor`
    access_key TEXT,               -- the key that was issued
    account TEXT,                  -- whom it was issued for
    principal TEXT,
    arn TEXT,
    role TEXT,
    name TEXT,
    session TEXT,
    shared_id TEXT NOT NULL        -- what its records have in common
) STRICT;

-- All that is known of each issue.
CREATE TABLE issue_detail (
    issue INTEGER PRIMARY KEY REFERENCES issue (id),
    json TEXT NOT NULL
) STRICT;

-- What led to what, best candidate first: 'issued' leads from an issue to the
-- session that used what it issued, 'asked' from a session to an issue that it
-- asked for.
CREATE TABLE edge (
    id INTEGER PRIMARY KEY,
    direction TEXT NOT NULL,       -- issued or asked
    issue INTEGER NOT NULL REFERENCES issue (id),
    session INTEGER NOT NULL REFERENCES session (id),
    rank INTEGER NOT NULL,         -- 0 is the best candidate
    candidates INTEGER NOT NULL,   -- more than one is ambiguous
    basis TEXT NOT NULL,           -- what it rests on
    confidence TEXT NOT NULL,      -- strong, likely or weak
    via INTEGER REFERENCES issue (id)  -- the event in between
) STRICT;

-- Sums that no other table holds.
CREATE TABLE total (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Full text of table `text`:
-- SELECT text FROM search WHERE search MATCH '"customer-exports"'.
CREATE VIRTUAL TABLE search USING fts5 (text, content = 'text', content_rowid = 'id');

-- The record of each event, verbatim: json ->> '$.requestParameters.bucketName'.
CREATE VIEW record AS
SELECT
    event.id AS event,
    CAST(substr(block.records, event.first + 1, event.size) AS TEXT) AS json
FROM event
CROSS JOIN block ON block.id = event.block;

-- What each event touched.
CREATE VIEW resource AS
SELECT event.id AS event, touched.position, touched.arn, touched.type
FROM event
JOIN touched ON touched.id = event.touched;

-- One row an event, in words.
CREATE VIEW events AS
SELECT
    event.id,
    strftime('%Y-%m-%dT%H:%M:%SZ', event.time, 'unixepoch') AS time,
    event.time AS unix_time,       -- compare this one: it has an index
    event.event_id,
    kind.account,
    kind.region,
    kind.source AS event_source,
    kind.name AS event_name,
    kind.category AS event_category,
    kind.read_only,
    kind.error_code,
    identity.actor AS actor_id,
    identity.name AS actor,
    identity.session,
    identity.username,
    identity.arn,
    identity.access_key,
    client.address AS source_address,
    client.agent AS user_agent,
    log.answer AS verdict,
    log.reason,
    log.location AS log,
    log.sha256 AS log_sha256,
    event.position AS record_index,
    log.digest
FROM event
JOIN conduct ON conduct.id = event.conduct
JOIN kind ON kind.id = conduct.kind
JOIN identity ON identity.id = conduct.identity
JOIN client ON client.id = conduct.client
JOIN log ON log.id = event.log;

-- One action, as several accounts saw it: the caller's view first.
CREATE VIEW shared_actions AS
SELECT
    shared.shared_id,
    shared.what,
    shared.perspective,
    events.*
FROM shared
JOIN events ON events.id = shared.event
ORDER BY shared.shared_id, shared.perspective = 'caller' DESC, events.id;

-- Which events mention a text, and as what:
-- SELECT events.* FROM search JOIN mentions ON mentions.text = search.text
-- JOIN events ON events.id = mentions.event WHERE search MATCH 'backdoor'.
CREATE VIEW mentions AS
SELECT kind.name AS text, 'event name' AS what, event.id AS event
FROM kind JOIN conduct ON conduct.kind = kind.id JOIN event ON event.conduct = conduct.id
UNION ALL
SELECT kind.error_code, 'error code', event.id
FROM kind JOIN conduct ON conduct.kind = kind.id JOIN event ON event.conduct = conduct.id
UNION ALL
SELECT identity.name, 'actor', event.id
FROM identity JOIN conduct ON conduct.identity = identity.id JOIN event ON event.conduct = conduct.id
UNION ALL
SELECT identity.session, 'session', event.id
FROM identity JOIN conduct ON conduct.identity = identity.id JOIN event ON event.conduct = conduct.id
UNION ALL
SELECT identity.arn, 'arn', event.id
FROM identity JOIN conduct ON conduct.identity = identity.id JOIN event ON event.conduct = conduct.id
UNION ALL
SELECT client.address, 'address', event.id
FROM client JOIN conduct ON conduct.client = client.id JOIN event ON event.conduct = conduct.id
UNION ALL
SELECT client.agent, 'agent', event.id
FROM client JOIN conduct ON conduct.client = client.id JOIN event ON event.conduct = conduct.id
UNION ALL
SELECT text.text, 'resource', resource.event
FROM text JOIN resource ON resource.arn = text.id;

-- Records that could not be decided yet while a case is being built; empty in
-- a finished case.
CREATE TABLE staged (
    id INTEGER PRIMARY KEY,
    event_id TEXT,
    log INTEGER NOT NULL REFERENCES log (id),
    position INTEGER NOT NULL,
    start INTEGER NOT NULL,
    length INTEGER NOT NULL,
    wrapper INTEGER NOT NULL,
    json TEXT NOT NULL
) STRICT;
