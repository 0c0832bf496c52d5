-- The log: everything that happened, in the order it became durable. Never updated.
-- Appended by every function; the id is derived from channel, endpoint and the provider's own
-- delivery id, so the unique key is the de-duplication.
CREATE TABLE touchpoints (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL CONSTRAINT touchpoints_id UNIQUE,
  channel TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  name TEXT NOT NULL,
  occurred_at INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  -- Canonical identity keys, strongest first; the first is the anchor.
  identifiers TEXT NOT NULL CONSTRAINT touchpoints_identifiers CHECK (json_valid(identifiers)),
  properties TEXT NOT NULL CONSTRAINT touchpoints_properties CHECK (json_valid(properties)),
  context TEXT NOT NULL CONSTRAINT touchpoints_context CHECK (json_valid(context)),
  cause TEXT,
  depth INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Where each consumer of the log is. A batch advances its consumer and is refused as a whole when
-- another run was faster (`ok` becomes 0). Each consumer writes its own row.
CREATE TABLE consumers (
  name TEXT NOT NULL PRIMARY KEY,
  cursor INTEGER NOT NULL DEFAULT 0,
  fence INTEGER NOT NULL DEFAULT 0,
  -- Halved when a page brings the function down, until the one bad touchpoint is alone.
  page_limit INTEGER NOT NULL DEFAULT 500,
  last_tick_at INTEGER,
  ok INTEGER NOT NULL DEFAULT 1 CONSTRAINT consumers_fence CHECK (ok = 1)
) STRICT, WITHOUT ROWID;

INSERT INTO consumers (name) VALUES
  ('profile-merge'), ('journey-runner'), ('lead-assign'), ('message-send'),
  ('touchpoint-totals');

-- Touchpoints that a consumer could not process: visible, with the reason, replayable.
CREATE TABLE dead_letters (
  id TEXT NOT NULL PRIMARY KEY,
  consumer TEXT NOT NULL,
  seq INTEGER NOT NULL,
  touchpoint TEXT NOT NULL,
  code TEXT NOT NULL,
  detail TEXT NOT NULL,
  state TEXT NOT NULL CONSTRAINT dead_letters_state CHECK (state IN ('dead', 'replay', 'done')),
  attempts INTEGER NOT NULL DEFAULT 1,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX dead_letters_to_replay ON dead_letters (consumer, seq) WHERE state = 'replay';
CREATE INDEX dead_letters_by_time ON dead_letters (at DESC, id);

-- How far the development clock is ahead; empty on a real installation.
CREATE TABLE dev_clock (
  id INTEGER PRIMARY KEY CONSTRAINT dev_clock_one CHECK (id = 1),
  offset_ms INTEGER NOT NULL
) STRICT;
