-- The outbox: one row per message, appended by journey-runner and lead-assign, advanced by
-- message-send alone.
CREATE TABLE messages (
  id TEXT NOT NULL PRIMARY KEY,
  journey TEXT NOT NULL,
  run TEXT,
  step TEXT NOT NULL,
  entry_key TEXT NOT NULL,
  identity TEXT,
  recipient TEXT,
  media TEXT NOT NULL CONSTRAINT messages_media CHECK (json_valid(media)),
  purpose TEXT NOT NULL,
  content TEXT NOT NULL CONSTRAINT messages_content CHECK (json_valid(content)),
  gate TEXT NOT NULL CONSTRAINT messages_gate CHECK (json_valid(gate)),
  cause TEXT,
  depth INTEGER NOT NULL,
  status TEXT NOT NULL CONSTRAINT messages_status
    CHECK (status IN ('queued', 'sending', 'sent', 'skipped', 'failed', 'unknown')),
  -- Why it has this status; for a queued one why it waits.
  reason TEXT NOT NULL,
  -- When to look at it again: the send time, the next try, or the end of a send's lease.
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  -- Chosen by the gate: how and where it went.
  medium TEXT,
  address TEXT,
  provider TEXT,
  provider_ref TEXT,
  -- What was sent, rendered.
  rendered TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX messages_due ON messages (due_at) WHERE status IN ('queued', 'sending');
CREATE INDEX messages_by_identity ON messages (identity, created_at);
CREATE INDEX messages_by_time ON messages (created_at DESC, id DESC);
CREATE INDEX messages_by_journey ON messages (journey, created_at DESC, id DESC);

-- Every verdict and every provider's answer, in order: why a message was or was not sent.
CREATE TABLE deliveries (
  message TEXT NOT NULL,
  n INTEGER NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL CONSTRAINT deliveries_kind CHECK (kind IN ('gate', 'provider')),
  verdict TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (message, n)
) STRICT, WITHOUT ROWID;
