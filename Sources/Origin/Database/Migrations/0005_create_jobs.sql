-- The outbox: side effects are written here in the transaction of the fact that asks for them. A done job is
-- deleted; a dead one stays until somebody has looked at it.
CREATE TABLE jobs (
  business_id bigint NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  kind text NOT NULL,
  payload jsonb NOT NULL DEFAULT '{}',
  -- Names the effect: two living jobs never have the same.
  unique_key text,
  run_at timestamptz NOT NULL,
  attempt int NOT NULL DEFAULT 0,
  max_attempts int NOT NULL DEFAULT 20 CONSTRAINT jobs_max_attempts CHECK (max_attempts >= 1),
  -- Whose it is, and until when if that worker says nothing more.
  leased_by text,
  leased_until timestamptz,
  last_error text,
  dead boolean NOT NULL DEFAULT false,
  died_at timestamptz,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (business_id, id),
  CONSTRAINT jobs_unique_key UNIQUE (business_id, unique_key),
  CONSTRAINT jobs_lease CHECK ((leased_by IS NULL) = (leased_until IS NULL))
);

-- Rows come and go quickly: clean up early, and keep the pages loose enough for updates in place.
ALTER TABLE jobs SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);

CREATE INDEX jobs_due_idx ON jobs (kind, run_at) WHERE NOT dead;
CREATE INDEX jobs_leased_idx ON jobs (leased_by) WHERE leased_by IS NOT NULL;
CREATE INDEX jobs_dead_idx ON jobs (died_at) WHERE dead;
