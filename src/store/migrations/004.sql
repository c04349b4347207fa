-- GitHub's accounts that have the App. Everything paid for hangs on `id`, which outlives renaming and reinstalling.
CREATE TABLE accounts (
  id           INTEGER PRIMARY KEY,
  login        TEXT    NOT NULL,
  -- Null once the App was uninstalled.
  installation INTEGER UNIQUE,
  seen_at      INTEGER NOT NULL
);
CREATE INDEX accounts_login ON accounts (lower(login));

-- What Stripe said of a customer, replaced as a whole by every answer of Stripe's.
CREATE TABLE stripe_customers (
  id         TEXT    PRIMARY KEY,
  -- GitHub's account id; null where the customer names none.
  account    INTEGER,
  state      TEXT    NOT NULL,
  -- The event that the last answer followed; null: a sweep asked.
  event_id   TEXT,
  -- When Stripe was asked; null: not yet.
  as_of      INTEGER,
  -- When an event said that there is something new; null: nothing since as_of.
  dirty_at   INTEGER
);
CREATE INDEX stripe_customers_account ON stripe_customers (account);
CREATE INDEX stripe_customers_dirty ON stripe_customers (dirty_at) WHERE dirty_at IS NOT NULL;

-- The ledger of sandbox seconds, a row a finished run, and the outbox to Stripe's meter. Written by a trigger, in
-- the transaction that stores the verdict: a run is in it exactly once, whatever crashes. What a cancelled or lost
-- try used is not in its record, and so not charged.
CREATE TABLE usage (
  run             TEXT    PRIMARY KEY,
  -- Null where the account was not known, as of local runs.
  account         INTEGER,
  repository      TEXT    NOT NULL,
  install_seconds REAL    NOT NULL,
  test_seconds    REAL    NOT NULL,
  finished_at     INTEGER NOT NULL,
  -- The first time that Stripe may have taken it; null: it has not.
  sent_at         INTEGER,
  -- When Stripe was known to have it.
  reported_at     INTEGER,
  -- Why it will not be reported.
  given_up        TEXT
);
CREATE INDEX usage_account ON usage (account, finished_at);
CREATE INDEX usage_outbox ON usage (finished_at)
  WHERE account IS NOT NULL AND reported_at IS NULL AND given_up IS NULL;

CREATE TRIGGER runs_usage AFTER UPDATE OF record ON runs
WHEN old.record IS NULL AND new.record IS NOT NULL
BEGIN
  INSERT OR IGNORE INTO usage (run, account, repository, install_seconds, test_seconds, finished_at)
  VALUES (
    new.id,
    (SELECT id FROM accounts WHERE installation = new.installation),
    new.repository,
    coalesce(new.record ->> '$.phases.install', 0),
    coalesce(new.record ->> '$.phases.test', 0),
    new.finished_at
  );
END;
