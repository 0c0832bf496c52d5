-- Authenticated requests whose body did not fit: kept for 30 days, sealed with AES-256-GCM like
-- secrets. Written by ingest.
CREATE TABLE quarantine (
  id TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  code TEXT NOT NULL,
  sealed TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  -- How often the sender sent it.
  tries INTEGER NOT NULL,
  state TEXT NOT NULL CONSTRAINT quarantine_state CHECK (state IN ('kept', 'replayed')),
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX quarantine_by_time ON quarantine (at, id);

-- What became of an endpoint's requests beside the touchpoints themselves, about every ten
-- seconds. Written by ingest.
CREATE TABLE endpoint_counts (
  channel TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  code TEXT NOT NULL,
  count INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (channel, endpoint, code)
) STRICT, WITHOUT ROWID;

-- Every mapping an endpoint has had. Written by admin.
CREATE TABLE mappings (
  channel TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  at INTEGER NOT NULL,
  version TEXT NOT NULL,
  document TEXT NOT NULL,
  -- Who put it there.
  author TEXT NOT NULL,
  PRIMARY KEY (channel, endpoint, at)
) STRICT, WITHOUT ROWID;
