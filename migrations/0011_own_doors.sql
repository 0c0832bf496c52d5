-- Codes that people scan and forms that they fill in. Written by doors.
CREATE TABLE doors (
  kind TEXT NOT NULL CONSTRAINT doors_kind CHECK (kind IN ('code', 'form')),
  id TEXT NOT NULL,
  document TEXT NOT NULL CONSTRAINT doors_document CHECK (json_valid(document)),
  -- The hash of the document: what somebody saw and agreed to can be named.
  version TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
