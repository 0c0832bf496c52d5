-- All tables here are written by journey-runner alone.

-- Every version of a journey ever in force. The newest is the one people enter; a run keeps the
-- version it started with, so no version is ever changed.
CREATE TABLE journeys (
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  definition TEXT NOT NULL CONSTRAINT journeys_definition CHECK (json_valid(definition)),
  -- Shipped ones follow the release until somebody publishes a version of their own.
  source TEXT NOT NULL CONSTRAINT journeys_source CHECK (source IN ('shipped', 'published')),
  created_at INTEGER NOT NULL,
  PRIMARY KEY (id, version)
) STRICT, WITHOUT ROWID;

-- One walk of one person through one journey. It hangs on the identity it was entered with, not on
-- the profile: merging and unmerging move nothing here.
CREATE TABLE journey_runs (
  id TEXT NOT NULL PRIMARY KEY,
  journey TEXT NOT NULL,
  version INTEGER NOT NULL,
  identity TEXT NOT NULL,
  entry_key TEXT NOT NULL,
  state TEXT NOT NULL CONSTRAINT journey_runs_state CHECK (state IN ('active', 'exited', 'failed')),
  step TEXT NOT NULL,
  -- When its timer fires. An active run always has one: nothing waits for ever.
  due_at INTEGER,
  reason TEXT NOT NULL,
  entered_at INTEGER NOT NULL,
  ended_at INTEGER,
  body TEXT NOT NULL CONSTRAINT journey_runs_body CHECK (json_valid(body))
) STRICT, WITHOUT ROWID;

CREATE INDEX journey_runs_due ON journey_runs (due_at) WHERE state = 'active';
CREATE INDEX journey_runs_by_identity ON journey_runs (identity, journey);
CREATE INDEX journey_runs_by_journey ON journey_runs (journey, entered_at DESC, id DESC);

-- How many entered, passed each step and left for which reason, by version: counted with the page
-- that made it so, instead of counted again over every run.
CREATE TABLE journey_counts (
  journey TEXT NOT NULL,
  version INTEGER NOT NULL,
  -- `entered`, `exited`, `failed`, `step:<id>`, `reason:<reason>`.
  what TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (journey, version, what)
) STRICT, WITHOUT ROWID;

-- What people said about a product, for messages that show it. From the log.
CREATE TABLE product_reviews (
  product TEXT NOT NULL,
  touchpoint TEXT NOT NULL,
  rating REAL NOT NULL,
  author TEXT NOT NULL,
  text TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (product, touchpoint)
) STRICT, WITHOUT ROWID;
