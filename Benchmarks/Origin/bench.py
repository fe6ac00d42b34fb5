"""Origin beside Express with node-pg and beside pgbench running origin's SQL: CPU of the program and of Postgres for
one request, apart."""

import asyncio
import datetime
import http.client
import json
import shutil
import time
from contextlib import ExitStack
from pathlib import Path

from lib.bench import markdown
from lib.daybook import Daybook
from lib.files import folder, remove_service_folder
from lib.keys import Keys
from lib.measure import OTHER_CORES, Case, Server, micros_per_request, middle, rounds, wrk
from lib.ports import free_port
from lib.postgres import Postgres
from lib.redis import Redis
from lib.settings import Settings
from lib.terminal import Stop

from . import bounds
from .peer import express
from .people import SLOTS_A_DAY, People
from .pgbench import Scripts, pgbench

SCRIPT = Path(__file__).with_name("load.lua")
CONNECTIONS = 32
WORK = {"create": "create a booking", "slots": "slots of a week", "read": "read a booking"}
PROGRAMS = {"origin": "origin", "express": "Express", "pgbench": "pgbench, origin's SQL"}
# Room for all that is asked for, and no checkpoint in the midst of a round.
_POSTGRES = "shared_buffers = 512MB\nmax_wal_size = 8GB\ncheckpoint_timeout = 60min\n"


def table(data, binaries, count, seconds, report):
    """Measures and gives two tables as Markdown: the rows, and the bounds that follow from them."""
    samples = measure(data, binaries, count, seconds, report)

    def cpu(work, program, of="program"):
        return middle(samples[_name(work, program)], lambda sample: micros_per_request(sample, of))

    rows = []
    for work in WORK:
        for program in PROGRAMS:
            taken = samples[_name(work, program)]
            is_bound = program == "pgbench"
            rows.append([
                _name(work, program), f"{cpu(work, program):.0f}", f"{cpu(work, program, 'postgres'):.0f}",
                f"{middle(taken, lambda sample: sample.load.p50):.2f}",
                "–" if is_bound else f"{middle(taken, lambda sample: sample.load.p99):.2f}",
                f"{middle(taken, lambda sample: sample.load.per_second):,.0f}",
                "–" if is_bound else f"{middle(taken, lambda sample: sample.memory['program']):.0f}"])
    heads = [f"One core, {CONNECTIONS} connections; Postgres on another", "CPU µs/request", "Postgres µs", "p50 ms",
             "p99 ms", "requests/s", "MB"]
    return markdown(heads, rows) + "\n\n" + bounds.table(cpu)


def _name(work, program):
    return f"{WORK[work]} — {PROGRAMS[program]}"


def measure(data, binaries, count, seconds, report):
    """Samples by row. Everything started here has ended on return."""
    with ExitStack() as stack:
        scene = Scene(data / "bench/origin", binaries, stack)
        people = People(scene.postgres.url)
        port = free_port()
        peer = stack.enter_context(express(data, scene.home / "log/express.log", people, scene.postgres.url, port))
        origin = stack.enter_context(scene.origin())
        loads = {"origin": _Load(scene.home, scene.origin_port, people, seconds),
                 "express": _Load(scene.home, port, people, seconds)}
        for work in WORK:
            _require_same(work, loads["origin"].answer(work), loads["express"].answer(work))
        scripts = Scripts(scene.home, people)
        cases = []
        for work in WORK:
            for program, server in (("origin", origin), ("express", peer)):
                cases.append(Case(
                    _name(work, program), {"program": lambda server=server: server.pids, "postgres": scene.postgres_pids},
                    lambda shorter, work=work, load=loads[program]: load.apply(work, shorter)))
            cases.append(_BoundCase(work, scripts, scene, seconds).case)
        return rounds(cases, count, report)


class Scene:
    """Postgres and Redis on the other core with origin's tables in them; they end with the stack."""

    def __init__(self, home, binaries, stack):
        for name in ("postgres", "redis"):
            remove_service_folder(home / name)
        shutil.rmtree(home, ignore_errors=True)
        self.home = folder(home, 0o711)
        folder(home / "log")
        settings = Settings(home, binaries, *(free_port() for _ in range(5)))
        self.origin_port = settings.origin_port
        self.postgres, redis = Postgres(home, _POSTGRES), Redis(home)
        self.postgres.prepare()
        program = self.postgres.program()
        self._database = stack.enter_context(Server.of(program, self.postgres.port, OTHER_CORES))
        stack.enter_context(Server.of(redis.program(), redis.port, OTHER_CORES))
        asyncio.run(_until_ready(program, self._database))
        asyncio.run(self.postgres.create_database())
        self._daybook = Daybook(settings, Keys(home), self.postgres, redis)
        asyncio.run(self._daybook.migrate())

    def origin(self):
        return Server.of(self._daybook.origin(), self.origin_port)

    def postgres_pids(self):
        return self._database.pids


async def _until_ready(program, server):
    while await program.ready(server.pids[0]) is not None:
        await asyncio.sleep(0.05)


class _Load:
    """wrk with the arguments that each work needs; no slot is asked for twice."""

    def __init__(self, home, port, people, seconds):
        self._url, self._seconds, self._people = f"http://127.0.0.1:{port}", seconds, people
        self._port = port
        self._first = 0
        self._files = {}
        for work, values in (("create", people.open), ("slots", people.busy), ("read", people.bookings)):
            self._files[work] = home / f"{work}.ids"
            self._files[work].write_text("\n".join(row[0] for row in values) + "\n")
        monday = datetime.date.fromisoformat(people.monday)
        self._week = [str(monday), str(monday + datetime.timedelta(days=6))]
        self._first_day = (datetime.date.today() - datetime.date(1970, 1, 1)).days + 30

    def apply(self, work, shorter):
        arguments = [work, self._files[work]]
        if work == "slots":
            arguments += self._week
        if work == "create":
            arguments += [self._first, self._first_day, SLOTS_A_DAY]
        load = wrk(self._url, SCRIPT, shorter or self._seconds, CONNECTIONS, arguments)
        # Also past those that were under way at the end.
        self._first += load.requests // len(self._people.open) + 2
        return load

    def answer(self, work):
        """What one request is answered with: a benchmark of wrong answers is worth nothing."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
        try:
            if work == "create":
                body = json.dumps({
                    "start": "2041-01-01T00:00:00Z", "eventTypeId": int(self._people.open[0][0]),
                    "attendee": {"name": "Guest", "email": "guest@bench.test", "timeZone": "UTC", "language": "en"}})
                connection.request("POST", "/v2/bookings", body, {"Content-Type": "application/json"})
            elif work == "slots":
                start, end = self._week
                connection.request("GET", f"/v2/slots?eventTypeId={self._people.busy[0][0]}&start={start}&end={end}")
            else:
                connection.request("GET", f"/v2/bookings/{self._people.bookings[0][0]}")
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        wanted = {"create": 201, "slots": 200, "read": 200}[work]
        if answer.status != wanted or len(text) < 300:
            raise Stop(f"{self._url} answers {work} with {answer.status}: {text[:500].decode(errors='replace')}")
        return json.loads(text)["data"]


# What is each program's own, or the moment's.
_OWN = {"id", "uid", "icsUid", "createdAt"}


def _require_same(work, ours, theirs):
    """Who answers with less has less to do."""
    if work != "slots":
        if ours.keys() != theirs.keys():
            raise Stop(f"{work}: only one of origin and Express answers with {sorted(ours.keys() ^ theirs.keys())}")
        ours, theirs = ({key: value for key, value in answer.items() if key not in _OWN} for answer in (ours, theirs))
    if ours != theirs:
        raise Stop(f"{work}: origin answers\n{json.dumps(ours)[:1500]}\nand Express\n{json.dumps(theirs)[:1500]}")


class _BoundCase:
    """pgbench as a case: its CPU is what it spent itself, because it ends with each round."""

    def __init__(self, work, scripts, scene, seconds):
        self._path, self._url, self._seconds = scripts.path(work), scene.postgres.url, seconds
        self._first, self._spent = 0, 0.0
        self.case = Case(_name(work, "pgbench"), {"program": self, "postgres": scene.postgres_pids}, self._apply)

    @property
    def cpu_seconds(self):
        """All that pgbench has spent so far."""
        return self._spent

    def _apply(self, shorter):
        load, spent = pgbench(self._url, self._path, shorter or self._seconds, self._first)
        self._spent += spent
        self._first += load.requests + 1000
        # Its connections' processes have to end before their CPU stands to Postgres's account.
        time.sleep(0.2)
        return load
