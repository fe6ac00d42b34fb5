"""The gateway with many connections and many routes: memory of idle ones, and what a request costs beside them."""

import resource
import socket
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from lib.measure import Case, enter_all, micros_per_request, middle, resident_megabytes, rounds, wrk
from lib.ports import free_port
from lib.terminal import Stop

from .daybook import daybook

SCRIPT = Path(__file__).with_name("load.lua")
ANSWER = "/v1/answer"
ACTIVE, IDLE = 10, 10_000
FEW_ROUTES, MANY_ROUTES = 10, 1_000


class Growth(NamedTuple):
    """Ratios of the CPU for one request; None where the system does not allow so many descriptors."""

    idle_kilobytes: float | None
    by_connections: float | None
    by_routes: float


def measure(where, binaries, upstream_port, certificate, count, seconds, report):
    """Three gateways take turns: one alone, one with idle connections, one with many routes."""
    servers = {"few routes and connections": {}, "many routes": {"routes": MANY_ROUTES}}
    if _may_open(IDLE + 1_000):
        servers["many connections"] = {"connections": IDLE + 100}
    ports = {name: free_port() for name in servers}
    with ExitStack() as stack:
        started = enter_all(stack, {
            name: daybook(where, binaries, ports[name], upstream_port, free_port(), certificate,
                          name=f"gateway-{name.replace(' ', '-')}", **{"routes": FEW_ROUTES, **settings})
            for name, settings in servers.items()})
        memory = None
        if crowded := started.get("many connections"):
            report(f"  {IDLE:,} idle connections")
            memory = stack.enter_context(_crowd(crowded, ports["many connections"]))
        samples = rounds(
            [_case(name, started[name], ports[name], seconds) for name in servers], count, report)
    cost = {name: middle(taken, lambda sample: micros_per_request(sample, "program"))
            for name, taken in samples.items()}
    few = cost["few routes and connections"]
    return Growth(memory, crowded and cost["many connections"] / few, cost["many routes"] / few)


def _case(name, server, port, seconds):
    def apply(shorter):
        return wrk(f"http://127.0.0.1:{port}{ANSWER}", SCRIPT, shorter or seconds, connections=ACTIVE)

    return Case(name, {"program": lambda: server.pids}, apply)


@contextmanager
def _crowd(server, port):
    """Opens the idle connections, each of which has asked once and waits; gives KB for each beyond what the fresh
    server had."""
    before = resident_megabytes(server.pids)
    sockets = []
    try:
        for _ in range(IDLE):
            sockets.append(_asked_once(port))
        time.sleep(1)
        yield (resident_megabytes(server.pids) - before) * 1e3 / IDLE
        if closed := sum(_is_over(one) for one in sockets):
            raise Stop(f"{closed} of {IDLE} idle connections were closed; nothing is measured")
    finally:
        for one in sockets:
            one.close()


def _asked_once(port):
    one = socket.create_connection(("127.0.0.1", port), timeout=10)
    one.sendall(f"GET {ANSWER} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
    answer = b""
    while not answer.endswith(b"x" * 1024):
        part = one.recv(4096)
        if not part:
            raise Stop("an idle connection was closed before it had its answer")
        answer += part
    one.setblocking(False)
    return one


def _is_over(connection):
    try:
        connection.recv(1)
    except BlockingIOError:
        return False
    except OSError:
        pass
    return True


def _may_open(count):
    """Whether this process, and those that it starts, may have so many descriptors; they may from now on."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        return False
    if soft != resource.RLIM_INFINITY and soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))
    return True
