-- How many alerts of a strategy came lately.
CREATE INDEX jobs_lane_age ON jobs (lane, created_at) WHERE lane IS NOT NULL;
