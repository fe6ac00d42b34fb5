-- What makes people unavailable beyond their weekly hours, and what a business says about its own days.
CREATE TABLE schedule_travel (
  business_id bigint NOT NULL,
  schedule_id bigint NOT NULL,
  position smallint NOT NULL,
  -- Dates of the schedule on which its hours are read in another zone; without an end, from then on.
  start_date date NOT NULL,
  end_date date,
  time_zone text NOT NULL,
  PRIMARY KEY (business_id, schedule_id, position),
  CONSTRAINT schedule_travel_dates CHECK (end_date IS NULL OR start_date <= end_date),
  FOREIGN KEY (business_id, schedule_id) REFERENCES schedules (business_id, id) ON DELETE CASCADE
);

-- A person's absences lie in his own business, and count in all of them.
CREATE TABLE out_of_office (
  business_id bigint NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
  id bigint GENERATED ALWAYS AS IDENTITY,
  user_id bigint NOT NULL REFERENCES users (id),
  during tstzrange NOT NULL
    CONSTRAINT out_of_office_during CHECK (NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)),
  reason text,
  notes text,
  -- Who stands in for him; for people to read.
  to_user_id bigint REFERENCES users (id),
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (business_id, id)
);
CREATE INDEX out_of_office_user_idx ON out_of_office USING gist (user_id, during);

-- What other calendars say of a person's time, or he himself.
CREATE TABLE busy_times (
  business_id bigint NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
  id bigint GENERATED ALWAYS AS IDENTITY,
  user_id bigint NOT NULL REFERENCES users (id),
  -- The calendar that said so; null for what he entered by hand.
  calendar_id bigint,
  during tstzrange NOT NULL
    CONSTRAINT busy_times_during CHECK (NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)),
  created_at timestamptz NOT NULL,
  PRIMARY KEY (business_id, id)
);
CREATE INDEX busy_times_user_idx ON busy_times USING gist (user_id, during);

-- A business's own hours bound those of everybody who works in it; without any row they do not.
CREATE TABLE business_hours (
  business_id bigint NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
  position smallint NOT NULL,
  days smallint[] NOT NULL CONSTRAINT business_hours_days CHECK (days <@ '{0,1,2,3,4,5,6}'::smallint[]),
  start_minute smallint NOT NULL CONSTRAINT business_hours_start CHECK (start_minute BETWEEN 0 AND 1439),
  end_minute smallint NOT NULL CONSTRAINT business_hours_end CHECK (end_minute BETWEEN 0 AND 1439),
  PRIMARY KEY (business_id, position)
);

-- Holidays and other days on which nothing of a business can be booked, in its own zone.
CREATE TABLE business_closures (
  business_id bigint NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
  id bigint GENERATED ALWAYS AS IDENTITY,
  start_date date NOT NULL,
  end_date date NOT NULL,
  reason text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL,
  PRIMARY KEY (business_id, id),
  CONSTRAINT business_closures_dates CHECK (start_date <= end_date)
);

ALTER TABLE businesses
  ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC',
  ADD COLUMN description text NOT NULL DEFAULT ''
    CONSTRAINT businesses_description_length CHECK (char_length(description) <= 10000),
  ADD COLUMN logo_url text,
  ADD COLUMN week_start text NOT NULL DEFAULT 'Sunday',
  -- How its pages look; nothing in here decides whether a booking is right.
  ADD COLUMN branding jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN metadata jsonb NOT NULL DEFAULT '{}',
  -- Limits of all its event types together: {"day":n,"week":n,"month":n,"year":n}; null is without.
  ADD COLUMN limits_count jsonb,
  ADD COLUMN limits_minutes jsonb,
  ADD COLUMN updated_at timestamptz,
  ADD CONSTRAINT businesses_slug_form CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  ADD CONSTRAINT businesses_team_has_slug CHECK (personal OR slug IS NOT NULL);
