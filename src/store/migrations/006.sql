-- How many alerts of a strategy came lately.
CREATE INDEX jobs_lane_age ON jobs (lane, created_at) WHERE lane IS NOT NULL;

-- One installation's token has an account, under the installation 0 that local runs have, too: those are in no
-- repository of GitHub's, and nobody's.
DROP TRIGGER runs_usage;
CREATE TRIGGER runs_usage AFTER UPDATE OF record ON runs
WHEN old.record IS NULL AND new.record IS NOT NULL
BEGIN
  INSERT OR IGNORE INTO usage (run, account, repository, install_seconds, test_seconds, finished_at)
  VALUES (
    new.id,
    (SELECT id FROM accounts WHERE installation = new.installation AND new.repository_id <> 0),
    new.repository,
    coalesce(new.record ->> '$.phases.install', 0),
    coalesce(new.record ->> '$.phases.test', 0),
    new.finished_at
  );
END;
