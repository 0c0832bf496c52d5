-- All tables here are written by profile-merge alone.

-- An identity and the profile it belongs to now. Merging repoints identities, unmerging points
-- them back; touchpoints stay with their identity.
CREATE TABLE identities (
  identity TEXT NOT NULL PRIMARY KEY,
  profile TEXT NOT NULL,
  -- The bare value, so that a scoped identity is found without its scope.
  value TEXT NOT NULL,
  -- The earliest touchpoint that showed it.
  first_at INTEGER NOT NULL,
  first_touchpoint TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX identities_by_profile ON identities (profile);
CREATE INDEX identities_by_value ON identities (value);

-- Two identities seen together, smaller key first, with the earliest evidence. Refused and cut
-- edges stay: they are part of the answer. An edge that was cut before it was ever seen has no
-- evidence yet.
CREATE TABLE identity_edges (
  a TEXT NOT NULL,
  b TEXT NOT NULL,
  occurred_at INTEGER,
  touchpoint TEXT,
  verdict TEXT NOT NULL,
  cut INTEGER NOT NULL DEFAULT 0,
  -- The last word on the cut: who said it is in that touchpoint.
  cut_at INTEGER,
  cut_touchpoint TEXT,
  PRIMARY KEY (a, b),
  CONSTRAINT identity_edges_order CHECK (a < b)
) STRICT, WITHOUT ROWID;

CREATE INDEX identity_edges_by_b ON identity_edges (b);

-- Every profile id ever given, with the identity it was minted for. The profile an id means today
-- is its founder's: so an id is an alias for ever without a list of aliases.
CREATE TABLE profiles (
  id TEXT NOT NULL PRIMARY KEY,
  founder TEXT NOT NULL CONSTRAINT profiles_founder UNIQUE,
  -- The touchpoint that minted it; the older of two merged profiles keeps its id.
  born_seq INTEGER NOT NULL,
  born_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The last value of a field per identity; the profile's is the last of its identities'.
-- Tags are fields named `tag:<tag>`.
CREATE TABLE trait_values (
  identity TEXT NOT NULL,
  field TEXT NOT NULL,
  value TEXT NOT NULL,
  occurred_at INTEGER NOT NULL,
  touchpoint TEXT NOT NULL,
  channel TEXT NOT NULL,
  PRIMARY KEY (identity, field)
) STRICT, WITHOUT ROWID;

-- How often something happened, by day, and the money in it (minor units).
CREATE TABLE counters (
  identity TEXT NOT NULL,
  name TEXT NOT NULL,
  day INTEGER NOT NULL,
  count INTEGER NOT NULL,
  sum_minor INTEGER NOT NULL,
  PRIMARY KEY (identity, name, day)
) STRICT, WITHOUT ROWID;

-- The last word on a medium and purpose per identity; across a profile the strictest counts.
CREATE TABLE consents (
  identity TEXT NOT NULL,
  medium TEXT NOT NULL,
  purpose TEXT NOT NULL,
  state TEXT NOT NULL CONSTRAINT consents_state CHECK (state IN ('granted', 'withdrawn')),
  occurred_at INTEGER NOT NULL,
  touchpoint TEXT NOT NULL,
  PRIMARY KEY (identity, medium, purpose)
) STRICT, WITHOUT ROWID;

-- The history of an identity. The profile's is the union over its identities.
CREATE TABLE timeline (
  identity TEXT NOT NULL,
  occurred_at INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (identity, occurred_at, seq)
) STRICT, WITHOUT ROWID;

-- What arrives where: exact up to profile-merge's cursor, one row a page instead of one an event.
CREATE TABLE touchpoint_totals (
  channel TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  name TEXT NOT NULL,
  count INTEGER NOT NULL,
  first_seen_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  PRIMARY KEY (channel, endpoint, name)
) STRICT, WITHOUT ROWID;
