-- Configured accounts of channels. Written by admin; secrets are AES-256-GCM, newest first, at
-- most two valid a name.
CREATE TABLE endpoints (
  channel TEXT NOT NULL,
  id TEXT NOT NULL,
  secrets TEXT NOT NULL,
  settings TEXT NOT NULL CONSTRAINT endpoints_settings CHECK (json_valid(settings)),
  -- HMAC of each valid secret that requests are routed by (the collector's write key).
  lookup TEXT NOT NULL DEFAULT '[]',
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (channel, id)
) STRICT, WITHOUT ROWID;
