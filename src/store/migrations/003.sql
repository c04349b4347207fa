-- A set of flags that decided something, or that a source gave last.
CREATE TABLE flag_sets (
  version  TEXT    PRIMARY KEY,
  content  TEXT    NOT NULL,
  first_at INTEGER NOT NULL
);

-- The set each source gave last.
CREATE TABLE flag_sources (
  source  TEXT    PRIMARY KEY,
  version TEXT    NOT NULL REFERENCES flag_sets (version),
  at      INTEGER NOT NULL
);

-- Who might what, and why. Decisions in a row that say the same are one row, counted.
CREATE TABLE decisions (
  id                 TEXT    PRIMARY KEY,
  capability         TEXT    NOT NULL,
  user               TEXT    NOT NULL COLLATE NOCASE,
  repository         TEXT    NOT NULL COLLATE NOCASE,
  -- What the flags were asked with, and what they said (JSON).
  context            TEXT    NOT NULL,
  evaluation         TEXT    NOT NULL,
  flag_set           TEXT    REFERENCES flag_sets (version),
  fallback           INTEGER NOT NULL,
  allowed            INTEGER NOT NULL,
  variant            TEXT,
  reason             TEXT    NOT NULL,
  subscription       TEXT    NOT NULL,
  subscription_event TEXT,
  times              INTEGER NOT NULL DEFAULT 1,
  first_at           INTEGER NOT NULL,
  last_at            INTEGER NOT NULL
);
CREATE INDEX decisions_subject ON decisions (repository, user, capability, first_at, id);
CREATE INDEX decisions_last    ON decisions (last_at);
CREATE INDEX decisions_flags   ON decisions (flag_set);
