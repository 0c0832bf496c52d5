-- Addresses that are not written to any more. Written by profile-merge alone, from what providers
-- report and from what a person lifted in the console: all of it can be rebuilt from the log.
--
-- One row for each reason, with the last report of it. The row `lifted` says until when reports
-- count for nothing. A row whose `at` is 0 was taken back by a later report.
CREATE TABLE suppressions (
  medium TEXT NOT NULL,
  -- The value of the identity: an e-mail address, a number in E.164.
  address TEXT NOT NULL,
  reason TEXT NOT NULL CONSTRAINT suppressions_reason CHECK (reason IN
    ('hard_bounce', 'blocked', 'complaint', 'dead_number', 'soft_bounces', 'lifted')),
  -- In the provider's words.
  detail TEXT NOT NULL,
  at INTEGER NOT NULL,
  touchpoint TEXT NOT NULL,
  PRIMARY KEY (medium, address, reason)
) STRICT, WITHOUT ROWID;

CREATE INDEX suppressions_by_time ON suppressions (at DESC, touchpoint DESC);

-- Proofs that a vendor gives for one request and that do not cover its body: each stands for the
-- first body it came with. Written by ingest, for a few days.
CREATE TABLE spent_proofs (
  channel TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  token TEXT NOT NULL,
  -- The digest of the body.
  content TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (channel, endpoint, token)
) STRICT, WITHOUT ROWID;

CREATE INDEX spent_proofs_by_time ON spent_proofs (at);
