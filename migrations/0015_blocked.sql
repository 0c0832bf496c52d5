-- Identities that many people share, by the word of an administrator: they join nobody. Written by
-- profile-merge from the log; the last word on each.
CREATE TABLE blocked_identities (
  identity TEXT NOT NULL PRIMARY KEY,
  -- 0: it was, and is no more.
  blocked INTEGER NOT NULL CONSTRAINT blocked_identities_blocked CHECK (blocked IN (0, 1)),
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,
  touchpoint TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX blocked_identities_now ON blocked_identities (identity) WHERE blocked = 1;
