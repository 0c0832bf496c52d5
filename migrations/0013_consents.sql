-- A consent is kept as it was said: per identity the latest statement of each state and source. Which
-- one counts is decided when it is asked for (docs/adr/0005).
ALTER TABLE consents RENAME TO consents_before;

CREATE TABLE consents (
  identity TEXT NOT NULL,
  -- A medium that a gate asks for, in its one spelling; `*` for all.
  medium TEXT NOT NULL,
  purpose TEXT NOT NULL,
  state TEXT NOT NULL CONSTRAINT consents_state CHECK (state IN ('granted', 'withdrawn')),
  -- Whose word it is: the person's own act, an answer to a question, what others say of them.
  source TEXT NOT NULL CONSTRAINT consents_source CHECK (source IN ('person', 'answer', 'copy')),
  occurred_at INTEGER NOT NULL,
  touchpoint TEXT NOT NULL,
  PRIMARY KEY (identity, medium, purpose, state, source)
) STRICT, WITHOUT ROWID;

-- What was stored under another spelling comes under the one that is asked for. A medium that no
-- spelling is of is left out: no gate ever asked for it, and the log still has it.
WITH words (word, medium) AS (VALUES
  ('*', '*'), ('all', '*'), ('call', 'call'), ('phone', 'call'), ('voice', 'call'), ('电话', 'call'),
  ('dingtalk', 'dingtalk'), ('douyin', 'douyin'),
  ('email', 'email'), ('mail', 'email'), ('邮件', 'email'), ('邮箱', 'email'), ('电子邮件', 'email'),
  ('feishu', 'feishu'), ('instagram', 'instagram'), ('line', 'line'), ('messenger', 'messenger'),
  ('post', 'post'), ('push', 'push'), ('app', 'push'), ('apppush', 'push'), ('推送', 'push'),
  ('slack', 'slack'), ('sms', 'sms'), ('text', 'sms'), ('短信', 'sms'), ('手机短信', 'sms'),
  ('telegram', 'telegram'), ('tiktok', 'tiktok'), ('webhook', 'webhook'), ('wechat', 'wechat'),
  ('weixin', 'wechat'), ('微信', 'wechat'), ('wecom', 'wecom'), ('weibo', 'weibo'),
  ('whatsapp', 'whatsapp')
)
INSERT INTO consents (identity, medium, purpose, state, source, occurred_at, touchpoint)
SELECT b.identity, words.medium,
  CASE lower(trim(b.purpose))
    WHEN 'all' THEN '*' WHEN 'promotional' THEN 'marketing' WHEN '营销' THEN 'marketing'
    ELSE replace(replace(lower(trim(b.purpose)), '-', '_'), ' ', '_') END,
  b.state,
  CASE
    WHEN b.state = 'withdrawn' THEN 'person'
    WHEN t.name IN ('Account Followed', 'Consent Updated', 'Email Subscribed', 'Subscribed',
      'account.followed', 'consent.updated', 'email.subscribed', 'wechat.followed') THEN 'person'
    ELSE 'copy' END,
  b.occurred_at, b.touchpoint
FROM consents_before b
JOIN words
  ON words.word = lower(replace(replace(replace(trim(b.medium), '-', ''), '_', ''), ' ', ''))
LEFT JOIN touchpoints t ON t.id = b.touchpoint
WHERE true
ON CONFLICT (identity, medium, purpose, state, source) DO UPDATE SET
  occurred_at = excluded.occurred_at, touchpoint = excluded.touchpoint
WHERE (excluded.occurred_at, excluded.touchpoint) > (consents.occurred_at, consents.touchpoint);

DROP TABLE consents_before;

-- Replies to text messages that nothing listened to before.
INSERT INTO consents (identity, medium, purpose, state, source, occurred_at, touchpoint)
SELECT l.identity, 'sms', '*', 'withdrawn', 'person', t.occurred_at, t.id
FROM timeline l JOIN touchpoints t ON t.seq = l.seq
WHERE l.identity >= 'phone:' AND l.identity < 'phone;' AND l.name = 'message.received'
  AND t.channel IN ('aliyun-sms-receipts', 'tencent-sms-receipts', 'twilio')
  AND t.properties->>'medium' = 'sms'
  AND upper(replace(replace(replace(trim(t.properties->>'text'), ' ', ''), '.', ''), '。', '')) IN (
    'TD', 'T', 'N', 'R', 'QX', '退订', '退訂', '取消订阅', '拒收', 'STOP', 'STOPALL', 'UNSUBSCRIBE',
    'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT', 'ARRET', 'ARRÊT', 'BAJA')
ON CONFLICT (identity, medium, purpose, state, source) DO UPDATE SET
  occurred_at = excluded.occurred_at, touchpoint = excluded.touchpoint
WHERE (excluded.occurred_at, excluded.touchpoint) > (consents.occurred_at, consents.touchpoint);
