-- Team event types, seats, series, confirmation and limits.
ALTER TABLE event_types
  -- Null for a personal event type, which has an owner instead of a team.
  ADD COLUMN scheduling_type text
    CONSTRAINT event_types_scheduling_type CHECK (scheduling_type IN ('collective', 'roundRobin', 'managed')),
  ALTER COLUMN owner_id DROP NOT NULL,
  ADD CONSTRAINT event_types_owner CHECK ((scheduling_type IS NULL) = (owner_id IS NOT NULL)),
  -- Every member of the team is a host, whoever joins later too.
  ADD COLUMN all_members boolean NOT NULL DEFAULT false,
  ADD COLUMN keeps_host boolean NOT NULL DEFAULT false,
  ADD COLUMN seats int CONSTRAINT event_types_seats CHECK (seats BETWEEN 1 AND 1000),
  ADD COLUMN seats_show_attendees boolean NOT NULL DEFAULT false,
  ADD COLUMN seats_show_count boolean NOT NULL DEFAULT true,
  -- How often a series repeats: {"frequency":"weekly","interval":n,"occurrences":n}.
  ADD COLUMN recurrence jsonb,
  -- Whether bookings wait for a word of the host: {"type":"always"|"time","noticeMinutes":n,"blocks":b}.
  ADD COLUMN confirmation jsonb,
  -- {"day":n,"week":n,"month":n,"year":n}; null is without.
  ADD COLUMN limits_count jsonb,
  ADD COLUMN limits_minutes jsonb,
  -- How many bookings to come one booker may have; null is without.
  ADD COLUMN booker_limit int CONSTRAINT event_types_booker_limit CHECK (booker_limit >= 1),
  ADD COLUMN booker_limit_offers_reschedule boolean NOT NULL DEFAULT false,
  ADD COLUMN requires_authentication boolean NOT NULL DEFAULT false;

-- A team's event type can follow the schedule of one of its members, which lies in that member's own business; so
-- neither this column nor that of hosts is a foreign key. A schedule that is gone counts as none.
ALTER TABLE event_types DROP CONSTRAINT event_types_business_id_schedule_id_fkey;

ALTER TABLE event_type_hosts
  -- Needed in every booking of a round robin.
  ADD COLUMN mandatory boolean NOT NULL DEFAULT false,
  -- 0 is the lowest, 4 the highest.
  ADD COLUMN priority smallint NOT NULL DEFAULT 2 CONSTRAINT event_type_hosts_priority CHECK (priority BETWEEN 0 AND 4),
  ADD COLUMN weight int NOT NULL DEFAULT 100 CONSTRAINT event_type_hosts_weight CHECK (weight BETWEEN 1 AND 1000),
  ADD COLUMN schedule_id bigint,
  -- What round robin goes by: bookings that he was given and that still count, and when the last was given.
  ADD COLUMN assigned bigint NOT NULL DEFAULT 0,
  ADD COLUMN last_assigned_at timestamptz;
