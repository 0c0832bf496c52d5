-- Rights that do not grow, an audit log that cannot be rewritten, lookups that are counted.

-- From version 2 on an entry's hash is keyed with a secret outside the database.
ALTER TABLE audit ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

-- Where the log ends, signed: written along with every entry. A log cut at its end is shorter.
CREATE TABLE audit_head (
  id INTEGER NOT NULL PRIMARY KEY CONSTRAINT audit_head_is_one CHECK (id = 1),
  seq INTEGER NOT NULL,
  hash TEXT NOT NULL,
  signature TEXT NOT NULL
) STRICT;

-- A link is used once and stays until the day is over: what was mailed is counted, used or not.
ALTER TABLE sign_in_links ADD COLUMN mailed INTEGER NOT NULL DEFAULT 1;
ALTER TABLE sign_in_links ADD COLUMN used_at INTEGER;

-- Who looked for one person by a number or an address without the right to see it. The text is
-- kept as a keyed hash.
CREATE TABLE lookups (
  actor TEXT NOT NULL,
  at INTEGER NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (actor, at, digest)
) STRICT, WITHOUT ROWID;

-- Fields that an administrator has marked as personal, beside those that are known to be.
CREATE TABLE personal_fields (
  field TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Whose hands a profile is in is asked for wherever rows are read.
CREATE INDEX IF NOT EXISTS leads_by_owner ON leads (owner);
CREATE INDEX IF NOT EXISTS tasks_by_owner ON tasks (owner) WHERE state = 'open';
