"""Hosts for the load: enough free time that no two requests want the same slot, and some with a usual week. All of
them have bookings of the last years behind them."""

import subprocess

from lib.terminal import Stop

# Hosts that are open day and night, for creating; each has this many five-minute slots a day.
OPEN_HOSTS, SLOTS_A_DAY = 200, 280
# Hosts with a working week, for listing.
BUSY_HOSTS = 20
HOSTS = OPEN_HOSTS + BUSY_HOSTS
# Every host has so many bookings a week, back from the week that is listed, until there are as many as were asked for.
A_WEEK = 12
BOOKINGS = 200_000
# So many of them are read.
READ = 240
# Hosts of a round robin, apart from the others; each has so many bookings in the month that is listed.
POOL_HOSTS, A_MONTH = 100, 40

_PEOPLE = f"""
CREATE TABLE bench AS
SELECT n, nextval('business_ids') AS business_id, nextval('subject_ids') AS user_id, nextval('schedule_ids') AS schedule_id
FROM generate_series(0, {HOSTS - 1}) AS n;
INSERT INTO businesses (id, name, personal, created_at) SELECT business_id, 'Host', true, now() FROM bench;
INSERT INTO users (id, business_id, email, username, name, password_hash, time_zone, default_schedule_id, created_at)
SELECT user_id, business_id, 'host' || n || '@bench.test', 'host-' || n, 'Host', '', 'UTC', schedule_id, now() FROM bench;
INSERT INTO memberships (business_id, user_id, role, created_at) SELECT business_id, user_id, 'owner', now() FROM bench;
INSERT INTO schedules (business_id, id, user_id, name, time_zone, created_at, updated_at)
SELECT business_id, schedule_id, user_id, 'Hours', 'UTC', now(), now() FROM bench;
INSERT INTO schedule_hours (business_id, schedule_id, position, days, start_minute, end_minute)
SELECT business_id, schedule_id, 0,
  CASE WHEN n < {OPEN_HOSTS} THEN '{{0,1,2,3,4,5,6}}'::smallint[] ELSE '{{0,1,2,3,4}}' END,
  CASE WHEN n < {OPEN_HOSTS} THEN 0 ELSE 540 END, CASE WHEN n < {OPEN_HOSTS} THEN 1439 ELSE 1020 END FROM bench;
INSERT INTO event_types (business_id, owner_id, title, slug, length_minutes, notice_minutes, created_at, updated_at)
SELECT business_id, user_id, 'Talk', 'talk', CASE WHEN n < {OPEN_HOSTS} THEN 5 ELSE 30 END, 0, now(), now()
FROM bench ORDER BY n;
ALTER TABLE bench ADD event_type_id bigint;
UPDATE bench SET event_type_id = e.id FROM event_types e WHERE e.business_id = bench.business_id;
INSERT INTO event_type_hosts (business_id, event_type_id, user_id) SELECT business_id, event_type_id, user_id FROM bench;
"""

# A team whose members, with a working week each, take turns.
_POOL = f"""
CREATE TABLE pool AS
SELECT n, t.business_id, nextval('business_ids') AS own_id, nextval('subject_ids') AS user_id,
  nextval('schedule_ids') AS schedule_id
FROM generate_series(0, {POOL_HOSTS - 1}) AS n, (SELECT nextval('business_ids') AS business_id) AS t;
INSERT INTO businesses (id, name, personal, created_at) SELECT own_id, 'Host', true, now() FROM pool;
INSERT INTO businesses (id, name, slug, personal, created_at)
SELECT DISTINCT business_id, 'Pool', 'pool', false, now() FROM pool;
INSERT INTO users (id, business_id, email, username, name, password_hash, time_zone, default_schedule_id, created_at)
SELECT user_id, own_id, 'pool' || n || '@bench.test', 'pool-' || n, 'Host', '', 'UTC', schedule_id, now() FROM pool;
INSERT INTO memberships (business_id, user_id, role, created_at) SELECT own_id, user_id, 'owner', now() FROM pool;
INSERT INTO memberships (business_id, user_id, role, created_at) SELECT business_id, user_id, 'staff', now() FROM pool;
INSERT INTO schedules (business_id, id, user_id, name, time_zone, created_at, updated_at)
SELECT own_id, schedule_id, user_id, 'Hours', 'Europe/Rome', now(), now() FROM pool;
INSERT INTO schedule_hours (business_id, schedule_id, position, days, start_minute, end_minute)
SELECT own_id, schedule_id, 0, '{{0,1,2,3,4}}', 480 + n % 3 * 60, 960 + n % 4 * 60 FROM pool;
INSERT INTO event_types (business_id, scheduling_type, title, slug, length_minutes, notice_minutes, created_at, updated_at)
SELECT DISTINCT business_id, 'roundRobin', 'Talk', 'talk', 30, 0, now(), now() FROM pool;
ALTER TABLE pool ADD event_type_id bigint;
UPDATE pool SET event_type_id = e.id FROM event_types e WHERE e.business_id = pool.business_id;
INSERT INTO event_type_hosts (business_id, event_type_id, user_id) SELECT business_id, event_type_id, user_id FROM pool;
"""
# Within the four weeks and a bit that are listed, two a working day, at hours that differ from host to host.
_POOL_STARTS = """(date_trunc('week', now() AT TIME ZONE 'UTC') + interval '14 days' + k / 2 / 5 * interval '7 days'
    + k / 2 % 5 * interval '1 day' + (8 + (n + k * 3) % 8) * interval '1 hour') AT TIME ZONE 'UTC'"""

# A uid ends in the number of its business in base 62 (BookingUID.swift); three digits are enough here.
_UID = """lpad(id::text, 18, '0') || (SELECT string_agg(substr(
  '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', (business_id / w % 62)::int + 1, 1), ''
  ORDER BY w DESC) FROM unnest(ARRAY[1, 62, 3844]::bigint[]) AS w)"""

# The week that is listed begins on the second Monday from now on. Bookings fill it and the weeks before it.
WEEKS = f"""(date_trunc('week', now() AT TIME ZONE 'UTC') + interval '14 days' - k / {A_WEEK} * interval '7 days'
    + k % 5 * interval '1 day' + interval '9 hours' + k % {A_WEEK} / 5 * interval '1 hour') AT TIME ZONE 'UTC'"""

_BOOKINGS = f"""
CREATE TEMPORARY TABLE slot AS
SELECT business_id, user_id, event_type_id, nextval('booking_ids') AS id, {{starts}} AS starts
FROM generate_series({{first}}, {{last}} - 1) AS g, LATERAL (SELECT g / {{hosts}} AS k) AS k, {{table}} WHERE n = g % {{hosts}}
ORDER BY g;
INSERT INTO occupancies (subject_id, business_id, booking_id, during)
SELECT user_id, business_id, id, tstzrange(starts, starts + {{length}}) FROM slot ORDER BY user_id, starts;
INSERT INTO bookings (business_id, id, uid, event_type_id, event_type_slug, title, status, starts_at, ends_at, responses,
  ics_uid, created_at)
SELECT business_id, id, {_UID}, event_type_id, 'talk', 'Talk between Host and Guest', 'accepted', starts,
  starts + {{length}}, '{{{{"name": "Guest", "email": "guest@bench.test"}}}}', 'x', now()
FROM slot;
INSERT INTO booking_hosts (business_id, booking_id, user_id, starts_at)
SELECT business_id, id, user_id, starts FROM slot;
INSERT INTO booking_attendees (business_id, booking_id, position, name, email, time_zone)
SELECT business_id, id, 0, 'Guest', 'guest' || id % 1000000 || '@bench.test', 'UTC' FROM slot;
DROP TABLE slot;
"""


def bookings(table, hosts, first, last, starts=WEEKS, minutes=30):
    """A script that gives the `hosts` rows of a table their bookings, of all counted in turn the `first` to before the
    `last`. `starts` is when a host's booking number k begins."""
    return _BOOKINGS.format(
        table=table, hosts=hosts, first=first, last=last, starts=starts, length=f"interval '{minutes} minutes'")


def run_script(url, script):
    """What psql prints, columns apart by commas; `Stop` when the script fails."""
    done = subprocess.run(["psql", "-XAtqF", ",", "-v", "ON_ERROR_STOP=1", "-d", url], input=script,
                          capture_output=True, text=True)
    if done.returncode:
        raise Stop(f"The benchmark's database: {done.stderr[-1500:]}")
    return done.stdout


class People:
    """The hosts in the database with this many bookings, and the numbers that the loads need."""

    def __init__(self, url, count=BOOKINGS):
        self._url = url
        self.run(_PEOPLE)
        self.run(bookings("bench", HOSTS, 0, count))
        self.run(_POOL)
        self.run(bookings("pool", POOL_HOSTS, 0, POOL_HOSTS * A_MONTH, _POOL_STARTS))
        self.run("VACUUM ANALYZE")
        self.open = self._rows(f"SELECT event_type_id, user_id, business_id FROM bench WHERE n < {OPEN_HOSTS} ORDER BY n")
        self.busy = self._rows(f"SELECT event_type_id, user_id, business_id FROM bench WHERE n >= {OPEN_HOSTS} ORDER BY n")
        self.pool = self._rows("SELECT DISTINCT event_type_id FROM pool")
        self.bookings = self._rows(
            f"SELECT uid, id, business_id FROM bookings WHERE id % {max(1, count // READ)} = 0 ORDER BY id LIMIT {READ}")
        self.monday = self._rows("SELECT (date_trunc('week', now() AT TIME ZONE 'UTC') + interval '14 days')::date")[0][0]

    def run(self, script):
        run_script(self._url, script)

    def _rows(self, query):
        return [line.split(",") for line in run_script(self._url, query).splitlines()]
