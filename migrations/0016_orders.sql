-- Sums of different currencies are never added: the currency is part of a counter's key. What was
-- counted before keeps its sum under the unknown currency.
ALTER TABLE counters RENAME TO counters_before;

CREATE TABLE counters (
  identity TEXT NOT NULL,
  name TEXT NOT NULL,
  day INTEGER NOT NULL,
  -- ISO 4217; empty where the sender named none.
  currency TEXT NOT NULL DEFAULT '',
  count INTEGER NOT NULL,
  -- In the currency's minor unit.
  sum_minor INTEGER NOT NULL,
  PRIMARY KEY (identity, name, day, currency)
) STRICT, WITHOUT ROWID;

INSERT INTO counters (identity, name, day, count, sum_minor)
SELECT identity, name, day, count, sum_minor FROM counters_before;
DROP TABLE counters_before;

-- What a source (channel and endpoint) says about an order, in place of a counter: so an order is
-- one however many tell of it. Folded when it is read. Written by profile-merge.
CREATE TABLE order_facts (
  identity TEXT NOT NULL,
  name TEXT NOT NULL,
  -- Normal: `1001`, not `#1001`.
  order_id TEXT NOT NULL,
  source TEXT NOT NULL,
  -- Which refund; empty for what happens to an order once.
  part TEXT NOT NULL,
  -- Other ids of the order.
  also TEXT NOT NULL CONSTRAINT order_facts_also CHECK (json_valid(also)),
  -- Null: the amount is not told.
  minor INTEGER,
  currency TEXT NOT NULL,
  occurred_at INTEGER NOT NULL,
  touchpoint TEXT NOT NULL,
  PRIMARY KEY (identity, name, order_id, source, part)
) STRICT, WITHOUT ROWID;

-- Orders that were counted before move from the counters to statements of their own, so that an
-- order which is told of again is not another one. Read from the log as far as profile-merge is.
CREATE TABLE orders_before (
  seq INTEGER PRIMARY KEY,
  identity TEXT NOT NULL,
  counted_as TEXT NOT NULL,
  name TEXT NOT NULL,
  order_id TEXT NOT NULL,
  source TEXT NOT NULL,
  refund_id TEXT NOT NULL,
  minor INTEGER,
  currency TEXT NOT NULL,
  counted_minor INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL,
  touchpoint TEXT NOT NULL
) STRICT;

INSERT INTO orders_before
WITH words (counted_as, name) AS (VALUES
  ('order.cancelled', 'order.cancelled'), ('Order Cancelled', 'order.cancelled'),
  ('Order Canceled', 'order.cancelled'),
  ('order.created', 'order.created'), ('Order Created', 'order.created'),
  ('Order Placed', 'order.created'), ('order.placed', 'order.created'),
  ('order.fulfilled', 'order.fulfilled'), ('Order Fulfilled', 'order.fulfilled'),
  ('order.paid', 'order.paid'), ('Order Completed', 'order.paid'), ('Order Paid', 'order.paid'),
  ('order.completed', 'order.paid'), ('purchase', 'order.paid'),
  ('pos.sale.completed', 'order.paid'),
  ('order.refunded', 'order.refunded'), ('Order Refunded', 'order.refunded'),
  ('pos.return.completed', 'order.refunded')
),
told AS (
  SELECT t.seq, t.id, t.occurred_at, l.identity, t.name AS counted_as, words.name,
    t.channel || '/' || t.endpoint AS source,
    lower(ltrim(replace(coalesce(t.properties->>'order_id', t.properties->>'order_number',
      t.properties->>'transaction_id', ''), ' ', ''), '#')) AS order_id,
    lower(trim(coalesce(t.properties->>'refund_id', ''))) AS refund_id,
    upper(trim(coalesce(t.properties->>'currency', ''))) AS currency,
    CASE json_type(t.properties, '$.total_minor') WHEN 'integer'
      THEN t.properties->>'total_minor' END AS total_minor,
    CAST(coalesce(t.properties->>'total', t.properties->>'revenue') AS REAL) AS total
  FROM words
  JOIN touchpoints t ON t.name = words.counted_as
  JOIN timeline l
    ON l.identity = t.identifiers->>0 AND l.occurred_at = t.occurred_at AND l.seq = t.seq
)
SELECT seq, identity, counted_as, name, order_id, source, refund_id,
  coalesce(total_minor, CAST(round(total * CASE
    WHEN currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX',
      'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN 1
    WHEN currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 1000
    ELSE 100 END) AS INTEGER)),
  currency, coalesce(total_minor, CAST(round(total * 100) AS INTEGER), 0), occurred_at, id
FROM told WHERE order_id <> '';

INSERT INTO order_facts
  (identity, name, order_id, source, part, also, minor, currency, occurred_at, touchpoint)
SELECT identity, name, order_id, source,
  CASE
    WHEN name <> 'order.refunded' THEN ''
    WHEN refund_id <> '' THEN 'id:' || refund_id
    ELSE 'amount:' || abs(coalesce(minor, 0)) END,
  '[]', CASE name WHEN 'order.refunded' THEN abs(minor) ELSE minor END, currency, occurred_at,
  touchpoint
FROM orders_before WHERE true
ON CONFLICT (identity, name, order_id, source, part) DO UPDATE SET
  minor = excluded.minor, currency = excluded.currency, occurred_at = excluded.occurred_at,
  touchpoint = excluded.touchpoint
WHERE (excluded.occurred_at, excluded.touchpoint) > (order_facts.occurred_at, order_facts.touchpoint);

UPDATE counters SET count = count - moved.told, sum_minor = sum_minor - moved.told_minor
FROM (
  SELECT identity, counted_as, occurred_at / 86400000 AS day, count(*) AS told,
    sum(counted_minor) AS told_minor
  FROM orders_before GROUP BY 1, 2, 3
) moved
WHERE counters.identity = moved.identity AND counters.name = moved.counted_as
  AND counters.day = moved.day;

DELETE FROM counters WHERE count <= 0;
DROP TABLE orders_before;
