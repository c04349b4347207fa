-- The audit trail of alerts: what each action of each rule came to, once. It is also what keeps an action from being
-- done twice, an old alert from undoing what a newer one did, and a repository from having too much done.
CREATE TABLE alert_actions (
  id            INTEGER PRIMARY KEY,
  alert         TEXT    NOT NULL,
  repository_id INTEGER,
  repository    TEXT    NOT NULL COLLATE NOCASE,
  strategy      TEXT    NOT NULL,
  kind          TEXT    NOT NULL,
  -- When the alert fired: its timenow, or when it came.
  fired_at      INTEGER NOT NULL,
  -- The rule's place in the file and the action's in the rule, from 1; both 0 where it came to no action.
  rule          INTEGER NOT NULL,
  step          INTEGER NOT NULL,
  action        TEXT,
  -- What of the strategy the action changed; null: nothing that a later alert could change back.
  topic         TEXT,
  outcome       TEXT    NOT NULL CHECK (outcome IN ('done', 'overtaken', 'limited', 'refused', 'failed', 'unmatched')),
  detail        TEXT    NOT NULL,
  at            INTEGER NOT NULL,
  UNIQUE (alert, rule, step)
);
CREATE INDEX alert_actions_limits ON alert_actions (repository_id, action, at);
CREATE INDEX alert_actions_topics ON alert_actions (repository_id, strategy, topic, fired_at) WHERE topic IS NOT NULL;
CREATE INDEX alert_actions_at     ON alert_actions (at);

-- The issue of each strategy and kind of alert.
CREATE TABLE alert_issues (
  repository_id INTEGER NOT NULL,
  strategy      TEXT    NOT NULL,
  kind          TEXT    NOT NULL,
  number        INTEGER NOT NULL,
  PRIMARY KEY (repository_id, strategy, kind)
);

-- Strategies whose silence is to be told, and when they were last heard.
CREATE TABLE heartbeats (
  repository_id INTEGER NOT NULL,
  -- As alerts name it.
  repository    TEXT    NOT NULL COLLATE NOCASE,
  strategy      TEXT    NOT NULL,
  minutes       INTEGER NOT NULL,
  heard_at      INTEGER NOT NULL,
  -- Since when its silence is told; null: it is not silent.
  silent_at     INTEGER,
  PRIMARY KEY (repository_id, strategy)
);
