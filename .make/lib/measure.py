"""Measuring programs side by side: pinned to cores, loaded one at a time, their CPU read from /proc."""

import json
import os
import platform
import signal
import statistics
import subprocess
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from .identity import start_time
from .ports import is_free
from .program import die_with_parent
from .settings import ROOT
from .terminal import Stop

# The program under measurement has a core for itself; what loads and answers it has the others.
SUBJECT_CORE = {0}
OTHER_CORES = set(range(1, os.cpu_count())) or {0}


class Server:
    """A started program; ends with the `with` block, or with us."""

    def __init__(self, command, log, port, cores=SUBJECT_CORE, environment=None, user=None, folder=None):
        self._command, self._log, self._port, self._folder = command, log, port, folder
        self._cores, self._environment = cores, environment or {}
        self._user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}

    @classmethod
    def of(cls, program, port, cores=SUBJECT_CORE):
        """A program of `make run`, pinned."""
        return cls(program.command, program.log, port, cores, program.environment, program.user, program.folder)

    def __enter__(self):
        def prepare():
            os.sched_setaffinity(0, self._cores)
            die_with_parent(signal.SIGTERM)
        with open(self._log, "wb") as log:
            self._process = subprocess.Popen(
                self._command, env={**os.environ, **self._environment}, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, cwd=self._folder, start_new_session=True, preexec_fn=prepare, **self._user)
        until = time.monotonic() + 20
        while is_free(self._port):
            if self._process.poll() is not None or time.monotonic() > until:
                self.__exit__()
                raise Stop(f"{self._command[0]} does not start:\n{Path(self._log).read_text()[-2000:]}")
            time.sleep(0.02)
        return self

    def __exit__(self, *_):
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    @property
    def pids(self):
        """The program and all that it started."""
        return family(self._process.pid)


def family(pid):
    """The process and its descendants that live now."""
    pids = [pid]
    for one in pids:
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                pids += [int(child) for child in task.read_text().split()]
            except OSError:
                pass
    return [one for one in pids if start_time(one)]


def cpu_seconds(pids):
    """User and system time of the processes, all their threads and the children that they have seen end."""
    ticks = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(int(field) for field in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def resident_megabytes(pids):
    """Memory in RAM. Pages that processes share count for each of them."""
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids if start_time(pid))
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@dataclass
class Load:
    """What wrk saw. Times in milliseconds."""

    requests: int
    errors: int
    per_second: float
    p50: float
    p99: float


def wrk(url, script, seconds, connections=64, arguments=(), environment=None):
    """A bounded load: this many kept-alive connections, each with one request at a time."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "5s", "-s", str(script), url,
               "--", *map(str, arguments)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=seconds + 30, cwd=ROOT,
        env={**os.environ, **(environment or {})},
        preexec_fn=lambda: os.sched_setaffinity(0, OTHER_CORES))
    line = next((line for line in done.stdout.splitlines() if line.startswith("{")), None)
    if done.returncode or line is None:
        raise Stop(f"wrk failed:\n{done.stdout}\n{done.stderr}")
    return Load(**json.loads(line))


def h2load(url, log, seconds, connections=6, streams=10):
    """A bounded load over HTTP/2 without TLS: each connection has this many requests open at any time. `log` is a
    file of its own for the times of the requests."""
    return _h2load(url, log, seconds, [f"-c{connections}", f"-m{streams}"])


def paced(url, log, seconds, rate, connections=64):
    """A steady load over HTTP/1.1: this many requests a second, shared evenly among kept-alive connections."""
    return _h2load(url, log, seconds, ["--h1", f"-c{connections}", f"--rps={rate / connections:.1f}"])


def _h2load(url, log, seconds, arguments):
    log.unlink(missing_ok=True)
    command = ["h2load", "-t1", *arguments, f"-D{seconds}", f"--log-file={log}", url]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=seconds + 30, cwd=ROOT,
        preexec_fn=lambda: os.sched_setaffinity(0, OTHER_CORES))
    rows = [line.split("\t") for line in log.read_text().splitlines()] if log.exists() else []
    if done.returncode or not rows:
        raise Stop(f"h2load failed:\n{done.stdout}\n{done.stderr}")
    times = sorted(int(row[2]) / 1000 for row in rows)
    wrong = sum(row[1] != "200" for row in rows)
    return Load(requests=len(rows), errors=wrong, per_second=len(rows) / seconds,
                p50=times[len(times) // 2], p99=times[len(times) * 99 // 100])


@dataclass
class Sample:
    """One round of one program."""

    load: Load
    cpu: dict
    memory: dict


@dataclass
class Case:
    """A program under a load. `watched` names what CPU is of interest: a function that gives process ids, or
    something that keeps count of its own `cpu_seconds`."""

    name: str
    watched: dict
    apply: object


def rounds(cases, count, report):
    """Measures each case in turn, `count` times over: what disturbs the machine disturbs all alike."""
    samples = {case.name: [] for case in cases}
    for number in range(count + 1):
        for case in cases:
            report(f"  round {number} of {count}: {case.name}" if number else f"  warming up: {case.name}")
            before = _spent(case)
            load = case.apply(1 if number == 0 else None)
            cpu = {name: value - before[name] for name, value in _spent(case).items()}
            if load.errors:
                raise Stop(f"{case.name}: {load.errors} of {load.requests} requests failed; nothing is measured")
            if number:
                memory = {name: resident_megabytes(pids()) for name, pids in case.watched.items() if callable(pids)}
                samples[case.name].append(Sample(load, cpu, memory))
    return samples


def _spent(case):
    return {name: cpu_seconds(pids()) if callable(pids) else pids.cpu_seconds
            for name, pids in case.watched.items()}


def middle(samples, value):
    """The median over the rounds."""
    return statistics.median(value(sample) for sample in samples)


def micros_per_request(sample, name):
    """CPU of a watched program for one request, in microseconds."""
    return sample.cpu[name] / sample.load.requests * 1e6


def machine():
    """The machine in one line."""
    model = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    system = next(line.split("=")[1].strip('"\n') for line in open("/etc/os-release") if line.startswith("PRETTY_NAME"))
    return f"{os.cpu_count()} cores of {model}, Linux {platform.release()}, {system}"


def enter_all(stack: ExitStack, servers):
    """Starts the servers; they end with the stack."""
    return {name: stack.enter_context(server) for name, server in servers.items()}
