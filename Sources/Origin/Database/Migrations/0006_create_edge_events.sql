-- What every gateway must hear at once: that stored answers are out of date, and that tokens do not count any more.
-- A row is written in the transaction of what causes it, and kept for about forty minutes.
CREATE TABLE edge_events (
  -- 0 for what an operator asks for.
  business_id bigint NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  -- The transaction that wrote it. Rows become visible in the order of commits, not of ids: readers go by the
  -- snapshot that they have read, so that nothing that commits late is passed over.
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  kind text NOT NULL CONSTRAINT edge_events_kind CHECK (kind IN ('purge', 'revoke')),
  tags text[] NOT NULL DEFAULT '{}',
  paths text[] NOT NULL DEFAULT '{}',
  -- One session, or all tokens of a user that were issued by then.
  session_id text,
  user_id bigint,
  issued_before timestamptz,
  -- Real time, also under the test clock: tokens and retention go by it.
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (business_id, id),
  CONSTRAINT edge_events_purge CHECK ((kind = 'purge') = (cardinality(tags) + cardinality(paths) > 0)),
  CONSTRAINT edge_events_revoke CHECK ((kind = 'revoke') = (num_nonnulls(session_id, user_id) = 1)),
  CONSTRAINT edge_events_user CHECK ((user_id IS NULL) = (issued_before IS NULL))
);

-- Rows come and go quickly.
ALTER TABLE edge_events SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);

CREATE INDEX edge_events_xid_idx ON edge_events (xid);
CREATE INDEX edge_events_revoked_idx ON edge_events (created_at) WHERE kind = 'revoke';
-- For the sweeper; next to nothing to keep.
CREATE INDEX edge_events_created_idx ON edge_events USING brin (created_at);
