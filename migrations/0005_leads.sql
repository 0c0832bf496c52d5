-- Written by lead-assign; tasks are appended by journey-runner too.
CREATE TABLE tasks (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  identity TEXT,
  lead TEXT,
  owner TEXT,
  due_at INTEGER,
  source TEXT NOT NULL,
  detail TEXT NOT NULL CONSTRAINT tasks_detail CHECK (json_valid(detail)),
  state TEXT NOT NULL CONSTRAINT tasks_state CHECK (state IN ('open', 'done', 'canceled')),
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX tasks_by_time ON tasks (created_at, id);
CREATE INDEX tasks_by_identity ON tasks (identity);

-- What matched a scoring rule, under the identity that did it: points are derived, so a score
-- merges by itself and does not depend on the order of arrival.
CREATE TABLE score_entries (
  identity TEXT NOT NULL,
  rule TEXT NOT NULL,
  touchpoint TEXT NOT NULL,
  occurred_at INTEGER NOT NULL,
  PRIMARY KEY (identity, rule, touchpoint)
) STRICT, WITHOUT ROWID;

-- Somebody sales should talk to. A profile's leads are those of its identities; of several at
-- most one is open.
CREATE TABLE leads (
  id TEXT NOT NULL PRIMARY KEY,
  -- The strongest identity of the profile when it became ready: the lead stays with it.
  identity TEXT NOT NULL CONSTRAINT leads_identity UNIQUE,
  state TEXT NOT NULL CONSTRAINT leads_state
    CHECK (state IN ('sales_ready', 'queued', 'accepted', 'rejected', 'closed', 'merged')),
  -- The score that made it one, with its parts and their evidence.
  reason TEXT NOT NULL CONSTRAINT leads_reason CHECK (json_valid(reason)),
  -- What routing asked for then, and asks for again when the queue moves.
  places TEXT NOT NULL CONSTRAINT leads_places CHECK (json_valid(places)),
  product_line TEXT,
  -- A rep; kept when the lead is finished or merged.
  owner TEXT,
  -- While merged: the lead it goes on as, and what it was before, should the profiles part again.
  merged_into TEXT,
  state_before_merge TEXT,
  -- Why somebody put it into this state.
  note TEXT,
  cause TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  assigned_at INTEGER,
  accepted_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX leads_by_time ON leads (created_at, id);
CREATE INDEX leads_open ON leads (owner) WHERE state IN ('sales_ready', 'accepted');
CREATE INDEX leads_queued ON leads (created_at, id) WHERE state = 'queued';

CREATE TABLE opportunities (
  lead TEXT NOT NULL,
  id TEXT NOT NULL,
  identity TEXT NOT NULL,
  -- Follows the lead's state.
  stage TEXT NOT NULL CONSTRAINT opportunities_stage
    CHECK (stage IN ('new', 'working', 'lost', 'closed', 'merged')),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (lead, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX opportunities_by_time ON opportunities (created_at, id);

-- Every decision about who takes a lead, with who remained and fell out at each stage. Without a
-- rep: nobody was eligible.
CREATE TABLE assignments (
  lead TEXT NOT NULL,
  -- 1, 2, 3 …: the last one holds, also of two within a millisecond.
  n INTEGER NOT NULL,
  id TEXT NOT NULL,
  at INTEGER NOT NULL,
  rep TEXT,
  explanation TEXT NOT NULL CONSTRAINT assignments_explanation CHECK (json_valid(explanation)),
  PRIMARY KEY (lead, n)
) STRICT, WITHOUT ROWID;

-- Salespeople. An empty list of regions or product lines covers everything.
CREATE TABLE reps (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  regions TEXT NOT NULL CONSTRAINT reps_regions CHECK (json_valid(regions)),
  product_lines TEXT NOT NULL CONSTRAINT reps_product_lines CHECK (json_valid(product_lines)),
  -- Open leads at most.
  capacity INTEGER NOT NULL CONSTRAINT reps_capacity CHECK (capacity >= 0),
  on_shift INTEGER NOT NULL CONSTRAINT reps_on_shift CHECK (on_shift IN (0, 1)),
  -- Where notices go: an address per medium.
  notify TEXT NOT NULL CONSTRAINT reps_notify CHECK (json_valid(notify)),
  languages TEXT NOT NULL CONSTRAINT reps_languages CHECK (json_valid(languages)),
  last_assigned_at INTEGER,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
