-- The facts. A booking's uid ends in its business's number, so that a uid alone finds its shard.
CREATE SEQUENCE booking_ids;

CREATE TABLE bookings (
  business_id bigint NOT NULL REFERENCES businesses (id),
  id bigint DEFAULT nextval('booking_ids'),
  uid text NOT NULL,
  -- Null once the event type is deleted: what happened stays.
  event_type_id bigint,
  event_type_slug text NOT NULL,
  title text NOT NULL,
  description text NOT NULL DEFAULT '',
  status text NOT NULL CONSTRAINT bookings_status CHECK (status IN ('accepted', 'pending', 'cancelled', 'rejected')),
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  location text,
  metadata jsonb NOT NULL DEFAULT '{}',
  responses jsonb NOT NULL DEFAULT '{}',
  guests text[] NOT NULL DEFAULT '{}',
  cancellation_reason text,
  cancelled_by_email text,
  rescheduling_reason text,
  rescheduled_by_email text,
  rescheduled_from_uid text,
  rescheduled_to_uid text,
  -- RFC 5545: a moved or cancelled event keeps its UID and counts its SEQUENCE up.
  ics_uid text NOT NULL,
  ics_sequence int NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  updated_at timestamptz,
  PRIMARY KEY (business_id, id),
  CONSTRAINT bookings_uid_key UNIQUE (business_id, uid),
  CONSTRAINT bookings_times CHECK (starts_at < ends_at),
  FOREIGN KEY (business_id, event_type_id) REFERENCES event_types (business_id, id) ON DELETE SET NULL (event_type_id)
);
CREATE INDEX bookings_event_type_idx ON bookings (business_id, event_type_id, starts_at);

CREATE TABLE booking_hosts (
  business_id bigint NOT NULL,
  booking_id bigint NOT NULL,
  user_id bigint NOT NULL REFERENCES users (id),
  -- Copied, because "my bookings by time" is the dashboard's first question.
  starts_at timestamptz NOT NULL,
  PRIMARY KEY (business_id, booking_id, user_id),
  FOREIGN KEY (business_id, booking_id) REFERENCES bookings (business_id, id) ON DELETE CASCADE
);
CREATE INDEX booking_hosts_user_idx ON booking_hosts (user_id, starts_at);

CREATE TABLE booking_attendees (
  business_id bigint NOT NULL,
  booking_id bigint NOT NULL,
  position smallint NOT NULL,
  name text NOT NULL,
  email text,
  phone_number text,
  time_zone text NOT NULL,
  language text NOT NULL DEFAULT 'en',
  absent boolean NOT NULL DEFAULT false,
  PRIMARY KEY (business_id, booking_id, position),
  FOREIGN KEY (business_id, booking_id) REFERENCES bookings (business_id, id) ON DELETE CASCADE
);
CREATE INDEX booking_attendees_email_idx ON booking_attendees (lower(email));

-- Who or what is taken when: the one place that decides whether a booking can be. A row is there exactly as
-- long as its subject is taken; it is keyed by its subject, because a person works in several businesses.
CREATE TABLE occupancies (
  subject_id bigint NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  business_id bigint NOT NULL,
  -- Null for a hold.
  booking_id bigint,
  -- The booking's time widened by its event type's buffers.
  during tstzrange NOT NULL CONSTRAINT occupancies_during CHECK (NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)),
  -- When a hold ends by itself; null never.
  expires_at timestamptz,
  PRIMARY KEY (subject_id, id),
  CONSTRAINT occupancies_no_overlap EXCLUDE USING gist (subject_id WITH =, during WITH &&)
);
CREATE INDEX occupancies_booking_idx ON occupancies (business_id, booking_id);
