-- Who may see and do what. All tables here are written by access alone.

CREATE TABLE teams (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  -- In lower case; sign-in links go there, and a provider's word about it is believed.
  email TEXT NOT NULL CONSTRAINT users_email UNIQUE,
  role TEXT NOT NULL CONSTRAINT users_role
    CHECK (role IN ('admin', 'marketing', 'sales', 'service', 'manager', 'read_only')),
  team TEXT,
  -- The rep this person is, where leads are in their hands.
  rep TEXT,
  language TEXT,
  state TEXT NOT NULL CONSTRAINT users_state CHECK (state IN ('active', 'disabled')),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX users_by_team ON users (team);

-- One-time links. Of every secret here only the SHA-256 is kept.
CREATE TABLE sign_in_links (
  hash TEXT NOT NULL PRIMARY KEY,
  user TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sign_in_links_by_user ON sign_in_links (user, created_at);

-- Sign-ins under way at an OpenID provider.
CREATE TABLE oidc_attempts (
  state TEXT NOT NULL PRIMARY KEY,
  browser TEXT NOT NULL,
  nonce TEXT NOT NULL,
  verifier TEXT NOT NULL,
  return_to TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Signing out deletes; so does disabling a user.
CREATE TABLE sessions (
  hash TEXT NOT NULL PRIMARY KEY,
  user TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (user, last_seen_at);

CREATE TABLE api_keys (
  id TEXT NOT NULL PRIMARY KEY,
  hash TEXT NOT NULL CONSTRAINT api_keys_hash UNIQUE,
  name TEXT NOT NULL,
  scopes TEXT NOT NULL CONSTRAINT api_keys_scopes CHECK (json_valid(scopes)),
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked_at INTEGER
) STRICT, WITHOUT ROWID;

-- What was changed, and who saw personal data unmasked. Each entry's hash covers the one before.
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  actor_kind TEXT NOT NULL CONSTRAINT audit_actor_kind
    CHECK (actor_kind IN ('user', 'api_key', 'token', 'nobody')),
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  detail TEXT NOT NULL CONSTRAINT audit_detail CHECK (json_valid(detail)),
  -- Looking at the same thing again within a quarter of an hour is the same view.
  view TEXT CONSTRAINT audit_view UNIQUE,
  hash TEXT NOT NULL
) STRICT;

CREATE INDEX audit_by_actor ON audit (actor, seq);
CREATE INDEX audit_by_action ON audit (action, seq);

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;

CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;
