"""Origin beside pgbench running the same SQL: CPU of the program and of Postgres for one request, apart."""

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

from .people import SLOTS_A_DAY, People
from .pgbench import Scripts, pgbench

SCRIPT = Path(__file__).with_name("load.lua")
WORK = {"create": "create a booking", "slots": "slots of a week", "read": "read a booking"}


def table(data, binaries, count, seconds, report):
    """Measures and gives the table as Markdown."""
    samples = measure(data, binaries, count, seconds, report)
    rows = []
    for work, title in WORK.items():
        bound = samples[f"{title} — pgbench, same SQL"]
        for name in (f"{title} — origin", f"{title} — pgbench, same SQL"):
            taken = samples[name]
            program, database = (middle(taken, lambda sample, of=of: micros_per_request(sample, of))
                                 for of in ("program", "postgres"))
            ratio = database / middle(bound, lambda sample: micros_per_request(sample, "postgres"))
            p99 = "–" if taken is bound else f"{middle(taken, lambda sample: sample.load.p99):.2f}"
            rows.append([
                name, f"{program:.0f}", f"{database:.0f}", f"{ratio:.2f}",
                f"{middle(taken, lambda sample: sample.load.p50):.2f}", p99,
                f"{middle(taken, lambda sample: sample.load.per_second):,.0f}",
                "–" if taken is bound else f"{middle(taken, lambda sample: sample.memory['program']):.0f}"])
    heads = ["Origin, one core; Postgres on another", "CPU µs/request", "Postgres µs", "Postgres ratio",
             "p50 ms", "p99 ms", "requests/s", "MB"]
    return markdown(heads, rows)


def measure(data, binaries, count, seconds, report):
    """Samples by row. Everything started here has ended on return."""
    home = data / "bench/origin"
    for name in ("postgres", "redis"):
        remove_service_folder(home / name)
    shutil.rmtree(home, ignore_errors=True)
    folder(home, 0o711)
    folder(home / "log")
    settings = Settings(home, binaries, *(free_port() for _ in range(5)))
    with ExitStack() as stack:
        postgres, redis = Postgres(home), Redis(home)
        postgres.prepare()
        database = stack.enter_context(Server.of(postgres.program(), postgres.port, OTHER_CORES))
        stack.enter_context(Server.of(redis.program(), redis.port, OTHER_CORES))
        asyncio.run(_until_ready(postgres.program(), database))
        asyncio.run(postgres.create_database())
        daybook = Daybook(settings, Keys(home), postgres, redis)
        asyncio.run(daybook.migrate())
        people = People(postgres.url)
        origin = stack.enter_context(Server.of(daybook.origin(), settings.origin_port))
        load = _Load(home, settings.origin_port, people, seconds)
        for work in WORK:
            load.require_right_answer(work)
        scripts = Scripts(home, people)
        cases = []
        for work, title in WORK.items():
            cases.append(Case(
                f"{title} — origin", {"program": lambda: origin.pids, "postgres": lambda: database.pids},
                lambda shorter, work=work: load.apply(work, shorter)))
            cases.append(_BoundCase(work, title, scripts, postgres.url, database, seconds).case)
        return rounds(cases, count, report)


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
        load = wrk(self._url, SCRIPT, shorter or self._seconds, arguments=arguments)
        # Also past those that were under way at the end.
        self._first += load.requests // len(self._people.open) + 2
        return load

    def require_right_answer(self, work):
        """A benchmark of wrong answers is worth nothing."""
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
            raise Stop(f"origin answers {work} with {answer.status}: {text[:500].decode(errors='replace')}")


class _BoundCase:
    """pgbench as a case: its CPU is what it spent itself, because it ends with each round."""

    def __init__(self, work, title, scripts, url, database, seconds):
        self._path, self._url, self._seconds = scripts.path(work), url, seconds
        self._first, self._spent = 0, 0.0
        self.case = Case(f"{title} — pgbench, same SQL", {"program": self, "postgres": lambda: database.pids}, self._apply)

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
