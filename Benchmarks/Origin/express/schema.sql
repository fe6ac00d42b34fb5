-- The tables of the peer, in a schema of their own beside origin's: what a small booking application usually has.
CREATE SCHEMA express;
SET search_path = express;

CREATE TABLE users (
  id bigint PRIMARY KEY,
  name text NOT NULL,
  email text NOT NULL UNIQUE,
  username text NOT NULL UNIQUE,
  time_zone text NOT NULL
);

CREATE TABLE working_hours (
  user_id bigint NOT NULL REFERENCES users (id),
  weekday int NOT NULL,
  start_time time NOT NULL,
  end_time time NOT NULL,
  PRIMARY KEY (user_id, weekday, start_time)
);

CREATE TABLE event_types (
  id bigint PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES users (id),
  title text NOT NULL,
  slug text NOT NULL,
  length_minutes int NOT NULL,
  location text,
  UNIQUE (user_id, slug)
);

CREATE TABLE bookings (
  id bigserial PRIMARY KEY,
  uid text NOT NULL UNIQUE,
  event_type_id bigint NOT NULL REFERENCES event_types (id),
  user_id bigint NOT NULL REFERENCES users (id),
  title text NOT NULL,
  description text NOT NULL DEFAULT '',
  status text NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  location text,
  metadata jsonb NOT NULL DEFAULT '{}',
  responses jsonb NOT NULL DEFAULT '{}',
  guests jsonb NOT NULL DEFAULT '[]',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz
);
CREATE INDEX bookings_user_time ON bookings (user_id, starts_at);

CREATE TABLE attendees (
  id bigserial PRIMARY KEY,
  booking_id bigint NOT NULL REFERENCES bookings (id),
  name text NOT NULL,
  email text,
  phone_number text,
  time_zone text NOT NULL,
  language text NOT NULL,
  absent boolean NOT NULL DEFAULT false
);
CREATE INDEX attendees_booking ON attendees (booking_id);

-- The same hosts with the same hours, event types and bookings; a team's event type is nothing it has.
INSERT INTO users SELECT id, name, email, username, time_zone FROM public.users;
INSERT INTO working_hours
SELECT s.user_id, day, make_time(h.start_minute / 60, h.start_minute % 60, 0),
  make_time(h.end_minute / 60, h.end_minute % 60, 0)
FROM public.schedules s JOIN public.schedule_hours h ON h.business_id = s.business_id AND h.schedule_id = s.id,
  unnest(h.days) AS day;
INSERT INTO event_types SELECT id, owner_id, title, slug, length_minutes FROM public.event_types
WHERE owner_id IS NOT NULL;
INSERT INTO bookings
SELECT b.id, b.uid, b.event_type_id, h.user_id, b.title, b.description, b.status, b.starts_at, b.ends_at, b.location,
  b.metadata, b.responses, to_jsonb(b.guests), b.created_at, b.updated_at
FROM public.bookings b JOIN public.booking_hosts h ON h.business_id = b.business_id AND h.booking_id = b.id
JOIN event_types e ON e.id = b.event_type_id;
INSERT INTO attendees (booking_id, name, email, phone_number, time_zone, language, absent)
SELECT booking_id, name, email, phone_number, time_zone, language, absent FROM public.booking_attendees
WHERE booking_id IN (SELECT id FROM bookings);
SELECT setval('bookings_id_seq', (SELECT max(id) FROM bookings));
