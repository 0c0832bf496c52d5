-- What names are filed under, so that people are found by any part of them. Written by
-- profile-merge; a name that is out of date may still be here, whoever reads it looks again.
CREATE TABLE name_terms (
  term TEXT NOT NULL,
  identity TEXT NOT NULL,
  PRIMARY KEY (term, identity)
) STRICT, WITHOUT ROWID;

-- Who in the company answers for it.
ALTER TABLE endpoints ADD COLUMN owner TEXT;

-- How far the company is with its first steps: one document. Written by admin.
CREATE TABLE setup (
  id INTEGER PRIMARY KEY CONSTRAINT setup_one CHECK (id = 1),
  document TEXT NOT NULL CONSTRAINT setup_document CHECK (json_valid(document))
) STRICT;
