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

CREATE INDEX tasks_by_time ON tasks (created_at DESC, id);
CREATE INDEX tasks_by_identity ON tasks (identity);
