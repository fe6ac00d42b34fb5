"""Origin beside Express with node-pg and beside pgbench running origin's SQL: CPU of the program and of Postgres for
one request, apart."""

import json
import os
import time
from contextlib import ExitStack

from lib.bench import markdown
from lib.measure import Case, micros_per_request, middle, rounds
from lib.ports import free_port
from lib.terminal import Stop

from . import bounds, growth, lists
from .http_load import CONNECTIONS, OWN_WORK, WORK, HttpLoad
from .peer import express
from .people import People
from .pgbench import Scripts, pgbench
from .scene import Origin, Scene

PROGRAMS = {"origin": "origin", "express": "Express", "pgbench": "pgbench, origin's SQL"}


def table(data, binaries, count, seconds, report):
    """Measures and gives the tables as Markdown: the rows, the bounds that follow from them and, with GROWTH=1, what
    takes long."""
    samples = measure(data, binaries, count, seconds, report)

    def cpu(work, program, of="program"):
        return middle(samples[_name(work, program)], lambda sample: micros_per_request(sample, of))

    tables = [_rows(samples, cpu), bounds.table(cpu), lists.table(data / "bench/lists", binaries, count, report)]
    if os.environ.get("GROWTH") == "1":
        tables.append(growth.table(data / "bench/growth", binaries, count, seconds, report))
    else:
        tables.append(f"Growth to ten million bookings, at most {growth.MOST:.2f}: not measured, because it takes half an "
                      "hour (`GROWTH=1 make bench ARGS=origin`).")
    return "\n\n".join(tables)


def _rows(samples, cpu):
    rows = []
    for work in [*WORK, *OWN_WORK]:
        for program in PROGRAMS if work in WORK else ["origin"]:
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
    return markdown(heads, rows)


def _name(work, program):
    return f"{(WORK | OWN_WORK)[work]} — {PROGRAMS[program]}"


def measure(data, binaries, count, seconds, report):
    """Samples by row. Everything started here has ended on return."""
    with ExitStack() as stack:
        scene = Scene(data / "bench/origin", stack)
        program = Origin(scene.home, binaries, scene.postgres, scene.redis)
        people = People(scene.postgres.url)
        port = free_port()
        peer = stack.enter_context(express(data, scene.home / "log/express.log", people, scene.postgres.url, port))
        origin = stack.enter_context(program.server())
        loads = {"origin": HttpLoad(scene.home, program.port, people, seconds),
                 "express": HttpLoad(scene.home, port, people, seconds)}
        for work in WORK:
            _require_same(work, loads["origin"].answer(work), loads["express"].answer(work))
        scripts = Scripts(people)
        cases = []
        for work in WORK:
            for program, server in (("origin", origin), ("express", peer)):
                cases.append(Case(
                    _name(work, program), {"program": lambda server=server: server.pids, "postgres": scene.postgres_pids},
                    lambda shorter, work=work, load=loads[program]: load.apply(work, shorter)))
            cases.append(_BoundCase(work, scripts, scene, seconds).case)
        for work in OWN_WORK:
            loads["origin"].answer(work)
            cases.append(Case(
                _name(work, "origin"), {"program": lambda: origin.pids, "postgres": scene.postgres_pids},
                lambda shorter, work=work: loads["origin"].apply(work, shorter)))
        return rounds(cases, count, report)


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
        self._path, self._url, self._seconds = scripts.written(work, scene.home), scene.postgres.url, seconds
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
