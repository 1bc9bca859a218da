-- The tables of a ledger: what scheduled checks found so far. Any tool for
-- SQLite opens it; only trailseal may write to it: `trailseal ledger verify`
-- notices every other change.
--
-- Times are RFC 3339 in UTC. Names and details may quote what somebody else
-- wrote: escape them for where they land.

-- One row for each check and each acknowledgement, in order and without holes.
-- Each is hashed over the one before.
CREATE TABLE journal (
    number INTEGER PRIMARY KEY,    -- from 1
    kind TEXT NOT NULL,            -- check or acknowledgement
    began TEXT NOT NULL,
    ended TEXT NOT NULL,
    state TEXT,                    -- what the policy said: pass, warn or fail
    outcome TEXT,                  -- the worst answer that was open
    detail TEXT NOT NULL,          -- what was done, as JSON
    content BLOB NOT NULL,         -- SHA-256 over all other tables as it left them
    previous BLOB NOT NULL,        -- hash of the row before; zeros in the first
    signer TEXT,                   -- id of the key that signed, if one did
    hash BLOB NOT NULL,            -- SHA-256 over the columns before this one
    signature BLOB                 -- over the hash, with that key
) STRICT;

-- The sources of the configuration, by name.
CREATE TABLE source (
    name TEXT PRIMARY KEY,
    location TEXT NOT NULL,        -- where it was in the newest check
    secret BLOB NOT NULL,          -- 32 random bytes: which days have their turn when
    mark TEXT                      -- up to when the turns of days were taken
) STRICT;

-- The chains of digests, and the newest verified digest of each: its tip.
CREATE TABLE chain (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL REFERENCES source (name),
    organization TEXT,             -- of an organization trail
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    trail TEXT NOT NULL,
    home TEXT NOT NULL,            -- the trail's home Region
    kind TEXT NOT NULL,            -- hourly or backfill
    tip_bucket TEXT,               -- where the tip lies; all NULL if there is none
    tip_key TEXT,
    tip_start TEXT,                -- the time that it covers
    tip_end TEXT,
    tip_hash BLOB,                 -- SHA-256 of its inflated bytes
    tip_signature TEXT,            -- in hex, as it is stored with the object
    UNIQUE (source, organization, account, region, trail, home, kind)
) STRICT;

-- What is known of the time of a chain: stretches without overlaps, neighbours
-- of one state melted into one.
CREATE TABLE span (
    chain INTEGER NOT NULL REFERENCES chain (id),
    start TEXT NOT NULL,
    "end" TEXT NOT NULL,           -- not itself included
    state TEXT NOT NULL,           -- proved, failed, unchecked or uncovered
    PRIMARY KEY (chain, start)
) STRICT, WITHOUT ROWID;

-- What was found, each with its life. What is resolved and comes back is a new row.
CREATE TABLE finding (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL,              -- of source, code, subject and chain: 16 hex digits
    source TEXT NOT NULL REFERENCES source (name),
    code TEXT NOT NULL,            -- `trailseal explain CODE`
    answer TEXT NOT NULL,          -- unchecked or failed
    subject TEXT NOT NULL,         -- what it is about
    object TEXT,                   -- s3://bucket/key, if that is an object
    account TEXT,
    region TEXT,
    chain TEXT,                    -- the chain it was found in
    start TEXT,                    -- the stretch of time it concerns
    "end" TEXT,
    detail TEXT NOT NULL,          -- what was expected and what was found
    day TEXT,                      -- the day (UTC) to look at again
    due TEXT,                      -- not told before: it may explain itself
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    resolved TEXT,                 -- when a check looked again and found it gone
    acknowledged TEXT,             -- when somebody acknowledged it
    acknowledged_by TEXT,
    reason TEXT,                   -- why
    until TEXT                     -- when it counts again
) STRICT;

CREATE INDEX finding_open ON finding (id) WHERE resolved IS NULL;

-- How much was covered after each check: hourly for a week, then once a day.
CREATE TABLE history (
    source TEXT NOT NULL REFERENCES source (name),
    at TEXT NOT NULL,              -- when the check began
    chains INTEGER NOT NULL,       -- hourly chains
    proved INTEGER NOT NULL,       -- seconds of all hourly chains that are proved
    failed INTEGER NOT NULL,       -- seconds that are failed
    unproved INTEGER NOT NULL,     -- seconds that are neither
    lag INTEGER,                   -- seconds from the oldest tip to the check
    open INTEGER NOT NULL,         -- findings that were open
    PRIMARY KEY (source, at)
) STRICT, WITHOUT ROWID;
