-- Who there is: people, their businesses, and who works where.
-- Ids of people and, later, of resource units come from one sequence, because both are subjects of
-- occupancies and must never meet.
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE SEQUENCE subject_ids;
CREATE SEQUENCE business_ids;

CREATE TABLE businesses (
  id bigint PRIMARY KEY DEFAULT nextval('business_ids'),
  name text NOT NULL CONSTRAINT businesses_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
  slug text CONSTRAINT businesses_slug_key UNIQUE,
  -- Every user has one business of his own; it is not shown as a team.
  personal boolean NOT NULL,
  created_at timestamptz NOT NULL
);

CREATE TABLE users (
  id bigint PRIMARY KEY DEFAULT nextval('subject_ids'),
  business_id bigint NOT NULL REFERENCES businesses (id),
  email text NOT NULL CONSTRAINT users_email_length CHECK (char_length(email) BETWEEN 3 AND 254),
  email_verified_at timestamptz,
  username text NOT NULL
    CONSTRAINT users_username_key UNIQUE
    CONSTRAINT users_username_form CHECK (username ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  name text NOT NULL CONSTRAINT users_name_length CHECK (char_length(name) BETWEEN 1 AND 200),
  password_hash text NOT NULL,
  time_zone text NOT NULL,
  time_format smallint NOT NULL DEFAULT 12 CONSTRAINT users_time_format CHECK (time_format IN (12, 24)),
  week_start text NOT NULL DEFAULT 'Sunday',
  locale text NOT NULL DEFAULT 'en',
  avatar_url text,
  bio text,
  metadata jsonb NOT NULL DEFAULT '{}',
  default_schedule_id bigint,
  created_at timestamptz NOT NULL
);

-- One account an address, whatever the case of its letters.
CREATE UNIQUE INDEX users_email_key ON users (lower(email));

CREATE TABLE memberships (
  business_id bigint NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
  id bigint GENERATED ALWAYS AS IDENTITY,
  user_id bigint NOT NULL REFERENCES users (id),
  role text NOT NULL CONSTRAINT memberships_role CHECK (role IN ('owner', 'admin', 'staff')),
  created_at timestamptz NOT NULL,
  PRIMARY KEY (business_id, id),
  CONSTRAINT memberships_user_key UNIQUE (business_id, user_id)
);
CREATE INDEX memberships_user_idx ON memberships (user_id);
