-- A `/codex pr`: one row an intent. `id` is the check run's external_id.
CREATE TABLE merges (
  id            TEXT    PRIMARY KEY,
  installation  INTEGER NOT NULL,
  repository_id INTEGER NOT NULL,
  repository    TEXT    NOT NULL,
  pull          INTEGER NOT NULL,
  base_ref      TEXT    NOT NULL,
  -- Who asked for what, and where: see merge/intent.ts.
  request       TEXT    NOT NULL,
  state         TEXT    NOT NULL DEFAULT 'waiting'
                CHECK (state IN ('waiting', 'merging', 'merged', 'cancelled')),
  priority      INTEGER NOT NULL DEFAULT 0,
  -- Nothing but the plan and its turn is missing.
  in_line       INTEGER NOT NULL DEFAULT 0,
  -- How often it was looked at; names the next look's job, so that wakes in between are one.
  evaluations   INTEGER NOT NULL DEFAULT 0,
  looked_at     INTEGER NOT NULL DEFAULT 0,
  -- Plans that Codex asked for because of it, and calls of GitHub's merge.
  plans         INTEGER NOT NULL DEFAULT 0,
  calls         INTEGER NOT NULL DEFAULT 0,
  -- How often in a row GitHub did not know whether the pull request can be merged.
  asked         INTEGER NOT NULL DEFAULT 0,
  -- GitHub's words where it refused the last call.
  refusal       TEXT,
  -- What the last look came to.
  decision      TEXT,
  -- What is to land, and on what grounds, written before the call.
  expected      TEXT,
  merged_sha    TEXT,
  receipt       TEXT,
  -- Why it ended without a merge, for a person.
  reason        TEXT,
  check_run_id  INTEGER,
  created_at    INTEGER NOT NULL,
  expires_at    INTEGER NOT NULL,
  merging_at    INTEGER,
  finished_at   INTEGER,
  reported_at   INTEGER
);
-- However often it is asked for, a pull request is merged by one intent, and a base takes one merge at a time.
CREATE UNIQUE INDEX merges_active  ON merges (repository_id, pull) WHERE state IN ('waiting', 'merging');
CREATE UNIQUE INDEX merges_merging ON merges (repository_id, base_ref) WHERE state = 'merging';
CREATE INDEX merges_line       ON merges (repository_id, base_ref) WHERE state IN ('waiting', 'merging');
CREATE INDEX merges_pull       ON merges (repository_id, pull, created_at DESC);
CREATE INDEX merges_unreported ON merges (created_at) WHERE reported_at IS NULL;

-- Merges that Codex does not make: into one base, or (base_ref NULL) into any.
CREATE TABLE freezes (
  id            INTEGER PRIMARY KEY,
  repository_id INTEGER NOT NULL,
  repository    TEXT    NOT NULL,
  base_ref      TEXT,
  -- JSON list of globs: only pull requests that touch one; NULL: all.
  paths         TEXT,
  source        TEXT    NOT NULL CHECK (source IN ('command', 'mismatch', 'alert')),
  reason        TEXT    NOT NULL,
  frozen_by     TEXT    NOT NULL,
  created_at    INTEGER NOT NULL,
  expires_at    INTEGER,
  lifted_at     INTEGER,
  lifted_by     TEXT
);
CREATE INDEX freezes_standing ON freezes (repository_id) WHERE lifted_at IS NULL;

-- The check run codex/governance of each head, and what it shows.
CREATE TABLE governance_checks (
  repository_id INTEGER NOT NULL,
  pull          INTEGER NOT NULL,
  head_sha      TEXT    NOT NULL,
  check_run_id  INTEGER NOT NULL,
  digest        TEXT    NOT NULL,
  PRIMARY KEY (repository_id, pull, head_sha)
);
