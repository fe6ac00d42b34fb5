-- Series, seats, absences, reservations of slots, and requests that must count once.
ALTER TABLE bookings
  -- One for all occurrences of a series; it ends in the business's number, as a uid does.
  ADD COLUMN series_uid text,
  ADD COLUMN absent_host boolean NOT NULL DEFAULT false,
  ADD COLUMN rejection_reason text,
  -- Counted here, so that no seat is sold twice: the row is the lock.
  ADD COLUMN seats int,
  ADD COLUMN seats_taken int,
  ADD CONSTRAINT bookings_seats CHECK (
    (seats IS NULL AND seats_taken IS NULL) OR (seats >= 1 AND seats_taken BETWEEN 0 AND seats));
CREATE INDEX bookings_series_idx ON bookings (business_id, series_uid) WHERE series_uid IS NOT NULL;
-- Whoever wants a seat at a time joins the one booking that is there.
CREATE UNIQUE INDEX bookings_seated_key ON bookings (business_id, event_type_id, starts_at)
  WHERE seats IS NOT NULL AND status IN ('accepted', 'pending');

ALTER TABLE booking_attendees
  ADD COLUMN seat_uid text,
  -- Of a seat: its own answers and metadata.
  ADD COLUMN responses jsonb,
  ADD COLUMN metadata jsonb;
CREATE UNIQUE INDEX booking_attendees_seat_key ON booking_attendees (business_id, seat_uid) WHERE seat_uid IS NOT NULL;

-- A slot that somebody keeps while he fills in the form. It takes its hosts' time as a booking does, until it expires;
-- of a seated event type it counts as a seat instead.
CREATE TABLE slot_reservations (
  business_id bigint NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
  id bigint GENERATED ALWAYS AS IDENTITY,
  uid text NOT NULL,
  event_type_id bigint NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  is_seat boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (business_id, id),
  CONSTRAINT slot_reservations_uid_key UNIQUE (business_id, uid),
  CONSTRAINT slot_reservations_times CHECK (starts_at < ends_at),
  FOREIGN KEY (business_id, event_type_id) REFERENCES event_types (business_id, id) ON DELETE CASCADE
);
CREATE INDEX slot_reservations_slot_idx ON slot_reservations (business_id, event_type_id, starts_at);
CREATE INDEX slot_reservations_expiry_idx ON slot_reservations (expires_at);

ALTER TABLE occupancies
  ADD COLUMN reservation_id bigint,
  ADD CONSTRAINT occupancies_one_cause CHECK (num_nonnulls(booking_id, reservation_id) <= 1),
  ADD CONSTRAINT occupancies_hold_expires CHECK (reservation_id IS NULL OR expires_at IS NOT NULL);
CREATE INDEX occupancies_reservation_idx ON occupancies (business_id, reservation_id) WHERE reservation_id IS NOT NULL;

-- Requests that named themselves: the same one again gets the answer of the first. Written with the fact.
CREATE TABLE idempotency_keys (
  business_id bigint NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
  -- Who asked: the user, or the public.
  scope text NOT NULL,
  key text NOT NULL CONSTRAINT idempotency_keys_key_length CHECK (char_length(key) BETWEEN 1 AND 255),
  -- SHA-256 of what was asked.
  request bytea NOT NULL,
  status smallint NOT NULL,
  body bytea NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT idempotency_keys_pkey PRIMARY KEY (business_id, scope, key)
);
CREATE INDEX idempotency_keys_created_idx ON idempotency_keys (created_at);
