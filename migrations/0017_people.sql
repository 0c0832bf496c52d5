-- What a statement counts against others about the same field: 0 fills a gap only, 1 a chat's or
-- vendor's guess, 2 a shop, 3 a form or the company's own system, 4 a user of the console.
ALTER TABLE trait_values ADD COLUMN rank INTEGER NOT NULL DEFAULT 3;
UPDATE trait_values SET rank = 4 WHERE channel = 'console';
UPDATE trait_values SET rank = coalesce(
  (SELECT CASE
     WHEN substr(t.name, 1, instr(t.name, '.') - 1)
       IN ('cart', 'checkout', 'customer', 'invoice', 'order', 'payment', 'subscription') THEN 2
     WHEN substr(t.name, 1, instr(t.name, '.') - 1)
       IN ('account', 'call', 'chat', 'code', 'identity', 'location', 'menu', 'message', 'ticket',
         trait_values.channel) THEN 1
     ELSE 3 END
   FROM touchpoints t WHERE t.id = trait_values.touchpoint), 3)
WHERE channel <> 'console';

-- Both ends are ids of one person because a sender declared one the other's new name; the first
-- touchpoint that did. Such ids count as one against the limit of their kind.
ALTER TABLE identity_edges ADD COLUMN alias_at INTEGER;
ALTER TABLE identity_edges ADD COLUMN alias_touchpoint TEXT;

-- A person may become a lead again: one lead per identity and episode.
ALTER TABLE leads RENAME TO leads_before;

CREATE TABLE leads (
  id TEXT NOT NULL PRIMARY KEY,
  -- The strongest identity of the profile when it became ready: the lead stays with it.
  identity TEXT NOT NULL,
  -- 1, 2, 3 …: more than the episode of every lead the person had before.
  episode INTEGER NOT NULL DEFAULT 1,
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
  accepted_at INTEGER,
  CONSTRAINT leads_episode UNIQUE (identity, episode)
) STRICT, WITHOUT ROWID;

INSERT INTO leads (id, identity, state, reason, places, product_line, owner, merged_into,
  state_before_merge, note, cause, created_at, updated_at, assigned_at, accepted_at)
SELECT id, identity, state, reason, places, product_line, owner, merged_into,
  state_before_merge, note, cause, created_at, updated_at, assigned_at, accepted_at
FROM leads_before;

DROP TABLE leads_before;

CREATE INDEX leads_by_time ON leads (created_at, id);
CREATE INDEX leads_open ON leads (owner) WHERE state IN ('sales_ready', 'accepted');
CREATE INDEX leads_queued ON leads (created_at, id) WHERE state = 'queued';
