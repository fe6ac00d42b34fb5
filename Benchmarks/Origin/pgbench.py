"""The same statements with nothing around them: what they cost Postgres, and a client that only waits."""

import os
import re
import resource
import subprocess
from typing import NamedTuple

from lib.measure import OTHER_CORES, Load
from lib.terminal import Stop

from .people import OPEN_HOSTS, SLOTS_A_DAY
from .statements import for_pgbench, sql


CLIENTS = 8
_NOW = "now()"


class Call(NamedTuple):
    """One statement of a store with what is asked: an SQL expression for each parameter."""

    store: str
    statement: str
    parameters: list

    @property
    def name(self):
        return f"{self.store}.{self.statement}"

    @property
    def text(self):
        return for_pgbench(self.store, self.statement, self.parameters)

    @property
    def sql(self):
        return sql(self.store, self.statement)

    @property
    def values(self):
        """The parameters of the first call, without pgbench's variables."""
        return ", ".join(self._first(parameter) for parameter in self.parameters)

    @property
    def types(self):
        return ", ".join(f"pg_typeof({self._first(parameter)})" for parameter in self.parameters)

    @staticmethod
    def _first(parameter):
        return re.sub(r"(?<!:):([a-z_]+)", "1", parameter)


class Scripts:
    """pgbench scripts for the people given. Hosts, businesses and bookings have ids in a row, so that a script can
    name one by its number."""

    def __init__(self, people):
        self._people = people

    def written(self, work, folder):
        """The script of a work as a file in `folder`: variables set, and statements."""
        path = folder / f"{work}.sql"
        parts = getattr(self, f"_{work}")()
        path.write_text("\n".join(part.text if isinstance(part, Call) else part for part in parts) + "\n")
        return path

    def calls(self):
        """Every statement of all works."""
        return [part for work in (self._read(), self._slots(), self._create()) for part in work if isinstance(part, Call)]

    def _read(self):
        # pgbench has no texts: the uids go into the script as a list, from which a random one is taken.
        uids = ",".join(uid for uid, *_ in self._people.bookings)
        businesses = ",".join(business for *_, business in self._people.bookings)
        yield rf"\set n random(1, {len(self._people.bookings)})"
        yield Call("BookingStore", "byUID", [
            f"('{{{businesses}}}'::bigint[])[:n]", f"('{{{uids}}}'::text[])[:n]"])

    def _slots(self):
        monday = f"'{self._people.monday} 00:00Z'::timestamptz"
        yield rf"\set n random(0, {len(self._people.busy) - 1})"
        yield rf"\set host {self._people.busy[0][1]} + :n"
        # What makes a host busy; event types are in origin's memory. He is closed when the week begins.
        yield Call("SlotStore", "busyOfOne", [":host::bigint", monday, f"{monday} + interval '7 days 30 minutes'", _NOW])

    def _create(self):
        start = "('2040-01-01 00:00Z'::timestamptz + :minutes::int * interval '1 minute')"
        yield r"\set i :i + 1"
        yield rf"\set n (:i * {CLIENTS} + :client_id) % {OPEN_HOSTS}"
        yield rf"\set slot (:i * {CLIENTS} + :client_id) / {OPEN_HOSTS}"
        yield rf"\set minutes :slot / {SLOTS_A_DAY} * 1440 + :slot % {SLOTS_A_DAY} * 5"
        for name, first in zip(("event_type", "host", "business"), self._people.open[0]):
            yield rf"\set {name} {first} + :n"
        # Hours begin at midnight.
        yield Call("SlotStore", "busyAround", [
            ":host::bigint", f"date_trunc('day', {start}, 'UTC')", f"({start} + interval '5 minutes')", _NOW, start])
        end = f"({start} + interval '5 minutes')"
        number = f"lpad((:i::bigint * {CLIENTS} + :client_id::bigint)::text, 18, '0')"
        uid = f"('p' || {number} || '1')"
        mails = f"""'{{"uid":"' || {uid} || '","event":"scheduled","recipient":"%s"}}'"""
        # Arrays of one: pgbench cannot gather what several of its connections ask, as origin does.
        yield Call("BookingStore", "insert", [*(f"ARRAY[{value}]" for value in (
            ":business::bigint", uid, "'Talk between Host and Guest'::text", "''::text", "'accepted'::text", start,
            end, ":event_type::bigint", "'talk'::text", ":host::bigint", start, end, "''::text", "'{}'::text",
            "'{}'::text", "'{}'::text", uid, _NOW, "'Guest'::text", "'guest@bench.test'::text", "NULL::text",
            "'UTC'::text", "'en'::text", "'host:' || (:host::bigint)::text")),
            "'booking-mail'::text", "'{1,1}'::bigint[]", f"ARRAY[{mails % 'attendee'}, {mails % 'host'}]",
            f"ARRAY['booking.' || {uid} || '.scheduled.attendee', 'booking.' || {uid} || '.scheduled.host']"])


def pgbench(url, script, seconds, first):
    """Runs the script for some seconds; `first` is the number of the first slot of a client. Gives the load
    and the CPU seconds of pgbench itself."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        ["pgbench", "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "1", "-T", str(seconds), "-D", f"i={first}",
         "-f", str(script), url],
        capture_output=True, text=True, timeout=seconds + 60,
        preexec_fn=lambda: os.sched_setaffinity(0, OTHER_CORES))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    counted = re.search(r"transactions actually processed: (\d+)", done.stdout)
    failed = re.search(r"failed transactions: (\d+)", done.stdout)
    if done.returncode or not counted or (failed and int(failed[1])):
        raise Stop(f"pgbench failed on {script}:\n{done.stdout[-500:]}\n{done.stderr[-1500:]}")
    latency = float(re.search(r"latency average = ([0-9.]+)", done.stdout)[1])
    count = int(counted[1])
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Load(count, 0, count / seconds, latency, latency), spent
