-- Times are milliseconds since the epoch.

-- Every webhook as it came, committed before it is answered.
CREATE TABLE inbox (
  id          INTEGER PRIMARY KEY,
  provider    TEXT    NOT NULL,
  delivery    TEXT    NOT NULL,
  event       TEXT    NOT NULL,
  body        BLOB    NOT NULL,
  state       TEXT    NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'dead')),
  attempt     INTEGER NOT NULL DEFAULT 0,
  due_at      INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  finished_at INTEGER,
  error       TEXT,
  UNIQUE (provider, delivery)
);
CREATE INDEX inbox_pending ON inbox (due_at) WHERE state = 'pending';
CREATE INDEX inbox_dead ON inbox (finished_at) WHERE state = 'dead';

-- What is to be done. One row a job, kept after its end.
CREATE TABLE jobs (
  id            TEXT    PRIMARY KEY,
  dedupe        TEXT    UNIQUE,
  kind          TEXT    NOT NULL,
  queue         TEXT    NOT NULL,
  lane          TEXT,
  installation  INTEGER NOT NULL,
  repository    TEXT    NOT NULL,
  pull          INTEGER,
  priority      INTEGER NOT NULL DEFAULT 0,
  payload       TEXT    NOT NULL,
  delivery      TEXT,
  state         TEXT    NOT NULL DEFAULT 'queued'
                CHECK (state IN ('queued', 'running', 'done', 'dead')),
  attempt       INTEGER NOT NULL DEFAULT 0,
  due_at        INTEGER NOT NULL,
  lease_until   INTEGER,
  lease_owner   TEXT,
  cancel_reason TEXT,
  error         TEXT,
  -- A dead job's visible end was reached; until then due_at is when that is tried next.
  reported      INTEGER NOT NULL DEFAULT 0,
  created_at    INTEGER NOT NULL,
  started_at    INTEGER,
  finished_at   INTEGER
);
CREATE INDEX jobs_queued     ON jobs (queue, priority DESC, installation, repository, id, due_at)
                             WHERE state = 'queued';
CREATE INDEX jobs_due        ON jobs (due_at) WHERE state = 'queued';
CREATE INDEX jobs_lane       ON jobs (lane, id) WHERE state = 'queued' AND lane IS NOT NULL;
CREATE INDEX jobs_running    ON jobs (lane) WHERE state = 'running';
CREATE INDEX jobs_dead       ON jobs (finished_at) WHERE state = 'dead';
CREATE INDEX jobs_unreported ON jobs (due_at) WHERE state = 'dead' AND reported = 0;
CREATE INDEX jobs_pull       ON jobs (repository, pull, created_at);

-- When an installation or repository was last served: the queue takes the one that waited longest.
CREATE TABLE turns (
  scope TEXT    PRIMARY KEY,
  turn  INTEGER NOT NULL
);
CREATE INDEX turns_turn ON turns (turn);

-- One row a plan. `id` is the job's id and the check run's external_id.
CREATE TABLE runs (
  id            TEXT    PRIMARY KEY,
  installation  INTEGER NOT NULL,
  repository_id INTEGER NOT NULL,
  repository    TEXT    NOT NULL,
  pull          INTEGER,
  head_sha      TEXT    NOT NULL,
  base_ref      TEXT    NOT NULL,
  request       TEXT    NOT NULL,
  check_run_id  INTEGER,
  base_sha      TEXT,
  tree          TEXT,
  conclusion    TEXT,
  record        TEXT,
  created_at    INTEGER NOT NULL,
  started_at    INTEGER,
  finished_at   INTEGER,
  reported_at   INTEGER
);
CREATE INDEX runs_pull ON runs (repository_id, pull, created_at DESC);
CREATE INDEX runs_base ON runs (repository_id, base_sha) WHERE base_sha IS NOT NULL;
CREATE INDEX runs_unreported ON runs (created_at) WHERE reported_at IS NULL;

-- The living comment of each pull request and the last answer it carries.
CREATE TABLE pulls (
  repository_id INTEGER NOT NULL,
  pull          INTEGER NOT NULL,
  comment_id    INTEGER,
  answer        TEXT,
  PRIMARY KEY (repository_id, pull)
);

-- Installed dependencies, each in a Docker volume.
CREATE TABLE environments (
  key        TEXT    PRIMARY KEY,
  volume     TEXT    NOT NULL,
  repository TEXT    NOT NULL,
  trust      TEXT    NOT NULL CHECK (trust IN ('base', 'pull')),
  detail     TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  used_at    INTEGER NOT NULL
);
