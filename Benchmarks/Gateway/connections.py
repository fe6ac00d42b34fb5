"""The gateway with many connections and many routes: memory of idle ones, growth of the cost, latency at half load."""

import resource
import socket
import statistics
import subprocess
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

from lib.bench import markdown
from lib.files import folder
from lib.measure import OTHER_CORES, cpu_seconds, enter_all, resident_megabytes, wrk
from lib.ports import free_port
from lib.terminal import Stop

from . import peers
from .daybook import daybook
from .tokens import Tokens

SCRIPT = Path(__file__).with_name("load.lua")
IDLE = 10_000
ANSWER = "/open/answer"


def table(data, binaries, count, seconds, report):
    where = folder(data / "bench/gateway-connections")
    _allow_descriptors(2 * IDLE + 1_000)
    ports = {name: free_port() for name in ("upstream", "nginx", "haproxy", "daybook", "many")}
    with ExitStack() as stack:
        Tokens(where, count=1)
        stack.enter_context(peers.upstream(where, ports["upstream"]))
        connections = IDLE + 1_000
        servers = enter_all(stack, {
            "nginx": peers.nginx(where, ports["nginx"], ports["upstream"], connections),
            "haproxy": peers.haproxy(where, ports["haproxy"], ports["upstream"], connections=connections),
            "daybook": daybook(where, binaries, ports["daybook"], ports["upstream"], connections),
            "many": daybook(folder(where / "many"), binaries, ports["many"], ports["upstream"], routes=1_000, site=where / "site"),
        })
        report("  latency at half of what each can carry")
        latency = {name: _half_load(servers[name], ports[name], where, seconds) for name in ("daybook", "haproxy", "nginx")}
        report("  cost with 10 and with 1,000 routes")
        routes = _alternating({name: (servers[name], ports[name]) for name in ("daybook", "many")}, count, seconds)
        rows, growth = [], {}
        for name in ("daybook", "haproxy", "nginx"):
            report(f"  {IDLE:,} idle connections: {name}")
            idle, growth[name] = _with_idle(servers[name], ports[name], seconds)
            rows.append([name, f"{idle:.1f}", f"{growth[name]:.2f}", f"{latency[name][0]:,.0f}", f"{latency[name][1]:.2f}"])
    heads = ["Forward of 1 KB, one core", f"KB per idle connection", f"cost beside {IDLE:,} idle", "half load, requests/s", "p99 ms there"]
    return markdown(heads, rows) + f"\n\nCost with 1,000 routes, over that with 4: {routes['many'] / routes['daybook']:.2f}."


def _with_idle(server, port, seconds):
    """KB of memory per connection that has asked once and waits, and what a request costs beside them, over what
    it costs alone."""
    alone = _cost(server, port, seconds)
    before = resident_megabytes(server.pids)
    with _idle(port):
        time.sleep(1)
        memory = (resident_megabytes(server.pids) - before) * 1e3 / IDLE
        beside = _cost(server, port, seconds)
    return memory, beside / alone


@contextmanager
def _idle(port):
    sockets = []
    try:
        for _ in range(IDLE):
            one = socket.create_connection(("127.0.0.1", port), timeout=10)
            sockets.append(one)
            one.sendall(f"GET {ANSWER} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
            answer = b""
            while not answer.endswith(b"x" * 1024):
                part = one.recv(4096)
                if not part:
                    raise Stop(f"the connection {len(sockets)} of {IDLE} was closed")
                answer += part
        yield
    finally:
        for one in sockets:
            one.close()


def _alternating(servers, count, seconds):
    taken = {name: [] for name in servers}
    for _ in range(count):
        for name, (server, port) in servers.items():
            taken[name].append(_cost(server, port, seconds))
    return {name: statistics.median(values) for name, values in taken.items()}


def _cost(server, port, seconds):
    """CPU µs for a request over 10 connections."""
    url = f"http://127.0.0.1:{port}{ANSWER}"
    wrk(url, SCRIPT, 1, connections=10)
    before = cpu_seconds(server.pids)
    load = wrk(url, SCRIPT, seconds, connections=10)
    if load.errors:
        raise Stop(f"{load.errors} of {load.requests} requests failed; nothing is measured")
    return (cpu_seconds(server.pids) - before) / load.requests * 1e6


def _half_load(server, port, where, seconds):
    """Requests a second of half of the saturation, and the p99 in ms at that rate."""
    url = f"http://127.0.0.1:{port}{ANSWER}"
    full = wrk(url, SCRIPT, seconds).per_second
    log = where / "h2load.log"
    log.unlink(missing_ok=True)
    done = subprocess.run(
        ["h2load", "--h1", "-c64", "-t1", f"--rps={full / 2 / 64:.1f}", f"-D{seconds}", f"--log-file={log}", url],
        capture_output=True, text=True, timeout=seconds + 60,
        preexec_fn=lambda: __import__("os").sched_setaffinity(0, OTHER_CORES))
    if done.returncode:
        raise Stop(f"h2load failed:\n{done.stdout}\n{done.stderr}")
    rows = [line.split() for line in log.read_text().splitlines()]
    if any(row[1] != "200" for row in rows):
        raise Stop("not every answer at half load was a 200")
    times = sorted(int(row[2]) for row in rows)
    return len(times) / seconds, times[int(len(times) * 0.99)] / 1e3


def _allow_descriptors(count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < count:
        raise Stop(f"{count} descriptors are needed, and the system allows {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count), hard))
