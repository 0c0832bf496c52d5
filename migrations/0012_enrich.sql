-- What vendors are asked because their webhooks leave it out: one row a question. Written by enrich.
CREATE TABLE enrichments (
  channel TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  -- An openid, a lead's id. A login code is gone once it is settled.
  subject TEXT NOT NULL,
  state TEXT NOT NULL
    CONSTRAINT enrichments_state CHECK (state IN ('waiting', 'told', 'unknown', 'failed')),
  -- While it waits: when to ask.
  due_at INTEGER NOT NULL,
  -- After that nobody answers it any more.
  expires_at INTEGER,
  tries INTEGER NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '',
  -- Canonical identity keys of whom it is about.
  about TEXT NOT NULL CONSTRAINT enrichments_about CHECK (json_valid(about)),
  -- The touchpoint that raised it.
  cause TEXT NOT NULL,
  depth INTEGER NOT NULL,
  settled_at INTEGER,
  PRIMARY KEY (channel, endpoint, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX enrichments_waiting ON enrichments (channel, endpoint, due_at) WHERE state = 'waiting';
CREATE INDEX enrichments_failed ON enrichments (channel, endpoint) WHERE state = 'failed';

-- The vendor's side of an endpoint: access token, pauses, and who is asking at the moment. Written
-- by enrich.
CREATE TABLE enrich_accounts (
  channel TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  -- When the earliest question is to be asked; null where none waits.
  due_at INTEGER,
  -- Only whoever holds it asks, so that one access token is fetched and calls are counted right.
  lease_until INTEGER NOT NULL DEFAULT 0,
  -- AES-256-GCM, like secrets.
  token TEXT,
  token_until INTEGER NOT NULL DEFAULT 0,
  paused_until INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '',
  minute INTEGER NOT NULL DEFAULT 0,
  calls INTEGER NOT NULL DEFAULT 0,
  told INTEGER NOT NULL DEFAULT 0,
  unknown INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  last_failure TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (channel, endpoint)
) STRICT, WITHOUT ROWID;

-- It asks from now on; what came before was never left open to it.
INSERT INTO consumers (name, cursor)
  SELECT 'enrich', coalesce(max(seq), 0) FROM touchpoints;
