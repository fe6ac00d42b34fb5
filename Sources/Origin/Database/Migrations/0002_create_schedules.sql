-- When people work. Minutes count from local midnight; 1440 is the midnight that ends the day.
CREATE SEQUENCE schedule_ids;

CREATE TABLE schedules (
  business_id bigint NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
  id bigint DEFAULT nextval('schedule_ids'),
  user_id bigint NOT NULL REFERENCES users (id),
  name text NOT NULL CONSTRAINT schedules_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
  time_zone text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (business_id, id)
);
CREATE INDEX schedules_id_idx ON schedules (id);
CREATE INDEX schedules_user_idx ON schedules (user_id);

CREATE TABLE schedule_hours (
  business_id bigint NOT NULL,
  schedule_id bigint NOT NULL,
  -- The order in which the owner gave them: what he reads back is what he wrote.
  position smallint NOT NULL,
  -- 0 is Monday. One row of the API's availability has several days.
  days smallint[] NOT NULL CONSTRAINT schedule_hours_days CHECK (days <@ '{0,1,2,3,4,5,6}'::smallint[]),
  start_minute smallint NOT NULL CONSTRAINT schedule_hours_start CHECK (start_minute BETWEEN 0 AND 1439),
  -- An end before its start is kept and yields nothing.
  end_minute smallint NOT NULL CONSTRAINT schedule_hours_end CHECK (end_minute BETWEEN 0 AND 1439),
  PRIMARY KEY (business_id, schedule_id, position),
  FOREIGN KEY (business_id, schedule_id) REFERENCES schedules (business_id, id) ON DELETE CASCADE
);

CREATE TABLE schedule_overrides (
  business_id bigint NOT NULL,
  schedule_id bigint NOT NULL,
  position smallint NOT NULL,
  date date NOT NULL,
  start_minute smallint NOT NULL CONSTRAINT schedule_overrides_start CHECK (start_minute BETWEEN 0 AND 1439),
  end_minute smallint NOT NULL CONSTRAINT schedule_overrides_end CHECK (end_minute BETWEEN 0 AND 1439),
  PRIMARY KEY (business_id, schedule_id, position),
  FOREIGN KEY (business_id, schedule_id) REFERENCES schedules (business_id, id) ON DELETE CASCADE
);
