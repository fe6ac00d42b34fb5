-- What can be booked, and with whom.
CREATE TABLE event_types (
  business_id bigint NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
  id bigint GENERATED ALWAYS AS IDENTITY,
  owner_id bigint NOT NULL REFERENCES users (id),
  title text NOT NULL CONSTRAINT event_types_title_length CHECK (char_length(title) BETWEEN 1 AND 200),
  slug text NOT NULL CONSTRAINT event_types_slug_length CHECK (char_length(slug) BETWEEN 1 AND 100),
  description text NOT NULL DEFAULT '' CONSTRAINT event_types_description_length CHECK (char_length(description) <= 10000),
  length_minutes int NOT NULL CONSTRAINT event_types_length CHECK (length_minutes BETWEEN 1 AND 10080),
  length_options int[] NOT NULL DEFAULT '{}',
  slot_interval int CONSTRAINT event_types_slot_interval CHECK (slot_interval BETWEEN 1 AND 1440),
  offset_start int NOT NULL DEFAULT 0 CONSTRAINT event_types_offset CHECK (offset_start BETWEEN 0 AND 1440),
  notice_minutes int NOT NULL DEFAULT 120 CONSTRAINT event_types_notice CHECK (notice_minutes BETWEEN 0 AND 1051200),
  before_buffer int NOT NULL DEFAULT 0 CONSTRAINT event_types_before CHECK (before_buffer BETWEEN 0 AND 1440),
  after_buffer int NOT NULL DEFAULT 0 CONSTRAINT event_types_after CHECK (after_buffer BETWEEN 0 AND 1440),
  only_first_slot boolean NOT NULL DEFAULT false,
  -- The window as the API gives it: {"type":"calendarDays"|"businessDays","value":n,"rolling":b},
  -- {"type":"range","value":[first,last]}; null is without limit.
  booking_window jsonb,
  schedule_id bigint,
  locations jsonb NOT NULL DEFAULT '[]',
  booking_fields jsonb NOT NULL DEFAULT '[]',
  hidden boolean NOT NULL DEFAULT false,
  disable_guests boolean NOT NULL DEFAULT false,
  disable_cancelling boolean NOT NULL DEFAULT false,
  disable_rescheduling boolean NOT NULL DEFAULT false,
  -- How things look and read; nothing in here decides whether a booking is right.
  settings jsonb NOT NULL DEFAULT '{}',
  metadata jsonb NOT NULL DEFAULT '{}',
  price bigint NOT NULL DEFAULT 0 CONSTRAINT event_types_price CHECK (price >= 0),
  currency text NOT NULL DEFAULT 'usd',
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (business_id, id),
  CONSTRAINT event_types_slug_key UNIQUE (business_id, slug),
  FOREIGN KEY (business_id, schedule_id) REFERENCES schedules (business_id, id) ON DELETE SET NULL (schedule_id)
);
CREATE INDEX event_types_id_idx ON event_types (id);

CREATE TABLE event_type_hosts (
  business_id bigint NOT NULL,
  event_type_id bigint NOT NULL,
  user_id bigint NOT NULL REFERENCES users (id),
  PRIMARY KEY (business_id, event_type_id, user_id),
  FOREIGN KEY (business_id, event_type_id) REFERENCES event_types (business_id, id) ON DELETE CASCADE
);
CREATE INDEX event_type_hosts_user_idx ON event_type_hosts (user_id);
