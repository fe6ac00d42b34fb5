-- Lists of bookings that stay quick when there are many: a page is a range of an index, and a total is kept, not counted.

-- The order and the usual filters of a business's list are in the index; nothing else is read to find a page.
CREATE INDEX bookings_list_idx ON bookings (business_id, starts_at, id) INCLUDE (status, ends_at);
-- Series are few among many, so their list has a range of its own.
CREATE INDEX bookings_series_list_idx ON bookings (business_id, starts_at, id) INCLUDE (status, ends_at)
  WHERE series_uid IS NOT NULL;
CREATE INDEX booking_hosts_list_idx ON booking_hosts (user_id, business_id, starts_at, booking_id);
DROP INDEX booking_hosts_user_idx;

-- What is still to come started at most this long ago (event_types_length): a list of it begins there.
ALTER TABLE bookings ADD CONSTRAINT bookings_length CHECK (ends_at - starts_at <= interval '7 days');

-- How many bookings a business has, so that a list's total needs no counting.
CREATE TABLE booking_counts (
  business_id bigint NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
  -- Several rows a business, so that bookings made at once do not wait for each other; only their sum means something.
  shard smallint NOT NULL CONSTRAINT booking_counts_shard CHECK (shard BETWEEN 0 AND 15),
  accepted bigint NOT NULL,
  pending bigint NOT NULL,
  cancelled bigint NOT NULL,
  rejected bigint NOT NULL,
  PRIMARY KEY (business_id, shard)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);

CREATE FUNCTION count_booking() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  business bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.business_id ELSE NEW.business_id END;
  gone text := CASE WHEN TG_OP <> 'INSERT' THEN OLD.status END;
  come text := CASE WHEN TG_OP <> 'DELETE' THEN NEW.status END;
BEGIN
  -- A business that goes takes its counts along: it needs no new row at the commit.
  INSERT INTO booking_counts AS c (business_id, shard, accepted, pending, cancelled, rejected)
  SELECT business, pg_backend_pid() % 16,
    (come IS NOT DISTINCT FROM 'accepted')::int - (gone IS NOT DISTINCT FROM 'accepted')::int,
    (come IS NOT DISTINCT FROM 'pending')::int - (gone IS NOT DISTINCT FROM 'pending')::int,
    (come IS NOT DISTINCT FROM 'cancelled')::int - (gone IS NOT DISTINCT FROM 'cancelled')::int,
    (come IS NOT DISTINCT FROM 'rejected')::int - (gone IS NOT DISTINCT FROM 'rejected')::int
  WHERE TG_OP <> 'DELETE' OR EXISTS (SELECT FROM businesses WHERE id = business)
  ON CONFLICT (business_id, shard) DO UPDATE SET accepted = c.accepted + excluded.accepted,
    pending = c.pending + excluded.pending, cancelled = c.cancelled + excluded.cancelled,
    rejected = c.rejected + excluded.rejected;
  RETURN NULL;
END $$;

-- Nobody books between the count of what there is and the trigger.
LOCK TABLE bookings IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO booking_counts (business_id, shard, accepted, pending, cancelled, rejected)
SELECT business_id, 0, count(*) FILTER (WHERE status = 'accepted'), count(*) FILTER (WHERE status = 'pending'),
  count(*) FILTER (WHERE status = 'cancelled'), count(*) FILTER (WHERE status = 'rejected')
FROM bookings GROUP BY business_id;

-- At the commit, as the last lock that a transaction takes, so that it never holds up another that it waits for.
CREATE CONSTRAINT TRIGGER bookings_count AFTER INSERT OR DELETE OR UPDATE OF status ON bookings
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION count_booking();

-- Index-only scans want pages that vacuum has seen; so many inserts bring it (the default is a fifth of the table).
ALTER TABLE bookings SET (autovacuum_vacuum_insert_scale_factor = 0.01, autovacuum_vacuum_insert_threshold = 5000);
ALTER TABLE booking_hosts SET (autovacuum_vacuum_insert_scale_factor = 0.01, autovacuum_vacuum_insert_threshold = 5000);
